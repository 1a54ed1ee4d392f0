import { Cancelled, DeadlockError, LimitError } from "../core/errors.ts";
import { literal } from "../core/inspect.ts";
import { asCoroutine, toIterator } from "../core/iterator.ts";
import type { LoopTask, TaskIterator } from "../core/task.ts";
import { CANCEL_DELIVERED, DONE } from "../core/phases.ts";
import type { Coroutine, Order, Startable, Task } from "../core/types.ts";
import { sleep, sleepUntil } from "../ops/sleep.ts";
import { spawn } from "../ops/spawn.ts";
import { wait } from "../combine/wait.ts";
import { virtualClock } from "../run/clock.ts";
import { EventLoop } from "../run/event-loop.ts";
import { fifo, shuffled } from "../run/order.ts";
import type { Entry } from "../trace/entry.ts";
import { record } from "../trace/record.ts";
import { narrate } from "../trace/narrate.ts";

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

/** Where a run is cancelled. */
interface Point {
  /** By another task, after so many steps, the last of them at that time. */
  step?: { count: number; at: number };
  /** By the host, when so many entries are logged. */
  entry?: number;
  /** Whether to cancel the whole run, and not only the target. */
  whole?: boolean;
}

/** What one run did. */
interface Run {
  entries: readonly Entry[];
  /** The time of each step, in order. */
  steps: number[];
  /** What the target threw, as text. */
  failure: string | null;
}

const DEFAULT_ORDERS: readonly [name: string, order: Order][] = [
  ["fifo()", fifo()],
  ...[1, 2, 3].map((seed): [string, Order] => [`shuffled(${seed})`, shuffled(seed)]),
];

const REASON = "cancelEverywhere";

