import { type Entry, tally } from "@tenfold/loop";
import { encodeEvent } from "./sse.ts";
import { encodeRun, type Run } from "./event-id.ts";
import { logOf } from "../tutorial/program.ts";

/** Tells a run as events, entry by entry, from the log of the loop that is running it. */
export class RunEvents {
  readonly #run: Run;
  readonly #id: string;
  readonly #from: number;
  readonly #write: (text: string) => void;
  readonly #tally = tally();
  #index = 0;

  /**
   * @param run The run.
   * @param from The index of the first event that is written: those before it were received.
   * @param write Takes the text of an event.
   */
  constructor(run: Run, from: number, write: (text: string) => void) {
    this.#run = run;
    this.#id = encodeRun(run);
    this.#from = from;
    this.#write = write;
  }

  /** Tells that the run begins. */
  start(): void {
    this.#tell("start", this.#run.parameters);
  }

  /** Tells of an entry: of what coroutines emit as they wake, and of the end of `main`. */
  trace(entry: Entry): void {
    this.#tally(entry);
    if (this.#run.trace) this.#tell("trace", entry);
    if (entry.type === "emit") this.#tell(undefined, entry.value);
    if (entry.type === "exit" && entry.task === 0 && entry.outcome === "done") {
      const { elapsed, waited, steps } = this.#tally.summary;
      this.#tell("done", { elapsed, waited, steps });
    }
  }

  #tell(event: string | undefined, value: unknown): void {
    const index = this.#index++;
    if (index < this.#from) return;
    const id = `${this.#id}.${index}`;
    const data = JSON.stringify(value);
    this.#write(encodeEvent(event === undefined ? { id, data } : { event, id, data }));
  }
}

/** The index of a run's last event. */
export function lastIndex({ parameters, trace }: Run): number {
  const last = parameters.count + 1;
  if (!trace) return last;
  return last + logOf(parameters).length;
}
