import { toIterator } from "../core/iterator.ts";
import { isCancelled } from "../core/errors.ts";
import { literal } from "../core/inspect.ts";
import { Kernel } from "../core/kernel.ts";
import { checkOptions } from "../core/options.ts";
import { describe } from "../core/reports.ts";
import { clarifyStack } from "../core/stacks.ts";
import type { LoopTask } from "../core/task.ts";
import { AnyTiming } from "../core/timing.ts";
import type { Tracer } from "../core/tracer.ts";
import type { CancelOptions, Clock, Order, Startable } from "../core/types.ts";
import type { Entry } from "../trace/entry.ts";
import { record } from "../trace/record.ts";
import { virtualClock, wallClock } from "./clock.ts";
import {
  clearTimer,
  hostTime,
  HostTimer,
  newAbort,
  setTimer,
  sliceEnd,
  yieldToHost,
} from "./host.ts";
import { checkSeed, fifo } from "./order.ts";
import { nameSeeds } from "./seeds.ts";

/** Options of {@linkcode simulate}. */
export interface SimulateOptions {
  /** Which of the ready tasks goes next. The default is {@linkcode fifo}. */
  order?: Order;
  /** Called with each entry of the log, in order. See {@linkcode record}. */
  trace?: (entry: Entry) => void;
  /**
   * How many steps the run may take, then it ends with a {@linkcode LimitError}: a whole number
   * ≥ 1, or `Infinity`. Logical time stands still while a task is ready, so one that pauses until
   * a sleeper acts would never end. The default is 10 million in virtual time, else `Infinity`.
   */
  maxSteps?: number;
  /**
   * What the lengths of {@linkcode sleepBetween} are drawn by: a whole number from 0 to 4294967295.
   * The default is 0; on the wall it is drawn for each run, so that many clients don't wait equally
   * long, and an error that the run fails with tells it.
   */
  seed?: number;
  /**
   * When a wait ends. `exact`, the default, is at its deadline. With `any`, every sleep, deadline
   * and timeout may end before or after any other, also while tasks are ready: the order chooses
   * among the ready tasks and, after them, the sleepers. Logical time never goes back and is never
   * before the deadline of a wait that has ended. For virtual time only.
   */
  timing?: "exact" | "any";
}

/** Options of {@linkcode run} and {@linkcode EventLoop}. */
export interface RunOptions extends SimulateOptions {
  /** How logical time relates to the wall. The default is {@linkcode wallClock}. */
  clock?: Clock;
  /**
   * Cancels `main` when aborted. The run goes on until cleanup is done, and then throws a
   * {@linkcode Cancelled}, or the signal's reason if that is a time limit, as for `fetch`: the
   * `TimeoutError` of `AbortSignal.timeout`, a `DOMException`.
   */
  signal?: AbortSignal;
}

const VIRTUAL_STEPS = 10_000_000;

/** A loop that was idle for longer than this, in ms, is woken in another turn of the host. */
const GAP = 1;

function nothing(): void {}

function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function warnOfSlowStep(whose: string, ms: number): void {
  console.warn(`Tenfold: ${whose} held the thread for ${Math.round(ms)} ms without a yield*`);
}

/** Refuses a clock or an order that is none: most likely its function, which was not called. */
function checkStartable(option: string, given: Clock | Order, example: string): void {
  if (typeof given?.start === "function") return;
  const meant = typeof given === "function" ? `${(given as { name: string }).name}()` : example;
  throw new TypeError(`${option}: did you mean ${meant}?`);
}

/** How long a loop that only the host can wake waits before it says so, in ms. */
const PATIENCE = 1000;

/**
 * Has a loop that has not begun call `tracer` when something happens. In contrast to a trace
 * function, a tracer gets no entries, so the loop makes none. For this project only: the loop calls
 * it while it changes its state, so it must not throw, and must not cancel a task.
 */
export let traceWith: (loop: EventLoop<unknown>, tracer: Tracer) => void;

