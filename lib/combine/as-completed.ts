import { refuseAwait } from "../core/awaited.ts";
import { toIterators } from "../core/iterator.ts";
import { LoopTask, type Observer, refuseForeign, runningTask } from "../core/task.ts";
import { DONE, HOLDS_FAILURE } from "../core/phases.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import { fedBy, Queue } from "../sync/queue.ts";

type AnyTask = LoopTask<unknown>;

/** A task whose end is one of the results. */
class Watched implements Observer {
  readonly #task: AnyTask;
  readonly #ended: Queue<AnyTask>;
  #hasEnded = false;

  constructor(task: AnyTask, ended: Queue<AnyTask>) {
    this.#task = task;
    this.#ended = ended;
  }

  watch(): void {
    if (this.#hasEnded) return;
    if (this.#task.phase < DONE) this.#task.subscribe(this);
    else this.onSettled();
  }

  leave(): void {
    if (!this.#hasEnded) this.#task.unsubscribe(this);
  }

  onSettled(): boolean {
    this.#hasEnded = true;
    this.#ended.tryPut(this.#task);
    return false;
  }
}

/** The results of tasks, in the order in which those end. A second iteration goes on with the rest. */
class Completions implements Iterable<Coroutine<unknown>>, Iterator<Coroutine<unknown>> {
  readonly #ended = new Queue<AnyTask>(Infinity);
  readonly #tasks: readonly Watched[];
  /** How many results have been handed out, and how many of those no task has received. */
  #handedOut = 0;
  #open = 0;
  #isLeft = false;

  constructor(tasks: readonly AnyTask[]) {
    fedBy(this.#ended, tasks);
    this.#tasks = tasks.map((task) => new Watched(task, this.#ended));
    this.#watch();
  }

  [Symbol.iterator](): this {
    if (this.#isLeft) this.#watch();
    this.#isLeft = false;
    return this;
  }

  next(): IteratorResult<Coroutine<unknown>, undefined> {
    if (this.#handedOut === this.#tasks.length) return { done: true, value: undefined };
    this.#handedOut++;
    this.#open++;
    return { done: false, value: this.receive() };
  }

  /** The iteration is left early: from now on the failure of a task is its parent's. */
  return(): IteratorResult<Coroutine<unknown>, undefined> {
    this.#isLeft = true;
    this.#leave();
    return { done: true, value: undefined };
  }

  #watch(): void {
    for (const task of this.#tasks) task.watch();
  }

  /** Leaves the tasks, unless a result that was handed out may still be waited for. */
  #leave(): void {
    if (!this.#isLeft || this.#open > 0) return;
    for (const task of this.#tasks) task.leave();
  }

  /** One result. */
  *receive(): Coroutine<unknown> {
    let task;
    try {
      task = yield* this.#ended.get();
    } finally {
      this.#open--;
      this.#leave();
    }
    return yield* task;
  }
}
refuseAwait(Completions.prototype.receive);

/**
 * Runs coroutines side by side and gives their results in the order in which they end: asyncio's
 * `as_completed`. Each coroutine that it returns gives a value, or throws an error, when it is
 * awaited by `yield*`. A task whose result is not awaited goes on: it belongs to the caller. If a
 * for-of loop is left early, a second one goes on with the rest; until then, a task that fails and
 * was started elsewhere fails the task that spawned it, as ever.
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
  const tasks = iterators.map((iterator) => {
    if (!(iterator instanceof LoopTask)) {
      return owner.kernel.spawn(owner, iterator, null, HOLDS_FAILURE);
    }
    refuseForeign(iterator, owner, "asCompleted");
    return iterator;
  });
  return new Completions(tasks) as Iterable<Coroutine<Yielded<C[number]>>>;
}
