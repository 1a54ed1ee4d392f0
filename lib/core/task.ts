import { noPromise } from "./awaited.ts";
import { Cancelled, describeError } from "./errors.ts";
import { printAs } from "./inspect.ts";
import type { Link } from "./list.ts";
import { CANCEL, PEEK, RESUME, RETURNED, returning, type Step, SUSPENDED } from "./results.ts";
import {
  CANCEL_DELIVERED,
  CHILD_FAILED,
  DONE,
  FAILED,
  FAILURE_HANDLED,
  FORCE_DUE,
  JOINING_CHILDREN,
  NEW,
  NO_GENERATOR,
  RUNNING,
  RUNNING_CANCELLING,
  STATES,
  WAITING,
} from "./phases.ts";
import { checkOptions } from "./options.ts";
import type { Ring } from "./ring.ts";
import type { LogicalTime } from "./logical-time.ts";
import type { Timers } from "./timers.ts";
import type { Tracer } from "./tracer.ts";
import type { SuspendEntry, WakeCause } from "../trace/entry.ts";
import type { CancelOptions, Coroutine, Task, TaskResult, TaskState, Trap } from "./types.ts";

// A task, and the operations that suspend it. The phases that it goes through: `phases.ts`.

/** Why a task is suspended, in a word of the log. */
export type WaitReason = SuspendEntry["why"];

/** What a task steps: a generator, or an operation. */
export interface TaskIterator {
  /** The name of the function that was handed over to make the coroutine. */
  readonly functionName?: string | null;
  next(sent: unknown): Step;
  throw(error: unknown): Step;
  return?(value?: unknown): Step;
}

/** Is called when a task has ended. */
export interface Observer {
  /** Returns whether it handles a failure, so that the parent need not fail with it. */
  onSettled(task: LoopTask<unknown>): boolean;
}

/** Several observers of one task: one field of a task is enough for most. */
class Observers implements Observer {
  readonly all: Set<Observer>;

  constructor(...observers: Observer[]) {
    this.all = new Set(observers);
  }

  onSettled(task: LoopTask<unknown>): boolean {
    let isHandled = false;
    for (const observer of this.all) isHandled = observer.onSettled(task) || isHandled;
    return isHandled;
  }
}

/** What tells host operations that they are aborted. */
export interface Abort {
  readonly signal: AbortSignal;
  abort(cause: unknown): void;
}

/** What tasks and operations need of the loop that runs them. */
export interface Scheduler {
  readonly time: LogicalTime;
  readonly timers: Pick<Timers<LoopTask<unknown>>, "add" | "remove" | "peek">;
  readonly ready: Ring<LoopTask<unknown>>;
  readonly tracer: Tracer | null;
  /** Which of the loops of this process it is, from 1. */
  readonly number: number;
  /** Whether the loop is stepping tasks: what happens then comes from them or from itself. */
  readonly stepping: boolean;
  /** Whether the host could not wake the loop, because it is simulated. */
  readonly synchronous: boolean;
  /** Makes a task, ready to start. */
  spawn<T>(
    parent: LoopTask<unknown>,
    iterator: TaskIterator,
    name: string | null,
    flags?: number,
  ): LoopTask<T>;
  /** Makes a suspended task ready. */
  wake(task: LoopTask<unknown>, by: WakeCause): void;
  /** What the running task is to be thrown at this suspension, if anything is left of it. */
  takeCancel(task: LoopTask<unknown>): Cancelled | null;
  /** Puts a task into the ready queue, in one of the phases that are queued. */
  enqueue(task: LoopTask<unknown>, phase: number, by: WakeCause | null): void;
  /** A task that is in the ready queue has ended: the queue passes over it. */
  leaveQueued(task: LoopTask<unknown>): void;
  /** Keeps the thread for the running task, which does nothing until the given time. */
  block(task: LoopTask<unknown>, until: number): void;
  /** Logical time, for the program to know. */
  readTime(): number;
  /** How long a wait of uncertain length takes, in ms. */
  lengthBetween(task: LoopTask<unknown>, min: number, max: number): number;
  /** Whether a sleeper that is about to be cancelled is woken first: its wait has just ended. */
  wakesFirst(task: LoopTask<unknown>): boolean;
  /** Ends {@linkcode Scheduler.block}. */
  unblock(): void;
  /** The requests that are being delivered, while that goes on. */
  deliveries: CancelDelivery[] | null;
  /** See {@linkcode Task.cancel}. */
  cancel(task: LoopTask<unknown>, reason: unknown, force: boolean): boolean;
  /** Ends the running task by force when its step is over. */
  forceAfterStep(task: LoopTask<unknown>): void;
  /** Ends the running task when its step is over, without throwing into its coroutine. */
  failAfterStep(task: LoopTask<unknown>, error: unknown): void;
  /** A signal that is aborted when the task is cancelled. */
  signalOf(task: LoopTask<unknown>): AbortSignal;
  /** Aborts that signal. */
  abortSignalOf(task: LoopTask<unknown>): void;
  /** Makes a way to tell a host operation that it is aborted. */
  newAbort(): Abort;
  /** Calls a function between two rounds, when the host brings something. */
  post(arrive: () => void): void;
  /** `main` has ended, and with it the run. */
  finish(): void;
}

