/**
 * A cooperative scheduler: coroutines are generators, `yield*` is `await`, and time is whatever
 * you say it is.
 *
 * A run's log is a function of its program, its options and its seed; a clock only decides when,
 * on the wall, each logical instant happens. So a program can be tested in no time, replayed, and
 * gone on with on another machine.
 *
 * ```ts
 * import { type Coroutine, gather, simulate, sleep, time } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* display(num: number): Coroutine<number> {
 *   yield* sleep(1000);
 *   return num;
 * }
 *
 * simulate(function* () {
 *   yield* gather(Array.from({ length: 10 }, (_, num) => display(num)));
 *   assertEquals(yield* time(), 1000);
 * }());
 * ```
 *
 * @module
 */
export { asCompleted } from "./as-completed.ts";
export { block } from "./block.ts";
export {
  type Clock,
  pacedClock,
  type PacedClockOptions,
  virtualClock,
  wallClock,
} from "./clock.ts";
export type { Coroutine, Result, Trap } from "./coroutine.ts";
export { each } from "./each.ts";
export { emit, time } from "./emit.ts";
export {
  Cancelled,
  type CancelSource,
  ClosedError,
  DeadlockError,
  LimitError,
  TimeoutError,
} from "./errors.ts";
export { Event } from "./event.ts";
export { EventLoop, run, type RunOptions, simulate, type SimulateOptions } from "./event-loop.ts";
export { type Exploration, explore, type ExploreOptions, type ScheduleFailure } from "./explore.ts";
export { first } from "./first.ts";
export { gather, type GatherOptions } from "./gather.ts";
export { narrate } from "./narrate.ts";
export { chosen, fifo, type Order, type Picker, random, shuffled } from "./order.ts";
export { pause } from "./pause.ts";
export { type PerfettoTrace, toPerfetto } from "./perfetto.ts";
export { Queue } from "./queue.ts";
export { Lock, type Permit, Semaphore } from "./semaphore.ts";
export { shield } from "./shield.ts";
export { sleep, sleepUntil } from "./sleep.ts";
export { spawn, type SpawnOptions } from "./spawn.ts";
export { summarize, type Summary, type Tally, tally } from "./summarize.ts";
export { type TaskGroup, taskGroup } from "./task-group.ts";
export type { Task, TaskState } from "./task.ts";
export { timeout } from "./timeout.ts";
export {
  type CancelEntry,
  type EmitEntry,
  type Entry,
  type EntryHead,
  type ExitEntry,
  type ReadyEntry,
  record,
  type Recorder,
  type SpawnEntry,
  type StepEntry,
  type SuspendEntry,
  type WakeCause,
} from "./trace.ts";
export { until, type UntilOptions } from "./until.ts";
export { wait, type Waited, type WaitOptions } from "./wait.ts";
