import type { Coroutine, Trap } from "../core/types.ts";
import { returning } from "../core/results.ts";
import { Operation, runningTask } from "../core/task.ts";

class Now extends Operation<number> {
  start(): IteratorResult<Trap, number> {
    return returning(runningTask("now").kernel.readTime());
  }
}

const NOW = new Now();

/**
 * The loop's logical time. Does not suspend.
 *
 * @returns What to `yield*`, for the ms since the run began.
 *
 * @example How long something took
 * ```ts
 * import { simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   const before = yield* now();
 *   yield* sleep(250);
 *   assertEquals((yield* now()) - before, 250);
 * });
 * ```
 */
export function now(): Coroutine<number> {
  return NOW;
}
