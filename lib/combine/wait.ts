import { refuseAwait } from "../core/awaited.ts";
import { literal } from "../core/inspect.ts";
import { toIterators } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { type LoopTask, runningTask, type TaskIterator } from "../core/task.ts";
import { checkTimeLimit } from "../core/logical-time.ts";
import { FAILED, HOLDS_FAILURE } from "../core/phases.ts";
import type { Coroutine, Startable, Task, Yielded } from "../core/types.ts";
import { Group, RETURN_WHEN } from "./group.ts";

/** Options of {@linkcode wait}. */
export interface WaitOptions {
  /** When to go on. The default is `all-completed`. */
  returnWhen?: "all-completed" | "first-completed" | "first-exception";
  /** How long to wait at most, in ms, ≥ 0; `Infinity` for no limit. The tasks go on. */
  timeout?: number;
  /** What the tasks are called: `name[0]`, `name[1]` and so on. The default is `task 7`. */
  name?: string;
}

/** What {@linkcode wait} gives. */
export interface WaitResult<T> {
  /** The tasks that have ended, in the order in which they did. */
  done: Task<T>[];
  /** Those that have not, in the order in which they were given. */
  pending: Task<T>[];
}

/** A group whose members are handed over, with their failures, instead of being ended. */
class WaitGroup extends Group {
  /** Those that have ended, in the order in which they did. */
  readonly done = new Set<LoopTask<unknown>>();

  override onSettled(member: LoopTask<unknown>): boolean {
    this.done.add(member);
    super.onSettled(member);
    return false;
  }

  protected override isFailure({ phase }: LoopTask<unknown>): boolean {
    return phase === FAILED;
  }

  protected override get isOwning(): boolean {
    return false;
  }
}

function* waiting(
  iterators: TaskIterator[],
  { returnWhen = "all-completed", timeout, name }: WaitOptions,
): Coroutine<WaitResult<unknown>> {
  const task = runningTask("wait");
  const deadline = task.kernel.time.deadlineOf(timeout, "wait");
  const group = new WaitGroup(task, "wait", "wait", RETURN_WHEN[returnWhen]);
  const members = new Set(group.addAll(iterators, name, HOLDS_FAILURE));
  try {
    yield* group.waitUntil(deadline);
  } finally {
    group.leave();
  }
  return { done: [...group.done], pending: [...members].filter((task) => !group.done.has(task)) };
}
refuseAwait(waiting);

/**
 * Runs coroutines side by side, waits for some or all, and hands them over as tasks: asyncio's
 * `wait`. It cancels none, and throws no failure of theirs: join those that are done. They belong
 * to the task that waits, which ends only when they have.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run. Each runs once; a task is taken as it is.
 * @param options What to wait for, and how long.
 * @returns What to `yield*`, for those that are done and those that are not.
 * @throws {TypeError} If there is none, or one is no coroutine, or was started before, or `returnWhen`
 * is unknown.
 * @throws {RangeError} If `timeout` is out of range.
 *
 * @example What there is after 50 ms
 * ```ts
 * import { simulate, sleep, wait } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   const { done, pending } = yield* wait([sleep(10), sleep(100)], { timeout: 50 });
 *   assertEquals([done.length, pending.length], [1, 1]);
 *   for (const task of pending) task.cancel();
 * });
 * ```
 */
export function wait<const C extends readonly Startable<unknown>[]>(
  coroutines: C,
  options: WaitOptions = {},
): Coroutine<WaitResult<Yielded<C[number]>>> {
  checkOptions(options, "wait", "{ timeout: 100 }");
  const { returnWhen = "all-completed", timeout } = options;
  if (!Object.hasOwn(RETURN_WHEN, returnWhen)) {
    const expected = Object.keys(RETURN_WHEN).map(literal).join(" or ");
    throw new TypeError(
      `wait: expected returnWhen to be ${expected}, received ${literal(returnWhen)}`,
    );
  }
  if (timeout !== undefined) checkTimeLimit(timeout, "wait: timeout");
  const iterators = toIterators(coroutines, "wait");
  if (iterators.length === 0) throw new TypeError("wait: expected at least one coroutine");
  return waiting(iterators, options) as Coroutine<
    WaitResult<Yielded<C[number]>>
  >;
}
