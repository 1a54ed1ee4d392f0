import type { Coroutine, Trap } from "./types.ts";
import type { Driver, LoopTask } from "./task.ts";
import type { Entry } from "../trace/entry.ts";

// What passes between a coroutine and its loop, and the stages of a task.

// The stages of a task. The numbers matter: below RUNNING it is queued, from DONE on it has ended.
/** Queued, and not started. */
export const NEW = 0;
/** Queued, to be resumed: the one state the loop's inner loop looks at. */
export const READY = 1;
/** Queued, to be resumed, with a cancel that comes at its next suspension. */
export const READY_DOOMED = 2;
/** Queued, to have its cancel thrown. */
export const INTERRUPTED = 3;
export const RUNNING = 4;
/** Running, with a cancel that comes at its next suspension. */
export const RUNNING_DOOMED = 5;
export const WAITING = 6;
/** The body has ended, children have not. */
export const CLOSING = 7;
export const DONE = 8;
export const FAILED = 9;
export const CANCELLED = 10;

/** `held` once the cancel has been delivered: there will be no other to hold back. */
export const DELIVERED = -1;

/** Why a task is suspended. */
export type Why = Extract<Entry, { type: "suspend" }>["why"];

/** What one step of a coroutine gives. */
export type Step = IteratorResult<Trap, unknown>;

// The result objects of every operation. They come from a real generator, so that `yield*` sees
// one hidden class at `.done` and `.value`, whoever answered; sharing them is what makes a
// suspension free of allocation.
function* native(): Generator<unknown, void> {
  yield undefined;
}
const source = native();
/** "The task is suspended": the one thing a well-behaved coroutine may yield. */
export const SUSPENDED = source.next() as Step;
/** "Go on", with nothing to say. */
export const RESUMED = source.next() as IteratorResult<Trap, undefined>;
const answer = native().return() as IteratorReturnResult<unknown>;

/** "Go on" with a value. `yield*` reads it at once, so the object is used again. */
export function resumedWith<T>(value: T): IteratorResult<Trap, T> {
  answer.value = value;
  return answer as IteratorReturnResult<T>;
}

/** Sent by the loop to an operation whose task was woken. */
export const RESUME: unique symbol = Symbol("resume");
const PEEK: unique symbol = Symbol("peek");

let peeked = "";

/**
 * The stack of where a task waits. A value sent through a chain of `yield*` reaches the operation
 * at its end without running any code of the coroutines, and there a stack names them all.
 */
export function peek(driver: Driver): string {
  peeked = "";
  try {
    driver.next(PEEK);
  } catch {
    // An iterator made by hand may do as it likes.
  }
  return peeked;
}

/** The task that is in a step, of whichever loop. Loops may nest: a step may call `simulate`. */
export const running: { task: LoopTask<unknown> | null } = { task: null };

/** The running task, for what does not suspend. */
export function asking(operation: string): LoopTask<unknown> {
  const task = running.task;
  if (task === null || (task.stage !== RUNNING && task.stage !== RUNNING_DOOMED)) {
    throw misplaced(task, operation);
  }
  return task;
}

/**
 * Suspends the running task in `operation`, which must see to it that it is woken.
 *
 * @throws The task's cancel, if there is one that it has not seen.
 */
export function suspend(operation: Suspension<unknown>, until?: number): LoopTask<unknown> {
  const task = running.task;
  // One comparison covers: not in a coroutine, suspended twice, and a cancel that is due.
  if (task === null || task.stage !== RUNNING) return refuse(task, operation);
  task.stage = WAITING;
  task.waiting = operation;
  if (task.kernel.tracer !== null) {
    task.kernel.tracer.suspend(task, operation.why, until, operation.label);
  }
  return task;
}

/** Why a task can't suspend: thrown. */
export function refuse(task: LoopTask<unknown> | null, operation: Suspension<unknown>): never {
  if (task !== null && task.stage === RUNNING_DOOMED) {
    task.stage = RUNNING;
    task.held = DELIVERED;
    throw task.cancelled;
  }
  throw misplaced(task, operation.why);
}

function misplaced(task: LoopTask<unknown> | null, operation: string): TypeError {
  if (task === null) {
    return new TypeError(`${operation}: no coroutine is running here; pass it to run() or spawn()`);
  }
  // It was driven by hand (`next()`, a spread, for-of): the suspension it began leads nowhere.
  task.kernel.release(task);
  return new TypeError(`${operation}: "${task.name}" is suspended already; did you forget yield*?`);
}

/** Something a task can ask of its loop: its own iterator, so that asking allocates nothing more. */
export abstract class Operation<T> implements Coroutine<T>, Iterator<Trap, T, unknown> {
  [Symbol.iterator](): this {
    return this;
  }

  /** Asks. `sent` is what a loop sends to an operation that suspended: see {@linkcode RESUME}. */
  next(_sent?: unknown): IteratorResult<Trap, T> {
    return this.start();
  }

  // Without it `yield*` would replace an error thrown into the task by its own "no throw method".
  throw(error: unknown): IteratorResult<Trap, T> {
    throw error;
  }

  /** Answers at once, or sees to it that the running task, which it suspends, will be woken. */
  abstract start(): IteratorResult<Trap, T>;
}

/** An operation that may suspend. */
export abstract class Suspension<T> extends Operation<T> {
  /** What it waits for, in a word of the trace. */
  abstract readonly why: Why;

  override next(sent?: unknown): IteratorResult<Trap, T> {
    if (sent === RESUME) return this.resume();
    if (sent !== PEEK) return this.start();
    peeked = new Error().stack ?? "";
    return SUSPENDED as IteratorResult<Trap, T>;
  }

  /** The task was woken: the answer, or a throw. */
  resume(): IteratorResult<Trap, T> {
    return RESUMED as IteratorResult<Trap, T>;
  }

  /** The task was cancelled, and will not be woken. */
  abstract withdraw(task: LoopTask<unknown>): void;

  /** What the caller calls it. */
  get label(): string | undefined {
    return undefined;
  }

  /** What the task waits for, in a clause after "waits": for the report of a deadlock. */
  describe(): string {
    return `for the ${this.why}`;
  }
}
