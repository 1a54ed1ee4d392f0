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
  /** When each waiting task began to. */
  const since = new Map<number, number>();
  const emitted: unknown[] = [];
  let [elapsed, waited, held, steps] = [0, 0, 0, 0];
  let blocker: number | undefined;
  let replayable = true;

  function add(entry: Entry): void {
    const { task, at } = entry;
    elapsed = at;
    const began = since.get(task);
    // A sleep ends when its task is ready; a block, after which there is no `ready`, with the step.
    if (began !== undefined && (entry.type === "ready" || entry.type === "step")) {
      waited += at - began;
      since.delete(task);
      if (task === blocker) {
        held += at - began;
        blocker = undefined;
      }
    }
    if (entry.type === "step") steps++;
    else if (entry.type === "emit") emitted.push(entry.value);
    else if (entry.type === "suspend" && (entry.why === "sleep" || entry.why === "block")) {
      since.set(task, at);
      if (entry.why === "block") blocker = task;
    } else if ("by" in entry && entry.by === "host") replayable = false;
  }

  return Object.defineProperty(add as Tally, "summary", {
    get(): Summary {
      const overlap = elapsed === 0 ? 0 : waited / elapsed;
      const free = elapsed - held;
      return { elapsed, waited, steps, overlap, held, free, emitted: [...emitted], replayable };
    },
  });
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
  const add = tally();
  for (const entry of entries) add(entry);
  return add.summary;
}
