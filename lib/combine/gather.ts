import { refuseAwait } from "../core/awaited.ts";
import { literal } from "../core/inspect.ts";
import { aggregate, isCancelled } from "../core/errors.ts";
import { describeValue, toIterator, toIterators } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { runningTask, type TaskIterator } from "../core/task.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import { pause } from "../ops/pause.ts";
import { Group, nameOf, RETURN_WHEN } from "./group.ts";

/**
 * Options of {@linkcode gather}, {@linkcode allSettled}, {@linkcode any} and {@linkcode race}.
 */
export interface GatherOptions {
  /**
   * What the tasks are called: `name[0]`, `name[1]` and so on; `name.key` for an object of
   * coroutines. The default is `task 7`, or `key`.
   */
  name?: string;
}

/** Options of {@linkcode gather} with a limit. */
export interface LimitOptions extends GatherOptions {
  /** How many run at a time, at most: a whole number ≥ 1. */
  limit: number;
}

function* gathering(
  iterators: TaskIterator[],
  name: string | undefined,
): Coroutine<unknown[]> {
  const group = new Group(
    runningTask("gather"),
    "gather",
    "gather",
    RETURN_WHEN["first-exception"],
  );
  const tasks = group.addAll(iterators, name);
  yield* group.waitOrEnd();
  // A copy has the room already: to push each costs twice as much.
  const outcomes: unknown[] = tasks.slice();
  for (let index = 0; index < tasks.length; index++) outcomes[index] = tasks[index]!.outcome;
  return outcomes;
}
refuseAwait(gathering);

/** Starts each coroutine in a task of its own, when one of `limit` workers is free. */
function* gatheringLimited(
  coroutines: Iterable<Startable<unknown>>,
  { limit, name }: LimitOptions,
): Coroutine<unknown[]> {
  const iterator = coroutines[Symbol.iterator]();
  const results: unknown[] = [];
  let index = 0;
  let isOver = false;
  let workers = 0;
  const group = new Group(
    runningTask("gather"),
    "gather",
    "gather",
    RETURN_WHEN["first-exception"],
  );
  function addWorker(): void {
    workers++;
    group.add(toIterator(worker, "gather"), null);
  }
  function* worker(): Coroutine<void> {
    const owner = runningTask("gather");
    let hasTaken = false;
    while (!isOver) {
      // What is taken now would be cancelled before it starts.
      if (owner.isInterruptDue) yield* pause();
      // If the iterator throws, there is nothing to return from.
      isOver = true;
      const next = iterator.next();
      if (next.done) return;
      isOver = false;
      const place = index++;
      // No more workers than there are coroutines, however high the limit is.
      if (!hasTaken && workers < limit) addWorker();
      hasTaken = true;
      const member = toIterator(next.value, "gather");
      results[place] = yield* owner.kernel.spawn(owner, member, nameOf(name, place));
    }
  }
  let thrown: { error: unknown } | null = null;
  try {
    addWorker();
    yield* group.waitOrEnd();
  } catch (error) {
    thrown = { error };
    throw error;
  } finally {
    if (!isOver) close(iterator, thrown);
  }
  return results;
}
refuseAwait(gatheringLimited);

/** Ends an iterator because of what was thrown, and throws what goes wrong with that. */
function close(iterator: Iterator<unknown>, thrown: { error: unknown } | null): void {
  try {
    iterator.return?.();
  } catch (error) {
    if (thrown === null || isCancelled(thrown.error)) throw error;
    throw aggregate([thrown.error, error], "gather");
  }
}

/**
 * Runs coroutines side by side and waits for all: asyncio's `gather`, but structured. If one
 * fails the others are cancelled, and when they have cleaned up its error is thrown; two or more
 * errors come as an `AggregateError` in the order of failure, the first being its `cause`. If the
 * gathering task is cancelled, so are they.
 *
 * A queue's item or a permit that a member was granted and has not received when it is cancelled
 * goes to the next in line. A value that a member *received* belongs to that member: if another one
 * fails, what members have returned is dropped.
 *
 * A {@linkcode Task} among them is joined, not owned: it goes on if another fails.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run. Each runs once.
 * @param options A name for the tasks.
 * @returns What to `yield*`, for what they return, in the order in which they were given.
 * @throws {TypeError} If one is no coroutine, or was started before.
 *
 * @example Three at once
 * ```ts
 * import { gather, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* after<T>(ms: number, value: T) {
 *   yield* sleep(ms);
 *   return value;
 * }
 * assertEquals(simulate(gather([after(30, "c"), after(10, 1), after(20, true)])), ["c", 1, true]);
 * ```
 */
export function gather<const C extends readonly Startable<unknown>[]>(
  coroutines: C,
  options?: GatherOptions,
): Coroutine<{ -readonly [K in keyof C]: Yielded<C[K]> }>;
/**
 * The same for many coroutines, of which no more than `limit` run at a time. The next one is taken
 * from the iterable when one has ended: hand over functions, so that none is made before its time.
 * If one fails, `gather` takes no more coroutines from the iterable, and calls its iterator's
 * `return()`.
 *
 * @typeParam T What they return.
 * @param coroutines What to run: an array, or any iterable, which is not read ahead.
 * @param options How many at a time, and a name for the tasks.
 * @returns What to `yield*`, for what they return, in the order in which they were given.
 * @throws {TypeError} If `coroutines` is no iterable.
 * @throws {RangeError} If `limit` is no whole number ≥ 1.
 *
 * @example Five pages, two at a time
 * ```ts
 * import { gather, now, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   const pages = [1, 2, 3, 4, 5].map((page) =>
 *     function* () {
 *       yield* sleep(100);
 *       return page;
 *     }
 *   );
 *   assertEquals(yield* gather(pages, { limit: 2 }), [1, 2, 3, 4, 5]);
 *   assertEquals(yield* now(), 300);
 * });
 * ```
 */
export function gather<T>(
  coroutines: Iterable<Startable<T>>,
  options: LimitOptions,
): Coroutine<T[]>;
export function gather(
  coroutines: readonly Startable<unknown>[] | Iterable<Startable<unknown>>,
  options: GatherOptions | LimitOptions = {},
): Coroutine<unknown> {
  checkOptions(options, "gather", "{ limit: 4 }");
  if (!("limit" in options)) {
    return gathering(toIterators(coroutines as readonly unknown[], "gather"), options.name);
  }
  const { limit } = options;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError(
      `gather: expected limit to be a whole number ≥ 1, received ${literal(limit)}`,
    );
  }
  if (typeof coroutines?.[Symbol.iterator] !== "function") {
    const received = describeValue(coroutines);
    throw new TypeError(`gather: expected an iterable of coroutines, received ${received}`);
  }
  return gatheringLimited(coroutines, options);
}
