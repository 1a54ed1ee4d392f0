/** An entry of a {@linkcode Log}. */
export interface Line {
  readonly seq: number;
  readonly type: "step" | "suspend";
  readonly task: number;
}

/** A log kept by hand, for peers that have none: what this loop tells of a switch, but the time. */
export class Log {
  readonly lines: Line[] = [];
  suspensions = 0;
  readonly #write: (line: Line) => void;
  #seq = 0;

  constructor(kept: boolean) {
    this.#write = kept
      ? (line) => void this.lines.push(line)
      : ({ type }) => void (type === "suspend" && this.suspensions++);
  }

  tell(task: number, type: Line["type"]): void {
    this.#write({ seq: this.#seq++, type, task });
  }
}
