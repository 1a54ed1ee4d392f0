import type { Coroutine, Yielded } from "../core/types.ts";
import { addAll } from "./gather.ts";
import { type Enough, Group } from "./group.ts";
import { driversOf } from "../core/iterator.ts";
import { milliseconds } from "../ops/sleep.ts";
import { asking } from "../core/suspension.ts";
import type { Driver, Task } from "../core/task.ts";

/** Options of {@linkcode wait}. */
export interface WaitOptions {
  /** When to go on. The default is `all-completed`. */
  returnWhen?: "all-completed" | "first-completed" | "first-exception";
  /** How long to wait at the most, in ms: finite, ≥ 0. The tasks go on. */
  timeout?: number;
  /** What the tasks are called: `name[0]`, `name[1]` and so on. The default is `task 7`. */
  name?: string;
}

/** What {@linkcode wait} gives. */
export interface Waited<T> {
  /** The tasks that have ended, in the order in which they did. */
  done: Task<T>[];
  /** Those that have not, in the order in which they were given. */
  pending: Task<T>[];
}

const ENOUGH: Record<NonNullable<WaitOptions["returnWhen"]>, Enough> = {
  "all-completed": ({ left }) => left === 0,
  "first-completed": ({ left, ended }) => left === 0 || ended.length > 0,
  "first-exception": ({ left, errors }) => left === 0 || errors.length > 0,
};

function* waiting(
  drivers: readonly Driver[],
  { returnWhen = "all-completed", timeout, name }: WaitOptions,
): Coroutine<Waited<unknown>> {
  const task = asking("wait");
  const group = new Group(task, "wait", ENOUGH[returnWhen], false);
  addAll(group, drivers, name);
  yield* group.wait(timeout === undefined ? undefined : task.kernel.time.deadline(timeout, "wait"));
  for (const member of group.members) member.unwatch(group);
  const pending = group.members.filter((member) => !group.ended.includes(member));
  return { done: [...group.ended], pending };
}

/**
 * Runs coroutines side by side, waits for some or all, and hands them over as tasks: asyncio's
 * `wait`. It cancels none, and throws no failure of theirs: join those that are done. They belong
 * to the task that waits, which ends only when they have.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run. Each runs once; a task is taken as it is.
 * @param options What to wait for, and how long.
 * @returns What to `yield*`, for those that are done and those that are not.
 * @throws {TypeError} If one is no coroutine, or was started before, or `returnWhen` is unknown.
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
 * }());
 * ```
 */
export function wait<const C extends readonly Coroutine<unknown>[]>(
  coroutines: C,
  options: WaitOptions = {},
): Coroutine<Waited<Yielded<C[number]>>> {
  const { returnWhen = "all-completed", timeout } = options;
  if (!Object.hasOwn(ENOUGH, returnWhen)) {
    throw new TypeError(`wait: expected returnWhen to be ${Object.keys(ENOUGH).join(" or ")}`);
  }
  if (timeout !== undefined) milliseconds(timeout, "wait");
  return waiting(driversOf(coroutines, "wait"), options) as Coroutine<Waited<Yielded<C[number]>>>;
}
