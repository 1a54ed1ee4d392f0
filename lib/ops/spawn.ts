import type { Coroutine, Startable, Task, Trap } from "../core/types.ts";
import { literal } from "../core/inspect.ts";
import { alreadyStarted, toIterator } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { returning } from "../core/results.ts";
import { Operation, runningTask, type TaskIterator } from "../core/task.ts";
import { DAEMON, HOLDS_FAILURE } from "../core/phases.ts";

/** Options of {@linkcode spawn}. */
export interface SpawnOptions {
  /** What the task is called in the log and in messages. The default is `task 7`. */
  name?: string;
  /**
   * What happens if it fails while no task joins it. `raise`, the default, cancels the task that
   * spawned it, which fails with the same error. `hold` keeps the error for a joiner: if there is
   * none by then, the task that spawned it fails when it ends.
   */
  failure?: "raise" | "hold";
  /**
   * Whether it ends with the task that spawned it: when that one's body has returned, it is
   * cancelled instead of waited for. The default is `false`.
   */
  daemon?: boolean;
}

/**
 * The flags of a task to be.
 *
 * @throws {TypeError} If they are no object, or `failure` is neither `raise` nor `hold`.
 */
export function flagsOf(options: SpawnOptions, where: string): number {
  checkOptions(options, where, "{ daemon: true }");
  const { failure = "raise", daemon = false } = options;
  if (failure !== "raise" && failure !== "hold") {
    throw new TypeError(
      `${where}: expected failure to be "raise" or "hold", received ${literal(failure)}`,
    );
  }
  return (failure === "hold" ? HOLDS_FAILURE : 0) | (daemon ? DAEMON : 0);
}

class Spawn<T> extends Operation<Task<T>> {
  #iterator: TaskIterator | null;
  readonly #name: string | null;
  readonly #flags: number;

  constructor(iterator: TaskIterator, name: string | null, flags: number) {
    super();
    this.#iterator = iterator;
    this.#name = name;
    this.#flags = flags;
  }

  start(): IteratorResult<Trap, Task<T>> {
    const parent = runningTask("spawn");
    const iterator = this.#iterator;
    if (iterator === null) throw alreadyStarted("spawn");
    this.#iterator = null;
    return returning<Task<T>>(parent.kernel.spawn<T>(parent, iterator, this.#name, this.#flags));
  }
}

/**
 * Starts a coroutine as a task of its own, beside the one that asks. Does not suspend: the new
 * task is ready, and runs when its turn comes.
 *
 * The task belongs to the one that spawned it: that one ends only when all it spawned has ended,
 * and cancels them if it fails or is cancelled. A failure is thrown to each task that joins it. If
 * none joins or watches the task when it fails, the one that spawned it is cancelled and fails with
 * the same error, even if it catches the cancel: at once if it is suspended, else at its next
 * suspension, and after its {@linkcode shield}. A join before that takes the failure over. With
 * `failure: "hold"` the error waits for a joiner until the parent ends.
 *
 * @typeParam T What the coroutine returns.
 * @param coroutine What to start. It runs once.
 * @param options A name; what happens if it fails; whether it is a daemon.
 * @returns What to `yield*`, for the {@linkcode Task}.
 * @throws {TypeError} If it is no coroutine, or was started before, or `failure` is unknown.
 *
 * @example A daemon, and a failure that waits for its joiner
 * ```ts
 * import { now, simulate, sleep, spawn } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* work() {
 *   yield* sleep(10);
 *   throw new Error("boom");
 * }
 *
 * simulate(function* () {
 *   yield* spawn(sleep(60_000), { daemon: true });
 *   const task = yield* spawn(work(), { failure: "hold" });
 *   yield* sleep(20);
 *   const result = yield* task.settled();
 *   assertEquals([result.state, yield* now()], ["failed", 20]);
 * });
 * ```
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
 * });
 * ```
 */
export function spawn<T>(coroutine: Startable<T>, options?: SpawnOptions): Coroutine<Task<T>> {
  if (options === undefined) return new Spawn<T>(toIterator(coroutine, "spawn"), null, 0);
  const flags = flagsOf(options, "spawn");
  return new Spawn<T>(toIterator(coroutine, "spawn"), options.name ?? null, flags);
}
