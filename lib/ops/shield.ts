import type { Coroutine } from "../core/types.ts";
import { driverOf } from "../core/iterator.ts";
import { hold, letGo } from "../core/lifecycle.ts";
import { asking } from "../core/suspension.ts";
import type { Driver } from "../core/task.ts";

function* shielding(driver: Driver): Coroutine<unknown> {
  const task = asking("shield");
  hold(task);
  try {
    return yield* { [Symbol.iterator]: () => driver } as Coroutine<unknown>;
  } finally {
    letGo(task);
  }
}

/**
 * Runs a coroutine in the same task and holds a cancel back meanwhile: it comes at the task's next
 * suspension. For what must not stop half-way, a cleanup that a `return` or an error leads to
 * among them. (A cleanup that a cancel leads to is not cancelled again.)
 *
 * @typeParam T What the coroutine returns.
 * @param coroutine What to run. It runs once.
 * @returns What to `yield*`, for what the coroutine returns.
 * @throws {TypeError} If it is no coroutine, or was started before.
 *
 * @example All or nothing
 * ```ts
 * import { shield, simulate, sleep, spawn } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const written: string[] = [];
 * function* write() {
 *   written.push("head");
 *   yield* sleep(10);
 *   written.push("tail");
 * }
 *
 * simulate(function* () {
 *   const task = yield* spawn(shield(write()));
 *   yield* sleep(5);
 *   task.cancel();
 * }());
 * assertEquals(written, ["head", "tail"]);
 * ```
 */
export function shield<T>(coroutine: Coroutine<T>): Coroutine<T> {
  return shielding(driverOf(coroutine, "shield")) as Coroutine<T>;
}
