import { literal } from "../core/inspect.ts";
import { random } from "../core/random.ts";
import { checkOptions } from "../core/options.ts";
import type { Coroutine } from "../core/types.ts";
import { hostTime } from "../run/host.ts";
import { differs, failureOf, type Mode, type Program, thrownBy, timingOf } from "./attempt.ts";
import type { ScheduleFailure } from "./failure.ts";
import { type Branch, Schedule } from "./schedule.ts";

/** Options of {@linkcode explore}. */
export interface ExploreOptions {
  /**
   * How many schedules to try: a whole number ≥ 1. The default is 100 000, or no limit with `maxTime`
   * or `maxPreemptions`.
   */
  maxSchedules?: number;
  /** How long to try, in ms of the host's clock: > 0. The default is `Infinity`. */
  maxTime?: number;
  /**
   * How many preemptions a schedule may have: a whole number ≥ 0. Those with more are not tried,
   * also not by chance. The default is `Infinity`.
   */
  maxPreemptions?: number;
  /** How many steps a schedule may take, as for {@linkcode simulate}. The default is 10 000. */
  maxSteps?: number;
  /** When a wait ends, as for {@linkcode simulate}. The default is `exact`. */
  timing?: "exact" | "any";
  /** For the schedules tried by chance, when there are too many: a whole number. The default is 0. */
  seed?: number;
}

/** What {@linkcode explore} found. */
export interface ExploreResult {
  /**
   * How many schedules were run: each order once, but for some in which a `sleepUntil` or a `block`
   * stands beside a wait of uncertain length.
   */
  schedules: number;
  /** Whether those were all there are. */
  complete: boolean;
  /**
   * If they were not all, and none failed: every schedule with at most this many preemptions was
   * tried. Missing if that holds for no number.
   */
  completeTo?: number;
  /** The first that failed, one with the fewest preemptions. */
  failure?: ScheduleFailure;
}

/**
 * Runs a program under every order in which its tasks can take their steps, in virtual time, and
 * finds one under which it fails. Those with the fewest preemptions come first, so what it finds is
 * as simple as can be; if there are none, and it is complete, then there is no such order.
 *
 * What "every order" means depends on the waits:
 *
 * - A wait of exact length (`sleep`, `sleepUntil`, a timeout) ends at its deadline. Sleepers with the
 *   same deadline are ready together, when nothing else is ready. Before each step, any of the ready
 *   can be next.
 * - A `sleepBetween(min, max)` has any length from `min` to `max`. An order belongs to them if some
 *   choice of lengths leads to it. A program that reads `now()` fixes the time at which it does, to
 *   the least that is possible there: other times are not tried.
 * - With `timing: "any"` no wait has a length. Every one may end before or after any other, also
 *   while tasks are ready: "could this ever happen".
 *
 * Orders multiply: three tasks of three steps have 1,680, four have 369,600. When there are more
 * than `maxSchedules`, or than `maxTime` allows, the first half of those is tried by that plan and
 * the rest by chance.
 *
 * A preemption is a step of another task although the one that took the last step could go on, or the
 * end of a wait although there is an earlier deadline or a ready task. In the first schedule each task
 * goes on while it can, so one that pauses until another has done something never ends: let it wait
 * for an {@linkcode Event} instead.
 *
 * @param program Makes the program, afresh each time, with all that it changes. It fails if it
 * throws. It must do the same under the same order: no clock, no chance, no host.
 * @param options How much to try.
 * @returns How many were tried, whether that was all, and the failure.
 * @throws {TypeError} If `program` is no function, or what it returns is no coroutine: a promise
 * for example.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} If the program does not do the same under the same order. Its `cause` is what the
 * program threw, if it did.
 *
 * @see Madanlal Musuvathi, Shaz Qadeer: "Iterative Context Bounding for Systematic Testing of
 * Multithreaded Programs", PLDI 2007, for why few preemptions find most.
 *
 * @example A lost update, found and replayed
 * ```ts
 * import { gather, pause, replay, simulate } from "@tenfold/loop";
 * import { explore } from "@tenfold/loop/testing";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * function* program() {
 *   let count = 0;
 *   function* increment() {
 *     const seen = count;
 *     yield* pause();
 *     count = seen + 1;
 *   }
 *   yield* gather([increment(), increment()]);
 *   assertEquals(count, 2);
 * }
 *
 * const { failure } = explore(program);
 * assertEquals(failure?.preemptions, 1);
 * assertThrows(() => simulate(program(), { order: replay(failure!.picks) }));
 * ```
 */
export function explore(
  program: () => Coroutine<unknown>,
  options: ExploreOptions = {},
): ExploreResult {
  return exploreFor("explore", program, options);
}

