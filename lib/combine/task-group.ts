import { alreadyStarted, toIterator } from "../core/iterator.ts";
import { returning } from "../core/results.ts";
import { currentTask, Operation, type TaskIterator } from "../core/task.ts";
import type { Coroutine, Task, Trap } from "../core/types.ts";
import type { SpawnOptions } from "../ops/spawn.ts";
import { Group, UNTIL } from "./group.ts";

/** What {@linkcode taskGroup} hands to its body. */
export interface TaskGroup {
  /**
   * Starts a coroutine as a task of the group. Does not suspend.
   *
   * @typeParam T What the coroutine returns.
   * @param coroutine What to start. It runs once.
   * @param options A name.
   * @returns What to `yield*`, for the task.
   * @throws {TypeError} If it is no coroutine, or was started before, or the group has ended.
   */
  spawn<T>(coroutine: Coroutine<T>, options?: SpawnOptions): Coroutine<Task<T>>;
}

class GroupSpawn<T> extends Operation<Task<T>> {
  readonly #group: Group;
  #iterator: TaskIterator | null;
  readonly #name: string | null;

  constructor(group: Group, iterator: TaskIterator, name: string | null) {
    super();
    this.#group = group;
    this.#iterator = iterator;
    this.#name = name;
  }

  start(): IteratorResult<Trap, Task<T>> {
    currentTask("group.spawn");
    if (this.#group.pending === 0) throw new TypeError("group.spawn: the group has ended");
    const iterator = this.#iterator;
    if (iterator === null) throw alreadyStarted("group.spawn");
    this.#iterator = null;
    return returning<Task<T>>(this.#group.add<T>(iterator, this.#name));
  }
}

function* grouping(body: (group: TaskGroup) => Coroutine<unknown>): Coroutine<unknown> {
  const group = new Group(currentTask("taskGroup"), "gather", UNTIL["first-exception"]);
  const handle: TaskGroup = {
    spawn: <T>(coroutine: Coroutine<T>, options: SpawnOptions = {}) =>
      new GroupSpawn<T>(group, toIterator(coroutine, "group.spawn"), options.name ?? null),
  };
  const main = group.add<unknown>(toIterator(body(handle), "taskGroup"), null);
  yield* group.waitOrEnd();
  return main.outcome;
}

/**
 * Runs a body that may start tasks, and waits for it and for all of them: asyncio's `TaskGroup`.
 * If one fails, or the body does, the others are cancelled, and errors come by the rule of
 * {@linkcode gather}.
 *
 * @typeParam T What the body returns.
 * @param body Called with the group; the coroutine it returns is a task of it.
 * @returns What to `yield*`, for what the body returns.
 * @throws {TypeError} If `body` is no function.
 *
 * @example As many as there are
 * ```ts
 * import { simulate, sleep, taskGroup, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   yield* taskGroup(function* (group) {
 *     for (const ms of [10, 30, 20]) yield* group.spawn(sleep(ms));
 *   });
 *   assertEquals(yield* now(), 30);
 * }());
 * ```
 */
export function taskGroup<T>(body: (group: TaskGroup) => Coroutine<T>): Coroutine<T> {
  if (typeof body === "function") return grouping(body) as Coroutine<T>;
  throw new TypeError("taskGroup: expected a function: taskGroup(function* (group) { ... })");
}