/** The task that is in a step, of any loop. Loops can nest: a step may call `simulate`. */
export const current: { task: LoopTask<unknown> | null } = { task: null };

/** The task that is in a step, for a function that is called there and is no operation. */
export function taskInStep(where: string): LoopTask<unknown> {
  if (current.task !== null) return current.task;
  throw new TypeError(`${where}: no coroutine is running here`);
}

/** The running task, for an operation: not one that was suspended in the same step, by hand. */
export function runningTask(operation: string): LoopTask<unknown> {
  const { task } = current;
  if (task === null || (task.phase !== RUNNING && task.phase !== RUNNING_CANCELLING)) {
    throwMisuse(task, operation);
  }
  return task;
}

/**
 * Suspends the running task in an operation, which must see to it that the task is woken.
 *
 * @param operation What the task waits in.
 * @param deadline When a timer wakes it, if one does.
 * @throws The task's cancel, if one is due.
 */
export function suspend(operation: Suspension<unknown>, deadline?: number): LoopTask<unknown> {
  const task = current.task!;
  // One comparison covers: not in a coroutine, suspended twice, and a cancel that is due.
  if (task === null || task.phase !== RUNNING) throwPending(task, operation);
  if (task.blockedOn !== null) throwNotResumed(task);
  task.phase = WAITING;
  task.blockedOn = operation;
  const { kernel } = task;
  if (deadline !== undefined) kernel.timers.add(task, deadline);
  if (kernel.tracer !== null) {
    kernel.tracer.suspend(task, operation, operation.until ?? deadline);
  }
  return task;
}

/** Takes a suspended task out of what it waits for, to run it instead of resuming the operation. */
export function unsuspend(task: LoopTask<unknown>): void {
  if (task.phase === WAITING) {
    if (task.nextLink !== null) task.kernel.timers.remove(task);
    task.blockedOn!.abort(task);
  }
  task.blockedOn = null;
  task.phase = task.isInterruptDue ? RUNNING_CANCELLING : RUNNING;
}

/**
 * Throws why a task can't suspend: its cancel, the failure of a child, or the mistake that was
 * made. If it returns, the task can suspend after all: it is ended by force when it has, or the
 * child's failure was thrown to a joiner meanwhile.
 */
export function throwPending(
  task: LoopTask<unknown> | null,
  operation: Suspension<unknown>,
): void {
  if (task === null || task.phase !== RUNNING_CANCELLING) throwMisuse(task, operation.why);
  // What is running can't be returned from.
  const isForced = task.has(FORCE_DUE);
  const cancelled = isForced ? null : task.kernel.takeCancel(task);
  task.phase = RUNNING;
  if (cancelled !== null) throw cancelled;
  if (isForced) task.kernel.forceAfterStep(task);
}

/** Throws why an operation is a mistake here. A task that was driven by hand goes on from here. */
function throwMisuse(task: LoopTask<unknown> | null, operation: string): never {
  if (task === null) {
    throw new TypeError(`${operation}: no coroutine is running here; pass it to run() or spawn()`);
  }
  // It was driven by hand (`next()`, a spread, for-of): the suspension it began leads nowhere.
  unsuspend(task);
  throw new TypeError(`${operation}: "${task.name}" is suspended already; did you forget yield*?`);
}

/** What a task can ask of its loop. It is its own iterator, so asking allocates nothing more. */
export abstract class Operation<T> implements Coroutine<T>, Iterator<Trap, T, unknown> {
  [Symbol.iterator](): this {
    return this;
  }

  /** Starts it. The loop sends `_sent` to an operation that has suspended its task. */
  next(_sent?: unknown): IteratorResult<Trap, T> {
    return this.start();
  }

