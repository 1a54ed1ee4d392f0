import { Cancelled, type Coroutine, type Entry, now, sleep, type Task } from "@tenfold/loop";
import type { LoopTask } from "../../lib/core/task.ts";

/** Takes its time and gives a value. */
export function* after<T>(ms: number, value: T): Coroutine<T> {
  yield* sleep(ms);
  return value;
}

/** Takes its time and fails with an error of its own. */
export function* fail(ms: number, message = "boom"): Coroutine<never> {
  yield* sleep(ms);
  throw new Error(message);
}

/** Takes its time and throws what it was given, whatever that is. */
export function* failWith(ms: number, error: unknown): Coroutine<never> {
  yield* sleep(ms);
  throw error;
}

/** Sleeps for long. Cancelled, it logs that, takes some time to clean up, and logs when it has. */
export function* slow(cleanup: number, log: unknown[]): Coroutine<void> {
  try {
    yield* sleep(1000);
  } catch (error) {
    log.push(error);
    throw error;
  } finally {
    yield* sleep(cleanup);
    log.push(`cleaned at ${yield* now()}`);
  }
}

/** Sleeps for long. Cancelled, it takes its time and fails with another error. */
export function* failInCleanup(ms: number, message = "in cleanup"): Coroutine<void> {
  try {
    yield* sleep(1000);
  } finally {
    yield* fail(ms, message);
  }
}

/** When a coroutine throws, and what; that it throws is a part of the claim. */
export function* caught(coroutine: Coroutine<unknown>): Coroutine<[number, Error]> {
  try {
    yield* coroutine;
  } catch (error) {
    return [yield* now(), error as Error];
  }
  throw new Error("expected a failure");
}

/** What joining a task comes to: its value, or what the join throws. */
export function* outcome(task: Task<unknown>): Coroutine<unknown> {
  try {
    return yield* task;
  } catch (error) {
    return error;
  }
}

/** Waits until a task has ended, however that is. Lets a cancel of the task that waits pass. */
export function* settled(task: Task<unknown>): Coroutine<void> {
  try {
    yield* task;
  } catch (error) {
    // A join throws a Cancelled of its own for a task that was cancelled.
    if (error instanceof Cancelled && error.source !== "join") throw error;
  }
}

/**
 * Runs a test while the host's clock stands still but for what the test adds: no slice of a loop
 * ends because the machine is busy.
 */
export async function onStillClock(
  test: (pass: (ms: number) => void) => Promise<unknown>,
): Promise<void> {
  const { now } = performance;
  let time = now.call(performance);
  performance.now = () => time;
  try {
    await test((ms) => time += ms);
  } finally {
    performance.now = now;
  }
}

/** How many wait for the end of a task, by the field that keeps them. */
export function observersOf({ observers }: LoopTask<unknown>): number {
  return observers instanceof Set ? observers.size : observers === null ? 0 : 1;
}

/** Holds the thread for so long by the wall. */
export function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** The names of all tasks that a log tells of, in the order of spawning. */
export function namesIn(entries: readonly Entry[]): (string | undefined)[] {
  return entries.flatMap((entry) => entry.type === "spawn" ? [entry.name] : []);
}
