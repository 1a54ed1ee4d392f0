/**
 * A cooperative scheduler: coroutines are generators, `yield*` is `await`, and a clock of your
 * choice moves time.
 *
 * A run's log is a function of its program, its options and its seed; a clock only decides when,
 * on the wall, each logical instant happens. So a program can be tested in no time, replayed, and
 * continued on another machine.
 *
 * ```ts
 * import { type Coroutine, gather, simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* display(num: number): Coroutine<number> {
 *   yield* sleep(1000);
 *   return num;
 * }
 *
 * simulate(function* () {
 *   yield* gather(Array.from({ length: 10 }, (_, num) => display(num)));
 *   assertEquals(yield* now(), 1000);
 * }());
 * ```
 *
 * @module
 */
export { allSettled } from "./combine/all-settled.ts";
export { any } from "./combine/any.ts";
export { asCompleted } from "./combine/as-completed.ts";
export { gather, type GatherOptions, type LimitOptions } from "./combine/gather.ts";
export { race } from "./combine/race.ts";
export { retry, type RetryOptions } from "./combine/retry.ts";
export { type TaskGroup, taskGroup } from "./combine/task-group.ts";
export { timeout, type TimeoutOptions } from "./combine/timeout.ts";
export { wait, type WaitOptions, type WaitResult } from "./combine/wait.ts";

export { Barrier } from "./sync/barrier.ts";
export { Condition } from "./sync/condition.ts";
export { Event, type EventOptions } from "./sync/event.ts";
export { Queue, type QueueOptions } from "./sync/queue.ts";
export { Lock, type Permit, Semaphore, type SemaphoreOptions } from "./sync/semaphore.ts";

export { block } from "./ops/block.ts";
export { currentTask } from "./ops/current-task.ts";
export { emit } from "./ops/emit.ts";
export { forEach, type ForEachSource } from "./ops/for-each.ts";
export { now } from "./ops/now.ts";
export { pause } from "./ops/pause.ts";
export { shield } from "./ops/shield.ts";
export { sleep, sleepUntil } from "./ops/sleep.ts";
export { sleepBetween } from "./ops/sleep-between.ts";
export { spawn, type SpawnOptions } from "./ops/spawn.ts";
export { TaskLocal } from "./ops/task-local.ts";
export { until, type UntilOptions } from "./ops/until.ts";

export { pacedClock, type PacedClockOptions, virtualClock, wallClock } from "./run/clock.ts";
export {
  EventLoop,
  run,
  type RunOptions,
  simulate,
  type SimulateOptions,
} from "./run/event-loop.ts";
export { main } from "./run/main.ts";
export { chosen, fifo, replay, shuffled } from "./run/order.ts";

export {
  Cancelled,
  type CancelSource,
  ClosedError,
  DeadlockError,
  LimitError,
  type TaskReference,
  TimeoutError,
} from "./core/errors.ts";
export type {
  CancelOptions,
  Clock,
  Coroutine,
  Order,
  Picker,
  Startable,
  Task,
  TaskResult,
  TaskState,
  Trap,
  Yielded,
} from "./core/types.ts";

export {
  type CancelEntry,
  type EmitEntry,
  type Entry,
  type EntryBase,
  type ExitEntry,
  type ReadyEntry,
  type SharedThing,
  type SpawnEntry,
  type StepEntry,
  type SuspendEntry,
  type WakeCause,
} from "./trace/entry.ts";
export { narrate } from "./trace/narrate.ts";
export { type PerfettoTrace, toPerfetto } from "./trace/perfetto.ts";
export { record, type Recorder } from "./trace/record.ts";
export { summarize, type Summary, type Tally, tally } from "./trace/summarize.ts";
