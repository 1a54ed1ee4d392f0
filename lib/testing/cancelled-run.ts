import { asCoroutine } from "../core/iterator.ts";
import type { LoopTask, TaskIterator } from "../core/task.ts";
import type { Coroutine, Order, Task } from "../core/types.ts";
import { sleep, sleepUntil } from "../ops/sleep.ts";
import { spawn } from "../ops/spawn.ts";
import { wait } from "../combine/wait.ts";
import { virtualClock } from "../run/clock.ts";
import { EventLoop } from "../run/event-loop.ts";
import type { Entry } from "../trace/entry.ts";
import { record } from "../trace/record.ts";

// One run of `cancelEverywhere`: `cancel-everywhere.ts` decides what is wrong with it.

/** Where a run is cancelled. */
export interface Point {
  /** Another task cancels when the others have taken `count` steps, the last of them at time `at`. */
  step?: { count: number; at: number };
  /** The host cancels when the log has the entry with this `seq`. */
  entry?: number;
  /** Whether to cancel the whole run, and not only the target. */
  whole?: boolean;
}

/** What one run did. */
export interface CancelledRun {
  entries: readonly Entry[];
  /** The time of each step, in order. */
  steps: number[];
  /** Whether a task has held the thread: then there are steps after which no other could act. */
  hasBlocked: boolean;
  /** The target and the others, as far as they were started. */
  tasks: LoopTask<unknown>[];
  /** What ended the run, unless it returned. */
  thrown: { error: unknown } | null;
  /** Whether the run came to the point at which it was to be cancelled. */
  isReached: boolean;
}

/** The reason of the cancel, as the log has it. */
export const REASON = "cancelEverywhere";

/** Runs a target and the tasks beside it in virtual time, and cancels it at a point, if at any. */
export function runAndCancel(
  [target, ...others]: readonly [TaskIterator, ...TaskIterator[]],
  order: Order,
  maxSteps: number,
  point: Point | null,
): CancelledRun {
  const { step, entry, whole } = point ?? {};
  const recorder = record();
  const { entries } = recorder;
  const run: CancelledRun = {
    entries,
    steps: [],
    hasBlocked: false,
    tasks: [],
    thrown: null,
    isReached: point === null,
  };
  const { steps, tasks } = run;
  let canceller: Task<void> | undefined;

  function* cancelling({ count, at }: { count: number; at: number }): Coroutine<void> {
    // A task that holds the thread first can make its start late.
    if (at > 0 && steps.length < count) yield* sleepUntil(at);
    // The order lets this task go on when the point is reached, or when it alone is ready.
    // If the others took no step meanwhile, they will take none at this time: the program differs.
    for (let before = -1; before < steps.length && steps.length < count;) {
      before = steps.length;
      yield* sleep(0);
    }
    run.isReached = steps.length === count;
    tasks[0]!.cancel(REASON);
  }
  function* start(iterator: TaskIterator, name: string): Coroutine<void> {
    const task = yield* spawn(stepped(iterator), { name, failure: "hold" });
    tasks.push(task as LoopTask<unknown>);
  }
  function* main(): Coroutine<void> {
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
    if (type === "suspend" && logged.why === "block") run.hasBlocked = true;
    if (seq !== entry) return;
    run.isReached = true;
    if (whole) loop.cancel(REASON);
    else tasks[0]?.cancel(REASON);
  };
  const loop = new EventLoop(main(), {
    clock: virtualClock(),
    order: withholding(order, () => canceller, () => steps.length === step?.count),
    trace,
    maxSteps,
  });
  try {
    loop.simulate();
  } catch (error) {
    run.thrown = { error };
  }
  return run;
}

function* stepped(iterator: TaskIterator): Coroutine<unknown> {
  return yield* asCoroutine(iterator);
}

/** Joins a task that has ended and drops its failure, which would otherwise end `main`. */
function* joined(task: Task<unknown>): Coroutine<void> {
  try {
    yield* task;
  } catch {
    // `cancelEverywhere` reads it from the task.
  }
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
