import type { Logged, Tracer, WaitedFor } from "../../lib/core/tracer.ts";
import type { Entry, ExitEntry } from "../../lib/trace/entry.ts";
import { encodeRun, type Run } from "./event-id.ts";
import { encodeEvent } from "./sse.ts";
import { logOf } from "../tutorial/program.ts";

/** Takes the texts of events, and sends them. */
export interface EventSink {
  /** Adds the text of an event. */
  add(text: string): void;
  /** Sends what was added when the run has gone through this instant. */
  flushSoon(): void;
}

/**
 * Turns what happens in a run into the events of its stream. The loop calls it directly, and makes
 * entries of the log only for a stream that shows them.
 */
export class RunEvents implements Tracer {
  readonly writing = false;
  readonly #run: Run;
  readonly #id: string;
  readonly #from: number;
  readonly #time: { readonly now: number };
  readonly #sink: EventSink;
  #index = 0;
  // What `summarize` makes of the log.
  #waited = 0;
  #steps = 0;

  /**
   * @param run The run.
   * @param from The index of the first event to encode: the client has those before it.
   * @param time Its logical time.
   * @param sink Where the events go.
   */
  constructor(run: Run, from: number, time: { readonly now: number }, sink: EventSink) {
    this.#run = run;
    this.#id = encodeRun(run);
    this.#from = from;
    this.#time = time;
    this.#sink = sink;
  }

  /** The run is to begin: adds the event `start`. */
  start(): void {
    this.#add("start", this.#run.parameters);
  }

  /** An entry of the log: adds the event `trace`, and those of what has happened. */
  trace(entry: Entry): void {
    this.#add("trace", entry);
    switch (entry.type) {
      case "step":
        return this.step();
      case "suspend":
        return this.#wait(entry.until);
      case "emit":
        return this.#add(undefined, entry.value);
      case "exit":
        return this.#exit(entry.task, entry.outcome);
    }
  }

  step(): void {
    this.#steps++;
    this.#sink.flushSoon();
  }

  suspend(_task: Logged, _waited: WaitedFor, until?: number): void {
    this.#wait(until);
  }

  /** A coroutine has emitted a number: adds an event without a type. */
  emit(_task: Logged, num: unknown): void {
    this.#add(undefined, num);
  }

  exit({ id }: Logged, outcome: ExitEntry["outcome"]): void {
    this.#exit(id, outcome);
  }

  spawn(): void {}
  ready(): void {}
  cancel(): void {}

  /** No wait of the tutorial ends early, so what it takes is known when it begins. */
  #wait(until: number | undefined): void {
    if (until !== undefined) this.#waited += until - this.#time.now;
  }

  #exit(task: number, outcome: ExitEntry["outcome"]): void {
    if (task !== 0 || outcome !== "done") return;
    this.#add("done", { elapsed: this.#time.now, waited: this.#waited, steps: this.#steps });
  }

  #add(event: string | undefined, value: unknown): void {
    const index = this.#index++;
    if (index < this.#from) return;
    this.#sink.add(encodeEvent({ event, id: `${this.#id}.${index}`, data: JSON.stringify(value) }));
  }
}

/** The index of a run's last event. */
export function lastIndex({ parameters, trace }: Run): number {
  const last = parameters.count + 1;
  if (!trace) return last;
  return last + logOf(parameters).length;
}
