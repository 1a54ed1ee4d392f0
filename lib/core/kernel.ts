import type { Entry, WakeCause } from "../trace/entry.ts";
import { takeLog } from "../trace/record.ts";
import { aggregate, Cancelled, leadsTo, withCause } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import { literal } from "./inspect.ts";
import { Lengths } from "./wait-lengths.ts";
import { wrongDelegate, wrongYield } from "./iterator.ts";
import {
  appendChild,
  bodyReturned,
  bodyThrew,
  cancelAtBirth,
  descendants,
  forceThroughShields,
  interrupt,
  requestCancel,
  takeCancel,
  unhandled,
} from "./lifecycle.ts";
import { CLEANUP_STEPS, deadlock, endlessCleanup, OUT_OF_STEPS, tooManySteps } from "./reports.ts";
import { CANCEL, GENERATOR_NEXT, RESUME, type Step, SUSPENDED, SUSPENSION } from "./results.ts";
import { Ring } from "./ring.ts";
import { Slice } from "./slice.ts";
import {
  type Abort,
  type CancelDelivery,
  current,
  LoopTask,
  type Scheduler,
  type TaskIterator,
  throwNotResumed,
  unsuspend,
} from "./task.ts";
import {
  CANCEL_QUEUED,
  DONE,
  FAILED,
  FORCE_DUE,
  FORCED,
  HAS_SIGNAL,
  NEW,
  NO_GENERATOR,
  READY,
  READY_CANCELLING,
  RUNNING,
  RUNNING_CANCELLING,
  WAITING,
} from "./phases.ts";
import { LogicalTime } from "./logical-time.ts";
import { Timers } from "./timers.ts";
import type { Timing } from "./timing.ts";
import { FunctionTracer, LogTracer, SharedIds, type Tracer } from "./tracer.ts";
import type { Clock, Order, Picker } from "./types.ts";

type AnyTask = LoopTask<unknown>;

// The inner loop uses local constants for these. An imported binding is looked up at each use, a
// constant of the module is not; that makes a switch up to a tenth faster, depending on how V8
// happens to compile the loop.
const suspended = SUSPENDED;
const resume = RESUME;
const context = current;
const isReady = READY;
const isRunning = RUNNING;
const isNoGenerator = NO_GENERATOR;
const generatorNext = GENERATOR_NEXT;

/** What a kernel needs to go on: nothing, as it is over; a wake by the host; or the next slice. */
export type Need = "over" | "wake" | "yield";

/**
 * On the wall, a sleeper that is due waits until no task is ready, as always, but not for longer
 * than this, in ms: a task that pauses for ever must not keep it asleep.
 */
const LATENESS = 1;

/** How many kernels there have been. */
let kernels = 0;

// What few tasks have is kept for all kernels together: one that never needs it costs nothing then.

/** The signals of tasks that were asked for. */
const aborts = new WeakMap<AnyTask, Abort>();
/** How many steps each task has taken since its run was given up. */
const cleanupSteps = new WeakMap<AnyTask, number>();

function nothing(): void {}

function wakeSleeper(task: AnyTask): void {
  task.kernel.wake(task, "timer");
}

/** What a kernel runs, and how. */
export interface KernelOptions {
  main: TaskIterator;
  clock: Clock;
  order: Order;
  trace: ((entry: Entry) => void) | undefined;
  maxSteps: number;
  /** For the lengths of waits that are uncertain: a whole number. The default is 0. */
  seed?: number;
  /** Which waits end when, if not each at its deadline. The clock is virtual then. */
  timing?: Timing | undefined;
  /** The host's monotonic clock, in ms. */
  hostTime: () => number;
  /** A way to tell host operations that they are aborted. */
  newAbort: () => Abort;
}

/**
 * The loop: steps ready tasks, advances logical time, and stops when only the host can bring more.
 * It knows no host timer and no promise, and nothing of what is built on it.
 *
 * `block`, the model of `time.sleep`, is the exception to "steps ready tasks": while a task blocks,
 * no other is stepped, no sleeper is woken, and when its time is over the task runs first, in any
 * order.
 */
