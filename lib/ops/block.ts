import { SUSPENDED } from "../core/results.ts";
import { type LoopTask, runningTask, suspend, Suspension } from "../core/task.ts";
import { checkMilliseconds } from "../core/logical-time.ts";
import type { Coroutine, Trap } from "../core/types.ts";

class Block extends Suspension<void> {
  readonly #ms: number;
  #until = 0;

  constructor(ms: number) {
    super();
    this.#ms = ms;
  }

  get why(): "block" {
    return "block";
  }

  override get until(): number {
    return this.#until;
  }

  start(): IteratorResult<Trap, void> {
    this.#until = runningTask("block").kernel.time.deadline(this.#ms, "block");
    const task = suspend(this);
    task.kernel.block(task, this.#until);
    return SUSPENDED;
  }

  abort(task: LoopTask<unknown>): void {
    task.kernel.unblock();
  }
}

/**
 * Holds the loop's thread and does nothing with it: a model of `time.sleep` in the middle of a
 * coroutine. No other task of this loop runs; deadlines that pass are served, late, when it ends,
 * and the blocker goes on first. The real thread is free meanwhile, for the host and other loops:
 * that is what makes it a model. Only the host can cancel it, and that ends it at once.
 *
 * @param ms How long, in ms: finite, ≥ 0, fractions allowed; with the time of the loop at most
 * 2^53 - 1.
 * @returns What to `yield*`.
 * @throws {RangeError} If `ms` is out of range.
 * @throws {TypeError} If it is no number.
 *
 * @example A sleeper that wakes late
 * ```ts
 * import { block, gather, simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* sleeper() {
 *   yield* sleep(100);
 *   return yield* now();
 * }
 * assertEquals(simulate(gather([sleeper(), block(3000)])), [3000, undefined]);
 * ```
 */
export function block(ms: number): Coroutine<void> {
  return new Block(checkMilliseconds(ms, "block"));
}
