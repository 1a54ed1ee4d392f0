import { aggregate, Cancelled, withCause } from "../core/errors.ts";
import { requestCancel, shieldTask, unshieldTask } from "../core/lifecycle.ts";
import { RETURNED, SUSPENDED } from "../core/results.ts";
import {
  CANCELLED,
  DONE,
  LoopTask,
  type Observer,
  suspend,
  Suspension,
  type TaskIterator,
  WAITING,
  type WaitReason,
} from "../core/task.ts";
import type { Coroutine, Trap } from "../core/types.ts";

type AnyTask = LoopTask<unknown>;

/** When the wait for a group is over. */
export type Until = (group: Group) => boolean;

/** The waits for a group that there are, by asyncio's names. */
export const UNTIL = {
  "all-completed": ({ pending }) => pending === 0,
  "first-completed": ({ pending, first }) => pending === 0 || first !== null,
  "first-exception": ({ pending, failed }) => pending === 0 || failed !== null,
} as const satisfies Record<string, Until>;

/** With fewer members than this, removing those that have ended costs more than they do. */
const MIN_COMPACTED = 32;

/** Tasks that one task waits for together: what all combinators are made of. */
export class Group extends Suspension<void> implements Observer {
  readonly owner: AnyTask;
  readonly why: WaitReason;
  /** How many members have not ended. */
  pending = 0;
  /** The member that ended first. */
  first: AnyTask | null = null;
  /** The member that failed first. */
  failed: AnyTask | null = null;
  /** What members failed with. To be cancelled is to fail, unless the group is ending. */
  readonly errors: unknown[] = [];
  /** Members that the group cancels when it ends. Some of them may have ended. */
  #owned: AnyTask[] = [];
  /** How many of those have not ended. */
  #ownedPending = 0;
  /** Members that were tasks before: they are waited for, not cancelled. */
  #joined: Set<AnyTask> | null = null;
  #until: Until;
  /** Why members are being cancelled, if they are. */
  #ending: Cancelled | null = null;
  #deadline: number | undefined;
  #waiter: AnyTask | null = null;

  constructor(owner: AnyTask, why: WaitReason, until: Until) {
    super();
    this.owner = owner;
    this.why = why;
    this.#until = until;
  }

  /** Starts a coroutine as a child of the group's owner. A task is only waited for. */
  add<T>(iterator: TaskIterator, name: string | null): LoopTask<T> {
    if (iterator instanceof LoopTask) {
      this.#join(iterator);
      return iterator as LoopTask<T>;
    }
    const task = this.owner.kernel.spawn<T>(this.owner, iterator, name) as LoopTask<T> & AnyTask;
    this.pending++;
    this.#ownedPending++;
    this.#owned.push(task);
    task.subscribe(this);
    if (this.#ending !== null) requestCancel(task, this.#ending);
    return task;
  }

  #join(task: AnyTask): void {
    this.#joined ??= new Set();
    if (this.#joined.has(task)) return;
    this.#joined.add(task);
    this.pending++;
    if (task.phase < DONE) task.subscribe(this);
    else this.onSettled(task);
  }

  /** Waits for the group, or until a deadline. */
  wait(deadline?: number): Coroutine<void> {
    this.#deadline = deadline;
    return this;
  }

  start(): IteratorResult<Trap, void> {
    if (this.#until(this)) return RETURNED;
    this.#waiter = suspend(this, this.#deadline);
    return SUSPENDED as IteratorResult<Trap, void>;
  }

  override resume(): IteratorResult<Trap, void> {
    this.#waiter = null;
    return RETURNED;
  }

  abort(): void {
    this.#waiter = null;
  }

  override describe(): string {
    return `for ${this.pending} of ${this.#owned.length + (this.#joined?.size ?? 0)} tasks`;
  }

  onSettled(member: AnyTask): boolean {
    this.pending--;
    this.first ??= member;
    if (member.phase === CANCELLED ? this.#ending === null : member.phase !== DONE) {
      this.failed ??= member;
      this.errors.push(member.error);
    }
    if (!this.#joined?.has(member)) {
      this.#ownedPending--;
      this.#forgetEnded();
    }
    const waiter = this.#waiter;
    // Its deadline may have woken it at this instant.
    if (waiter !== null && waiter.phase === WAITING && this.#until(this)) {
      if (this.#deadline !== undefined) waiter.kernel.timers.remove(waiter);
      waiter.kernel.wake(waiter, member.id);
    }
    return true;
  }

  /** A group that lives as long as its server must not keep every task that was ever in it. */
  #forgetEnded(): void {
    const { length } = this.#owned;
    if (length < MIN_COMPACTED || this.#ownedPending * 2 > length) return;
    this.#owned = this.#owned.filter(({ phase }) => phase < DONE);
  }

  /**
   * Cancels the members that the group owns and waits until they have ended, even if the owner is
   * cancelled meanwhile.
   *
   * @param request Why.
   * @param thrown What to throw, if nothing else goes wrong.
   * @throws What members failed with, with `thrown` as the cause.
   */
  *end(request: Cancelled, thrown?: unknown): Coroutine<void> {
    this.#ending = request;
    this.#until = () => this.#ownedPending === 0;
    for (const member of [...this.#owned]) requestCancel(member, request);
    shieldTask(this.owner);
    yield* this.wait();
    unshieldTask(this.owner);
    this.leave();
    if (this.errors.length > 0) {
      throw withCause(aggregate(this.errors, `${this.why} of "${this.owner.name}"`), thrown);
    }
    if (thrown !== undefined) throw thrown;
  }

  /** Waits; if the wait is cancelled or a member fails, ends the group and throws. */
  *waitOrEnd(deadline?: number): Coroutine<void> {
    try {
      yield* this.wait(deadline);
    } catch (error) {
      const request = error instanceof Cancelled
        ? error
        : new Cancelled("sibling", null, undefined, error);
      return yield* this.end(request, error);
    }
    if (this.failed === null) return;
    yield* this.end(new Cancelled("sibling", this.failed, undefined, this.errors[0]));
  }

  /** Stops to observe the tasks that the group does not own. */
  leave(): void {
    if (this.#joined === null) return;
    for (const task of this.#joined) task.unsubscribe(this);
  }
}