export class Kernel implements Scheduler {
  readonly time: LogicalTime;
  readonly ready = new Ring<AnyTask>();
  readonly timers: Scheduler["timers"];
  readonly inbox = new Inbox();
  readonly main: AnyTask;
  tracer: Tracer | null;
  stepping = false;
  synchronous = false;
  deliveries: CancelDelivery[] | null = null;
  /** Whether `main` and all its tasks have ended. */
  finished = false;
  /** Why the run ends early: the first reason counts. */
  verdict: { error: unknown } | null = null;
  /** The request that ends the run early. */
  #ending: Cancelled | null = null;
  /** What lengths are drawn from, if any has been. */
  lengths: Lengths | null = null;
  /** Called when a step took far too long, with whose it was, and the time in ms. */
  onSlowStep: (whose: string, ms: number) => void = nothing;

  /** Which of the loops of this process it is, from 1: for messages. */
  readonly number = ++kernels;

  readonly #timers = new Timers<AnyTask>();
  readonly #timing: Timing | null;
  readonly #seed: number;
  readonly #order: Order;
  readonly #newAbort: () => Abort;
  #picker: Picker = "first";
  /** The task that took the last step. */
  #last: AnyTask | null = null;
  /** The task that keeps the thread and does nothing, and until when. */
  #blocked: { task: AnyTask; until: number } | null = null;
  /** How many tasks have been spawned. */
  #spawned = 0;
  /** How many tasks in the ready queue have ended: cancelled before their first step. */
  #endedInQueue = 0;
  /** How many steps have been granted, and how many may be. */
  #steps = 0;
  #limit: number;
  /** Steps until the next look at anything but the ready tasks. */
  #granted = 0;
  /** Steps left in this round: a round has as many as there were ready tasks when it began. */
  #roundLeft = 0;
  readonly #slice: Slice;
  /** How many steps there had been at the last look at the clock. */
  #stepsAtLook = 0;
  #need: Need = "wake";
  /** Whether nothing but ready tasks, the slice and the inbox decides which steps are next. */
  #isPlain = false;
  /** Whether the task at the front is the next, in any order. */
  #frontIsNext = false;
  /** A task that asked to be ended by force, and has suspended since. */
  #forced: AnyTask | null = null;
  /** A task that made a mistake which can't be thrown into it. */
  #failed: { task: AnyTask; error: unknown } | null = null;
  #isLeftToHost = false;
  /** Whether the run has ended although tasks have not: they take too many steps to clean up. */
  #isStuck = false;

  constructor(options: KernelOptions) {
    const { main, clock, order, trace, maxSteps, seed = 0, timing, hostTime, newAbort } = options;
    this.time = new LogicalTime(clock, hostTime);
    this.#newAbort = newAbort;
    this.#timing = timing ?? null;
    this.timers = timing ?? this.#timers;
    this.#seed = seed;
    this.#order = order;
    this.#limit = maxSteps;
    this.tracer = trace === undefined ? null : this.#tracerOf(trace);
    this.#slice = new Slice(hostTime, (steps, ms) => this.#reportSlowStep(steps, ms));
    this.main = new LoopTask(this, 0, null, main, null);
  }

  #tracerOf(trace: (entry: Entry) => void): Tracer {
    const ids = new SharedIds();
    const functionTracer = (seq: number) =>
      new FunctionTracer(this.time, trace, (error) => this.#traceFailed(error), ids, seq);
    const log = takeLog(trace);
    if (log === undefined) return functionTracer(0);
    log.onRead = (seq) => this.tracer = functionTracer(seq);
    return new LogTracer(this.time, log, ids);
  }

  /** Starts the clock, the order and `main`. */
  begin(): void {
    this.time.begin();
    this.#picker = this.#order.start();
    if (this.tracer !== null) this.tracer.spawn(this.main, null);
    this.enqueue(this.main, NEW, null);
  }

  // What tasks and operations ask of it.

