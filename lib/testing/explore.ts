import { random } from "../core/random.ts";
import type { Coroutine, Order, Picker, Task } from "../core/types.ts";
import { simulate } from "../run/event-loop.ts";
import { replay } from "../run/order.ts";
import { record } from "../trace/entry.ts";
import { narrate } from "../trace/narrate.ts";

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
export interface ExploreResult {
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

/** One other choice than in the parent's schedule. After it each task goes on while it can. */
interface Branch {
  parent: Branch | null;
  /** At which choice, counted from 0, and what was picked. */
  choice: number;
  pick: number;
  preemptions: number;
}

/** One run: follows branches, notes the choices it did not take, and remembers its picks. */
class Schedule implements Order {
  readonly picks: number[] = [];
  /** The choices that were not taken, after the last branch. */
  readonly alternatives: Branch[] = [];
  preemptions = 0;
  readonly #last: Branch | null;
  /** Those to come, the next at the end. */
  readonly #branches: Branch[] = [];
  readonly #chance: (() => number) | undefined;
  #outOfRange = false;

  constructor(last: Branch | null, chance?: () => number) {
    this.#last = last;
    this.#chance = chance;
    for (let link = last; link !== null; link = link.parent) this.#branches.push(link);
  }

  start(): Picker {
    return { from: (ready, last) => this.#pick(ready, last) };
  }

  /** Whether the program did not come by where a branch is. */
  get diverged(): boolean {
    return this.#outOfRange || this.#branches.length > 0;
  }

  #pick(ready: readonly Task<unknown>[], last: Task<unknown> | undefined): number {
    const ran = last === undefined ? -1 : ready.indexOf(last);
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
    const branch = this.#branches.at(-1);
    if (branch === undefined) {
      const preemptions = this.preemptions + (preempts ? 1 : 0);
      for (let pick = 0; pick < count; pick++) {
        if (pick !== goOn) {
          this.alternatives.push({ parent: this.#last, choice, pick, preemptions });
        }
      }
      return goOn;
    }
    if (branch.choice !== choice) return goOn;
    this.#branches.pop();
    this.#outOfRange ||= branch.pick >= count;
    return branch.pick;
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
): ExploreResult {
  const { maxSchedules = 100_000, maxSteps = 10_000, seed = 0 } = options;
  if (!Number.isSafeInteger(maxSchedules) || maxSchedules < 1) {
    throw new RangeError(`explore: expected maxSchedules ≥ 1, received ${maxSchedules}`);
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`explore: expected seed to be a whole number, received ${seed}`);
  }
  const chance = random(seed);
  /** What is to be tried, by its preemptions, and how much of that has been. */
  const planned: { branches: Branch[]; tried: number }[] = [];
  let left = 1;
  let branch: Branch | null | undefined = null;
  for (let schedules = 1;; schedules++) {
    const byChance = schedules > maxSchedules / 2 &&
      schedules + left > maxSchedules + 1;
    const schedule = byChance ? new Schedule(null, chance) : new Schedule(branch ?? null);
    const failed = fails(program, schedule, maxSteps);
    if (schedule.diverged) throw differs();
    if (failed) {
      return { schedules, complete: false, failure: failureOf(program, schedule, maxSteps) };
    }
    for (const branch of schedule.alternatives) {
      (planned[branch.preemptions] ??= { branches: [], tried: 0 }).branches.push(branch);
    }
    if (!byChance) {
      left += schedule.alternatives.length - 1;
      const simplest = planned.find((plan) => plan && plan.tried < plan.branches.length);
      branch = simplest?.branches[simplest.tried++];
    }
    if (branch === undefined) return { schedules, complete: true };
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
