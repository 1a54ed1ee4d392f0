import { refuseAwait } from "../core/awaited.ts";
import { Cancelled, TimeoutError } from "../core/errors.ts";
import { toIterator } from "../core/iterator.ts";
import { runningTask, type TaskIterator } from "../core/task.ts";
import { DONE } from "../core/phases.ts";
import { checkTimeLimit } from "../core/logical-time.ts";
import { checkOptions } from "../core/options.ts";
import type { Coroutine, Startable } from "../core/types.ts";
import { Group, RETURN_WHEN } from "./group.ts";

/** Options of {@linkcode timeout}. */
export interface TimeoutOptions<E> {
  /** What to give when time is up, instead of throwing a {@linkcode TimeoutError}. */
  else: E;
}

function* timing(
  ms: number,
  iterator: TaskIterator,
  instead: TimeoutOptions<unknown> | null,
): Coroutine<unknown> {
  const owner = runningTask("timeout");
  const deadline = owner.kernel.time.deadlineOf(ms, "timeout");
  const group = new Group(owner, "timeout", "wait", RETURN_WHEN["first-exception"]);
  const work = group.add(iterator, null);
  yield* group.waitOrEnd(deadline);
  if (work.phase === DONE) return work.outcome;
  const request = new Cancelled("timeout", null, `${ms} ms are over`);
  if (work.phase < DONE) yield* group.end(request);
  if (work.phase === DONE) return work.outcome;
  if (instead !== null) return instead.else;
  throw new TimeoutError(ms, owner, request);
}
refuseAwait(timing);

/**
 * Runs a coroutine, and cancels it if it has not ended in time. It may clean up first; if it ends
 * with a value all the same, or with an error, that is what comes.
 *
 * Work that wakes at the very instant at which time is up may still take every step that it can
 * before no task is ready. Then it is cancelled, together with the next wakes of that instant. As
 * always, a wake that is queued comes before a cancel: after its wake one `sleep(0)` is in time, a
 * second one is not.
 *
 * @typeParam T What the coroutine returns.
 * @typeParam E What is given instead.
 * @param ms How long it may take, in ms: ≥ 0, and `Infinity` for no limit.
 * @param coroutine What to run. It runs once.
 * @param options What to give when time is up. A `TimeoutError` of another timeout, within the
 * coroutine, is thrown all the same.
 * @returns What to `yield*`, for what the coroutine returns. When time is up it gives `else`, if
 * that was set, or throws a {@linkcode TimeoutError}.
 * @throws {TypeError} If it is no coroutine, or was started before, or `ms` is no number.
 * @throws {RangeError} If `ms` is out of range.
 *
 * @example In time or not
 * ```ts
 * import { simulate, sleep, timeout, TimeoutError } from "@tenfold/loop";
 * import { assertThrows } from "@std/assert";
 *
 * simulate(timeout(100, sleep(100)));
 * assertThrows(() => simulate(timeout(99, sleep(100))), TimeoutError);
 * ```
 *
 * @example Moving on
 * ```ts
 * import { simulate, sleep, timeout } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(simulate(timeout(99, sleep(100), { else: "too late" })), "too late");
 * ```
 */
export function timeout<T, E = never>(
  ms: number,
  coroutine: Startable<T>,
  options?: TimeoutOptions<E>,
): Coroutine<T | E> {
  const time = checkTimeLimit(ms, "timeout");
  if (options !== undefined) checkOptions(options, "timeout", "{ else: value }");
  const instead = options !== undefined && "else" in options ? options : null;
  return timing(time, toIterator(coroutine, "timeout"), instead) as Coroutine<T | E>;
}