  // Without it `yield*` would replace an error thrown into the task by its own "no throw method".
  throw(error: unknown): IteratorResult<Trap, T> {
    throw error;
  }

  /** Refuses to be awaited. */
  get then(): never {
    throw noPromise();
  }

  /** Returns a result at once, or suspends the running task and sees to it that it is woken. */
  abstract start(): IteratorResult<Trap, T>;
}

let peeked = "";

/** An operation that may suspend. */
export abstract class Suspension<T> extends Operation<T> {
  /** What the task waits for, in a word of the log. */
  abstract readonly why: WaitReason;

  override next(sent?: unknown): IteratorResult<Trap, T> {
    if (sent === RESUME) {
      const task = current.task!;
      // A coroutine that two tasks run at once resumes the one in what the other waits for.
      if (task.blockedOn !== this) return awaitedTwice(this);
      task.blockedOn = null;
      return this.resume();
    }
    if (sent === CANCEL) {
      const task = current.task!;
      task.phase = RUNNING;
      throw task.cancelled;
    }
    if (sent !== PEEK) return this.start();
    peeked = new Error().stack ?? "";
    return SUSPENDED;
  }

  /** The task was woken: returns the result, or throws. */
  resume(): IteratorResult<Trap, T> {
    return RETURNED as IteratorResult<Trap, T>;
  }

  /** The task, which was waiting in this, is cancelled and will not be resumed in it. */
  abstract abort(task: LoopTask<unknown>): void;

  /** Whether the wake of the task that waits in this is on its way, posted by the host. */
  get isWoken(): boolean {
    return false;
  }

  /**
   * The task, which was woken and has not been resumed, is cancelled. Gives back what it was woken
   * with, if another task can use it, and returns whether it did: if not, the task is resumed
   * first.
   *
   * @param _task It has waited in this, but perhaps not last: `pause` leaves no trace in a task.
   */
  revoke(_task: LoopTask<unknown>): boolean {
    return false;
  }

  /** The task whose end it waits for, if it joins one. */
  get joined(): LoopTask<unknown> | null {
    return null;
  }

  /** What a task that it waits for has failed with, which the body will be thrown. */
  get failure(): { error: unknown } | null {
    return null;
  }

  /** What the caller calls it. */
  get label(): string | undefined {
    return undefined;
  }

  /** Until when it waits, if no timer of its own ends that. */
  get until(): number | undefined {
    return undefined;
  }

  /** Whether something else than a task of this loop may end the wait: the host, another loop. */
  get isHostsToEnd(): boolean {
    return false;
  }

  /** Whether the host was said to end it, so that waiting for long is nothing to warn of. */
  get expectsHost(): boolean {
    return false;
  }

  /** The tasks whose doing ends the wait. */
  get waitsFor(): Iterable<LoopTask<unknown>> {
    return [];
  }

  /** What it waits for, as the log names it. */
  get of(): SuspendEntry["of"] {
    return undefined;
  }

  /** What stands for the lock or semaphore that it waits for: the log gives each a number. */
  get shared(): object | undefined {
    return undefined;
  }

  /** What the task waits for, in a clause after "waits": for the report of a deadlock. */
  describe(): string {
    return `for the ${this.why}`;
  }

  /** Who has what the task waits for, in a clause after that: for the same report. */
  describeHolders(): string {
    return "";
  }
}

/**
 * Ends the running task because it runs a coroutine that another task is in. Throwing here would end
 * the other task's coroutine, so the running task is ended from outside, without unwinding.
 */
export function awaitedTwice<T>(operation: Suspension<unknown>): IteratorResult<Trap, T> {
  const task = runningTask(operation.why);
  const error = new TypeError(
    `${operation.why}: "${task.name}" awaits what another task awaits already; make one for each`,
  );
  task.kernel.failAfterStep(task, error);
  return SUSPENDED;
}

/**
 * Throws because the running task goes on although the operation that it waited in was not resumed:
 * another task has awaited the same coroutine and run it to its end. The wait is over.
 */
export function throwNotResumed(task: LoopTask<unknown>): never {
  const { why } = task.blockedOn!;
  task.blockedOn = null;
  throw new TypeError(
    `${why}: "${task.name}" awaited what another task has ended; make one for each`,
  );
}

/**
 * The stack of where a task waits. A value sent through a chain of `yield*` reaches the operation
 * at its end without running any code of the coroutines, and there a stack names them all.
 */