  spawn<T>(
    parent: AnyTask,
    iterator: TaskIterator,
    name: string | null,
    flags?: number,
  ): LoopTask<T> {
    const task = new LoopTask(this, ++this.#spawned, parent, iterator, name, flags);
    const { locals } = current.task!;
    if (locals !== null) task.locals = locals;
    appendChild(parent, task);
    if (this.tracer !== null) this.tracer.spawn(task, parent.id);
    this.enqueue(task, NEW, current.task!.id);
    if (current.task !== parent || parent.phase !== RUNNING) cancelAtBirth(task, parent);
    return task as LoopTask<T>;
  }

  wake(task: AnyTask, by: WakeCause): void {
    this.enqueue(task, READY, by);
  }

  enqueue(task: AnyTask, phase: number, by: WakeCause | null): void {
    task.phase = phase;
    this.ready.push(task);
    if (this.tracer !== null) this.tracer.ready(task, by);
  }

  leaveQueued(): void {
    this.#endedInQueue++;
  }

  block(task: AnyTask, until: number): void {
    this.#blocked = { task, until };
    this.#isPlain = false;
    if (this.#timing !== null) this.#timing.block(until - this.time.now);
    this.#endGrant();
    this.#roundLeft = 0;
  }

  /** Has the loop look up after this step, whatever was granted. */
  #endGrant(): void {
    this.#steps -= this.#granted;
    this.#roundLeft += this.#granted;
    this.#granted = 0;
  }

  unblock(): void {
    this.#blocked = null;
  }

  takeCancel(task: AnyTask): Cancelled | null {
    return takeCancel(task);
  }

  readTime(): number {
    if (this.#timing !== null) this.time.now = this.#timing.read(this.time.now);
    return this.time.now;
  }

  lengthBetween(task: AnyTask, min: number, max: number): number {
    if (this.#timing !== null) return min;
    const picker = this.#picker;
    if (picker === "first" || !("length" in picker)) {
      this.lengths ??= new Lengths(this.#seed);
      return this.lengths.draw(task.id, min, max);
    }
    const length = picker.length!(min, max);
    if (length >= min && length <= max) return length;
    throw new RangeError(
      `order: expected a length from ${min} to ${max} ms, received ${literal(length)}`,
    );
  }

  wakesFirst(task: AnyTask): boolean {
    const timing = this.#timing;
    const asker = current.task;
    if (timing === null || task.nextLink === null || asker === null) return false;
    const standings = timing.standings(task);
    const index = this.#ask(standings.map((each) => each === "woken" ? task : asker), asker);
    timing.settle(task, index);
    if (standings[index] !== "woken") return false;
    timing.remove(task);
    this.wake(task, "timer");
    return true;
  }

  cancel(task: AnyTask, reason: unknown, force: boolean): boolean {
    if (this.finished || task.phase >= DONE || (task.cancelled !== null && !force)) return false;
    const asker = current.task;
    if (asker === null || asker.kernel !== this || this.tracer?.writing) {
      return this.inbox.postCancel(task, reason, force);
    }
    requestCancel(task, new Cancelled("task", asker, reason), force);
    return true;
  }

  signalOf(task: AnyTask): AbortSignal {
    let abort = aborts.get(task);
    if (abort === undefined) {
      abort = this.#newAbort();
      aborts.set(task, abort);
      task.set(HAS_SIGNAL);
      if (task.cancelled !== null && task.shieldDepth === 0) abort.abort(task.cancelled);
    }
    return abort.signal;
  }

  abortSignalOf(task: AnyTask): void {
    aborts.get(task)?.abort(task.cancelled);
  }

  newAbort(): Abort {
    return this.#newAbort();
  }

  failAfterStep(task: AnyTask, error: unknown): void {
    this.#failed = { task, error };
    this.#isPlain = false;
    this.#endGrant();
  }

  forceAfterStep(task: AnyTask): void {
    this.#forced = task;
    this.#isPlain = false;
    this.#endGrant();
  }

  post(arrive: () => void): void {
    this.inbox.postWake(arrive);
  }

  finish(): void {
    this.finished = true;
    this.#isPlain = false;
  }

  // What the event loop asks of it.

  /** Whether no task can take a step at this instant: none is ready, or one of them blocks. */
  get isIdle(): boolean {
    return this.finished || this.#blocked !== null || this.ready.length === this.#endedInQueue;
  }

  /**
   * Whether nothing but the host can make a task ready, although no task has asked for it: tasks
   * wait for events, queues or permits.
   */
  get isLeftToHost(): boolean {
    return this.#isLeftToHost;
  }

  /** How long the host can wait, in ms, when the kernel needs a wake. */
  timeUntilWake(): number {
    return this.time.timeUntil(this.#nextInstant());
  }

  /** The loop goes idle. Returns the host's time. */
  leave(): number {
    return this.#slice.leave(this.#steps - this.#stepsAtLook);
  }

  /**
   * Steps tasks until only the host can bring more.
   *
   * @param sliceEnd When to yield to the host, in ms of `hostTime`; `Infinity` for never.
   * @param now What `hostTime` is. Not used if the slice has no end.
   */
  drain(sliceEnd: number, now = NaN): Need {
    const { ready } = this;
    const outer = context.task;
    this.stepping = true;
    this.#slice.enter(sliceEnd, now);
    this.#stepsAtLook = this.#steps;
    try {
      for (;;) {
        try {
          do {
            while (this.#granted > 0) {
              this.#granted--;
              const task = ready.shift();
              context.task = task;
              let step;
              if (task.phase === isReady) {
                task.phase = isRunning;
                if (this.tracer !== null) this.tracer.step(task);
                step = task.has(isNoGenerator)
                  ? task.iterator.next(resume)
                  : generatorNext.call(task.iterator, resume);
              } else {
                step = this.#firstOrCancelled(task);
              }
              if (step !== suspended) this.#leftOtherwise(task, step);
            }
            this.#last = context.task;
            context.task = null;
          } while (this.#grantSteps());
          return this.#need;
        } catch (error) {
          const { task } = context;
          if (task === null) throw error;
          if (task.phase === WAITING) unsuspend(task);
          bodyThrew(task, error);
        }
      }
    } finally {
      context.task = outer;
      this.stepping = false;
    }
  }

  /** Steps a task that is not simply resumed. */
  #firstOrCancelled(task: AnyTask): Step {
    const { phase, iterator } = task;
    if (phase > CANCEL_QUEUED) {
      // It was cancelled before its start, or an operation that was driven by hand queued it.
      if (phase >= DONE) this.#endedInQueue--;
      this.#steps--;
      return SUSPENDED;
    }
    task.phase = phase === READY_CANCELLING ? RUNNING_CANCELLING : RUNNING;
    if (this.tracer !== null) this.tracer.step(task);
    if (phase === NEW) {
      if (iterator.next === generatorNext) return generatorNext.call(iterator, undefined);
      task.hasGenerator = false;
      return iterator.next(undefined);
    }
    if (phase !== CANCEL_QUEUED) return iterator.next(RESUME);
    task.blockedOn = null;
    if (!task.has(FORCE_DUE)) {
      // A coroutine that was suspended by hand, without `yield*`, meets it at the next suspension.
      task.phase = RUNNING_CANCELLING;
      return iterator.next(CANCEL);
    }
    task.clear(FORCE_DUE);
    task.set(FORCED);
    // An operation has no `return`: there is nothing to clean up.
    return iterator.return?.() ?? { done: true, value: undefined };
  }

  /** A coroutine did something other than suspend: it returned, or made a mistake. */
  #leftOtherwise(task: AnyTask, step: Step): void {
    while (!step.done) {
      // Or it did suspend, in an engine that has put the suspension into another result.
      if ((step.value as unknown) === SUSPENSION) return;
      // It yielded what is no suspension. The error is thrown where it did, to have its line.
      unsuspend(task);
      step = throwMistake(task, step.value);
    }
    const { phase, blockedOn } = task;
    if (phase === RUNNING || phase === RUNNING_CANCELLING) {
      if (blockedOn !== null) throwNotResumed(task);
      return bodyReturned(task, step.value);
    }
    unsuspend(task);
    bodyThrew(task, new TypeError(`${blockedOn?.why ?? "pause"}: left without yield*`));
  }

  /** Grants the next steps, or says what the loop needs first: the outer step of the loop. */
  #grantSteps(): boolean {
    // Tasks that wait for one another make rounds of one step: for them this is a tenth of all.
    if (
      this.#isPlain && !this.inbox.hasArrived && this.#slice.left > 0 && this.#steps < this.#limit
    ) {
      if (this.#roundLeft === 0) this.#roundLeft = this.ready.length;
      if (this.#roundLeft > 0) return this.#grantRound();
    }
    return this.#lookAround();
  }

  /** Everything that is rare happens here. */
  #lookAround(): boolean {
    for (;;) {
      if (this.#forced !== null) this.#endForced(this.#forced);
      if (this.#failed !== null) this.#endFailed(this.#failed);
      // First what the host brought, because it may end the run, or the block.
      if (this.inbox.failure !== null) this.#giveUp(this.inbox.failure.error, "limit");
      if (this.inbox.cancels !== null) this.#takeCancels(this.inbox.cancels);
      if (this.finished) return this.#needs("over");
      // A task that blocks keeps all others, and time, from going on.
      if (this.#blocked !== null && !this.#endBlock()) return this.#needs("wake");
      // Between two rounds wakes of the host are taken in and time advances: not before each step,
      // so that a task that is always ready can't keep either from happening, and not in a round,
      // so that tasks which are ready at one instant are so together.
      if (this.#roundLeft === 0 && !this.#beginRound()) {
        return this.#needs(this.finished ? "over" : "wake");
      }
      // Only now the clock, which costs as much as six steps: there is something to be stepped.
      if (this.#slice.left <= 0 && !this.#lookAtClock()) return this.#needs("yield");
      if (this.verdict !== null) {
        if (this.#mayCleanUp(this.ready.first)) return this.#grant(1);
      } else if (this.#steps >= this.#limit) {
        this.#giveUp(tooManySteps(this.main, this.#limit), "limit");
      } else if (this.#picker === "first" && this.#timing === null) {
        this.#isPlain = this.inbox.wakes.length === 0;
        this.inbox.hasArrived = false;
        return this.#grantRound();
      } else if (this.#frontIsNext || this.#pick()) return this.#grant(1);
    }
  }

  /** Grants what is left of the round, but not past a look at the clock, or the limit. */
  #grantRound(): true {
    // Not `Math.min`: the limit may be `Infinity`, and the result would be a double.
    let steps = this.#roundLeft;
    if (steps > this.#slice.window) steps = this.#slice.window;
    if (steps > this.#limit - this.#steps) steps = this.#limit - this.#steps;
    return this.#grant(steps);
  }

  #needs(need: Need): false {
    this.#need = need;
    return false;
  }

  #grant(steps: number): true {
    this.#frontIsNext = false;
    this.#granted = steps;
    this.#roundLeft -= steps;
    this.#steps += steps;
    this.#slice.left -= steps;
    return true;
  }

  /** Begins a round. Returns `false` if no task is ready and none can be made ready. */
  #beginRound(): boolean {
    this.#isLeftToHost = false;
    if (this.time.isEarly()) return false;
    if (this.inbox.wakes.length > 0) this.#takeWakes();
    if (this.ready.length === 0) this.#advance();
    this.#roundLeft = this.finished ? 0 : this.ready.length;
    return this.#roundLeft > 0;
  }

  /** No task is ready: advances to the next deadline, if its time has come. */
  #advance(): void {
    if (this.#timing !== null && this.time.outstanding === 0 && this.#wakeAny(this.#timing)) return;
    const next = this.#timers.peek();
    if (next < Infinity) {
      if (this.time.tryAdvanceTo(next)) this.#wakeSleepers();
    } else if (this.time.outstanding === 0 && !this.#waitForHost()) {
      if (this.verdict === null) this.#giveUp(deadlock(this.main), "deadlock");
      // Again, or with the cancel held back by a shield: what is left is ended by force.
      if (this.ready.length === 0) this.#forceRest();
    }
  }

  /**
   * No task will be ready. On the wall a callback of the host may still set an event or put into a
   * queue, unless all tasks wait for one another.
   */
  #waitForHost(): boolean {
    if (this.time.mode !== "wall" || this.synchronous || this.verdict !== null) return false;
    const waiting = descendants(this.main).filter(({ phase }) => phase === WAITING);
    if (!waiting.some(({ blockedOn }) => blockedOn!.isHostsToEnd)) return false;
    this.#isLeftToHost = waiting.every(({ blockedOn }) => !blockedOn!.expectsHost);
    return true;
  }

  /** Wakes the sleepers of the earliest deadline; on the wall, of all that are due. */
  #wakeSleepers(): void {
    const { time } = this;
    const timers = this.#timers;
    do timers.take(wakeSleeper); while (time.mode === "wall" && timers.peek() <= time.now);
  }

  /** Ends the block if its time has come: the task that blocked is next, in any order. */
  #endBlock(): boolean {
    const { task, until } = this.#blocked!;
    if (!this.time.tryAdvanceTo(until)) return false;
    this.#blocked = null;
    task.phase = READY;
    this.ready.unshift(task);
    this.#roundLeft = 1;
    this.#frontIsNext = true;
    return true;
  }

  /**
   * Brings the task that goes next to the front: a ready one, or a sleeper whose wait ends with
   * that. Returns `false` if there is none.
   */
  #wakeAny(timing: Timing): boolean {
    const { ready, time } = this;
    const sleepers = timing.candidates(ready.length === 0);
    const tasks = [...ready.toArray(), ...sleepers];
    if (tasks.length === 0) return false;
    let index = 0;
    try {
      if (this.verdict === null) index = this.#ask(tasks, this.#last);
    } catch (error) {
      this.#giveUp(error, "limit");
      return this.#wakeAny(timing);
    }
    if (index >= ready.length) {
      time.now = Math.max(time.now, timing.wake(index - ready.length));
      this.wake(tasks[index]!, "timer");
      index = ready.length - 1;
    }
    ready.moveToFront(index);
    this.#frontIsNext = true;
    return true;
  }

  /** Asks the order for one of several tasks, if there is a choice. */
  #ask(tasks: readonly AnyTask[], last: AnyTask | null): number {
    const picker = this.#picker;
    if (tasks.length < 2 || picker === "first") return 0;
    const index = "among" in picker
      ? picker.among(tasks.length)
      : picker.from(tasks, last ?? undefined);
    return checkIndex(index, tasks.length);
  }

  /** Brings the task that the order picks to the front, if there is one. */
  #pick(): boolean {
    const { ready } = this;
    if (this.#endedInQueue > 0) {
      // The order must not see them.
      this.#endedInQueue = 0;
      ready.filter(({ phase }) => phase < DONE);
      this.#roundLeft = Math.min(this.#roundLeft, ready.length);
      if (this.#roundLeft === 0) return false;
    }
    if (this.#timing !== null) return this.#wakeAny(this.#timing);
    if (ready.length < 2) return true;
    try {
      this.#bringToFront(this.#picker as Exclude<Picker, "first">);
    } catch (error) {
      this.#giveUp(error, "limit");
    }
    return true;
  }

  #bringToFront(picker: Exclude<Picker, "first">): void {
    const { ready } = this;
    const byNumber = "among" in picker;
    const index = byNumber
      ? picker.among(ready.length)
      : picker.from(ready.toArray(), this.#last ?? undefined);
    checkIndex(index, ready.length);
    // The order in which they became ready shows only to an order that is given the tasks.
    if (byNumber) ready.swapToFront(index);
    else ready.moveToFront(index);
  }

  /** Once in a window of steps: returns whether the slice has time for another one. */
  #lookAtClock(): boolean {
    if (this.time.mode === "wall") {
      this.time.catchUp(Infinity);
      if (this.#timers.peek() <= this.time.now - LATENESS) this.#wakeSleepers();
    }
    const more = this.#slice.look(this.#steps - this.#stepsAtLook);
    this.#stepsAtLook = this.#steps;
    return more;
  }

  /** A step was slow. It is certain whose if there was only one. */
  #reportSlowStep(steps: number, ms: number): void {
    const which = steps <= 1 ? "" : `one of ${steps} steps, the last by `;
    this.onSlowStep(`${which}"${this.#last?.name}"`, ms);
  }

  /** The next instant at which something happens, if the host brings nothing. */
  #nextInstant(): number {
    return this.#blocked === null ? this.#timers.peek() : this.#blocked.until;
  }

  #takeWakes(): void {
    this.time.catchUp(this.#timers.peek());
    const { wakes } = this.inbox;
    this.inbox.wakes = [];
    for (const wake of wakes) wake();
  }

  #takeCancels(cancels: Inbox["cancels"] & object): void {
    this.inbox.cancels = null;
    for (const [task, { reason, force }] of cancels) {
      this.time.catchUp(this.#nextInstant());
      const request = new Cancelled("host", null, reason);
      requestCancel(task, request, force);
    }
  }

  #traceFailed(error: unknown): void {
    this.tracer = null;
    this.inbox.postFailure(error);
  }

  /** Ends the run with an error, after its tasks have cleaned up. */
  #giveUp(error: unknown, source: "deadlock" | "limit"): void {
    if (this.verdict !== null) return;
    this.verdict = { error };
    this.#isPlain = false;
    this.#ending = new Cancelled(source, null, undefined, error);
    requestCancel(this.main, this.#ending);
  }

  /** Whether a task of a run that has to end may take a step. If not, it is left where it is. */
  #mayCleanUp(task: AnyTask): boolean {
    const steps = cleanupSteps.get(task) ?? 0;
    cleanupSteps.set(task, steps + 1);
    if (steps < CLEANUP_STEPS || task.phase >= DONE) return true;
    this.ready.shift();
    this.#roundLeft--;
    // Nothing wakes it any more.
    task.phase = WAITING;
    task.blockedOn = OUT_OF_STEPS;
    return false;
  }

