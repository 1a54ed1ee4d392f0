import { refuseAwait } from "../core/awaited.ts";
import type { Coroutine, Startable } from "../core/types.ts";
import { asCoroutine, toIterator } from "../core/iterator.ts";
import { shieldTask, unshieldTask } from "../core/lifecycle.ts";
import { runningTask, type TaskIterator } from "../core/task.ts";

function* shielding(iterator: TaskIterator): Coroutine<unknown> {
  const task = runningTask("shield");
  shieldTask(task);
  try {
    return yield* asCoroutine(iterator);
  } finally {
    unshieldTask(task);
  }
}
refuseAwait(shielding);

/**
 * Runs a coroutine in the same task and holds a cancel back meanwhile: it comes at the task's next
 * suspension. Use it for what must not stop half-way, such as a cleanup that a `return` or an error
 * leads to. (A cleanup that a cancel leads to is not cancelled again.)
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
 * });
 * assertEquals(written, ["head", "tail"]);
 * ```
 */
export function shield<T>(coroutine: Startable<T>): Coroutine<T> {
  return shielding(toIterator(coroutine, "shield")) as Coroutine<T>;
}
