import type { CancelEntry, Entry, ExitEntry, SuspendEntry, WakeCause } from "../trace/entry.ts";
import type { LogicalTime } from "./logical-time.ts";
import type { Task } from "./types.ts";

/** What the log says of a suspension. */
type WaitedFor = Pick<SuspendEntry, "why"> & {
  readonly label?: string | undefined;
  readonly of?: SuspendEntry["of"] | undefined;
  readonly shared?: object | undefined;
};

/** What the log knows of a task. */
type Logged = Pick<Task<unknown>, "id" | "name">;

/** Writes a run's log. A loop without a log pays one comparison for each entry that it skips. */
export class Tracer {
  readonly #time: LogicalTime;
  readonly #write: (entry: Entry) => void;
  readonly #onError: (error: unknown) => void;
  #seq = 0;
  /** The numbers of what tasks share: see {@linkcode SharedThing.id}. */
  readonly #ids = new WeakMap<object, number>();
  #nextId = 0;
  /** Whether the trace function is running: it is called in the middle of a change of state. */
  writing = false;

  /**
   * @param time When entries happen.
   * @param write Called with each entry.
   * @param onError Called with what `write` throws. No entry is written after that.
   */
  constructor(
    time: LogicalTime,
    write: (entry: Entry) => void,
    onError: (error: unknown) => void,
  ) {
    this.#time = time;
    this.#write = write;
    this.#onError = onError;
  }

  spawn({ id: task, name }: Logged, parent: number | null): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "spawn", task, name, parent });
  }

  ready({ id: task }: Logged, by: WakeCause | null): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "ready", task, by });
  }

  step({ id: task }: Logged): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "step", task });
  }

  suspend({ id: task }: Logged, { why, label, of, shared }: WaitedFor, until?: number): void {
    const entry: SuspendEntry = {
      seq: this.#seq++,
      at: this.#time.now,
      type: "suspend",
      task,
      why,
    };
    if (until !== undefined) entry.until = until;
    if (label !== undefined) entry.label = label;
    if (of !== undefined) entry.of = shared === undefined ? of : { ...of, id: this.#idOf(shared) };
    this.#log(entry);
  }

  #idOf(shared: object): number {
    let id = this.#ids.get(shared);
    if (id === undefined) this.#ids.set(shared, id = this.#nextId++);
    return id;
  }

  emit({ id: task }: Logged, value: unknown): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "emit", task, value });
  }

  cancel(
    { id: task }: Logged,
    { reason, source }: Pick<CancelEntry, "reason" | "source">,
    by: CancelEntry["by"],
  ): void {
    const seq = this.#seq++;
    this.#log({ seq, at: this.#time.now, type: "cancel", task, reason, by, source });
  }

  exit({ id: task }: Logged, outcome: ExitEntry["outcome"], failure?: string): void {
    const entry = { seq: this.#seq++, at: this.#time.now, type: "exit", task, outcome } as const;
    this.#log(failure === undefined ? entry : { ...entry, failure });
  }

  #log(entry: Entry): void {
    this.writing = true;
    try {
      this.#write(entry);
    } catch (error) {
      // The error is the trace function's, not that of the task which the entry is about.
      this.#onError(error);
    }
    this.writing = false;
  }
}
