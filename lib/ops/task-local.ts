import { refuseAwait } from "../core/awaited.ts";
import { asCoroutine, toIterator } from "../core/iterator.ts";
import { current, runningTask, taskInStep, type TaskIterator } from "../core/task.ts";
import type { Coroutine, Startable } from "../core/types.ts";

/**
 * A value that follows a task: each task has its own, and a task that is spawned begins with that
 * of the task which spawns it. asyncio's `ContextVar`.
 *
 * @typeParam T The value.
 *
 * @example Whose request it is
 * ```ts
 * import { gather, simulate, sleep, TaskLocal } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const user = new TaskLocal("nobody");
 * function* handle(name: string) {
 *   user.set(name);
 *   yield* sleep(10);
 *   return user.get();
 * }
 * assertEquals(simulate(gather([handle("alice"), handle("bob")])), ["alice", "bob"]);
 * assertEquals(user.get(), "nobody");
 * ```
 */
export class TaskLocal<T> {
  readonly #initial: T;

  /**
   * Makes a task local.
   *
   * @param initial The value where none was set, and where no task is running.
   */
  constructor(initial: T) {
    this.#initial = initial;
  }

  /**
   * Gives the value of the running task.
   *
   * @returns The value.
   */
  get(): T {
    const { locals } = current.task ?? { locals: null };
    return locals?.has(this) ? locals.get(this) as T : this.#initial;
  }

  /**
   * Sets the value of the running task, and of those that it spawns from now on.
   *
   * @param value The value.
   * @throws {TypeError} If no task is running.
   */
  set(value: T): void {
    const task = taskInStep("TaskLocal.set");
    task.locals = new Map(task.locals).set(this, value);
  }

  /**
   * Runs a coroutine in the same task, with another value while it runs.
   *
   * @typeParam R What the coroutine returns.
   * @param value The value.
   * @param coroutine What to run. It runs once.
   * @returns What to `yield*`, for what the coroutine returns.
   * @throws {TypeError} If it is no coroutine, or was started before.
   */
  run<R>(value: T, coroutine: Startable<R>): Coroutine<R> {
    return runWith(this, value, toIterator(coroutine, "TaskLocal.run")) as Coroutine<R>;
  }
}

function* runWith<T>(
  local: TaskLocal<T>,
  value: T,
  iterator: TaskIterator,
): Coroutine<unknown> {
  runningTask("TaskLocal.run");
  const before = local.get();
  local.set(value);
  try {
    return yield* asCoroutine(iterator);
  } finally {
    local.set(before);
  }
}

refuseAwait(runWith);
