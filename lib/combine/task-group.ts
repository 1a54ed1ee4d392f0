import type { Coroutine, Trap } from "../core/types.ts";
import { ALL_OR_FAILURE } from "./gather.ts";
import { Group } from "./group.ts";
import { driverOf, startedBefore } from "../core/iterator.ts";
import type { SpawnOptions } from "../ops/spawn.ts";
import { asking, Operation, resumedWith } from "../core/suspension.ts";
import type { Driver, Task } from "../core/task.ts";

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

class Admission<T> extends Operation<Task<T>> {
  readonly #group: Group;
  #driver: Driver | null;
  readonly #name: string | null;

  constructor(group: Group, driver: Driver, name: string | null) {
    super();
    this.#group = group;
    this.#driver = driver;
    this.#name = name;
  }

  start(): IteratorResult<Trap, Task<T>> {
    asking("group.spawn");
    if (this.#group.over) throw new TypeError("group.spawn: the group has ended");
    const driver = this.#driver;
    if (driver === null) throw startedBefore("group.spawn");
    this.#driver = null;
    return resumedWith<Task<T>>(this.#group.add<T>(driver, this.#name));
  }
}

function* grouping(body: (group: TaskGroup) => Coroutine<unknown>): Coroutine<unknown> {
  const group = new Group(asking("taskGroup"), "gather", ALL_OR_FAILURE);
  const handle: TaskGroup = {
    spawn: <T>(coroutine: Coroutine<T>, options: SpawnOptions = {}) =>
      new Admission<T>(group, driverOf(coroutine, "group.spawn"), options.name ?? null),
  };
  const main = group.add<unknown>(driverOf(body(handle), "taskGroup"), null);
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
