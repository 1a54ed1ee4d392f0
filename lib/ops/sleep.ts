import { SUSPENDED } from "../core/results.ts";
import { type LoopTask, runningTask, suspend, Suspension } from "../core/task.ts";
import { checkMilliseconds } from "../core/logical-time.ts";
import type { Coroutine, Trap } from "../core/types.ts";

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
    suspend(this, this.deadline(runningTask("sleep")));
    return SUSPENDED;
  }

  deadline({ kernel }: LoopTask<unknown>): number {
    return kernel.time.deadline(this.ms, "sleep");
  }

  // The timer is all there is to it.
  abort(): void {}

  override describe(): string {
    return "for its time to come";
  }
}

/** What to do instead of sleeping for ever. */
const FOR_EVER = "to wait until cancelled, use new Event({ host: true }).wait()";

/** The wait that was asked for last. It has no state, so tasks that sleep equally long share it. */
let last = new Sleep(0);

/** A wait until a time. */
export class SleepUntil extends Sleep {
  override deadline({ kernel }: LoopTask<unknown>): number {
    return kernel.time.clampToNow(this.ms);
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
 * });
 * ```
 */
export function sleep(ms: number): Coroutine<void> {
  if (ms !== last.ms) last = new Sleep(checkMilliseconds(ms, "sleep", FOR_EVER));
  return last;
}

/** Times since 1970 in ms, from 2020 to 2100: no run lasts that long. */
const EPOCH_TIMES = { from: Date.UTC(2020), to: Date.UTC(2100) };

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
 * });
 * ```
 */
export function sleepUntil(at: number): Coroutine<void> {
  if (checkMilliseconds(at, "sleepUntil", FOR_EVER) > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(`sleepUntil: ${at} is past 2^53 - 1`);
  }
  if (at >= EPOCH_TIMES.from && at < EPOCH_TIMES.to) {
    throw new RangeError(
      `sleepUntil: ${at} looks like a Date.now(); expected ms since the run began, as now() gives`,
    );
  }
  return new SleepUntil(at);
}
