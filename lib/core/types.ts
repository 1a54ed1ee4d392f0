import type { Cancelled, TaskReference } from "./errors.ts";

/** What a coroutine yields to its loop. Only the operations of this library make one. */
export interface Trap {
  /** What the compiler says when a star is missing. */
  readonly "use yield*, not yield": true;
}

/**
 * Something a loop can drive to a `T`: what a generator function returns, or an operation such as
 * {@linkcode sleep}. It does nothing until `yield*`, {@linkcode run} or {@linkcode spawn} starts
 * it, and a generator can be started once.
 *
 * @typeParam T What `yield*` gives for it.
 *
 * @example A coroutine
 * ```ts
 * import { type Coroutine, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* later(word: string): Coroutine<string> {
 *   yield* sleep(1000);
 *   return word;
 * }
 *
 * assertEquals(simulate(later("ready")), "ready");
 * ```
 */
export interface Coroutine<T> {
  /** Starts it. `yield*` does this for you. */
  [Symbol.iterator](): Iterator<Trap, T, unknown>;
  /** Absent: for the compiler, which refuses to `await` what has a `then` like this. */
  then?(this: "use yield*, not await"): never;
}

/**
 * What can be started: a coroutine, or a function that makes one, which is called at the first step
 * of its task. A function can be started again, and its task is named after it.
 *
 * @typeParam T What the coroutine returns.
 */
export type Startable<T> = Coroutine<T> | (() => Coroutine<T>);

/**
 * What a coroutine returns: `Yielded<Coroutine<number>>` is `number`, and so is
 * `Yielded<() => Coroutine<number>>`.
 *
 * @typeParam C A coroutine, or a function that makes one.
 */
export type Yielded<C> = C extends Startable<infer T> ? T : never;

/** Options of {@linkcode Task.cancel}. */
export interface CancelOptions {
  /**
   * Ends the task, and all below it, by the iterator's `return()`: it passes every `catch`, runs
   * `finally`, and works each time it is called. It stops at shields, as any cancel does. The task
   * still waits for the members of its group, which are ended likewise. The default is `false`.
   *
   * It is JavaScript's `return()`: if a `finally` suspends in a coroutine that another one called
   * with `yield*`, the caller goes on after that call when the `finally` is done. Call it again.
   */
  force?: boolean;
}

/** How a task ended: see {@linkcode Task.settled}. */
export type TaskResult<T> =
  | { state: "done"; value: T }
  | { state: "failed"; error: unknown }
  | { state: "cancelled"; error: Cancelled };

/** The state of a {@linkcode Task}. It is `suspended`, too, while it waits for its children. */
export type TaskState = "ready" | "running" | "suspended" | "done" | "failed" | "cancelled";

/**
 * A coroutine that a loop drives, made by {@linkcode spawn}. `yield* task` joins it: waits until
 * it has ended and gives what it returned or throws what it threw, to every joiner.
 *
 * @typeParam T What the coroutine returns.
 *
 * @example Joining
 * ```ts
 * import { simulate, sleep, spawn } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* answer() {
 *   yield* sleep(100);
 *   return 42;
 * }
 *
 * simulate(function* () {
 *   const task = yield* spawn(answer(), { name: "answer" });
 *   assertEquals(task.state, "ready");
 *   assertEquals(yield* task, 42);
 *   assertEquals(task.state, "done");
 * });
 * ```
 */