export function stackOf(iterator: TaskIterator): string {
  peeked = "";
  try {
    iterator.next(PEEK);
  } catch {
    // An iterator that is no generator may throw here.
  }
  // What called this has frames of its own, which are none of the task's.
  const callers = new Set((new Error().stack ?? "").split("\n").filter((line) => /:\d/.test(line)));
  const lines = peeked.split("\n");
  const end = lines.findIndex((line) => callers.has(line));
  return lines.slice(0, end < 0 ? lines.length : end).join("\n");
}

/** Something that a task fails with when it ends. */
export interface Failure {
  error: unknown;
  /** The child whose failure it is, unless that was delivered: a joiner may still handle it. */
  from: LoopTask<unknown> | null;
  /** What happened before it, and is yet to be thrown into the body. */
  after: { error: unknown } | null;
  /** Whether a cancel that came first has it as its cause: then that is how the task ends. */
  isCause: boolean;
}

/** A request to end on its way: to `roots`, the last one first, and to all below them. */
export interface CancelDelivery {
  roots: LoopTask<unknown>[];
  request: Cancelled;
  force: boolean;
}

/** What few tasks have, for which a million others need no room. */
class Extras {
  flags: number;
  firstChild: LoopTask<unknown> | null = null;
  failures: Failure[] | null = null;
  cancelled: Cancelled | null = null;
  shieldDepth = 0;
  locals: ReadonlyMap<unknown, unknown> | null = null;

  constructor(flags: number) {
    this.flags = flags;
  }
}

/** The extras of tasks that have none of their own: those that step a generator, and the others. */
const NONE: Readonly<Extras> = new Extras(0);
const NONE_OF_OTHERS: Readonly<Extras> = new Extras(NO_GENERATOR);

/**
 * A task as its loop sees it. Its fields are set in one order and have one
 * representation each: a small integer that later became a double (a deadline, say) would make V8
 * migrate every task there is.
 */
export class LoopTask<T> extends Suspension<T> implements Task<T>, Observer, Link {
  readonly kernel: Scheduler;
  readonly id: number;
  readonly parent: LoopTask<unknown> | null;
  iterator: TaskIterator;
  phase = NEW;
  /** What it is suspended in, until it is resumed in that. */
  blockedOn: Suspension<unknown> | null = null;
  /** Its neighbours among the sleepers with the same deadline. */
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  /** Siblings form a ring. */
  previousSibling: LoopTask<unknown> | null = null;
  nextSibling: LoopTask<unknown> | null = null;
  /** Who is told of its end: a joiner, a group, or several of these as one. */
  observer: Observer | null = null;
  #name: string | null;
  #extras = NONE;

  constructor(
    kernel: Scheduler,
    id: number,
    parent: LoopTask<unknown> | null,
    iterator: TaskIterator,
    name: string | null,
    flags = 0,
  ) {
    super();
    this.kernel = kernel;
    this.id = id;
    this.parent = parent;
    this.iterator = iterator;
    this.#name = name;
    if (flags !== 0) this.set(flags);
  }

