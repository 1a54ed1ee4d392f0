import { Cancelled, DeadlockError, LimitError } from "../core/errors.ts";
import { literal } from "../core/inspect.ts";
import { checkAnswer, describeValue, toIterator } from "../core/iterator.ts";
import { CANCEL_DELIVERED } from "../core/phases.ts";
import type { Coroutine, Order, Startable, Task } from "../core/types.ts";
import { checkOptions } from "../core/options.ts";
import { fifo, shuffled } from "../run/order.ts";
import type { Entry } from "../trace/entry.ts";
import { narrate } from "../trace/narrate.ts";
import { type CancelledRun, type Point, REASON, runAndCancel } from "./cancelled-run.ts";

/** A program for one run of {@linkcode cancelEverywhere}, with tasks beside it and a check. */
export interface CancelTrial {
  /** What is cancelled, with all that it spawns. */
  target: Startable<unknown>;
  /** What runs beside it, each as a task of its own. Each must return unless the run is cancelled. */
  others?: readonly Startable<unknown>[];
  /** Called when all tasks have ended. Let it throw if they left something wrong: an open file. */
  check?(run: TriedRun): void;
}

/** What the check of a {@linkcode CancelTrial} is given. */
export interface TriedRun {
  /** Whether the whole run was cancelled: the target and the others. */
  readonly whole: boolean;
  /** The log of the run. */
  readonly entries: readonly Entry[];
}

/** How the target of a {@linkcode cancelEverywhere} ended although it was cancelled. */
export interface TargetEnd {
  /** Whether it returned or threw. */
  readonly state: "done" | "failed";
  /** What it returned or threw. */
  readonly result: unknown;
}

/** Options of {@linkcode cancelEverywhere}. */
export interface CancelEverywhereOptions {
  /** The orders to try, at least one. The default is `fifo()` and `shuffled` by the seeds 1 to 3. */
  orders?: readonly Order[];
  /** How many steps a run may take, as for {@linkcode simulate}. The default is 10 000. */
  maxSteps?: number;
  /**
   * How long the target may take to end after its cancel, in ms of logical time: a number ≥ 0. The
   * default is `Infinity`.
   */
  within?: number;
  /**
   * Says that it is right for a cancelled target to return or to fail like this. Asked when the
   * target has caught its cancel and returned, or has failed as it does not without a cancel. The
   * default says no.
   */
  accept?: (end: TargetEnd) => boolean;
}

type NamedOrder = readonly [name: string, order: Order];

const DEFAULT_ORDERS: readonly NamedOrder[] = [
  ["fifo()", fifo()],
  ...[1, 2, 3].map((seed): NamedOrder => [`shuffled(${seed})`, shuffled(seed)]),
];

/**
 * Runs a program in virtual time once for each point at which it can be cancelled, and cancels it
 * there. Another task cancels it after each step that any task takes, and the host at each entry
 * of the log; likewise the host cancels the whole run. All of that under each of several orders.
 * Where no other task can act, because one is in a `block`, only the host cancels.
 *
 * Each run must end: without a deadlock, within `maxSteps`. The target must end cancelled. If the
 * cancel came too late to be thrown into it, it may also return, or fail as it does without a
 * cancel. So it fails here if its cleanup fails, and if it catches the cancel and returns. The
 * other tasks must return. What the tasks leave behind is for the trial's `check` to judge.
 *
 * A program whose log has n entries takes about 2.5 n runs in each order, so keep it small.
 *
 * @param program Makes the program, afresh for each run, with all that it changes: a coroutine, or
 * a {@linkcode CancelTrial}. It must do the same under the same order: no clock, no chance, no
 * host operation.
 * @param options What to try, and what to accept.
 * @returns How many runs were cancelled.
 * @throws {Error} At the first run that goes wrong, without a cancel or with one. The message says
 * what is wrong, where the cancel came, and what happened, step by step; `cause` is the error, if
 * there is one. Also if the program does not do the same under the same order.
 * @throws {TypeError} If `program` is no function, or makes no coroutine or trial, or an option has
 * the wrong type.
 * @throws {RangeError} If an option is out of range.
 *
 * @see https://github.com/python-trio/trio/issues/77 for the idea, to count the points at which a
 * program can be cancelled and to try each.
 *
 * @example A lock is free again, wherever one of its users is cancelled
 * ```ts
 * import { Lock, sleep } from "@tenfold/loop";
 * import { cancelEverywhere } from "@tenfold/loop/testing";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const runs = cancelEverywhere(() => {
 *   const lock = new Lock();
 *   function* use() {
 *     using _permit = yield* lock.acquire();
 *     yield* sleep(10);
 *   }
 *   return {
 *     target: use(),
 *     others: [use(), use()],
 *     check: () => assertEquals(lock.available, 1),
 *   };
 * });
 * assert(runs > 100);
 * ```
 *
 * @example A cleanup that is not in `finally`
 * ```ts
 * import { sleep } from "@tenfold/loop";
 * import { cancelEverywhere } from "@tenfold/loop/testing";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const trial = () => {
 *   const open = new Set<string>();
 *   function* write() {
 *     open.add("file");
 *     yield* sleep(10);
 *     open.delete("file");
 *   }
 *   return { target: write(), check: () => assertEquals(open.size, 0) };
 * };
 * assertThrows(
 *   () => cancelEverywhere(trial),
 *   Error,
 *   "when a task cancels the target after 1 step, at 0 ms, under fifo(): check fails",
 * );
 * ```
 */