export interface Task<T> extends Coroutine<T>, TaskReference {
  /** The number, from 0 for `main`, in the order of spawning: `task` in the log. */
  readonly id: number;
  /** The name given when it was spawned, else `main` or `task 7`. */
  readonly name: string;
  /** Its state. */
  readonly state: TaskState;
  /**
   * A signal that is aborted when the task is cancelled, for host operations that take one. Its
   * reason is an `AbortError`, whose cause is the {@linkcode Cancelled}.
   */
  readonly signal: AbortSignal;
  /**
   * Asks the task to end, and all tasks below it, parents before children: a
   * {@linkcode Cancelled} is thrown where each waits. Tasks below a {@linkcode shield} are reached
   * when that ends. Works once for each task.
   *
   * If a task's wake-up is already queued, that goes first and the cancel comes at the next
   * suspension; if there is none, the task ends as it would have. But a queue's item or a permit
   * that it was granted and has not received goes to the next in line. A task that has not started
   * ends at once. Called from outside the loop, by an event handler say, it is carried out at the
   * next turn.
   *
   * @param reason Why: the `Cancelled` has it.
   * @param options Whether to end it by force.
   * @returns `false` if it comes too late: the task has ended, or was cancelled before.
   *
   * @example A task that catches everything, and force
   * ```ts
   * import { type Coroutine, now, simulate, sleep, spawn } from "@tenfold/loop";
   * import { assertEquals } from "@std/assert";
   *
   * function* poll(): Coroutine<void> {
   *   for (;;) {
   *     try {
   *       yield* sleep(10);
   *     } catch { // tenfold/no-swallowed-cancel
   *       // Tries again, whatever was thrown.
   *     }
   *   }
   * }
   *
   * simulate(function* () {
   *   const task = yield* spawn(poll());
   *   yield* sleep(5);
   *   assertEquals(task.cancel("please"), true);
   *   yield* sleep(5);
   *   assertEquals([task.state, task.cancel("again")], ["suspended", false]);
   *   task.cancel("now", { force: true });
   *   assertEquals([(yield* task.settled()).state, yield* now()], ["cancelled", 10]);
   * }());
   * ```
   */
  cancel(reason?: unknown, options?: CancelOptions): boolean;
  /**
   * Cancels the task and waits until it has ended. Unlike a join it does not throw the task's
   * {@linkcode Cancelled}, so what it throws is either a failure or the caller's own cancel.
   *
   * @param reason As for {@linkcode Task.cancel}.
   * @returns What to `yield*`. It throws what the task failed with: in its cleanup, or before.
   * @throws {TypeError} If the task is the one that asks, or an ancestor, which waits for it.
   *
   * @example Stopped, and cleaned up
   * ```ts
   * import { now, simulate, sleep, spawn } from "@tenfold/loop";
   * import { assertEquals } from "@std/assert";
   *
   * function* server() {
   *   try {
   *     yield* sleep(60_000);
   *   } finally {
   *     yield* sleep(5);
   *   }
   * }
   *
   * simulate(function* () {
   *   const task = yield* spawn(server());
   *   yield* sleep(10);
   *   yield* task.halt("maintenance");
   *   assertEquals([task.state, yield* now()], ["cancelled", 15]);
   * }());
   * ```
   */
  halt(reason?: unknown): Coroutine<void>;
  /**
   * Waits until the task has ended, and never throws what it threw. A failure counts as handled:
   * the task's parent does not fail with it.
   *
   * @returns What to `yield*`, for how it ended.
   *
   * @example A value or an error
   * ```ts
   * import { simulate, sleep, spawn } from "@tenfold/loop";
   * import { assertEquals } from "@std/assert";
   *
   * simulate(function* () {
   *   const task = yield* spawn(function* () {
   *     yield* sleep(10);
   *     throw "boom";
   *   }());
   *   assertEquals(yield* task.settled(), { state: "failed", error: "boom" });
   * }());
   * ```
   */
  settled(): Coroutine<TaskResult<T>>;
  /**
   * The task for promise code.
   *
   * @returns A promise of what `yield*` would give. It hears of a failure as a joiner does.
   */
  promise(): Promise<T>;
}

/**
 * How a loop's logical time relates to the wall. A description: each run starts its own state from
 * it, so one clock can serve many runs.
 *
 * @example A clock that runs ten times as fast
 * ```ts
 * import { type Clock, run, sleep } from "@tenfold/loop";
 * import { assert } from "@std/assert";
 *
 * const fast: Clock = {
 *   mode: "paced",
 *   rate: 10,
 *   start() {
 *     const origin = performance.now();
 *     return () => 10 * (performance.now() - origin);
 *   },
 * };
 * const before = performance.now();
 * await run(sleep(2000), { clock: fast });
 * const passed = performance.now() - before;
 * assert(passed >= 200 && passed < 2000);
 * ```
 */
export interface Clock {
  /**
   * What the loop does when no task is ready. `virtual` goes to the next deadline at once, but never
   * past a host operation that is outstanding. `paced` goes to it when the reading has reached it.
   * With `wall`, logical time is the reading.
   */
  readonly mode: "virtual" | "paced" | "wall";
  /**
   * How many logical ms pass in a ms of the host. Without it the loop looks at the reading now and
   * then, to find out: a deadline may then be served some ms late.
   */
  readonly rate?: number;
  /**
   * Begins a run.
   *
   * @returns The reading: logical ms that have passed. It never goes back. The loop does not call
   * that of a `virtual` clock.
   */
  start(): () => number;
}

/**
 * Which of the ready tasks goes next. A description: each run starts its own state from it. Only
 * asked when there is a choice.
 *
 * @example Last in, first out
 * ```ts
 * import { emit, gather, type Order, simulate, tally } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const lifo: Order = { start: () => ({ from: (ready) => ready.length - 1 }) };
 * const trace = tally();
 * simulate(gather([emit(1), emit(2), emit(3)]), { order: lifo, trace });
 * assertEquals(trace.summary.emitted, [3, 2, 1]);
 * ```
 */
export interface Order {
  /** The seed of an order by chance: told when a run by it fails. */
  readonly seed?: number;
  /**
   * Begins a run.
   *
   * @returns What the loop does before each step.
   */
  start(): Picker;
}

/** The state of an {@linkcode Order} in one run. */
export type Picker =
  | "first"
  | {
    /** How many tasks are ready, at least two; the answer is an index below that. */
    among(count: number): number;
  }
  | {
    /**
     * The ready tasks, at least two, in the order they became so, and the task that took the last
     * step, if one did; the answer is an index.
     */
    from(ready: readonly Task<unknown>[], last: Task<unknown> | undefined): number;
    /**
     * How long a {@linkcode sleepBetween} takes, in ms, from `min` to `max`. Without this, the
     * run's `seed` says.
     */
    length?(min: number, max: number): number;
  };
