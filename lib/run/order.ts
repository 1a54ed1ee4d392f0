import type { Task } from "../core/task.ts";

/**
 * Which of the ready tasks goes next. A description: each run starts its own state from it. Only
 * asked when there is a choice.
 *
 * @example Last in, first out
 * ```ts
 * import { emit, gather, type Order, simulate, tally } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const lifo: Order = { start: () => ({ from: (ready) => ready.length - 1 }) };
 * const trace = tally();
 * simulate(gather([emit(1), emit(2), emit(3)]), { order: lifo, trace });
 * assertEquals(trace.summary.emitted, [3, 2, 1]);
 * ```
 */
export interface Order {
  /**
   * Begins a run.
   *
   * @returns What the loop does before each step.
   */
  start(): Picker;
}

/** The state of an {@linkcode Order} in one run. */
export type Picker =
  | "first"
  | {
    /** How many tasks are ready, at least two; the answer is an index below that. */
    among(count: number): number;
  }
  | {
    /** The ready tasks, at least two, in the order they became so; the answer is an index. */
    from(ready: readonly Task<unknown>[]): number;
  };

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
 * Before every step any ready task, with equal chance, repeatable by its seed.
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
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new RangeError(
      `shuffled: expected a seed from 0 to 4294967295, a whole number, received ${seed}`,
    );
  }
  return {
    start() {
      const next = random(seed);
      return { among: (count) => Math.floor(next() * count) };
    },
  };
}

/**
 * The order that `pick` says: the seat of the scheduler, for a person or a search.
 *
 * @param pick Called before every step with the ready tasks, at least two, in the order in which
 * they became ready. It answers with the index of the one to go. If it throws or answers anything
 * else, the run is cancelled and rejects with that error. Or a list of such answers: after the
 * last, the first goes.
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
export function chosen(
  pick: ((ready: readonly Task<unknown>[]) => number) | readonly number[],
): Order {
  if (typeof pick === "function") return { start: () => ({ from: pick }) };
  return {
    start() {
      let choice = 0;
      return { from: () => pick[choice++] ?? 0 };
    },
  };
}

/**
 * Numbers from 0 up to 1, repeatable by a 32-bit seed: mulberry32, by Tommy Ettinger. Its 32 bits
 * favour no index among `n` tasks by more than `n` in four thousand million.
 *
 * @param seed A whole number; its lower 32 bits count.
 * @returns The next number of the sequence, at each call.
 *
 * @example The same seed, the same numbers
 * ```ts
 * import { random } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = [random(7), random(7)];
 * assertEquals([a(), a()], [b(), b()]);
 * ```
 */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
