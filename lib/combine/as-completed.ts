import { refuseAwait } from "../core/awaited.ts";
import { toIterators } from "../core/iterator.ts";
import { LoopTask, refuseForeign, runningTask } from "../core/task.ts";
import { DONE, HOLDS_FAILURE } from "../core/phases.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import { fedBy, Queue } from "../sync/queue.ts";

/**
 * Runs coroutines side by side and gives their results in the order in which they end: asyncio's
 * `as_completed`. Each coroutine that it returns gives a value, or throws an error, when it is
 * awaited by `yield*`. A task whose result is not awaited goes on: it belongs to the caller.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run. Each runs once; a task is taken as it is.
 * @returns As many coroutines: the n-th is the n-th to end.
 * @throws {TypeError} If one is no coroutine, or was started before, or no coroutine is running.
 *
 * @example The fastest first
 * ```ts
 * import { asCompleted, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* after(ms: number) {
 *   yield* sleep(ms);
 *   return ms;
 * }
 *
 * simulate(function* () {
 *   const order: number[] = [];
 *   for (const next of asCompleted([after(30), after(10), after(20)])) order.push(yield* next);
 *   assertEquals(order, [10, 20, 30]);
 * });
 * ```
 */
export function asCompleted<const C extends readonly Startable<unknown>[]>(
  coroutines: C,
): Iterable<Coroutine<Yielded<C[number]>>> {
  // First, because what is refused here can still be used.
  const owner = runningTask("asCompleted");
  const iterators = toIterators(coroutines, "asCompleted");
  const ended = new Queue<LoopTask<unknown>>(Infinity);
  const onSettled = (task: LoopTask<unknown>) => {
    ended.tryPut(task);
    return false;
  };
  const tasks = iterators.map((iterator) => {
    if (!(iterator instanceof LoopTask)) {
      return owner.kernel.spawn(owner, iterator, null, HOLDS_FAILURE);
    }
    refuseForeign(iterator, owner, "asCompleted");
    return iterator;
  });
  fedBy(ended, tasks);
  for (const task of tasks) {
    if (task.phase < DONE) task.subscribe({ onSettled });
    else onSettled(task);
  }
  return iterators.map(() => next(ended) as Coroutine<Yielded<C[number]>>);
}

function* next(ended: Queue<LoopTask<unknown>>): Coroutine<unknown> {
  return yield* yield* ended.get();
}
refuseAwait(next);