/**
 * Runs a program in virtual time once for each point at which it can be cancelled, and cancels it
 * there. Another task cancels it after each step that any task takes, and the host at each entry
 * of the log; likewise the host cancels the whole run. All of that under each of several orders.
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
      "cancelEverywhere: expected a function that makes the program: cancelEverywhere(() => main())",
    );
  }
  const { within = Infinity, accept } = options;
  const expected = "cancelEverywhere: expected within to be ms ≥ 0";
  if (typeof within !== "number") throw new TypeError(`${expected}, received ${typeof within}`);
  if (!(within >= 0)) throw new RangeError(`${expected}, received ${within}`);
  if (accept !== undefined && typeof accept !== "function") {
    throw new TypeError(
      `cancelEverywhere: expected accept to be a function, received ${literal(accept)}`,
    );
  }

  let runs = 0;
  for (const [name, order] of ordersOf(options)) {
    const search = new Search(program, name, order, options);
    const calm = search.run({});
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

function ordersOf({ orders }: CancelEverywhereOptions): readonly (readonly [string, Order])[] {
  if (orders === undefined) return DEFAULT_ORDERS;
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
  readonly #maxSteps: number;
  readonly #within: number;
  readonly #accept: (end: TargetEnd) => boolean;

  constructor(
    program: () => Coroutine<unknown> | CancelTrial,
    name: string,
    order: Order,
    { maxSteps = 10_000, within = Infinity, accept = () => false }: CancelEverywhereOptions,
  ) {
    this.#program = program;
    this.#name = name;
    this.#order = order;
    this.#maxSteps = maxSteps;
    this.#within = within;
    this.#accept = accept;
  }

  /** Runs the program once and cancels it at a point; `calm` is the run without a cancel. */
  run({ step, entry, whole = false }: Point, calm: Run | null = null): Run {
    const { target, others, check } = trialOf(this.#program());
    const recorder = record();
    const { entries } = recorder;
    const steps: number[] = [];
    const tasks: LoopTask<unknown>[] = [];
    let canceller: Task<void> | undefined;
    let reached = calm === null;

    function* cancelling({ count, at }: { count: number; at: number }): Coroutine<void> {
      if (at > 0) yield* sleepUntil(at);
      // The order lets this task go on when the point is reached, or when it alone is ready.
      while (steps.length < count && tasks.some(isAlive)) yield* sleep(0);
      reached = steps.length === count;
      tasks[0]!.cancel(REASON);
    }
    function* main(): Coroutine<void> {
      const start = function* (iterator: TaskIterator, name: string): Coroutine<void> {
        tasks.push(
          (yield* spawn(stepped(iterator), { name, failure: "hold" })) as LoopTask<unknown>,
        );
      };
      yield* start(target, "target");
      for (const [index, other] of others.entries()) yield* start(other, `others[${index}]`);
      if (step !== undefined) canceller = yield* spawn(cancelling(step), { name: "canceller" });
      const { done } = yield* wait([...tasks]);
      for (const task of done) yield* joined(task);
    }
    const trace = (logged: Entry) => {
      recorder(logged);
      const { type, task, seq, at } = logged;
      if (type === "step" && task !== 0 && task !== canceller?.id) steps.push(at);
      if (seq !== entry) return;
      reached = true;
      if (whole) loop.cancel(REASON);
      else tasks[0]?.cancel(REASON);
    };
    const order = withholding(this.#order, () => canceller, () => steps.length === step?.count);
    const maxSteps = this.#maxSteps;
    const loop = new EventLoop(main(), { clock: virtualClock(), order, trace, maxSteps });

    const wrong = (what: string, cause?: unknown) => {
      const when = calm === null ? "without a cancel" : whenIs(step, entry, whole);
      const problem = `cancelEverywhere: ${when}, under ${this.#name}: ${what}`;
      return new Error(`${problem}\n${story(entries)}`, cause === undefined ? {} : { cause });
    };
    let thrown: { error: unknown } | null = null;
    try {
      loop.simulate();
    } catch (error) {
      thrown = { error };
    }
    if (thrown?.error instanceof DeadlockError || thrown?.error instanceof LimitError) {
      throw wrong(String(thrown.error), thrown.error);
    }
    if (!reached) throw wrong("the program does not do the same under the same order");
    const [task, ...besides] = tasks;
    // What ends the run and is no failure of a task: an order that throws, for example.
    const isVerdict = thrown !== null && !(thrown.error instanceof Cancelled) &&
      tasks.every(({ state }) => state !== "failed");
    if (isVerdict) throw wrong(`the run fails: ${thrown!.error}`, thrown!.error);
    for (const { name, state, outcome } of besides) {
      if (state === "failed") throw wrong(`${name} fails: ${outcome}`, outcome);
      if (state === "cancelled" && !whole) throw wrong(`${name} is cancelled, too`, outcome);
    }
    const failure = task?.state === "failed" ? String(task.outcome) : null;
    if (calm !== null && task !== undefined) this.#judge(task, failure === calm.failure, wrong);
    // Whatever else ended the run: an order that failed, say.
    if (thrown !== null && !(whole && (thrown.error instanceof Cancelled || failure !== null))) {
      throw wrong(`the run fails: ${thrown.error}`, thrown.error);
    }
    const took = task === undefined ? 0 : timeToEnd(entries, task.id);
    if (took > this.#within) {
      throw wrong(`the target ends ${took} ms after its cancel, not within ${this.#within}`);
    }
    let checked: unknown;
    try {
      checked = check?.({ whole, entries });
    } catch (error) {
      throw wrong(`check fails: ${error}`, error);
    }
    if (typeof (checked as PromiseLike<unknown> | undefined)?.then === "function") {
      throw new TypeError("cancelEverywhere: expected check to be no async function");
    }
    return { entries, steps, failure };
  }

  #judge(
    target: LoopTask<unknown>,
    asInCalm: boolean,
    wrong: (what: string, cause?: unknown) => Error,
  ): void {
    const { state, outcome: result } = target;
    if (state === "failed" && !asInCalm && !this.#accept({ state, result })) {
      throw wrong(`the target fails: ${result}`, result);
    }
    const caught = state === "done" && target.has(CANCEL_DELIVERED);
    if (caught && !this.#accept({ state, result })) {
      throw wrong(`the target caught its cancel and returned ${result}`);
    }
  }
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

function* stepped(iterator: TaskIterator): Coroutine<unknown> {
  return yield* asCoroutine(iterator);
}

/** Joins a task that has ended, so that its failure is not main's. */
function* joined(task: Task<unknown>): Coroutine<void> {
  try {
    yield* task;
  } catch {
    // It is judged when all have ended.
  }
}

function isAlive({ phase }: LoopTask<unknown>): boolean {
  return phase < DONE;
}

/** An order that does not see one task until it is due, so that the others run as without it. */
function withholding(
  order: Order,
  withheld: () => Task<unknown> | undefined,
  isDue: () => boolean,
): Order {
  return {
    start() {
      const picker = order.start();
      return {
        from(ready, last) {
          const at = ready.findIndex((task) => task === withheld());
          if (at >= 0 && isDue()) return at;
          const seen = [...ready.keys()].filter((index) => index !== at);
          if (seen.length === 1 || picker === "first") return seen[0]!;
          const pick = "among" in picker ? picker.among(seen.length) : picker.from(
            seen.map((index) => ready[index]!),
            last === withheld() ? undefined : last,
          );
          // One out of range stays so.
          return seen[pick] ?? -1;
        },
      };
    },
  };
}

/** How long a task took to end once it was cancelled, in ms. */
function timeToEnd(entries: readonly Entry[], id: number): number {
  const own = entries.filter(({ task }) => task === id);
  const cancel = own.find(({ type }) => type === "cancel");
  return cancel === undefined ? 0 : own.at(-1)!.at - cancel.at;
}

function whenIs(step: Point["step"], entry: number | undefined, whole: boolean): string {
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