/**
 * A loop for one program: what {@linkcode run} and {@linkcode simulate} make. Use it to look at a
 * run, or to end it, from outside.
 *
 * @typeParam T What the program returns.
 *
 * @example Ending a run from outside
 * ```ts
 * import { Cancelled, EventLoop, sleep } from "@tenfold/loop";
 * import { assertRejects } from "@std/assert";
 *
 * const loop = new EventLoop(sleep(60_000));
 * const over = loop.run();
 * loop.cancel("enough");
 * await assertRejects(() => over, Cancelled, "enough");
 * ```
 */
export class EventLoop<T> {
  readonly #kernel: Kernel;
  readonly #clock: Clock;
  readonly #order: Order;
  readonly #seed: number;
  readonly #signal: AbortSignal | undefined;
  readonly #timer = new HostTimer((sliceEnd) => this.#schedule(sliceEnd));
  #isUsed = false;
  #isSettled = false;
  /** Whether a pass is on its way, and when it is to yield to the host. */
  #isScheduled = false;
  #sliceEnd = 0;
  /** How long the pass may take that follows a yield, in ms; 0 for one that the host has begun. */
  #share = 0;
  #idleSince = -Infinity;
  /** Begins the pass that is prepared. */
  #beginPass: () => void = nothing;
  #settle: () => void = nothing;
  /** When to tell that only the host can wake the loop, and whether that was told. */
  #warnAt: number | undefined;
  #hasWarned = false;

