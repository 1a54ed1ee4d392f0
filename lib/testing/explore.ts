import type { Coroutine } from "../core/types.ts";
import { simulate } from "../run/event-loop.ts";
import { narrate } from "../trace/narrate.ts";
import { random } from "../core/random.ts";
import { type Order, type Picker, replay } from "../run/order.ts";
import type { LoopTask } from "../core/task.ts";
import { record } from "../trace/entry.ts";

/** Options of {@linkcode explore}. */
export interface ExploreOptions {
  /** How many schedules to try: a whole number ≥ 1. The default is 100 000. */
  maxSchedules?: number;
  /** How many steps a schedule may take, as for {@linkcode simulate}. The default is 10 000. */
  maxSteps?: number;
  /** For the schedules tried by chance, when there are too many: a whole number. The default is 0. */
  seed?: number;
}

/** What {@linkcode explore} found. */
export interface Exploration {
  /** How many schedules were run. */
  schedules: number;
  /** Whether those were all there are. */
  complete: boolean;
  /** The first that failed, one with the fewest preemptions. */
  failure?: ScheduleFailure;
}

/** A schedule under which the program fails. As text it tells what happened, step by step. */
export interface ScheduleFailure {
  /** What the program threw. */
  error: unknown;
  /** The choices that lead there: `simulate(program(), { order: replay(picks) })`. */
  picks: number[];
  /** How often a task was made to wait that could have gone on. */
  preemptions: number;
  /** The story: who ran, what it did, where it suspended, and what went wrong. */
  toString(): string;
}

/** A departure from the schedule above it, which otherwise lets each task go on while it can. */
interface Departure {
  above: Departure | null;
  /** At which choice, counted from 0, and what was picked. */
  choice: number;
  pick: number;
  preemptions: number;
}

/** One run: follows departures, notes the choices it did not take, and remembers its picks. */
class Schedule implements Order {
  readonly picks: number[] = [];
  /** The alternatives that were passed by, from the last departure on. */
  readonly passed: Departure[] = [];
  preemptions = 0;
  readonly #last: Departure | null;
  /** Those to come, the next at the end. */
  readonly #departures: Departure[] = [];
  readonly #chance: (() => number) | undefined;
  #outOfRange = false;

  constructor(last: Departure | null, chance?: () => number) {
    this.#last = last;
    this.#chance = chance;
    for (let link = last; link !== null; link = link.above) this.#departures.push(link);
  }

  start(): Picker {
    return { from: (ready) => this.#pick(ready as readonly LoopTask<unknown>[]) };
  }

  /** Whether the program did not come by where a departure is. */
  get diverged(): boolean {
    return this.#outOfRange || this.#departures.length > 0;
  }

  #pick(ready: readonly LoopTask<unknown>[]): number {
    const ran = ready.indexOf(ready[0]!.kernel.last!);
    const goOn = Math.max(0, ran);
    const pick = this.#chance === undefined
      ? this.#planned(ready.length, goOn, ran >= 0)
      : Math.floor(this.#chance() * ready.length);
    if (ran >= 0 && pick !== ran) this.preemptions++;
    this.picks.push(pick);
    return pick;
  }

  #planned(count: number, goOn: number, preempts: boolean): number {
    const choice = this.picks.length;
    const departure = this.#departures.at(-1);
    if (departure === undefined) {
      const preemptions = this.preemptions + (preempts ? 1 : 0);
      for (let pick = 0; pick < count; pick++) {
        if (pick !== goOn) this.passed.push({ above: this.#last, choice, pick, preemptions });
      }
      return goOn;
    }
    if (departure.choice !== choice) return goOn;
    this.#departures.pop();
    this.#outOfRange ||= departure.pick >= count;
    return departure.pick;
  }
}

/**
 * Runs a program under every order in which its ready tasks can take their steps, in virtual time,
 * and finds one under which it fails. Those with the fewest preemptions come first, so what it
 * finds is as simple as can be; if there are none, and it is complete, then there is no such order.
 *
 * Orders multiply: three tasks of three steps have 1,680, four have 369,600. When there are more
 * than `maxSchedules`, the first half of those is tried by that plan and the rest by chance.
 *
 * A task goes on while it can, so one that pauses until another has done something never ends in
 * the first schedule: let it wait for an {@linkcode Event} instead.
 *
 * @param program Makes the program, afresh each time, with all that it changes. It fails if it
 * throws. It must do the same under the same order: no clock, no chance, no host.
 * @param options How much to try.
 * @returns How many were tried, whether that was all, and the failure.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} If the program does not do the same under the same order.
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
): Exploration {
  const { maxSchedules = 100_000, maxSteps = 10_000, seed = 0 } = options;
  if (!Number.isSafeInteger(maxSchedules) || maxSchedules < 1) {
    throw new RangeError(`explore: expected maxSchedules ≥ 1, received ${maxSchedules}`);
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`explore: expected seed to be a whole number, received ${seed}`);
  }
  const chance = random(seed);
  /** What is to be tried, by its preemptions, and how much of that has been. */
  const planned: { departures: Departure[]; tried: number }[] = [];
  let left = 1;
  let departure: Departure | null | undefined = null;
  for (let schedules = 1;; schedules++) {
    const byChance = schedules > 1 && schedules > maxSchedules / 2 &&
      schedules + left > maxSchedules + 1;
    const schedule = byChance ? new Schedule(null, chance) : new Schedule(departure ?? null);
    const failed = fails(program, schedule, maxSteps);
    if (schedule.diverged) throw differs();
    if (failed) {
      return { schedules, complete: false, failure: failureOf(program, schedule, maxSteps) };
    }
    for (const passed of schedule.passed) {
      (planned[passed.preemptions] ??= { departures: [], tried: 0 }).departures.push(passed);
    }
    if (!byChance) {
      left += schedule.passed.length - 1;
      const simplest = planned.find((plan) => plan && plan.tried < plan.departures.length);
      departure = simplest?.departures[simplest.tried++];
    }
    if (departure === undefined) return { schedules, complete: true };
    if (schedules === maxSchedules) return { schedules, complete: false };
  }
}

/** V8's way to say how long a stack may be. Others don't look at it. */
const V8 = Error as unknown as { stackTraceLimit: number | undefined };

function fails(program: () => Coroutine<unknown>, order: Schedule, maxSteps: number): boolean {
  const { stackTraceLimit } = V8;
  // The stack of an error that is only counted costs more than the run.
  V8.stackTraceLimit = 0;
  try {
    simulate(program(), { order, maxSteps });
    return false;
  } catch {
    return true;
  } finally {
    V8.stackTraceLimit = stackTraceLimit;
  }
}

/** Runs it once more, with a log and with stacks. */
function failureOf(
  program: () => Coroutine<unknown>,
  { picks, preemptions }: Schedule,
  maxSteps: number,
): ScheduleFailure {
  const trace = record();
  try {
    simulate(program(), { order: replay(picks), trace, maxSteps });
  } catch (error) {
    const toString = () =>
      `${error}, with ${preemptions} preemption${preemptions === 1 ? "" : "s"}:\n` +
      `${narrate(trace.entries)}\n` +
      `replay: simulate(program(), { order: replay([${picks.join(", ")}]) })`;
    return { error, picks, preemptions, toString };
  }
  throw differs();
}

function differs(): Error {
  return new Error("explore: the program does not do the same under the same order");
}