export function cancelEverywhere(
  program: () => Coroutine<unknown> | CancelTrial,
  options: CancelEverywhereOptions = {},
): number {
  if (typeof program !== "function") {
    throw new TypeError(
      `cancelEverywhere: expected a function that makes the program, received ${
        describeValue(program)
      }; write cancelEverywhere(() => main())`,
    );
  }
  checkOptions(options, "cancelEverywhere", "{ orders: [fifo()] }");
  const { orders, ...limits } = limitsOf(options);

  let runs = 0;
  for (const [name, order] of orders) {
    const search = new Search(program, name, order, limits);
    const calm = search.run(null);
    const tried = (point: Point) => {
      search.run(point, calm);
      runs++;
    };
    for (let count = 0; count <= calm.steps.length; count++) {
      tried({ step: { count, at: count === 0 ? 0 : calm.steps[count - 1]! } });
    }
    // At the last entry the run has ended, and at the first there is no target yet.
    for (let entry = 1; entry < calm.entries.length; entry++) {
      tried({ entry });
      tried({ entry, whole: true });
    }
  }
  return runs;
}

/** What a run may do, once the options are checked. */
interface Limits {
  maxSteps: number;
  within: number;
  accept: (end: TargetEnd) => boolean;
}

function limitsOf(
  { orders, maxSteps = 10_000, within = Infinity, accept = () => false }: CancelEverywhereOptions,
): Limits & { orders: readonly NamedOrder[] } {
  const expected = "cancelEverywhere: expected within to be ms ≥ 0";
  if (typeof within !== "number") throw new TypeError(`${expected}, received ${typeof within}`);
  if (!(within >= 0)) throw new RangeError(`${expected}, received ${within}`);
  if (typeof accept !== "function") {
    throw new TypeError(
      `cancelEverywhere: expected accept to be a function, received ${literal(accept)}`,
    );
  }
  return {
    orders: orders === undefined ? DEFAULT_ORDERS : named(orders),
    maxSteps,
    within,
    accept(end) {
      const answer = accept(end);
      checkAnswer(answer, "cancelEverywhere: expected accept to return true or false");
      return answer;
    },
  };
}

function named(orders: readonly Order[]): readonly NamedOrder[] {
  const expected = "cancelEverywhere: expected orders to be an array of orders: [fifo()]";
  if (!Array.isArray(orders)) throw new TypeError(expected);
  if (orders.length === 0) throw new RangeError(`${expected}, received none`);
  return orders.map((order, index) => {
    if (typeof order?.start === "function") return [`orders[${index}]`, order];
    throw new TypeError(`${expected}, received ${literal(order)} at ${index}`);
  });
}

/** All runs of one program under one order. */
class Search {
  readonly #program: () => Coroutine<unknown> | CancelTrial;
  readonly #name: string;
  readonly #order: Order;
  readonly #limits: Limits;

  constructor(
    program: () => Coroutine<unknown> | CancelTrial,
    name: string,
    order: Order,
    limits: Limits,
  ) {
    this.#program = program;
    this.#name = name;
    this.#order = order;
    this.#limits = limits;
  }