  /**
   * Makes a loop. Nothing runs yet.
   *
   * @param main The program.
   * @param options The clock, the order and the rest.
   * @throws {TypeError} If `main` is no coroutine, or was started before; if `timing` is unknown,
   * or `any` with a clock that is not virtual; if `trace` is `record` and not what it returns, or no
   * function; if the clock, the order or the signal is none.
   * @throws {RangeError} If `maxSteps` or `seed` is out of range.
   */
  constructor(main: Startable<T>, options: RunOptions = {}) {
    checkOptions(options, "run", "{ clock: virtualClock() }");
    const { clock = wallClock(), order = fifo(), trace, signal } = options;
    checkStartable("clock", clock, "virtualClock()");
    checkStartable("order", order, "fifo()");
    if ((trace as unknown) === record) throw new TypeError("trace: did you mean record()?");
    if (trace !== undefined && typeof trace !== "function") {
      throw new TypeError(
        `trace: expected a function, record() for example, received ${literal(trace)}`,
      );
    }
    if (!["virtual", "paced", "wall"].includes(clock.mode)) {
      throw new TypeError(
        `clock: expected mode to be virtual, paced or wall, received ${literal(clock.mode)}`,
      );
    }
    if (signal !== undefined && typeof signal?.addEventListener !== "function") {
      throw new TypeError(
        "signal: expected an AbortSignal, the signal of a controller for example",
      );
    }
    const { maxSteps = clock.mode === "virtual" ? VIRTUAL_STEPS : Infinity } = options;
    if (!(maxSteps >= 1) || (maxSteps !== Infinity && !Number.isInteger(maxSteps))) {
      throw new RangeError(`maxSteps: expected a whole number ≥ 1, received ${literal(maxSteps)}`);
    }
    const { seed = clock.mode === "wall" ? anySeed() : 0, timing = "exact" } = options;
    checkSeed(seed, "seed");
    if (timing !== "exact" && (timing !== "any" || clock.mode !== "virtual")) {
      const expected = clock.mode === "virtual" ? `"exact" or "any"` : `"exact" with this clock`;
      throw new TypeError(`timing: expected ${expected}, received ${literal(timing)}`);
    }
    this.#kernel = new Kernel({
      main: toIterator(main, "run"),
      clock,
      order,
      trace,
      maxSteps,
      seed,
      timing: timing === "any" ? new AnyTiming() : undefined,
      hostTime,
      newAbort,
    });
    this.#clock = clock;
    this.#order = order;
    this.#seed = seed;
    this.#signal = signal;
  }

  /** Logical time, in ms. */
  get now(): number {
    return this.#kernel.time.now;
  }

  /**
   * Whether no task can take a step at this instant: none is ready, one of them blocks, or the run has
   * ended.
   */
  get isIdle(): boolean {
    return this.#kernel.isIdle;
  }

  /**
   * Runs the program, beginning with the next microtask.
   *
   * @returns What it returns, when all its tasks have ended.
   * @throws What it throws. {@linkcode Cancelled} if it was cancelled. {@linkcode DeadlockError}
   * or {@linkcode LimitError} if it can't or does not end. {@linkcode TypeError} if the loop was
   * used before.
   */
  run(): Promise<T> {
    const kernel = this.#kernel;
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      this.#begin();
      this.#settle = () => {
        try {
          resolve(this.#result());
        } catch (error) {
          reject(error);
        }
      };
      kernel.inbox.onArrival = () => this.#arrive();
      kernel.onSlowStep = warnOfSlowStep;
      this.#preparePass();
      if (signal !== undefined) this.#listenTo(signal);
      this.#arrive();
    });
  }

  /** Cancels the program when the signal is aborted. */
  #listenTo(signal: AbortSignal): void {
    const abort = () => this.cancel(signal.reason);
    const settle = this.#settle;
    this.#settle = () => {
      signal.removeEventListener("abort", abort);
      settle();
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  }

  /**
   * Runs the program to its end, now.
   *
   * @returns What it returns.
   * @throws What it throws, and as {@linkcode EventLoop.run}. {@linkcode TypeError} if the loop's
   * clock is not the virtual one, or the program asks for a host operation.
   */
  simulate(): T {
    if (this.#clock.mode !== "virtual") {
      throw new TypeError("simulate: expected clock to be virtualClock()");
    }
    this.#begin();
    this.#kernel.synchronous = true;
    this.#kernel.drain(Infinity);
    return this.#result();
  }

  /**
   * Cancels the program, as {@linkcode Task.cancel} does. {@linkcode EventLoop.run} rejects when
   * cleanup is done.
   *
   * @param reason Why: the {@linkcode Cancelled} has it.
   * @param options Whether to end it by force.
   * @returns `false` if it comes too late.
   */
  cancel(reason?: unknown, options: CancelOptions = {}): boolean {
    return this.#kernel.main.cancel(reason, options);
  }

  /**
   * Describes what the loop is doing: each task, what it waits for, held by which task, at which
   * line, and a circle of tasks that wait for one another, if there is one.
   *
   * @returns Lines of text, for a person.
   */
  describe(): string {
    return describe(this.#kernel.main as LoopTask<unknown>);
  }

  static {
    traceWith = (loop, tracer) => loop.#kernel.tracer = tracer;
  }

  #begin(): void {
    if (this.#isUsed) throw new TypeError("EventLoop: this loop was used before; make another");
    this.#isUsed = true;
    this.#kernel.begin();
  }

  #result(): T {
    try {
      return this.#kernel.result() as T;
    } catch (error) {
      nameSeeds(error, this.#order, this.#kernel.lengths === null ? undefined : this.#seed);
      clarifyStack(error);
      const reason = this.#signal?.aborted ? this.#signal.reason : undefined;
      // As for fetch: a time limit that was given as a signal shows as itself.
      const isTimeLimit = isCancelled(error) && error.reason === reason &&
        (reason as Error | undefined)?.name === "TimeoutError";
      throw isTimeLimit ? reason : error;
    }
  }

  /**
   * Prepares the next pass. It runs as the reaction of a promise, because that is how it keeps the
   * async context (of `AsyncLocalStorage`, for example) in which the loop was started, whichever
   * callback of the host begins it: loops share timers.
   */
  #preparePass(): void {
    new Promise<void>((resolve) => this.#beginPass = resolve).then(() => this.#pass());
  }

  #schedule(sliceEnd: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#sliceEnd = sliceEnd;
    this.#beginPass();
  }

  /** Something has arrived from the host: the next pass follows soon, never within this call. */
  #arrive(): void {
    this.#warnAt = undefined;
    const now = hostTime();
    // Microtasks that follow one another are one stretch to the host: the slice goes on.
    this.#schedule(now - this.#idleSince > GAP ? sliceEnd(now) : this.#sliceEnd);
  }

  #pass(): void {
    const kernel = this.#kernel;
    if (this.#isSettled) return;
    this.#isScheduled = false;
    const now = hostTime();
    if (this.#share > 0) this.#sliceEnd = now + this.#share;
    this.#share = 0;
    // Before any task is stepped: one may enter another context.
    this.#preparePass();
    try {
      const need = kernel.drain(this.#sliceEnd, now);
      // Something arrived from the host while the loop was stepping tasks.
      if (need === "wake" && this.#isScheduled) return this.#beginPass();
      if (need === "yield") {
        this.#isScheduled = true;
        return yieldToHost((share) => {
          this.#share = share;
          this.#beginPass();
        });
      }
      this.#idleSince = kernel.leave();
      if (need === "wake") return setTimer(this.#timer, this.#timeUntilWake());
    } catch (error) {
      // It comes from the clock, not from a task: only the promise of the run can report it.
      kernel.verdict ??= { error };
      kernel.finished = true;
    }
    clearTimer(this.#timer);
    this.#isSettled = true;
    this.#settle();
  }

  /** How long the host can wait, in ms; the loop warns if it may be for ever. */
  #timeUntilWake(): number {
    const kernel = this.#kernel;
    if (!kernel.isLeftToHost) {
      this.#warnAt = undefined;
      return kernel.timeUntilWake();
    }
    const now = hostTime();
    this.#warnAt ??= now + PATIENCE;
    if (now < this.#warnAt) return this.#warnAt - now;
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      console.warn(`Tenfold: only the host can wake this loop:\n${this.describe()}`);
    }
    return Infinity;
  }
}

/**
 * Runs a program: `main` and every task it spawns.
 *
 * @typeParam T What the program returns.
 * @param main The program, a coroutine.
 * @param options The clock (the default is the wall's), the order and the rest.
 * @returns What `main` returns, when all tasks have ended.
 * @throws What `main` throws. {@linkcode Cancelled} if it was cancelled. {@linkcode DeadlockError}
 * or {@linkcode LimitError} if it can't or does not end. {@linkcode TypeError} if `main` is no
 * coroutine, or was started before, or an option is of the wrong kind. {@linkcode RangeError} if
 * `maxSteps` or `seed` is out of range.
 *
 * @example Ten sleeps of 20 ms, in 20 ms
 * ```ts
 * import { type Coroutine, gather, run, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* display(num: number): Coroutine<number> {
 *   yield* sleep(20);
 *   return num;
 * }
 *
 * const nums = await run(gather(Array.from({ length: 10 }, (_, num) => display(num))));
 * assertEquals(nums, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
 * ```
 */
export async function run<T>(main: Startable<T>, options?: RunOptions): Promise<T> {
  return await new EventLoop(main, options).run();
}

/**
 * Runs a program to its end at once, in virtual time: for tests, and to know a run in advance.
 *
 * @typeParam T What the program returns.
 * @param main The program, a coroutine. It may not ask for host operations.
 * @param options The order and the rest.
 * @returns What `main` returns.
 * @throws As {@linkcode run}, and {@linkcode TypeError} if the program asks for a host operation.
 *
 * @example An hour, at once
 * ```ts
 * import { simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const hour = function* () {
 *   yield* sleep(3_600_000);
 *   return yield* now();
 * };
 * assertEquals(simulate(hour()), 3_600_000);
 * ```
 */
export function simulate<T>(main: Startable<T>, options: SimulateOptions = {}): T {
  checkOptions(options, "simulate", "{ order: shuffled(1) }");
  return new EventLoop(main, { ...options, clock: virtualClock() }).simulate();
}
