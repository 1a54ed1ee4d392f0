import type { Entry } from "@tenfold/loop";
import { encodeRun, type Run } from "./event-id.ts";
import { encodeEvent } from "./sse.ts";
import { logOf } from "../tutorial/program.ts";

/** Turns the log of a run, entry by entry, into the events of its stream. */
export class RunEvents {
  readonly #run: Run;
  readonly #id: string;
  readonly #from: number;
  /** What `summarize` makes of the log so far: see {@linkcode RunEvents.of}. */
  #waited = 0;
  #steps = 0;
  #index = 0;

  /**
   * @param run The run.
   * @param from The index of the first event to encode: the client has those before it.
   */
  constructor(run: Run, from: number) {
    this.#run = run;
    this.#id = encodeRun(run);
    this.#from = from;
  }

  /** The text of the first event, `start`. */
  start(): string {
    return this.#encode("start", this.#run.parameters);
  }

  /** The text of the events of an entry: a number that a coroutine emits, `trace`, and `done`. */
  of(entry: Entry): string {
    const text = this.#run.trace ? this.#encode("trace", entry) : "";
    switch (entry.type) {
      case "step":
        this.#steps++;
        return text;
      case "suspend":
        // No wait of the tutorial ends early, so what it takes is known when it begins.
        this.#waited += (entry.until ?? entry.at) - entry.at;
        return text;
      case "emit":
        return text + this.#encode(undefined, entry.value);
      case "exit":
        return entry.task === 0 && entry.outcome === "done" ? text + this.#done(entry.at) : text;
      default:
        return text;
    }
  }

  #done(elapsed: number): string {
    return this.#encode("done", { elapsed, waited: this.#waited, steps: this.#steps });
  }

  #encode(event: string | undefined, value: unknown): string {
    const index = this.#index++;
    if (index < this.#from) return "";
    return encodeEvent({ event, id: `${this.#id}.${index}`, data: JSON.stringify(value) });
  }
}

/** The index of a run's last event. */
export function lastIndex({ parameters, trace }: Run): number {
  const last = parameters.count + 1;
  if (!trace) return last;
  return last + logOf(parameters).length;
}
