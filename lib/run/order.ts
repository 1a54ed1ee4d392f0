import { describeValue } from "../core/iterator.ts";
import { random } from "../core/random.ts";
import type { Order, Task } from "../core/types.ts";

const FIFO: Order = { start: () => "first" };

/**
 * First come, first served: the order in which the tasks became ready, and the default.
 *
 * @returns The order.
 *
 * @example Alternating
 * ```ts
 * import { emit, fifo, gather, pause, record, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* twice(word: string) {
 *   yield* emit(word);
 *   yield* pause();
 *   yield* emit(word);
 * }
 *
 * const trace = record();
 * simulate(gather([twice("tick"), twice("tock")]), { order: fifo(), trace });
 * const said = trace.entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
 * assertEquals(said, ["tick", "tock", "tick", "tock"]);
 * ```
 */
export function fifo(): Order {
  return FIFO;
}

/**
 * Picks any of the ready tasks before every step, each with equal chance. The same seed gives the
 * same picks.
 *
 * @param seed A whole number from 0 to 4294967295.
 * @returns The order.
 * @throws {RangeError} If the seed is anything else.
 *
 * @example Another order, the same again
 * ```ts
 * import { emit, gather, record, shuffled, simulate } from "@tenfold/loop";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * function said(seed: number) {
 *   const trace = record();
 *   simulate(gather([..."abcdefgh"].map((letter) => emit(letter))), {
 *     order: shuffled(seed),
 *     trace,
 *   });
 *   return trace.entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []).join("");
 * }
 * assertNotEquals(said(1), said(2));
 * assertEquals(said(1), said(1));
 * ```
 */
export function shuffled(seed: number): Order {
  checkSeed(seed, "shuffled");
  return {
    seed,
    start() {
      const next = random(seed);
      return { among: (count) => Math.floor(next() * count) };
    },
  };
}

/** Checks a seed that a caller gave: 32 bits, because more would not count. */
export function checkSeed(seed: number, where: string): void {
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff) return;
  throw new RangeError(
    `${where}: expected a seed from 0 to 4294967295, a whole number, received ${
      describeValue(seed)
    }`,
  );
}

/**
 * Lets a function choose the task that runs next: for a person or a search as the scheduler.
 *
 * @param pick Called before every step with the ready tasks, at least two, in the order in which
 * they became ready. It returns the index of the task that runs next. If it throws or returns
 * anything else, the run is cancelled and fails with that error.
 * @returns The order.
 *
 * @example Last come, first served
 * ```ts
 * import { chosen, emit, gather, record, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = record();
 * simulate(gather([emit(1), emit(2), emit(3)]), {
 *   order: chosen((ready) => ready.length - 1),
 *   trace,
 * });
 * const said = trace.entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
 * assertEquals(said, [3, 2, 1]);
 * ```
 */
export function chosen(pick: (ready: readonly Task<unknown>[]) => number): Order {
  return { start: () => ({ from: pick }) };
}

/**
 * Repeats the choices of an earlier run, those that {@linkcode explore} reports for example.
 *
 * @param picks For each choice among two or more tasks, the index of the one that runs next, and for
 * each {@linkcode sleepBetween} its length in ms, in the order in which the run comes by them. After
 * the last, the task that became ready first runs, and a wait takes the least time.
 * @returns The order.
 *
 * @example The second task first
 * ```ts
 * import { emit, gather, record, replay, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = record();
 * simulate(gather([emit(1), emit(2)]), { order: replay([1]), trace });
 * const said = trace.entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
 * assertEquals(said, [2, 1]);
 * ```
 */
export function replay(picks: readonly number[]): Order {
  return {
    start() {
      let choice = 0;
      return {
        from: () => picks[choice++] ?? 0,
        length: (min) => picks[choice++] ?? min,
      };
    },
  };
}
