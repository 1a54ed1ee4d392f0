import type { Coroutine, Trap } from "../core/types.ts";
import { alreadyStarted, toIterator } from "../core/iterator.ts";
import { returning } from "../core/results.ts";
import { currentTask, Operation, type TaskIterator } from "../core/task.ts";
import type { Task } from "../core/types.ts";

/** Options of {@linkcode spawn}. */
export interface SpawnOptions {
  /** What the task is called in the trace and in messages. The default is `task 7`. */
  name?: string;
}

class Spawn<T> extends Operation<Task<T>> {
  #iterator: TaskIterator | null;
  readonly #name: string | null;

  constructor(iterator: TaskIterator, name: string | null) {
    super();
    this.#iterator = iterator;
    this.#name = name;
  }

  start(): IteratorResult<Trap, Task<T>> {
    const parent = currentTask("spawn");
    const iterator = this.#iterator;
    if (iterator === null) throw alreadyStarted("spawn");
    this.#iterator = null;
    return returning<Task<T>>(parent.kernel.spawn<T>(parent, iterator, this.#name));
  }
}

/**
 * Starts a coroutine as a task of its own, beside the one that asks. Does not suspend: the new
 * task is ready, and runs when its turn comes.
 *
 * The task belongs to the one that spawned it: that one ends only when all it spawned has ended,
 * and cancels them if it fails or is cancelled. A failure is thrown to whoever joins the task; if
 * nobody has when its parent ends, the parent fails with it.
 *
 * @typeParam T What the coroutine returns.
 * @param coroutine What to start. It runs once.
 * @param options A name.
 * @returns What to `yield*`, for the {@linkcode Task}.
 * @throws {TypeError} If it is no coroutine, or was started before.
 *
 * @example Two at once
 * ```ts
 * import { simulate, sleep, spawn, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   const first = yield* spawn(sleep(1000), { name: "first" });
 *   const second = yield* spawn(sleep(1000), { name: "second" });
 *   yield* first;
 *   yield* second;
 *   assertEquals(yield* now(), 1000);
 * }());
 * ```
 */
export function spawn<T>(coroutine: Coroutine<T>, options: SpawnOptions = {}): Coroutine<Task<T>> {
  return new Spawn<T>(toIterator(coroutine, "spawn"), options.name ?? null);
}
