import type { Coroutine, Trap } from "./types.ts";
import { Cancelled } from "./errors.ts";
import type { Agenda } from "./agenda.ts";
import {
  asking,
  CANCELLED,
  CLOSING,
  DONE,
  NEW,
  resumedWith,
  type Step,
  suspend,
  SUSPENDED,
  Suspension,
} from "./suspension.ts";
import type { Link } from "./timers.ts";

/** How a {@linkcode Task} stands: `suspended` also while its body has ended and children have not. */
export type TaskState = "ready" | "running" | "suspended" | "done" | "failed" | "cancelled";

/**
 * A coroutine that a loop drives, made by {@linkcode spawn}. `yield* task` joins it: waits until
 * it has ended and gives what it returned or throws what it threw, to every joiner.
 *
 * @typeParam T What the coroutine returns.
 *
 * @example Joining
 * ```ts
 * import { simulate, sleep, spawn } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* answer() {
 *   yield* sleep(100);
 *   return 42;
 * }
 *
 * simulate(function* () {
 *   const task = yield* spawn(answer(), { name: "answer" });
 *   assertEquals(task.state, "ready");
 *   assertEquals(yield* task, 42);
 *   assertEquals(task.state, "done");
 * }());
 * ```
 */
export interface Task<T> extends Coroutine<T> {
  /** The number, from 0 for `main`, in the order of spawning: `task` in the trace. */
  readonly id: number;
  /** The name given when it was spawned, else `main` or `task 7`. */
  readonly name: string;
  /** How it stands. */
  readonly state: TaskState;
  /**
   * Asks the task to end: a {@linkcode Cancelled} is thrown where it waits. Works once. If its
   * wake-up is already queued that goes first and the cancel comes at the next suspension; if
   * there is none, the task ends as it would have. A task that has not started ends at once.
   * Called from outside the loop, by an event handler say, it is carried out at the next turn.
   *
   * @param reason What to tell whoever asks why.
   * @returns `false` if it comes too late: the task has ended, or was cancelled before.
   */
  cancel(reason?: unknown): boolean;
  /**
   * The task for promise code.
   *
   * @returns A promise of what `yield*` would give. It hears of a failure as a joiner does.
   */
  promise(): Promise<T>;
}

/** Told when a task has ended. */
export interface Watcher {
  /** Says whether it hears of a failure, so that the task's parent need not fail with it. */
  settled(task: LoopTask<unknown>): boolean;
}

/** What a task steps: a generator, or an operation. */
export interface Driver {
  next(sent: unknown): Step;
  throw(error: unknown): Step;
}

const STATES: readonly TaskState[] = [
  "ready",
  "ready",
  "ready",
  "ready",
  "running",
  "running",
  "suspended",
  "suspended",
  "done",
  "failed",
  "cancelled",
];

interface Failure {
  error: unknown;
  /** The child it came from, `null` for the task's own body. */
  from: LoopTask<unknown> | null;
}

/**
 * A task as its loop sees it. One flat object, its fields set in one order and of one
 * representation each: a small integer that later became a double (a deadline, say) would make V8
 * migrate every task there is.
 */
export class LoopTask<T> extends Suspension<T> implements Task<T>, Watcher, Link {
  readonly kernel: Agenda;
  readonly id: number;
  readonly parent: LoopTask<unknown> | null;
  driver: Driver;
  stage = NEW;
  /** What it is suspended in. */
  waiting: Suspension<unknown> | null = null;
  /** Its neighbours in the one list it waits in. */
  after: Link | null = null;
  before: Link | null = null;
  /** Its eldest child; siblings form a ring. */
  child: LoopTask<unknown> | null = null;
  elder: LoopTask<unknown> | null = null;
  younger: LoopTask<unknown> | null = null;
  watchers: Watcher | Watcher[] | null = null;
  failures: Failure[] | null = null;
  /** What the body returned, or what the task failed with. */
  outcome: unknown = undefined;
  cancelled: Cancelled | null = null;
  /** How many shields hold a cancel back. */
  held = 0;
  #name: string | null;

  constructor(
    kernel: Agenda,
    id: number,
    parent: LoopTask<unknown> | null,
    driver: Driver,
    name: string | null,
  ) {
    super();
    this.kernel = kernel;
    this.id = id;
    this.parent = parent;
    this.driver = driver;
    this.#name = name;
  }

  get name(): string {
    return this.#name ?? (this.parent === null ? "main" : `task ${this.id}`);
  }

  get state(): TaskState {
    return STATES[this.stage]!;
  }

  // A task is also the operation that joins it.

  get why(): "join" {
    return "join";
  }

  start(): IteratorResult<Trap, T> {
    if (this.stage >= DONE) return this.resume();
    const joiner = asking("join");
    if (joiner === this) throw new TypeError(`"${this.name}" cannot join itself`);
    if (joiner.kernel !== this.kernel) {
      throw new TypeError(`"${this.name}" belongs to another loop; wait until(task.promise())`);
    }
    this.watch(suspend(this));
    return SUSPENDED as IteratorResult<Trap, T>;
  }

  override resume(): IteratorResult<Trap, T> {
    if (this.stage === DONE) return resumedWith(this.outcome as T);
    if (this.stage === CANCELLED) {
      throw new Cancelled("join", this, this.cancelled!.reason, this.cancelled);
    }
    this.observe();
    throw this.outcome;
  }

  withdraw(joiner: LoopTask<unknown>): void {
    this.unwatch(joiner);
  }

  override describe(): string {
    return `to join "${this.name}"`;
  }

  /** A task it joined has ended. */
  settled(task: LoopTask<unknown>): boolean {
    this.kernel.wake(this, task.id);
    return true;
  }

  watch(watcher: Watcher): void {
    if (this.watchers === null) this.watchers = watcher;
    else if (Array.isArray(this.watchers)) this.watchers.push(watcher);
    else this.watchers = [this.watchers, watcher];
  }

  unwatch(watcher: Watcher): void {
    if (this.watchers === watcher) this.watchers = null;
    else if (Array.isArray(this.watchers)) {
      const others = this.watchers.filter((other) => other !== watcher);
      this.watchers = others.length > 0 ? others : null;
    }
  }

  /** Somebody is told of its failure, so its parent need not fail with it. */
  observe(): void {
    const parent = this.parent;
    if (parent === null || parent.failures === null || parent.stage >= CLOSING) return;
    const others = parent.failures.filter((failure) => failure.from !== this);
    parent.failures = others.length > 0 ? others : null;
  }

  cancel(reason?: unknown): boolean {
    return this.kernel.cancel(this, reason);
  }

  promise(): Promise<T> {
    return new Promise((resolve, reject) => {
      const settled = () => {
        try {
          resolve(this.resume().value as T);
        } catch (error) {
          reject(error);
        }
        return true;
      };
      if (this.stage < DONE) this.watch({ settled });
      else settled();
    });
  }
}
