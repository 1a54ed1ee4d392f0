import { literal } from "../core/inspect.ts";
import { checkOptions } from "../core/options.ts";
import type { Clock } from "../core/types.ts";
import { hostTime } from "./host.ts";

const VIRTUAL: Clock = { mode: "virtual", start: () => () => Infinity };
const WALL: Clock = {
  mode: "wall",
  rate: 1,
  start() {
    const origin = hostTime();
    return () => hostTime() - origin;
  },
};

/**
 * A clock that waits for nothing: logical time jumps to the next deadline. For tests, replay and
 * {@linkcode simulate}.
 *
 * @returns The clock.
 *
 * @example A day in no time
 * ```ts
 * import { run, sleep, now, virtualClock } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const day = function* () {
 *   yield* sleep(24 * 60 * 60 * 1000);
 *   return yield* now();
 * };
 * assertEquals(await run(day(), { clock: virtualClock() }), 86_400_000);
 * ```
 */
export function virtualClock(): Clock {
  return VIRTUAL;
}

/**
 * A clock for programs that live in the world, and the default of {@linkcode run}. Logical time is
 * a cached reading of the host's monotonic clock, taken when the loop turns to the host and every
 * few dozen steps. A delay counts from a fresh reading and its deadline is rounded up to the next
 * whole ms: no task wakes early, and sleepers that started together still wake together.
 *
 * @returns The clock.
 *
 * @example Real time
 * ```ts
 * import { run, sleep, wallClock } from "@tenfold/loop";
 * import { assert } from "@std/assert";
 *
 * const before = performance.now();
 * await run(sleep(20), { clock: wallClock() });
 * assert(performance.now() - before >= 20);
 * ```
 */
export function wallClock(): Clock {
  return WALL;
}

/** Options of {@linkcode pacedClock}. */
export interface PacedClockOptions {
  /**
   * When, in ms since the Unix epoch, logical time 0 is. If that is in the past, the run catches up
   * at once and then keeps pace: so another machine can continue a run. The default is the moment
   * in which each run starts.
   */
  origin?: number;
}

/**
 * A clock whose log is byte for byte that of {@linkcode virtualClock}, at the pace of the wall:
 * each logical instant is held until `origin + at`. It never drifts, and never wakes early.
 *
 * @param options Where logical time begins.
 * @returns The clock.
 * @throws {RangeError} If `origin` is not a finite number.
 *
 * @example The second half of a run that began half a second ago
 * ```ts
 * import { pacedClock, run, sleep } from "@tenfold/loop";
 * import { assert } from "@std/assert";
 *
 * const before = performance.now();
 * await run(sleep(520), { clock: pacedClock({ origin: Date.now() - 500 }) });
 * assert(performance.now() - before < 500);
 * ```
 */
export function pacedClock(options: PacedClockOptions = {}): Clock {
  checkOptions(options, "pacedClock", "{ origin: Date.now() }");
  const { origin } = options;
  if (origin !== undefined && !Number.isFinite(origin)) {
    throw new RangeError(
      `pacedClock: expected origin to be finite ms, received ${literal(origin)}`,
    );
  }
  return {
    mode: "paced",
    rate: 1,
    start() {
      // Machines share the system's clock, but it can be set: read again, it would stall the run, or
      // rush it. So it says once how far the run is; from then on the monotonic clock counts.
      const start = hostTime();
      const passed = origin === undefined ? 0 : Date.now() - origin;
      return () => passed + (hostTime() - start);
    },
  };
}
