import { refuseAwait } from "../core/awaited.ts";
import { isCancelled } from "../core/errors.ts";
import { describeValue, isCoroutine } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { returning, SUSPENDED } from "../core/results.ts";
import {
  type Abort,
  awaitedTwice,
  type LoopTask,
  runningTask,
  suspend,
  Suspension,
  throwPending,
} from "../core/task.ts";
import { RUNNING, WAITING } from "../core/phases.ts";
import type { Coroutine, Trap } from "../core/types.ts";
import { endingByForce } from "./forced.ts";
import { shield } from "./shield.ts";

/** Options of {@linkcode until}. */
export interface UntilOptions {
  /** What is waited for, in the log. */
  label?: string;
  /**
   * Whether a task that is cancelled waits until the promise has settled, after its signal was
   * aborted: for an operation that cleans up. What it rejects with then is thrown, unless it is the
   * abort. The default is `false`.
   */
  wait?: boolean;
}

type Begin<T> = PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>);
type Outcome<T> = { value: T } | { error: unknown };

/**
 * What a promise's reactions hold on to. A wait that is cancelled leaves it, and no more, on a
 * promise that never settles.
 */
interface Subscription<T> {
  until: Until<T> | null;
  isSettled: boolean;
}

function listen<T>(promise: Promise<T>): Subscription<T> {
  const subscription: Subscription<T> = { until: null, isSettled: false };
  promise.then(
    (value) => {
      subscription.isSettled = true;
      subscription.until?.settle({ value });
    },
    (error) => {
      subscription.isSettled = true;
      subscription.until?.settle({ error });
    },
  );
  return subscription;
}

class Until<T> extends Suspension<T> {
  /** The task that waits here. */
  #task: LoopTask<unknown> | null = null;
  readonly #begin: Promise<T> | ((signal: AbortSignal) => PromiseLike<T>);
  readonly #label: string | undefined;
  /** Made when the promise was handed over: its rejection is handled even if no task comes to it. */
  #early: Subscription<T> | null = null;
  #subscription: Subscription<T> | null = null;
  #outcome: Outcome<T> | null = null;
  #abort: Abort | null = null;
  /** The promise that is waited for, once it was begun. */
  promise: Promise<T> | null = null;

  constructor(begin: Begin<T>, label: string | undefined) {
    super();
    this.#begin = typeof begin === "function" ? begin : toPromise(begin);
    this.#label = label;
    if (typeof this.#begin !== "function") this.#early = listen(this.#begin);
  }

  get why(): "host" {
    return "host";
  }

  override get label(): string | undefined {
    return this.#label;
  }

  start(): IteratorResult<Trap, T> {
    const asker = runningTask("until");
    const { kernel } = asker;
    if (kernel.synchronous) {
      throw new TypeError("until: simulate() can't wait for the host; use run()");
    }
    if (this.#task !== null) return awaitedTwice(this);
    // A task that is about to be cancelled must not start the host operation.
    if (asker.phase !== RUNNING) throwPending(asker, this);
    const promise = this.promise = this.#started(asker);
    // Of one that has settled before, the answer comes in a microtask as well.
    const subscription = this.#early?.isSettled === false ? this.#early : listen(promise);
    try {
      this.#task = suspend(this);
    } catch (error) {
      // The function that gave the promise has cancelled its own task, so no task will wait for it.
      this.#abort?.abort(error);
      throw error;
    }
    kernel.time.outstanding++;
    this.#subscription = subscription;
    this.#subscription.until = this;
    this.#early = null;
    this.#outcome = null;
    return SUSPENDED;
  }

  #started({ kernel }: LoopTask<unknown>): Promise<T> {
    // Called as a function, not as a method: what it does with `this` must fail, not find this.
    const begin = this.#begin;
    if (typeof begin !== "function") return begin;
    this.#abort = kernel.newAbort();
    return toPromise(begin(this.#abort.signal));
  }

  settle(outcome: Outcome<T>): void {
    const task = this.#task!;
    const subscription = this.#subscription;
    this.#outcome = outcome;
    task.kernel.time.outstanding--;
    task.kernel.post(() => {
      if (subscription !== null && subscription === this.#subscription && task.phase === WAITING) {
        task.kernel.wake(task, "host");
      }
    });
  }

  override resume(): IteratorResult<Trap, T> {
    const outcome = this.#outcome!;
    this.#unsubscribe();
    if ("error" in outcome) throw outcome.error;
    return returning(outcome.value);
  }

  abort(task: LoopTask<unknown>): void {
    if (this.#subscription === null) return;
    if (this.#outcome === null) task.kernel.time.outstanding--;
    this.#unsubscribe();
    this.#abort?.abort(task.cancelled);
  }

  #unsubscribe(): void {
    this.#task = null;
    this.#subscription!.until = null;
    this.#subscription = null;
    this.#outcome = null;
  }
}

/** A promise for a thenable, taken as `await` takes it. */
function toPromise<T>(thenable: PromiseLike<T>): Promise<T> {
  // A coroutine throws when its `then` is read, as if it were awaited.
  if (isCoroutine(thenable) || typeof thenable?.then !== "function") {
    const received = describeValue(thenable);
    throw new TypeError(
      `until: expected a promise, or a function that returns one, received ${received}`,
    );
  }
  return Promise.resolve(thenable);
}

/** Waits on for a promise whose task was cancelled, if it was begun. */
function* untilSettled<T>(until: Until<T>): Coroutine<T> {
  let isForced = true;
  try {
    const value = yield* until;
    isForced = false;
    return value;
  } catch (error) {
    isForced = false;
    if (isCancelled(error)) yield* itsEnd(until);
    throw error;
  } finally {
    if (isForced) yield* endingByForce(itsEnd(until));
  }
}
refuseAwait(untilSettled);

function* itsEnd<T>({ promise }: Until<T>): Coroutine<void> {
  if (promise === null) return;
  yield* shield(new Until(promise.then(ignore, throwUnlessAborted), "its end"));
}

function ignore(): void {}

function throwUnlessAborted(error: unknown): void {
  if ((error as Error | null)?.name !== "AbortError") throw error;
}

/**
 * Suspends the task until a promise settles: the way from the loop to the host, and the only thing
 * in a run that can't be computed again. Virtual time stands still meanwhile.
 *
 * The promise is taken as `await` takes it. If the task is cancelled, it is not waited for any
 * more, unless `wait` is set.
 *
 * @typeParam T What the promise resolves to.
 * @param begin The promise, or a function that makes one and is given a signal. If the task is
 * cancelled, the signal is aborted, with an `AbortError` whose cause is the {@linkcode Cancelled}.
 * @param options A label, and whether to wait for what is aborted.
 * @returns What to `yield*`, for what the promise resolves to; it throws what that rejects with.
 * @throws {TypeError} If `begin` is neither.
 *
 * @example An answer from the host
 * ```ts
 * import { run, until } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await run(function* () {
 *   const response = yield* until(Promise.resolve(new Response("hello")));
 *   return yield* until(response.text(), { label: "the body" });
 * });
 * assertEquals(text, "hello");
 * ```
 */
export function until<T>(
  begin: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  options: UntilOptions = {},
): Coroutine<T> {
  checkOptions(options, "until", `{ label: "the answer" }`);
  const until = new Until(begin, options.label);
  return options.wait ? untilSettled(until) : until;
}
