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

/**
 * Runs a test on a host whose time passes only when the test says so. It is given the warnings of
 * the console.
 */
export async function onFakeHost(
  test: (pass: (ms: number) => Promise<void>, warnings: string[]) => Promise<unknown>,
): Promise<void> {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = performance;
  const { warn } = console;
  const warnings: string[] = [];
  const pending = new Map<number, { call: () => void; due: number }>();
  let [time, next] = [1000, 1];
  // Enough for a loop to come to rest.
  const rest = async () => {
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  try {
    globalThis.setTimeout = ((call: () => void, delay: number) => {
      pending.set(next, { call, due: time + delay });
      return next++;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => pending.delete(id as unknown as number);
    performance.now = () => time;
    console.warn = (line: string) => warnings.push(line);
    const pass = async (ms: number) => {
      await rest();
      for (const end = time + ms;;) {
        const [first] = [...pending].sort(([, a], [, b]) => a.due - b.due);
        if (first === undefined || first[1].due > end) {
          time = end;
          return;
        }
        time = Math.max(time, first[1].due);
        pending.delete(first[0]);
        first[1].call();
        await rest();
      }
    };
    await test(pass, warnings);
    if (pending.size > 0) throw new Error("a timer is left");
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Object.assign(performance, { now });
    console.warn = warn;
  }
}

/** How many wait for the end of a task, by the field that keeps them. */
export function observersOf({ observer }: LoopTask<unknown>): number {
  if (observer === null) return 0;
  return (observer as { all?: ReadonlySet<unknown> }).all?.size ?? 1;
}

/** Holds the thread for so long by the wall. */
export function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** The names of all tasks that a log tells of, in the order of spawning. */
export function namesIn(entries: readonly Entry[]): (string | undefined)[] {
  return entries.flatMap((entry) => entry.type === "spawn" ? [entry.name] : []);
}