  /** Runs the program once and cancels it at a point; `calm` is the run without a cancel. */
  run(point: Point | null, calm: CancelledRun | null = null): CancelledRun {
    const { target, others, check } = trialOf(this.#program());
    const run = runAndCancel([target, ...others], this.#order, this.#limits.maxSteps, point);
    const whole = point?.whole ?? false;
    const problem = problemIn(run, whole, calm, this.#limits) ??
      problemOfCheck(() => check?.({ whole, entries: run.entries }));
    if (problem === null) return run;
    const when = point === null ? "without a cancel" : whenIs(point);
    throw new Error(
      `cancelEverywhere: ${when}, under ${this.#name}: ${problem.what}\n${story(run.entries)}`,
      problem.cause === undefined ? {} : { cause: problem.cause },
    );
  }
}

/** What is wrong with a run, and the error, if there is one. */
interface Problem {
  what: string;
  cause?: unknown;
}

function problemIn(
  run: CancelledRun,
  whole: boolean,
  calm: CancelledRun | null,
  { within, accept }: Limits,
): Problem | null {
  const { thrown, tasks } = run;
  const [target, ...others] = tasks;
  const error = thrown?.error;
  if (error instanceof DeadlockError || error instanceof LimitError) {
    return { what: String(error), cause: error };
  }
  const differs = !run.isReached && calm?.hasBlocked !== true;
  if (differs) return { what: "the program does not do the same under the same order" };
  // A run that was cancelled as a whole throws that cancel, or the failure of a task: for the tasks
  // it is judged below.
  const isJudged = whole && (error instanceof Cancelled || tasks.some(hasFailed));
  // What else ends a run is no failure of a task: an order that throws, for example.
  if (thrown !== null && !isJudged) return { what: `the run fails: ${error}`, cause: error };
  for (const { name, state, outcome } of others) {
    if (state === "failed") return { what: `${name} fails: ${outcome}`, cause: outcome };
    if (state === "cancelled" && !whole) {
      return { what: `${name} is cancelled, too`, cause: outcome };
    }
  }
  if (target === undefined) return null;
  const { state, outcome: result } = target;
  const failsAnew = calm !== null && state === "failed" && String(result) !== failureOf(calm);
  if (failsAnew && !accept({ state, result })) {
    return { what: `the target fails: ${result}`, cause: result };
  }
  const caught = calm !== null && state === "done" && target.has(CANCEL_DELIVERED);
  if (caught && !accept({ state, result })) {
    return { what: `the target caught its cancel and returned ${result}` };
  }
  const took = timeToEnd(run.entries, target.id);
  if (took <= within) return null;
  return { what: `the target ends ${took} ms after its cancel, not within ${within}` };
}

function problemOfCheck(check: () => unknown): Problem | null {
  let checked: unknown;
  try {
    checked = check();
  } catch (error) {
    return { what: `check fails: ${error}`, cause: error };
  }
  checkAnswer(checked, "cancelEverywhere: expected check to judge at once");
  return null;
}

function hasFailed({ state }: Task<unknown>): boolean {
  return state === "failed";
}

/** What the target of a run has failed with, as text. */
function failureOf({ tasks: [target] }: CancelledRun): string | null {
  return target?.state === "failed" ? String(target.outcome) : null;
}

/** What the program made, checked. */
function trialOf(made: Coroutine<unknown> | CancelTrial) {
  const trial = typeof made === "object" && made !== null && "target" in made ? made : null;
  const { target, others = [], check } = trial ?? { target: made as Coroutine<unknown> };
  if (!Array.isArray(others)) {
    throw new TypeError("cancelEverywhere: expected others to be an array of coroutines");
  }
  if (check !== undefined && typeof check !== "function") {
    throw new TypeError("cancelEverywhere: expected check to be a function");
  }
  return {
    target: toIterator(target, trial === null ? "cancelEverywhere" : "cancelEverywhere: target"),
    others: others.map((other, index) => toIterator(other, `cancelEverywhere: others[${index}]`)),
    check: check && ((run: TriedRun) => check.call(trial, run)),
  };
}

/** How long a task took to end once it was cancelled, in ms. */
function timeToEnd(entries: readonly Entry[], id: number): number {
  const own = entries.filter(({ task }) => task === id);
  const cancel = own.find(({ type }) => type === "cancel");
  return cancel === undefined ? 0 : own.at(-1)!.at - cancel.at;
}

function whenIs({ step, entry, whole = false }: Point): string {
  if (step === undefined) {
    return `when the host cancels the ${whole ? "whole run" : "target"} at entry ${entry}`;
  }
  const { count, at } = step;
  return `when a task cancels the target after ${count} step${count === 1 ? "" : "s"}, at ${at} ms`;
}

/** How many lines of a story follow the cancel: a task that goes on for ever has thousands. */
const AFTERMATH = 30;

function story(entries: readonly Entry[]): string {
  const lines = narrate(entries).split("\n");
  const end = lines.findIndex((line) => line.includes(`(${REASON})`)) + AFTERMATH;
  const rest = lines.length - end;
  return rest <= 0 ? lines.join("\n") : [...lines.slice(0, end), `and ${rest} more`].join("\n");
}