  /** A run that has to end is deadlocked: ends by force what a cancel did not, shielded or not. */
  #forceRest(): void {
    for (const task of descendants(this.main)) {
      if (task.phase !== WAITING || task.blockedOn === OUT_OF_STEPS) continue;
      forceThroughShields(task, this.#ending!);
    }
    this.finished = this.#isStuck = this.ready.length === 0;
  }

  /**
   * What `main` returned.
   *
   * @throws What it failed with, or why the run ended early. That has as its cause what tasks
   * failed with, before or in their cleanup: nothing that a task throws is lost.
   */
  result(): unknown {
    const { main, verdict } = this;
    if (verdict === null) {
      if (main.phase === DONE) return main.outcome;
      throw main.outcome;
    }
    const failures = main.phase === FAILED ? [main.outcome] : [];
    if (main.phase < DONE) {
      for (const task of descendants(main)) {
        for (const { error } of unhandled(task.failures) ?? []) failures.push(error);
      }
      if (this.#isStuck) failures.push(endlessCleanup(main));
    }
    const lost = failures.filter((error) => !leadsTo(verdict.error, error));
    if (lost.length === 0) throw verdict.error;
    const cause = aggregate(lost, `"${main.name}"`);
    withCause(verdict.error, cause);
    throw leadsTo(verdict.error, cause)
      ? verdict.error
      : aggregate([verdict.error, ...lost], `"${main.name}"`);
  }

  /** Ends a task without unwinding its coroutine, which would end that of another task, too. */
  #endFailed({ task, error }: { task: AnyTask; error: unknown }): void {
    this.#failed = null;
    bodyThrew(task, error);
  }

  /** Ends a task that asked for it by force, and has suspended since. */
  #endForced(task: AnyTask): void {
    this.#forced = null;
    if (task.phase < DONE) interrupt(task, task.cancelled?.by?.id ?? "loop");
  }
}

/** Checks what an order has answered. */
function checkIndex(index: number, count: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  const expected = `expected an index from 0 to ${count - 1}`;
  throw new RangeError(`order: ${expected}, received ${literal(index)}`);
}

/** Throws into a coroutine that yielded what it may not. */
function throwMistake(task: AnyTask, value: unknown): Step {
  const mistake = wrongYield(value, task);
  try {
    return task.iterator.throw(mistake);
  } catch (error) {
    // `yield*` of an iterator without a `throw` method, an array's for example, makes the engine
    // throw a TypeError of its own.
    const isEngines = error !== mistake && (error as Error)?.constructor === TypeError;
    throw isEngines ? withCause(wrongDelegate(value, task), error) : error;
  }
}
