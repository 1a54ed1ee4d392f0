import { refuseAwait } from "../core/awaited.ts";
import { isCancelled, withCause } from "../core/errors.ts";
import { literal } from "../core/inspect.ts";
import { asCoroutine, checkAnswer, describeValue, toIterator } from "../core/iterator.ts";
import { checkMilliseconds, checkTimeLimit } from "../core/logical-time.ts";
import { checkOptions } from "../core/options.ts";
import { runningTask } from "../core/task.ts";
import { CANCEL_DELIVERED } from "../core/phases.ts";
import type { Coroutine } from "../core/types.ts";
import { sleepBetween } from "../ops/sleep-between.ts";
import { Group, RETURN_WHEN } from "./group.ts";

/** Options of {@linkcode retry}. */
export interface RetryOptions {
  /** How many attempts there are at most: a whole number ≥ 1, or `Infinity`. The default is 3. */
  times?: number;
  /** How long to wait before the second attempt, in ms. The default is 100. */
  delay?: number;
  /** By how much each delay is longer than the one before: a number ≥ 1. The default is 2. */
  factor?: number;
  /** The longest delay, in ms. The default is `Infinity`. */
  limit?: number;
  /**
   * How much of a delay is uncertain, from 0 to 1, so that many clients don't come back at once.
   * With 0.5 a delay of 100 ms is one of 50 to 100 ms, drawn by the run's `seed`. The default is 0.
   */
  jitter?: number;
  /**
   * Whether to try again after a failure. The default is always.
   *
   * @param error What the attempt threw.
   * @param attempt Which attempt it was, from 1.
   */
  when?: (error: unknown, attempt: number) => boolean;
}

/**
 * Runs a coroutine, and if it fails runs it again, after a delay that grows. A cancel is never
 * retried: it passes. A {@linkcode TimeoutError} is a failure, and is.
 *
 * Each attempt is a task of its own. What it has spawned has ended before the next one begins, and
 * the failure of a child is one of its attempt.
 *
 * @typeParam T What the coroutine returns.
 * @param work Makes the coroutine, for each attempt anew. It is given the number of the attempt,
 * from 1.
 * @param options How often, and how long to wait in between.
 * @returns What to `yield*`, for what the first attempt that succeeds returns. If none does, it
 * throws what the last one threw, with what the one before threw as its cause, if it has none.
 * @throws {TypeError} If `work` is no function, or an async one. A `work` that makes no coroutine, or
 * one that was started before, and a `when` that returns a promise are not retried: that is thrown.
 * @throws {RangeError} If an option is out of range.
 *
 * @example The third attempt
 * ```ts
 * import { now, retry, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* flaky(attempt: number) {
 *   yield* sleep(10);
 *   if (attempt < 3) throw new Error("no answer");
 *   return `${attempt} attempts, ${yield* now()} ms`;
 * }
 * assertEquals(simulate(retry(flaky, { delay: 100 })), "3 attempts, 330 ms");
 * ```
 */
export function retry<T>(
  work: (attempt: number) => Coroutine<T>,
  options: RetryOptions = {},
): Coroutine<T> {
  if (typeof work !== "function") {
    throw new TypeError(
      `retry: expected a function that makes a coroutine for each attempt, received ${
        describeValue(work)
      }; write retry(() => work())`,
    );
  }
  checkOptions(options, "retry", "{ times: 5 }");
  const { times = 3, delay = 100, factor = 2, limit = Infinity, jitter = 0, when } = options;
  if (times !== Infinity && !(Number.isSafeInteger(times) && times >= 1)) {
    throw outOfRange("times to be a whole number ≥ 1, or Infinity", times);
  }
  checkMilliseconds(delay, "retry: delay");
  checkTimeLimit(limit, "retry: limit");
  if (!(factor >= 1 && factor < Infinity)) throw outOfRange("factor to be a number ≥ 1", factor);
  if (!(jitter >= 0 && jitter <= 1)) throw outOfRange("jitter to be from 0 to 1", jitter);
  if (when !== undefined && typeof when !== "function") {
    throw new TypeError(`retry: expected when to be a function, received ${describeValue(when)}`);
  }
  // Refuses an async function.
  const { functionName = null } = toIterator(work, "retry");
  return retrying(work, functionName, {
    times,
    delay,
    factor,
    limit,
    jitter,
    when: when ?? (() => true),
  });
}

function outOfRange(expected: string, received: unknown): RangeError {
  return new RangeError(`retry: expected ${expected}, received ${literal(received)}`);
}

function* retrying<T>(
  work: (attempt: number) => Coroutine<T>,
  name: string | null,
  { times, delay, factor, limit, jitter, when }: Required<RetryOptions>,
): Coroutine<T> {
  const owner = runningTask("retry");
  // A cleanup may retry, too.
  const isCleanup = owner.has(CANCEL_DELIVERED);
  /** The error for a `work` that makes no coroutine: it would not the next time either. */
  const mistakes = new Set<unknown>();
  function* attempting(attempt: number): Coroutine<unknown> {
    const made = work(attempt);
    let iterator;
    try {
      iterator = toIterator(made, "retry");
    } catch (error) {
      mistakes.add(error);
      throw error;
    }
    return yield* asCoroutine(iterator);
  }
  let before: unknown;
  for (let attempt = 1;; attempt++) {
    try {
      const group = new Group(owner, "retry", "gather", RETURN_WHEN["first-exception"]);
      const task = group.add<T>(toIterator(attempting(attempt), "retry"), name);
      yield* group.waitOrEnd();
      return task.outcome as T;
    } catch (error) {
      // What an attempt throws in its cleanup after a cancel is no reason to go on.
      if (isCancelled(error) || owner.has(CANCEL_DELIVERED) !== isCleanup) throw error;
      withCause(error, before);
      if (mistakes.has(error) || attempt >= times) throw error;
      if (!isRetried(error, attempt, when)) throw error;
      before = error;
    }
    const most = Math.min(limit, delay * factor ** (attempt - 1));
    yield* sleepBetween(most * (1 - jitter), most);
  }
}
refuseAwait(retrying);

/** What `when` says of a failure. */
function isRetried(error: unknown, attempt: number, when: Required<RetryOptions>["when"]): boolean {
  const answer: unknown = when(error, attempt);
  try {
    checkAnswer(answer, "retry: expected when to return true or false");
  } catch (mistake) {
    throw withCause(mistake, error);
  }
  return Boolean(answer);
}
