import type { Coroutine, Trap } from "../core/types.ts";
import { returning, SUSPENDED } from "../core/results.ts";
import {
  currentTask,
  type LoopTask,
  RUNNING,
  suspend,
  Suspension,
  throwPending,
} from "../core/task.ts";

/** Options of {@linkcode until}. */
export interface UntilOptions {
  /** What is waited for: told in the trace. */
  label?: string;
}

type Begin<T> = PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>);
type Outcome<T> = { value: T } | { error: unknown };

class Until<T> extends Suspension<T> {
  readonly #begin: Begin<T>;
  readonly #label: string | undefined;
  /** The wait that is on: what settles after it was abortn is of no account. */
  #wait: { abort: AbortController | null; outcome: Outcome<T> | null } | null = null;

  constructor(begin: Begin<T>, label: string | undefined) {
    super();
    this.#begin = begin;
    this.#label = label;
  }

  get why(): "host" {
    return "host";
  }

  override get label(): string | undefined {
    return this.#label;
  }

  start(): IteratorResult<Trap, T> {
    const asker = currentTask("until");
    const { kernel } = asker;
    if (kernel.synchronous) {
      throw new TypeError("until: simulate() can't wait for the host; use run()");
    }
    if (this.#wait !== null) {
      throw new TypeError("until: a task waits for this already; make one for each");
    }
    // A task that is about to be cancelled must not start the host operation.
    if (asker.phase !== RUNNING) throwPending(asker, this);
    const abort = typeof this.#begin === "function" ? new AbortController() : null;
    const promise = promised(
      typeof this.#begin === "function" ? this.#begin(abort!.signal) : this.#begin,
    );
    const wait = this.#wait = { abort, outcome: null as Outcome<T> | null };
    const task = suspend(this);
    kernel.time.outstanding++;
    const settle = (outcome: Outcome<T>) => {
      if (this.#wait !== wait) return;
      kernel.time.outstanding--;
      wait.outcome = outcome;
      kernel.post(() => {
        if (this.#wait === wait) kernel.wake(task, "host");
      });
    };
    promise.then((value) => settle({ value }), (error) => settle({ error }));
    return SUSPENDED as IteratorResult<Trap, T>;
  }

  override resume(): IteratorResult<Trap, T> {
    const outcome = this.#wait!.outcome!;
    this.#wait = null;
    if ("error" in outcome) throw outcome.error;
    return returning(outcome.value);
  }

  abort(task: LoopTask<unknown>): void {
    const { abort, outcome } = this.#wait!;
    this.#wait = null;
    if (outcome === null) task.kernel.time.outstanding--;
    abort?.abort(task.cancelled);
  }
}

function promised<T>(promise: PromiseLike<T>): PromiseLike<T> {
  if (typeof promise?.then === "function") return promise;
  throw new TypeError("until: expected a promise, or a function that returns one");
}

/**
 * Suspends the task until a promise settles: the way from the loop to the host, and the one thing
 * in a run that can't be computed again. Virtual time stands still meanwhile.
 *
 * @typeParam T What the promise resolves to.
 * @param begin The promise, or a function that makes one and is given a signal, which is aborted
 * if the task is cancelled.
 * @param options A label for the trace.
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
 * }());
 * assertEquals(text, "hello");
 * ```
 */
export function until<T>(
  begin: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  options: UntilOptions = {},
): Coroutine<T> {
  return new Until(
    typeof begin === "function" ? begin : promised(begin),
    options.label,
  );
}
