import { toIterator } from "../core/iterator.ts";
import { Kernel } from "../core/kernel.ts";
import { AnyTiming, type Timing } from "../core/timing.ts";
import type { Coroutine, Order, Picker } from "../core/types.ts";
import { virtualClock } from "../run/clock.ts";
import { hostTime, newAbort } from "../run/host.ts";
import { replay } from "../run/order.ts";
import type { Entry } from "../trace/entry.ts";
import { record } from "../trace/record.ts";
import { type Replay, ScheduleFailure } from "./failure.ts";
import { type Schedule, SearchedAnyTiming, type SearchedTiming } from "./schedule.ts";
import { UncertainTiming } from "./uncertain.ts";

// One run of a program in a search.

/** Makes a program, afresh each time. */
export type Program = () => Coroutine<unknown>;

/** How the waits of a search end. `uncertain` is `exact` for those that have one length. */
export type Mode = "exact" | "any" | "uncertain";

/** The timing of a run, `undefined` for the exact one. */
export function timingOf(mode: Mode): SearchedTiming | undefined {
  if (mode === "exact") return undefined;
  return mode === "any" ? new SearchedAnyTiming() : new UncertainTiming();
}

/** What a run has thrown, if it has. */
type Thrown = { error: unknown } | null;

/**
 * Runs a program, and returns what it throws, if it does.
 *
 * @throws {TypeError} If it makes no coroutine.
 */
export function thrownBy(
  program: Program,
  order: Order,
  maxSteps: number,
  timing: Timing | undefined,
  trace?: (entry: Entry) => void,
): Thrown {
  let main;
  try {
    main = program();
  } catch (error) {
    return { error };
  }
  const iterator = toIterator(main, "explore");
  const clock = virtualClock();
  const kernel = new Kernel({
    main: iterator,
    clock,
    order,
    trace,
    maxSteps,
    timing,
    hostTime,
    newAbort,
  });
  try {
    kernel.begin();
    kernel.synchronous = true;
    kernel.drain(Infinity);
    kernel.result();
    return null;
  } catch (error) {
    return { error };
  }
}

/**
 * Runs a schedule that has failed once more, with a log.
 *
 * @param first What it threw before.
 */
export function failureOf(
  program: Program,
  first: Thrown,
  { picks, preemptions }: Schedule,
  timing: SearchedTiming | undefined,
  schedules: number,
  maxSteps: number,
): ScheduleFailure {
  const trace = record();
  if (timing instanceof UncertainTiming) {
    const same = exactOrder(program, picks, maxSteps);
    const thrown = thrownBy(program, same, maxSteps, undefined, (entry) => {
      trace(entry);
      same.see(entry);
    });
    if (thrown === null || same.isLost) throw differs(first);
    const again: Replay = { picks: same.picks, timing: "exact", maxSteps };
    return new ScheduleFailure(thrown.error, preemptions, schedules, trace.entries, again);
  }
  const isAny = timing instanceof AnyTiming;
  const any = isAny ? new AnyTiming() : undefined;
  const thrown = thrownBy(program, replay(picks), maxSteps, any, trace);
  if (thrown === null) throw differs(first);
  const again: Replay = { picks, timing: isAny ? "any" : "exact", maxSteps };
  return new ScheduleFailure(thrown.error, preemptions, schedules, trace.entries, again);
}

/** The same steps as a schedule of uncertain waits has, with lengths that lead to them. */
function exactOrder(program: Program, picks: readonly number[], maxSteps: number): SameSteps {
  const timing = new UncertainTiming();
  const log = record();
  thrownBy(program, replay(picks), maxSteps, timing, log);
  const steps = log.entries.flatMap(({ type, task }) => type === "step" ? [task] : []);
  return new SameSteps(steps, timing.lengths());
}

/** Runs the tasks in the order in which they took their steps in another run. */
class SameSteps implements Order {
  /** What to replay it by. */
  readonly picks: number[] = [];
  /** Whether a step could not be the same. */
  isLost = false;
  readonly #steps: readonly number[];
  readonly #lengths: readonly number[];
  #taken = 0;
  #waits = 0;

  constructor(steps: readonly number[], lengths: readonly number[]) {
    this.#steps = steps;
    this.#lengths = lengths;
  }

  start(): Picker {
    return {
      from: (ready) => this.#note(ready.findIndex(({ id }) => id === this.#steps[this.#taken])),
      length: (min) => this.#note(this.#lengths[this.#waits++] ?? min),
    };
  }

  /** Is given the log of its run. */
  see({ type }: Entry): void {
    if (type === "step") this.#taken++;
  }

  #note(pick: number): number {
    if (pick < 0) this.isLost = true;
    this.picks.push(Math.max(0, pick));
    return this.picks.at(-1)!;
  }
}

/** The error for a program that a search can't search. */
export function differs(thrown: Thrown): Error {
  const message = "explore: the program does not do the same under the same order; " +
    "let it make all that it changes, and use no clock, no chance and no host";
  return thrown === null ? new Error(message) : new Error(message, { cause: thrown.error });
}
