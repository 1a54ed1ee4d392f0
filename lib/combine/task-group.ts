import { refuseAwait } from "../core/awaited.ts";
import { alreadyStarted, describeValue, toIterator } from "../core/iterator.ts";
import { returning } from "../core/results.ts";
import { current, type LoopTask, Operation, runningTask, type TaskIterator } from "../core/task.ts";
import { CANCELLED } from "../core/phases.ts";
import { Cancelled } from "../core/errors.ts";
import type { Coroutine, Startable, Task, Trap } from "../core/types.ts";
import { flagsOf, type SpawnOptions } from "../ops/spawn.ts";
import { Group, RETURN_WHEN } from "./group.ts";

/** What {@linkcode taskGroup} hands to its body. */
export interface TaskGroup {
  /**
   * Starts a coroutine as a task of the group. Does not suspend.
   *
   * @typeParam T What the coroutine returns.
   * @param coroutine What to start. It runs once.
   * @param options As for {@linkcode spawn}: a name; what happens if it fails; whether it is a
   * daemon.
   * @returns What to `yield*`, for the task.
   * @throws {TypeError} If it is no coroutine, or was started before; if `failure` is unknown; if
   * the group has ended, or belongs to another loop.
   */
  spawn<T>(coroutine: Startable<T>, options?: SpawnOptions): Coroutine<Task<T>>;
  /**
   * Cancels all tasks of the group, the body included, as {@linkcode Task.cancel} does. If the body
   * has returned, or returns before its next suspension, {@linkcode taskGroup} gives what it
   * returned; else it throws the {@linkcode Cancelled}. The group can be used from outside the
   * loop, by an event handler say: then the cancel is carried out at the next turn.
   *
   * @param reason Why: the `Cancelled` has it.
   *
   * @example Enough found
   * ```ts
   * import { now, simulate, sleep, taskGroup } from "@tenfold/loop";
   * import { assertEquals } from "@std/assert";
   *
   * simulate(function* () {
   *   const found = yield* taskGroup(function* (group) {
   *     for (const ms of [30, 60_000]) yield* group.spawn(sleep(ms));
   *     yield* sleep(10);
   *     group.cancel("found");
   *     return "it";
   *   });
   *   assertEquals([found, yield* now()], ["it", 10]);
   * }());
   * ```
   */
  cancel(reason?: unknown): void;
}

class GroupSpawn<T> extends Operation<Task<T>> {
  readonly #group: Group;
  #iterator: TaskIterator | null;
  readonly #name: string | null;
  readonly #flags: number;

  constructor(group: Group, iterator: TaskIterator, name: string | null, flags: number) {
    super();
    this.#group = group;
    this.#iterator = iterator;
    this.#name = name;
    this.#flags = flags;
  }

  start(): IteratorResult<Trap, Task<T>> {
    const { owner } = this.#group;
    if (runningTask("group.spawn").kernel !== owner.kernel) {
      throw new TypeError(
        `group.spawn: the group of "${owner.name}" belongs to another loop; ` +
          "let a task of that loop spawn, and tell it what by a queue",
      );
    }
    if (this.#group.pending === 0) throw new TypeError("group.spawn: the group has ended");
    const iterator = this.#iterator;
    if (iterator === null) throw alreadyStarted("group.spawn");
    this.#iterator = null;
    return returning<Task<T>>(this.#group.add<T>(iterator, this.#name, this.#flags));
  }
}

class BodyAndTasks extends Group {
  body: LoopTask<unknown> | null = null;

  override onSettled(member: LoopTask<unknown>): boolean {
    this.forgetEnded();
    return super.onSettled(member);
  }

  /** A task that is cancelled by itself leaves the others alone; without its body a group fails. */
  protected override isFailure(member: LoopTask<unknown>, isDecided: boolean): boolean {
    // The body is not known yet while it is added, and may be cancelled at birth.
    const isBody = this.body === null || member === this.body;
    if (member.phase === CANCELLED && !isBody) return false;
    return super.isFailure(member, isDecided);
  }
}

function* grouping(body: (group: TaskGroup) => Coroutine<unknown>): Coroutine<unknown> {
  const owner = runningTask("taskGroup");
  const group = new BodyAndTasks(owner, "taskGroup", "gather", RETURN_WHEN["first-exception"]);
  const handle: TaskGroup = {
    spawn<T>(coroutine: Startable<T>, options: SpawnOptions = {}) {
      const flags = flagsOf(options, "group.spawn");
      const iterator = toIterator(coroutine, "group.spawn");
      return new GroupSpawn<T>(group, iterator, options.name ?? null, flags);
    },
    cancel(reason?: unknown) {
      const { task } = current;
      const { kernel } = owner;
      // A trace function is called in the middle of a change of state.
      if (task?.kernel === kernel && kernel.tracer?.writing !== true) {
        group.cancel(new Cancelled("task", task, reason));
      } else {
        kernel.post(() => group.cancel(new Cancelled("host", null, reason)));
      }
    },
  };
  const main = group.body = group.add(toIterator(body(handle), "taskGroup"), null);
  yield* group.waitOrEnd();
  return main.outcome;
}
refuseAwait(grouping);

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
 * });
 * ```
 */
export function taskGroup<T>(body: (group: TaskGroup) => Coroutine<T>): Coroutine<T> {
  if (typeof body === "function") return grouping(body) as Coroutine<T>;
  throw new TypeError(
    `taskGroup: expected a function, received ${describeValue(body)}; write ` +
      "taskGroup(function* (group) { ... })",
  );
}
