import { SUSPENDED } from "../core/results.ts";
import { runningTask, suspend, Suspension, throwPending } from "../core/task.ts";
import { RUNNING } from "../core/phases.ts";
import { checkMilliseconds } from "../core/logical-time.ts";
import type { Coroutine, Trap } from "../core/types.ts";

/** A wait of uncertain length. */
export class SleepBetween extends Suspension<void> {
  /** Its bounds, in ms. */
  readonly min: number;
  readonly max: number;

  constructor(min: number, max: number) {
    super();
    this.min = min;
    this.max = max;
  }

  get why(): "sleep" {
    return "sleep";
  }

  start(): IteratorResult<Trap, void> {
    const task = runningTask("sleepBetween");
    // A task that is about to be cancelled uses up no length.
    if (task.phase !== RUNNING) throwPending(task, this);
    const { kernel } = task;
    const length = kernel.lengthBetween(task, this.min, this.max);
    suspend(this, kernel.time.deadline(length, "sleepBetween"));
    return SUSPENDED;
  }

  // The timer is all there is to it.
  abort(): void {}
}

/**
 * Suspends the task for a time that is known only by its bounds, both included: what the network, a
 * disk or a user takes. `run` and `simulate` draw the length by their option `seed`, for each task
 * by itself, in whole ms if both bounds are; `explore` and `check` try every order that some choice
 * of lengths leads to.
 *
 * @param min The shortest time, in ms: finite, ≥ 0, fractions allowed.
 * @param max The longest time, in ms: finite, ≥ `min`; with the time of the loop at most 2^53 - 1.
 * @returns What to `yield*`.
 * @throws {RangeError} If a bound is out of range, or `max` is less than `min`.
 * @throws {TypeError} If a bound is no number.
 *
 * @example Answers come in any order
 * ```ts
 * import { gather, simulate, sleepBetween } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function answers(seed: number): string[] {
 *   const came: string[] = [];
 *   function* ask(name: string) {
 *     yield* sleepBetween(10, 500);
 *     came.push(name);
 *   }
 *   simulate(gather([ask("a"), ask("b")]), { seed });
 *   return came;
 * }
 * assertEquals(answers(1), answers(1));
 * const orders = new Set(Array.from({ length: 20 }, (_, seed) => answers(seed).join()));
 * assertEquals([...orders].sort(), ["a,b", "b,a"]);
 * ```
 */
export function sleepBetween(min: number, max: number): Coroutine<void> {
  checkMilliseconds(min, "sleepBetween: min");
  if (checkMilliseconds(max, "sleepBetween: max") >= min) return new SleepBetween(min, max);
  throw new RangeError(`sleepBetween: expected min ≤ max, received ${min} and ${max}`);
}
