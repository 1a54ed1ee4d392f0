import type { Coroutine, Trap } from "../core/types.ts";
import { because, Cancelled, combined } from "../core/errors.ts";
import { hold, interrupt, letGo } from "../core/lifecycle.ts";
import {
  CANCELLED,
  DONE,
  RESUMED,
  suspend,
  SUSPENDED,
  Suspension,
  WAITING,
  type Why,
} from "../core/suspension.ts";
import { type Driver, LoopTask, type Watcher } from "../core/task.ts";

type AnyTask = LoopTask<unknown>;

/** When a group has been waited for enough. */
export type Enough = (group: Group) => boolean;

/** Tasks that one task waits for together: what all combinators are made of. */
export class Group extends Suspension<void> implements Watcher {
  readonly owner: AnyTask;
  readonly why: Why;
  /** All tasks, in the order in which they were added. */
  readonly members: AnyTask[] = [];
  /** Those that have ended, in the order in which they did. */
  readonly ended: AnyTask[] = [];
  /** The failures among them. A member that is cancelled has failed, unless the group is ending. */
  readonly errors: unknown[] = [];
  /** Whether whoever waits for the group hears of failures, so that the owner need not fail. */
  readonly #hears: boolean;
  /** How many that are the group's to cancel have not ended: all but those that are only joined. */
  #owned = 0;
  #joined: Set<AnyTask> | null = null;
  #enough: Enough;
  /** Why its members are being cancelled, if they are. */
  #ending: Cancelled | null = null;
  /** The deadline of the wait, if it has one. */
  #until: number | undefined;
  #waiter: AnyTask | null = null;

  constructor(owner: AnyTask, why: Why, enough: Enough, hears = true) {
    super();
    this.owner = owner;
    this.why = why;
    this.#enough = enough;
    this.#hears = hears;
  }

  /** Whether all that were in it have ended. */
  get over(): boolean {
    return this.left === 0;
  }

  /** How many have not ended. */
  get left(): number {
    return this.members.length - this.ended.length;
  }

  /** Starts a coroutine as a task of the group's owner. A task is only joined. */
  add<T>(driver: Driver, name: string | null): LoopTask<T> {
    if (driver instanceof LoopTask) {
      (this.#joined ??= new Set()).add(driver);
      this.members.push(driver);
      if (driver.stage < DONE) driver.watch(this);
      else this.settled(driver);
      return driver as LoopTask<T>;
    }
    const task = this.owner.kernel.spawn<T>(this.owner, driver, name);
    this.#owned++;
    this.members.push(task as AnyTask);
    task.watch(this);
    if (this.#ending !== null) interrupt(task as AnyTask, this.#ending);
    return task;
  }

  /** Waits until it is enough, or until a deadline. */
  wait(until?: number): Coroutine<void> {
    this.#until = until;
    return this;
  }

  start(): IteratorResult<Trap, void> {
    if (this.#enough(this)) return RESUMED;
    const task = this.#waiter = suspend(this, this.#until);
    if (this.#until !== undefined) task.kernel.timers.add(task, this.#until);
    return SUSPENDED as IteratorResult<Trap, void>;
  }

  override resume(): IteratorResult<Trap, void> {
    this.#waiter = null;
    return RESUMED;
  }

  withdraw(task: AnyTask): void {
    this.#waiter = null;
    if (this.#until !== undefined) task.kernel.timers.remove(task);
  }

  override describe(): string {
    return `for ${this.left} of ${this.members.length} tasks`;
  }

  settled(member: AnyTask): boolean {
    const failed = member.stage === CANCELLED ? this.#ending === null : member.stage !== DONE;
    // A task that was given twice fails once.
    if (failed && !this.ended.includes(member)) {
      this.errors.push(this.#hears ? errorOf(member) : member);
    }
    this.ended.push(member);
    if (!this.#joined?.has(member)) this.#owned--;
    const waiter = this.#waiter;
    // A deadline may have woken it just now.
    if (waiter !== null && waiter.stage === WAITING && this.#enough(this)) {
      this.withdraw(waiter);
      waiter.kernel.wake(waiter, member.id);
    }
    return this.#hears;
  }

  /**
   * Cancels what the group owns and waits until it has ended, whatever happens to the owner.
   *
   * @throws What else went wrong, because of `thrown` if that is given; else `thrown`.
   */
  *end(cause: Cancelled, thrown?: unknown): Coroutine<void> {
    this.#ending = cause;
    this.#enough = () => this.#owned === 0;
    for (const task of [...this.members]) {
      if (!this.#joined?.has(task)) interrupt(task, cause);
    }
    hold(this.owner);
    yield* this.wait();
    letGo(this.owner);
    for (const member of this.members) member.unwatch(this);
    if (this.errors.length > 0) {
      throw because(combined(this.errors, `${this.why} of "${this.owner.name}"`), thrown);
    }
    if (thrown !== undefined) throw thrown;
  }

  /** Waits; if that fails, or a member has, ends the group and throws. */
  *waitOrEnd(until?: number): Coroutine<void> {
    try {
      yield* this.wait(until);
    } catch (error) {
      const cause = error instanceof Cancelled
        ? error
        : new Cancelled("sibling", null, undefined, error);
      return yield* this.end(cause, error);
    }
    if (this.errors.length === 0) return;
    const culprit = this.ended.find((task) => task.stage !== DONE)!;
    yield* this.end(new Cancelled("sibling", culprit, undefined, this.errors[0]));
  }
}

function errorOf(member: AnyTask): unknown {
  try {
    member.resume();
  } catch (error) {
    return error;
  }
}
