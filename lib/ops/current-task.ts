import { taskInStep } from "../core/task.ts";
import type { Task } from "../core/types.ts";

/**
 * The task that is running.
 *
 * @returns The task.
 * @throws {TypeError} If no task is running: in a callback of the host, for example.
 *
 * @example A signal for what takes one
 * ```ts
 * import { currentTask, run, until } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * await run(function* () {
 *   const { name, signal } = currentTask();
 *   const reply = yield* until(Promise.resolve({ signal }));
 *   assertEquals([name, reply.signal.aborted], ["main", false]);
 * });
 * ```
 */
export function currentTask(): Task<unknown> {
  return taskInStep("currentTask");
}
