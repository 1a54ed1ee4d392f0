import type { Coroutine, Yielded } from "../core/types.ts";
import { driversOf } from "../core/iterator.ts";
import { Queue } from "../sync/queue.ts";
import { asking, DONE } from "../core/suspension.ts";
import { LoopTask } from "../core/task.ts";

/**
 * Runs coroutines side by side and gives them in the order in which they end: asyncio's
 * `as_completed`. Each value is thrown or returned when it is asked for. What is not asked for
 * goes on: it belongs to the task that called.
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
 * }());
 * ```
 */
export function asCompleted<const C extends readonly Coroutine<unknown>[]>(
  coroutines: C,
): Iterable<Coroutine<Yielded<C[number]>>> {
  const drivers = driversOf(coroutines, "asCompleted");
  const owner = asking("asCompleted");
  const ended = new Queue<LoopTask<unknown>>(Infinity);
  const watcher = {
    settled(task: LoopTask<unknown>) {
      ended.tryPut(task);
      return false;
    },
  };
  for (const driver of drivers) {
    const task = driver instanceof LoopTask ? driver : owner.kernel.spawn(owner, driver, null);
    if (task.stage < DONE) task.watch(watcher);
    else watcher.settled(task);
  }
  return drivers.map(() => next(ended) as Coroutine<Yielded<C[number]>>);
}

function* next(ended: Queue<LoopTask<unknown>>): Coroutine<unknown> {
  return yield* yield* ended.get();
}
