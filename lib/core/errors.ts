import type { CancelSource } from "../trace/entry.ts";
import { printAs } from "./inspect.ts";

export type { CancelSource };

/** A task, as far as errors and the log name it. A {@linkcode Task} is one. */
export interface TaskReference {
  /** The number, from 0 for `main`, in the order of spawning. */
  readonly id: number;
  /** The name given when it was spawned, else `main` or `task 7`. */
  readonly name: string;
}

/** Makes a `Cancelled` of the same request with another cause: what failed in the task before. */
export let deriveCancelled: (request: Cancelled, cause: unknown, note?: string) => Cancelled;

/** Whether two `Cancelled` are of one request: one may come from joining what the other ended. */
export let isSameRequest: (a: Cancelled, b: Cancelled) => boolean;

/**
 * Thrown into a task at a suspension, to end it; also what joining a cancelled task throws, and
 * what `run` rejects with when `main` was cancelled. Let it pass, after cleaning up in `finally`.
 *
 * One object serves a whole cancel: whatever it reaches sees the same. It is an `Error` by
 * `instanceof` but has no stack, because taking one is four fifths of the price of a cancel; it
 * says who, by whom and why instead.
 *
 * @example Cleaning up
 * ```ts
 * import { Cancelled, simulate, sleep, spawn } from "@tenfold/loop";
 * import { assert } from "@std/assert";
 *
 * let closed = false;
 * simulate(function* () {
 *   const task = yield* spawn(function* () {
 *     try {
 *       yield* sleep(60_000);
 *     } finally {
 *       closed = true;
 *     }
 *   });
 *   yield* sleep(10);
 *   task.cancel("no longer needed");
 *   try {
 *     yield* task;
 *   } catch (error) {
 *     assert(error instanceof Cancelled && error.source === "join");
 *   }
 * });
 * assert(closed);
 * ```
 */
export class Cancelled implements Error {
  /** Always `Cancelled`. */
  readonly name = "Cancelled";
  /**
   * Who asked: a `task` or the `host` by `cancel`; the `parent` that failed or, of a daemon, ended;
   * a `child` that failed; a `sibling` of a group that failed or was first; a `timeout`; a
   * `deadlock` or a `limit` of the loop. `join` is not a request: the task that was joined had been
   * cancelled, and `cause` is its `Cancelled`.
   */
  readonly source: CancelSource;
  /** The task that asked, or that was joined; `null` when it was no task. */
  readonly by: TaskReference | null;
  /** What the caller gave as the reason. */
  readonly reason: unknown;
  /**
   * What led to it: the failure of a parent, child or sibling, or the `Cancelled` of a joined task.
   */
  readonly cause?: unknown;
  /** The request that this belongs to, if another object carries it. */
  #request: Cancelled | undefined;
  #note = "";

  /**
   * Made by the loop.
   *
   * @param source Who asked.
   * @param by The task that asked, if one did.
   * @param reason What the caller gave as the reason.
   * @param cause What led to it.
   */
  constructor(source: CancelSource, by: TaskReference | null, reason?: unknown, cause?: unknown) {
    this.source = source;
    this.by = by;
    this.reason = reason;
    if (cause !== undefined) this.cause = cause;
    if (source !== "join" || !(cause instanceof Cancelled)) return;
    this.#request = cause.#request ?? cause;
    this.#note = cause.#note;
  }

