import type { Entry } from "./entry.ts";

/** What a run comes to: see {@linkcode summarize}. Times are logical ms. */
export interface Summary {
  /** From the first entry to the last. */
  elapsed: number;
  /** What the tasks waited in `sleep` and `block`, all added up. */
  waited: number;
  /** How often a task was given the thread. */
  steps: number;
  /** `waited` ÷ `elapsed`: how many waited at once, on average. 0 when no time passed. */
  overlap: number;
  /** How long a task held the thread without using it, by `block`. */
  held: number;
  /** The rest of `elapsed`: how long the thread was free for others. */
  free: number;
  /** The values that tasks emitted, in order. */
  emitted: unknown[];
  /** Whether the run would be the same again: nothing in it came from the host. */
  replayable: boolean;
}

/** A trace function that adds up what it is given: see {@linkcode tally}. */
export interface Tally {
  /** Adds one entry. */
  (entry: Entry): void;
  /** The figures so far. */
  readonly summary: Summary;
}

/**
 * A `trace` function that adds up a log as it is written and keeps none of it.
 *
 * @returns The function, with the figures so far as `summary`.
 *
 * @example While it runs
 * ```ts
 * import { block, simulate, sleep, tally } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = tally();
 * simulate(function* () {
 *   yield* sleep(300);
 *   assertEquals(trace.summary.waited, 300);
 *   yield* block(100);
 * }, { trace });
 * assertEquals([trace.summary.free, trace.summary.held], [300, 100]);
 * ```
 */
export function tally(): Tally {
  const figures = new Figures();
  const add = (entry: Entry) => figures.add(entry);
  return Object.defineProperty(add as Tally, "summary", { get: () => figures.summary });
}

/** What a log comes to so far. */
export class Figures {
  /** When each waiting task began to. */
  readonly #since = new Map<number, number>();
  readonly #emitted: unknown[] = [];
  #elapsed = 0;
  #waited = 0;
  #held = 0;
  #steps = 0;
  #blocker: number | undefined;
  #replayable = true;

  /** Adds an entry. */
  add(entry: Entry): void {
    const { task, at, type } = entry;
    this.#elapsed = at;
    switch (type) {
      case "step":
        this.#steps++;
        if (task === this.#blocker) this.#endWait(task, at);
        break;
      case "ready":
        this.#endWait(task, at);
        if (entry.by === "host") this.#replayable = false;
        break;
      case "suspend":
        if (entry.why !== "sleep" && entry.why !== "block") break;
        this.#since.set(task, at);
        if (entry.why === "block") this.#blocker = task;
        break;
      case "emit":
        this.#emitted.push(entry.value);
        break;
      case "cancel":
        if (entry.by === "host") this.#replayable = false;
    }
  }

  /** A sleep ends when its task is ready; a block, after which there is no `ready`, with the step. */
  #endWait(task: number, at: number): void {
    const began = this.#since.get(task);
    if (began === undefined) return;
    this.#since.delete(task);
    this.#waited += at - began;
    if (task !== this.#blocker) return;
    this.#held += at - began;
    this.#blocker = undefined;
  }

  /** The figures. */
  get summary(): Summary {
    const [elapsed, waited, held, steps] = [this.#elapsed, this.#waited, this.#held, this.#steps];
    return {
      elapsed,
      waited,
      steps,
      overlap: elapsed === 0 ? 0 : waited / elapsed,
      held,
      free: elapsed - held,
      emitted: [...this.#emitted],
      replayable: this.#replayable,
    };
  }
}

/**
 * Adds up a log.
 *
 * @param entries The log of a run, from its first entry: see {@linkcode record}.
 * @returns The figures.
 *
 * @example Ten seconds of waiting, in one
 * ```ts
 * import { gather, record, simulate, sleep, summarize } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = record();
 * simulate(gather(Array.from({ length: 10 }, () => sleep(1000))), { trace });
 * const { elapsed, waited, overlap, steps } = summarize(trace.entries);
 * assertEquals({ elapsed, waited, overlap, steps }, {
 *   elapsed: 1000,
 *   waited: 10_000,
 *   overlap: 10,
 *   steps: 22,
 * });
 * ```
 */
export function summarize(entries: readonly Entry[]): Summary {
  const figures = new Figures();
  for (const entry of entries) figures.add(entry);
  return figures.summary;
}
