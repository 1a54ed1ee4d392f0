import { type Entry, tally } from "@tenfold/loop";
import { encodeRun, type Run } from "./event-id.ts";
import { encodeEvent } from "./sse.ts";
import { logOf } from "../tutorial/program.ts";

/** Turns the log of a run, entry by entry, into the events of its stream. */
export class RunEvents {
  readonly #run: Run;
  readonly #id: string;
  readonly #from: number;
  readonly #write: (text: string) => void;
  readonly #tally = tally();
  #index = 0;

  /**
   * @param run The run.
   * @param from The index of the first event to write: the client has those before it.
   * @param write Called with the text of each event.
   */
  constructor(run: Run, from: number, write: (text: string) => void) {
    this.#run = run;
    this.#id = encodeRun(run);
    this.#from = from;
    this.#write = write;
  }

  /** Writes the first event, `start`. */
  start(): void {
    this.#add("start", this.#run.parameters);
  }

  /** Writes the events of an entry: a number that a coroutine emits, `trace`, and `done`. */
  trace(entry: Entry): void {
    this.#tally(entry);
    if (this.#run.trace) this.#add("trace", entry);
    if (entry.type === "emit") this.#add(undefined, entry.value);
    if (entry.type === "exit" && entry.task === 0 && entry.outcome === "done") {
      const { elapsed, waited, steps } = this.#tally.summary;
      this.#add("done", { elapsed, waited, steps });
    }
  }

  #add(event: string | undefined, value: unknown): void {
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
