import { refuseAwait } from "../core/awaited.ts";
import { toIterators } from "../core/iterator.ts";
import { currentTask, type TaskIterator } from "../core/task.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import { Group, UNTIL } from "./group.ts";

/** Options of {@linkcode gather} and {@linkcode race}. */
export interface GatherOptions {
  /** What the tasks are called: `name[0]`, `name[1]` and so on. The default is `task 7`. */
  name?: string;
}

/** The name of one of several tasks. */
export function nameOf(name: string | undefined, index: number): string | null {
  return name === undefined ? null : `${name}[${index}]`;
}

function* gathering(
  iterators: readonly TaskIterator[],
  name: string | undefined,
): Coroutine<unknown[]> {
  const group = new Group(currentTask("gather"), "gather", "gather", UNTIL["first-exception"]);
  const tasks = iterators.map((iterator, index) => group.add(iterator, nameOf(name, index)));
  yield* group.waitOrEnd();
  return tasks.map(({ outcome }) => outcome);
}
refuseAwait(gathering);

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
  options: GatherOptions = {},
): Coroutine<{ -readonly [K in keyof C]: Yielded<C[K]> }> {
  const iterators = toIterators(coroutines, "gather");
  return gathering(iterators, options.name) as Coroutine<
    { -readonly [K in keyof C]: Yielded<C[K]> }
  >;
}