/** Explores for a function of this folder, whose name is in the errors. */
export function exploreFor(
  operation: string,
  program: () => Coroutine<unknown>,
  options: ExploreOptions,
): ExploreResult {
  checkOptions(options, operation, "{ maxPreemptions: 2 }");
  const limits = limitsOf(options, operation);
  if (typeof program !== "function") throw noProgram(program, operation);
  return searchAll(program, limits, options.timing ?? "exact") ??
    searchAll(program, limits, "uncertain")!;
}

interface Limits {
  readonly maxSchedules: number;
  readonly maxPreemptions: number;
  readonly maxSteps: number;
  readonly seed: number;
  /** By the host's clock, when half of the time is over, and all of it. */
  readonly halfTime: number;
  readonly endTime: number;
}

function limitsOf(options: ExploreOptions, operation: string): Limits {
  const { maxTime = Infinity, maxPreemptions = Infinity, maxSteps = 10_000, seed = 0 } = options;
  const isLimited = options.maxTime !== undefined || options.maxPreemptions !== undefined;
  const { maxSchedules = isLimited ? Infinity : 100_000, timing } = options;
  checkLimit(operation, "maxSchedules", maxSchedules, 1, options.maxSchedules === undefined);
  checkLimit(operation, "maxPreemptions", maxPreemptions, 0, true);
  checkLimit(operation, "maxSteps", maxSteps, 1, true);
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(
      `${operation}: expected seed to be a whole number, received ${literal(seed)}`,
    );
  }
  if (!(maxTime > 0)) {
    throw new RangeError(`${operation}: expected maxTime > 0 ms, received ${literal(maxTime)}`);
  }
  if (timing !== undefined && timing !== "exact" && timing !== "any") {
    throw new TypeError(
      `${operation}: expected timing "exact" or "any", received ${literal(timing)}`,
    );
  }
  const begun = maxTime === Infinity ? 0 : hostTime();
  const [halfTime, endTime] = [begun + maxTime / 2, begun + maxTime];
  return { maxSchedules, maxPreemptions, maxSteps, seed, halfTime, endTime };
}

function checkLimit(
  operation: string,
  name: string,
  value: number,
  least: number,
  orInfinity: boolean,
): void {
  if (value >= least && (Number.isSafeInteger(value) || (orInfinity && value === Infinity))) return;
  throw new RangeError(`${operation}: expected ${name} ≥ ${least}, received ${literal(value)}`);
}

function noProgram(program: unknown, operation: string): TypeError {
  const isCoroutine =
    typeof (program as Coroutine<unknown> | null)?.[Symbol.iterator] === "function";
  const received = isCoroutine ? "a coroutine, which runs once" : literal(program);
  return new TypeError(
    `${operation}: expected a function that makes a coroutine, received ${received}; ` +
      "did you mean () => program()?",
  );
}

/** Returns `undefined` for an exact search that comes by a wait of uncertain length. */
function searchAll(program: Program, limits: Limits, mode: Mode): ExploreResult | undefined {
  const { maxSchedules, maxPreemptions, maxSteps, halfTime, endTime } = limits;
  const chance = random(limits.seed);
  /** What is to be tried, by its preemptions, and how much of that has been. */
  const planned: { branches: Branch[]; tried: number }[] = [];
  let left = 1;
  let byChance = false;
  /** Whether there are schedules with too many preemptions. */
  let isCut = false;
  let branch: Branch | null | undefined = null;
  for (let schedules = 1;; schedules++) {
    const time = endTime === Infinity ? 0 : hostTime();
    byChance ||= maxPreemptions === Infinity &&
      (time > halfTime || (schedules > maxSchedules / 2 && schedules + left > maxSchedules + 1));
    // By chance, a length is drawn when a wait begins, and then it is exact.
    const timing = timingOf(byChance && mode === "uncertain" ? "exact" : mode);
    const schedule = byChance
      ? new Schedule(null, timing, chance)
      : new Schedule(branch ?? null, timing);
    const thrown = thrownBy(program, schedule, maxSteps, timing);
    if (schedule.isUncertain && mode === "exact") return undefined;
    if (schedule.diverged) throw differs(thrown);
    if (thrown !== null) {
      const failure = failureOf(program, thrown, schedule, timing, schedules, maxSteps);
      return { schedules, complete: false, failure };
    }
    for (const other of schedule.alternatives) {
      if (other.preemptions > maxPreemptions) isCut = true;
      else {
        left++;
        (planned[other.preemptions] ??= { branches: [], tried: 0 }).branches.push(other);
      }
    }
    if (!byChance) {
      left--;
      const simplest = planned.find((plan) => plan && plan.tried < plan.branches.length);
      branch = simplest?.branches[simplest.tried++];
    }
    if (branch === undefined && !isCut) return { schedules, complete: true };
    if (branch === undefined || schedules === maxSchedules || time > endTime) {
      const open = branch?.preemptions ?? maxPreemptions + 1;
      return { schedules, complete: false, ...(open > 0 ? { completeTo: open - 1 } : {}) };
    }
  }
}
