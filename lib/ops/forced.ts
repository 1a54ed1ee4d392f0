import { runningTask } from "../core/task.ts";
import { FORCE_DUE, RUNNING_CANCELLING } from "../core/phases.ts";
import type { Coroutine } from "../core/types.ts";
import { pause } from "./pause.ts";

/**
 * Runs a cleanup in a task that is ended by its iterator's `return()`, and ends the task then. When
 * a cleanup suspends, `yield*` forgets that it was to return: the coroutine around it would go on,
 * with a result that is none.
 */
export function* endingByForce(cleanup: Coroutine<void>): Coroutine<void> {
  yield* cleanup;
  const task = runningTask("pause");
  task.set(FORCE_DUE);
  task.phase = RUNNING_CANCELLING;
  yield* pause();
}