  static {
    deriveCancelled = (request, cause, note = "") => {
      const derived = new Cancelled(request.source, request.by, request.reason, cause);
      derived.#request = request.#request ?? request;
      derived.#note = note;
      return derived;
    };
    isSameRequest = (a, b) => (a.#request ?? a) === (b.#request ?? b);
  }

  /** Who asked and why, in words. */
  get message(): string {
    const who = this.by === null ? `the ${this.source}` : `"${this.by.name}"`;
    const why = this.reason === undefined ? "" : `: ${describeError(this.reason)}`;
    const what = this.source === "join" ? `${who} was cancelled` : `cancelled by ${who}`;
    return `${what}${why}${this.#note}`;
  }

  /** The name and the message. */
  toString(): string {
    return `${this.name}: ${this.message}`;
  }
}
// Inheriting without calling `Error`, which would take a stack (2 to 5 µs).
Object.setPrototypeOf(Cancelled.prototype, Error.prototype);
printAs(Cancelled, (cancelled) => {
  // Of a chain of cancels the message of the first says it all; a failure would be hidden.
  let { cause } = cancelled;
  while (isCancelled(cause)) cause = cause.cause;
  return cause === undefined ? String(cancelled) : `${cancelled} {\n  [cause]: ${inFull(cause)}\n}`;
});

/** An error with its stack, whatever it is. */
function inFull(error: unknown): string {
  try {
    return String((error as Error).stack ?? error).replaceAll("\n", "\n  ");
  } catch {
    return describeError(error);
  }
}

/** Whether an error is a {@linkcode Cancelled}. A proxy that refuses to say what it is is none. */
export function isCancelled(error: unknown): error is Cancelled {
  try {
    return error instanceof Cancelled;
  } catch {
    return false;
  }
}

/**
 * No task is ready, none sleeps and none waits for the host, so nothing can ever happen. The
 * message names the tasks, 20 at most, with what each waits for and at which line.
 *
 * @example A lock that its holder asks for again
 * ```ts
 * import { DeadlockError, Lock, simulate } from "@tenfold/loop";
 * import { assertThrows } from "@std/assert";
 *
 * const lock = new Lock();
 * function* twice() {
 *   yield* lock.acquire();
 *   yield* lock.acquire();
 * }
 * assertThrows(() => simulate(twice()), DeadlockError, '"main" waits for the lock');
 * ```
 */
export class DeadlockError extends Error {
  /** Always `DeadlockError`. */
  override readonly name = "DeadlockError";
}

/**
 * What {@linkcode timeout} throws when time is up.
 *
 * @example Too slow
 * ```ts
 * import { simulate, sleep, timeout, TimeoutError } from "@tenfold/loop";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => simulate(timeout(100, sleep(200))), TimeoutError, "100 ms");
 * ```
 */
export class TimeoutError extends Error {
  /** Always `TimeoutError`. */
  override readonly name = "TimeoutError";
  /** How long the work had, in ms. */
  readonly ms: number;
  /** The task that called {@linkcode timeout}: it tells one timeout from another within it. */
  readonly task: TaskReference;

  /**
   * Made by {@linkcode timeout}.
   *
   * @param ms How long the work had, in ms.
   * @param task The task that called `timeout`.
   * @param cause The cancel that ended the work.
   */
  constructor(ms: number, task: TaskReference, cause: Cancelled) {
    super(`timed out after ${ms} ms in task "${task.name}"`, { cause });
    this.ms = ms;
    this.task = task;
  }
}

/**
 * The queue was closed: nothing can be put into it, and what was in it has been taken.
 *
 * @example After the end
 * ```ts
 * import { ClosedError, Queue, simulate } from "@tenfold/loop";
 * import { assertThrows } from "@std/assert";
 *
 * const queue = new Queue<number>(1);
 * queue.close();
 * assertThrows(() => simulate(queue.get()), ClosedError);
 * ```
 */
export class ClosedError extends Error {
  /** Always `ClosedError`. */
  override readonly name = "ClosedError";
}

/**
 * A limit was reached: the run took more steps than `maxSteps`, most likely because a task pauses for
 * ever; the cleanup of a run that was given up does not end; or {@linkcode check} found more orders
 * than it may try.
 *
 * @example Logical time stands still while a task is ready
 * ```ts
 * import { LimitError, pause, simulate, sleep, spawn } from "@tenfold/loop";
 * import { assertThrows } from "@std/assert";
 *
 * function* impatient() {
 *   const task = yield* spawn(sleep(1));
 *   while (task.state !== "done") yield* pause();
 * }
 * assertThrows(() => simulate(impatient(), { maxSteps: 1000 }), LimitError, "1000 steps");
 * ```
 */
export class LimitError extends Error {
  /** Always `LimitError`. */
  override readonly name = "LimitError";
}

/**
 * The one rule for failures that come together: one surfaces as itself, more as an
 * `AggregateError` in the order of failure, with the first as its cause.
 */
export function aggregate(errors: readonly unknown[], where: string): unknown {
  if (errors.length === 1) return errors[0];
  return new AggregateError(errors, `${errors.length} failures in ${where}`, { cause: errors[0] });
}

/**
 * Sets the `cause` of an error that takes the place of another, unless it has a cause already.
 *
 * @returns The error. Of an error that can't have a cause (it is no `Error`, it is frozen, a proxy
 * refuses) it is as it was.
 */
export function withCause(error: unknown, cause: unknown): unknown {
  try {
    if (!(error instanceof Error) || error.cause !== undefined || cause === undefined) return error;
    if (!Object.isExtensible(error) || leadsTo(cause, error)) return error;
    Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
  } catch {
    // A getter that throws, a property that can't be configured: the error matters more.
  }
  return error;
}

/** Whether an error is another one or among its causes: a chain of causes must not close. */
export function leadsTo(cause: unknown, error: unknown): boolean {
  if (cause === error) return true;
  const chain = new Set<unknown>();
  try {
    for (let link = cause; link instanceof Error && !chain.has(link); link = link.cause) {
      if (link.cause === error) return true;
      chain.add(link);
    }
  } catch {
    // A cause that can't be read leads nowhere.
  }
  return false;
}

/** An error as one line of text, whatever it is. */
export function describeError(error: unknown): string {
  try {
    return String(error).split("\n", 1)[0]!;
  } catch {
    return typeof error;
  }
}
