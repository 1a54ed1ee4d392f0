import type { Clock } from "../run/clock.ts";
import { Cancelled } from "./errors.ts";
import { LogicalTime } from "./time.ts";
import { ReadyQueue } from "./ring.ts";
import { adopt, interrupt } from "./lifecycle.ts";
import { DONE, NEW, READY, RUNNING, running, RUNNING_DOOMED, WAITING } from "./suspension.ts";
import { type Driver, LoopTask } from "./task.ts";
import { Timers } from "./timers.ts";
import { Tracer } from "./tracer.ts";
import type { Entry, WakeCause } from "../trace/entry.ts";

type AnyTask = LoopTask<unknown>;

/** How long a run that is being abandoned may clean up. */
const CLEANUP_STEPS = 10_000;

/**
 * What there is to do in a loop, and what tasks and the host can ask of it. It is the
 * {@linkcode Kernel} that does it.
 */
export abstract class Agenda {
  readonly time: LogicalTime;
  readonly ready = new ReadyQueue();
  readonly timers = new Timers<AnyTask>();
  tracer: Tracer | null;
  readonly main: AnyTask;
  /** The task that took the last step before the loop looked up. */
  last: AnyTask | null = null;
  /** Whether `main` and all its tasks have ended. */
  over = false;
  /** Why the run ends early: the first reason counts. */
  verdict: { error: unknown } | null = null;
  /** The task that holds the thread and does nothing, and until when. */
  blocked: AnyTask | null = null;
  blockedUntil = 0;
  /** Whether the loop is at it: what happens then comes from its tasks, or from itself. */
  draining = false;
  /** Whether nobody would wake the loop after a host operation. */
  synchronous = false;
  /** Called when the host brings something, to have the loop turn. */
  onPost: () => void = () => {};

  /** Steps granted so far, and how many there may be. */
  protected steps = 0;
  protected limit: number;
  /** Steps until the next look at anything but the ready tasks. */
  protected fuel = 0;
  /** Steps left in this turn, which began with as many ready. */
  protected turn = 0;
  /** What the host has brought: wakes, cancels with their reasons, and what failed. */
  protected wakes: (() => void)[] = [];
  protected cancels: Map<AnyTask, unknown> | null = null;
  protected failure: { error: unknown } | null = null;
  #tasks = 0;

  constructor(
    main: Driver,
    clock: Clock,
    trace: ((entry: Entry) => void) | undefined,
    maxSteps: number,
  ) {
    this.time = new LogicalTime(clock);
    this.limit = maxSteps;
    this.tracer = trace === undefined ? null : new Tracer(this, trace);
    this.main = new LoopTask(this, 0, null, main, null);
  }

  /** Makes a task, ready to start. */
  spawn<T>(parent: AnyTask, driver: Driver, name: string | null): LoopTask<T> {
    const task = new LoopTask<T>(this, ++this.#tasks, parent, driver, name);
    adopt(parent, task as AnyTask);
    if (this.tracer !== null) this.tracer.spawn(task as AnyTask);
    this.enqueue(task as AnyTask, NEW, running.task!.id);
    return task;
  }

  /** Makes a task ready that was suspended. */
  wake(task: AnyTask, by: WakeCause): void {
    this.enqueue(task, READY, by);
  }

  enqueue(task: AnyTask, stage: number, by: WakeCause | null): void {
    task.stage = stage;
    this.ready.put(task);
    if (this.tracer !== null) this.tracer.ready(task, by);
  }

  /** Takes a suspended task out of what it waits for. */
  release(task: AnyTask): void {
    if (task.stage === WAITING) task.waiting!.withdraw(task);
    task.waiting = null;
    task.stage = task.cancelled !== null && task.held === 0 ? RUNNING_DOOMED : RUNNING;
  }

  /** The running task keeps the thread, and does nothing with it. */
  block(task: AnyTask, until: number): void {
    this.blocked = task;
    this.blockedUntil = until;
    this.steps -= this.fuel;
    this.fuel = this.turn = 0;
  }

  /** Asks a task to end; from outside of the loop's steps, at the next turn. */
  cancel(task: AnyTask, reason: unknown): boolean {
    if (this.over || task.stage >= DONE || task.cancelled !== null) return false;
    const asker = running.task;
    if (asker !== null && asker.kernel === this && !this.tracer?.writing) {
      return interrupt(task, new Cancelled("task", asker, reason));
    }
    this.cancels ??= new Map();
    if (this.cancels.has(task)) return false;
    this.cancels.set(task, reason);
    this.onPost();
    return true;
  }

  /** Something came from the host: it is taken in between two turns. */
  post(wake: () => void): void {
    this.wakes.push(wake);
    this.onPost();
  }

  /** What looks on has failed: the run ends with that at the next opportunity. */
  failed(error: unknown): void {
    this.failure ??= { error };
  }

  /** Ends the run with an error, letting tasks clean up first. */
  abandon(error: unknown, source: "deadlock" | "limit" = "limit"): void {
    if (this.verdict !== null) return;
    this.verdict = { error };
    this.limit = this.steps + CLEANUP_STEPS;
    interrupt(this.main, new Cancelled(source, null, undefined, error));
  }

  /** Whether this instant is over. */
  get quiet(): boolean {
    return this.over || this.blocked !== null || this.ready.length === this.ready.ended;
  }

  /** How long the host may rest, in ms, when the loop needs a wake. */
  rest(): number {
    return this.time.rest(this.blocked === null ? this.timers.peek() : this.blockedUntil);
  }

  /** Takes in what the host has brought. */
  protected receiveWakes(): void {
    this.time.enter(this.timers.peek());
    const { wakes } = this;
    this.wakes = [];
    for (const wake of wakes) wake();
  }

  /** Takes in what the host wants cancelled. */
  protected receiveCancels(cancels: Map<AnyTask, unknown>): void {
    this.cancels = null;
    for (const [task, reason] of cancels) {
      const { blocked } = this;
      this.time.enter(blocked === null ? this.timers.peek() : this.blockedUntil);
      const path: AnyTask[] = [];
      // The host waits for nobody: a block below the task ends with it, and all between them.
      for (let above = blocked; above !== null && above !== task; above = above.parent) {
        path.push(above);
      }
      const cause = new Cancelled("host", null, reason);
      interrupt(task, cause);
      if (path.at(-1)?.parent !== task) continue;
      for (const between of path.reverse()) interrupt(between, cause);
    }
  }
}
