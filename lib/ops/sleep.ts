import type { Coroutine, Trap } from "../core/types.ts";
import type { Agenda } from "../core/agenda.ts";
import { asking, suspend, SUSPENDED, Suspension } from "../core/suspension.ts";
import type { LoopTask } from "../core/task.ts";

/** A time a caller gave, checked before anything is scheduled. */
export function milliseconds(ms: number, operation: string): number {
  if (typeof ms === "number" && ms >= 0 && ms < Infinity) return ms;
  const expected = `${operation}: expected a finite number of milliseconds ≥ 0`;
  if (typeof ms === "number") throw new RangeError(`${expected}, received ${ms}`);
  throw new TypeError(`${expected}, received ${ms === null ? "null" : typeof ms}`);
}

class Sleep extends Suspension<void> {
  readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  get why(): "sleep" {
    return "sleep";
  }

  start(): IteratorResult<Trap, void> {
    const until = this.deadline(asking("sleep").kernel);
    const task = suspend(this, until);
    task.kernel.timers.add(task, until);
    return SUSPENDED as IteratorResult<Trap, void>;
  }

  deadline(kernel: Agenda): number {
    return kernel.time.deadline(this.ms, "sleep");
  }

  withdraw(task: LoopTask<unknown>): void {
    task.kernel.timers.remove(task);
  }
}

class SleepUntil extends Sleep {
  override deadline(kernel: Agenda): number {
    return kernel.time.moment(this.ms);
  }
}

/**
 * Suspends the task for a time, in which others run. `sleep(0)` waits until nothing is ready at
 * this instant; to only let the others go first, {@linkcode pause}.
 *
 * @param ms How long, in ms: finite, ≥ 0, fractions allowed; with the time of the loop at most
 * 2^53 - 1.
 * @returns What to `yield*`.
 * @throws {RangeError} If `ms` is out of range.
 * @throws {TypeError} If it is no number.
 *
 * @example A second
 * ```ts
 * import { simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   yield* sleep(1000);
 *   assertEquals(yield* now(), 1000);
 * }());
 * ```
 */
export function sleep(ms: number): Coroutine<void> {
  return new Sleep(milliseconds(ms, "sleep"));
}

/**
 * Suspends the task until a logical time. One that has passed is as `sleep(0)`.
 *
 * @param at The time, in ms since the run began: finite, ≥ 0, at most 2^53 - 1.
 * @returns What to `yield*`.
 * @throws {RangeError} If `at` is out of range.
 * @throws {TypeError} If it is no number.
 *
 * @example A metronome that does not drift
 * ```ts
 * import { block, simulate, sleepUntil, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   for (let beat = 1; beat <= 4; beat++) {
 *     yield* block(30);
 *     yield* sleepUntil(beat * 100);
 *   }
 *   assertEquals(yield* now(), 400);
 * }());
 * ```
 */
export function sleepUntil(at: number): Coroutine<void> {
  if (milliseconds(at, "sleepUntil") <= Number.MAX_SAFE_INTEGER) return new SleepUntil(at);
  throw new RangeError(`sleepUntil: ${at} is past 2^53 - 1`);
}