  get name(): string {
    if (this.#name !== null) return this.#name;
    if (this.parent === null) return "main";
    const { functionName } = this.phase < JOINING_CHILDREN ? this.iterator : {};
    return functionName ?? `task ${this.id}`;
  }

  /** A function's task keeps the function's name when the function is not its iterator any more. */
  keepName(): void {
    if (this.parent !== null) this.#name ??= this.iterator.functionName ?? null;
  }

  /**
   * What the body returned, or what the task failed with: from JOINING_CHILDREN on. It takes the
   * place of the iterator, whose frame can be collected then.
   */
  get outcome(): unknown {
    return this.iterator;
  }

  set outcome(outcome: unknown) {
    this.iterator = outcome as TaskIterator;
  }

  /** Where its extras are set. Not private: a private method costs each object a field in V8. */
  get ownExtras(): Extras {
    const extras = this.#extras;
    if (extras !== NONE && extras !== NONE_OF_OTHERS) return extras;
    return this.#extras = new Extras(extras.flags);
  }

  /** Whether what it steps is a generator, whose `next` is that of all. */
  set hasGenerator(hasGenerator: boolean) {
    if (hasGenerator !== this.has(NO_GENERATOR)) return;
    if (this.#extras === NONE) this.#extras = NONE_OF_OTHERS;
    else if (this.#extras === NONE_OF_OTHERS) this.#extras = NONE;
    else this.ownExtras.flags ^= NO_GENERATOR;
  }

  has(flag: number): boolean {
    return (this.#extras.flags & flag) !== 0;
  }

  set(flag: number): void {
    this.ownExtras.flags |= flag;
  }

  clear(flag: number): void {
    if (this.has(flag)) this.ownExtras.flags &= ~flag;
  }

  /** Its eldest child. */
  get firstChild(): LoopTask<unknown> | null {
    return this.#extras.firstChild;
  }

  set firstChild(child: LoopTask<unknown> | null) {
    this.ownExtras.firstChild = child;
  }

  get failures(): Failure[] | null {
    return this.#extras.failures;
  }

  set failures(failures: Failure[] | null) {
    this.ownExtras.failures = failures;
  }

  /** The cancel that was requested. */
  get cancelled(): Cancelled | null {
    return this.#extras.cancelled;
  }

  set cancelled(request: Cancelled) {
    this.ownExtras.cancelled = request;
  }

  /** How many shields the body is in. */
  get shieldDepth(): number {
    return this.#extras.shieldDepth;
  }

  set shieldDepth(depth: number) {
    this.ownExtras.shieldDepth = depth;
  }

  /** Values of task locals, shared with the tasks that inherit them until one sets another. */
  get locals(): ReadonlyMap<unknown, unknown> | null {
    return this.#extras.locals;
  }

  set locals(locals: ReadonlyMap<unknown, unknown>) {
    this.ownExtras.locals = locals;
  }

  get state(): TaskState {
    return STATES[this.phase]!;
  }

  /** Whether a cancel waits for a suspension to be thrown at, or to end the task by force at. */
  get isCancelDue(): boolean {
    if (this.cancelled === null || this.shieldDepth > 0) return false;
    return !this.has(CANCEL_DELIVERED) || this.has(FORCE_DUE);
  }

  /** Whether a cancel or the failure of a child waits for a suspension to be thrown at. */
  get isInterruptDue(): boolean {
    return this.isCancelDue || (this.has(CHILD_FAILED) && this.shieldDepth === 0);
  }

  // A task is also the operation that joins it.

  override get then(): never {
    throw noPromise(`the task "${this.name}"`, "await its promise() elsewhere");
  }

  get why(): "join" {
    return "join";
  }

  override get joined(): LoopTask<unknown> {
    return this as LoopTask<unknown>;
  }

  // What `Suspension` does, by itself: there `start` and `resume` may be those of any operation, and
  // the engine has to look them up. A tenth of the price of a join.
  override next(sent?: unknown): IteratorResult<Trap, T> {
    if (sent === undefined) return this.start();
    if (sent !== RESUME) return super.next(sent);
    const joiner = current.task!;
    if (joiner.blockedOn !== this) return awaitedTwice(this);
    joiner.blockedOn = null;
    return this.resume();
  }

  start(): IteratorResult<Trap, T> {
    if (this.phase >= DONE) return this.resume();
    const joiner = runningTask("join");
    if (joiner === this) throw new TypeError(`"${this.name}" cannot join itself`);
    refuseForeign(this as LoopTask<unknown>, joiner, "join");
    this.subscribe(suspend(this));
    return SUSPENDED;
  }

  override resume(): IteratorResult<Trap, T> {
    if (this.phase === DONE) return returning(this.outcome as T);
    this.set(FAILURE_HANDLED);
    throw this.error;
  }

  /** What a joiner is thrown, if the task has failed or was cancelled. */
  get error(): unknown {
    return this.phase === FAILED
      ? this.outcome
      : new Cancelled("join", this, this.cancelled!.reason, this.cancelled);
  }

  override get failure(): { error: unknown } | null {
    return this.phase === FAILED ? { error: this.outcome } : null;
  }

  abort(joiner: LoopTask<unknown>): void {
    this.unsubscribe(joiner);
  }

  override get waitsFor(): Iterable<LoopTask<unknown>> {
    return [this as LoopTask<unknown>];
  }

  override get of(): SuspendEntry["of"] {
    return { task: this.id };
  }

  override describe(): string {
    return `to join "${this.name}"`;
  }

  get signal(): AbortSignal {
    return this.kernel.signalOf(this as LoopTask<unknown>);
  }

  /** A task that this one joined has ended. */
  onSettled(task: LoopTask<unknown>): boolean {
    this.kernel.wake(this, task.id);
    return true;
  }

  subscribe(observer: Observer): void {
    if (this.observer === null) this.observer = observer;
    else if (this.observer instanceof Observers) this.observer.all.add(observer);
    else this.observer = new Observers(this.observer, observer);
  }

  unsubscribe(observer: Observer): void {
    if (this.observer instanceof Observers) {
      const { all } = this.observer;
      all.delete(observer);
      // An empty one would hold a failure back, as a combinator does that hands it over.
      if (all.size === 0) this.observer = null;
    } else if (this.observer === observer) {
      this.observer = null;
    }
  }

  cancel(reason?: unknown, options: CancelOptions = {}): boolean {
    checkOptions(options, "cancel", "{ force: true }");
    return this.kernel.cancel(this, reason, options.force ?? false);
  }

  halt(reason?: unknown): Coroutine<void> {
    return new Halt(this, reason);
  }

  settled(): Coroutine<TaskResult<T>> {
    return new Settled(this);
  }

  promise(): Promise<T> {
    return new Promise((resolve, reject) => {
      const onSettled = () => {
        try {
          resolve(this.resume().value as T);
        } catch (error) {
          reject(error);
        }
        return true;
      };
      if (this.phase < DONE) this.subscribe({ onSettled });
      else onSettled();
    });
  }
}

/** Waits for the end of a task, whatever it is. */
abstract class End<T, R> extends Suspension<R> {
  readonly target: LoopTask<T>;

  constructor(target: LoopTask<T>) {
    super();
    this.target = target;
  }

  get why(): "join" {
    return "join";
  }

  override get joined(): LoopTask<unknown> {
    return this.target as LoopTask<unknown>;
  }

  start(): IteratorResult<Trap, R> {
    const task = runningTask(this.operation);
    refuseForeign(this.target, task, this.operation);
    this.begin(task);
    if (this.target.phase >= DONE) return this.resume();
    this.target.subscribe(suspend(this));
    return SUSPENDED;
  }

  abort(task: LoopTask<unknown>): void {
    this.target.unsubscribe(task);
  }

  override get waitsFor(): Iterable<LoopTask<unknown>> {
    return [this.target as LoopTask<unknown>];
  }

  override get of(): SuspendEntry["of"] {
    return { task: this.target.id };
  }

  override describe(): string {
    return this.target.describe();
  }

  abstract readonly operation: string;
  abstract begin(task: LoopTask<unknown>): void;
}

class Halt<T> extends End<T, void> {
  readonly #reason: unknown;

  constructor(target: LoopTask<T>, reason: unknown) {
    super(target);
    this.#reason = reason;
  }

  get operation(): "halt" {
    return "halt";
  }

  begin(task: LoopTask<unknown>): void {
    for (let ancestor: LoopTask<unknown> | null = task; ancestor; ancestor = ancestor.parent) {
      if (ancestor !== this.target) continue;
      const what = ancestor === task ? "itself" : `"${ancestor.name}", which waits for it`;
      throw new TypeError(`halt: "${task.name}" cannot halt ${what}; use cancel()`);
    }
    this.target.cancel(this.#reason);
  }

  override resume(): IteratorResult<Trap, void> {
    if (this.target.phase === FAILED) this.target.resume();
    return RETURNED;
  }
}

class Settled<T> extends End<T, TaskResult<T>> {
  get operation(): "settled" {
    return "settled";
  }

  begin(task: LoopTask<unknown>): void {
    if (task === this.target) throw new TypeError(`"${task.name}" cannot join itself`);
  }

  override resume(): IteratorResult<Trap, TaskResult<T>> {
    const { target } = this;
    if (target.phase === DONE) return returning({ state: "done", value: target.outcome as T });
    target.set(FAILURE_HANDLED);
    const state = target.phase === FAILED ? "failed" : "cancelled";
    return returning({ state, error: target.error } as TaskResult<T>);
  }
}

/** Throws if a task that is given to an operation belongs to another loop. */
export function refuseForeign(
  task: LoopTask<unknown>,
  asker: LoopTask<unknown>,
  operation: string,
): void {
  if (task.kernel === asker.kernel) return;
  const loops =
    `it is of loop ${task.kernel.number}, and "${asker.name}" of ${asker.kernel.number}`;
  throw new TypeError(
    `${operation}: "${task.name}" belongs to another loop; wait until(task.promise()): ${loops}`,
  );
}

printAs(LoopTask, (task) => {
  const { name, state } = task;
  switch (task.phase) {
    case WAITING:
      return `Task "${name}" (suspended: waits ${task.blockedOn!.describe()})`;
    case JOINING_CHILDREN:
      return `Task "${name}" (suspended: waits for its children)`;
    case FAILED:
      return `Task "${name}" (failed: ${describeError(task.outcome)})`;
    default:
      return `Task "${name}" (${state})`;
  }
});
