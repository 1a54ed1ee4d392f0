import { aggregate, Cancelled, isCancelled, isSameRequest, withCause } from "../core/errors.ts";
import { requestCancel, requestCancels, shieldWait, unshieldTask } from "../core/lifecycle.ts";
import { RETURNED, SUSPENDED } from "../core/results.ts";
import {
  awaitedTwice,
  LoopTask,
  type Observer,
  refuseForeign,
  suspend,
  Suspension,
  type TaskIterator,
  type WaitReason,
} from "../core/task.ts";
import { CANCEL_DELIVERED, CANCELLED, DAEMON, DONE, FAILED, WAITING } from "../core/phases.ts";
import type { Coroutine, Trap } from "../core/types.ts";
import { endingByForce } from "../ops/forced.ts";
import type { SuspendEntry } from "../trace/entry.ts";

type AnyTask = LoopTask<unknown>;

/** When the wait for a group is over. */
export type ReturnWhen = (group: Group) => boolean;

/** When a wait for a group can be over, by asyncio's names. */
export const RETURN_WHEN = {
  "all-completed": ({ pending }) => pending === 0,
  "first-completed": ({ pending, first }) => pending === 0 || first !== null,
  "first-exception": ({ pending, failed }) => pending === 0 || failed !== null,
} as const satisfies Record<string, ReturnWhen>;

/** Whether a member has failed after its cancel came: what it throws then is no result. */
export function failedInCleanup(member: AnyTask): boolean {
  return member.phase === FAILED && member.has(CANCEL_DELIVERED);
}

/** The name of one of several tasks. */
export function nameOf(name: string | undefined, index: number): string | null {
  return name === undefined ? null : `${name}[${index}]`;
}

/** With fewer members than this, removing those that have ended costs more than they do. */
const MIN_COMPACTED = 32;

/**
 * Tasks that one task waits for together. All functions of this folder use it, but `asCompleted`.
 * When the wait is over, the group is decided: at that moment it cancels the members that are left,
 * and its owner waits until they have ended.
 */
export class Group extends Suspension<void> implements Observer {
  readonly owner: AnyTask;
  readonly operation: string;
  readonly why: WaitReason;
  /** How many members have not ended, without daemons. */
  pending = 0;
  /** The member that ended first. */
  first: AnyTask | null = null;
  /** The member that failed first. */
  failed: AnyTask | null = null;
  /** What members failed with. */
  readonly errors: unknown[] = [];
  /** Members that the group cancels when it ends. Some of them may have ended. */
  #owned: AnyTask[] = [];
  /** How many of those have not ended. */
  #ownedPending = 0;
  /** Members that were tasks before: they are waited for, not cancelled. */
  #joined: Set<AnyTask> | null = null;
  #isOver: ReturnWhen;
  /** Why members are being cancelled, once the group is decided. */
  #ending: Cancelled | null = null;
  #deadline: number | undefined;
  #waiter: AnyTask | null = null;
  /** Whether its owner has stopped waiting: from then on a member's failure is its parent's. */
  #isLeft = false;

  /**
   * @param owner The task that waits, and spawns.
   * @param operation What the user calls it.
   * @param why Why the owner is suspended, in a word of the log.
   * @param isOver When the wait is over.
   */
  constructor(owner: AnyTask, operation: string, why: WaitReason, isOver: ReturnWhen) {
    super();
    this.owner = owner;
    this.operation = operation;
    this.why = why;
    this.#isOver = isOver;
  }

  /** Starts a coroutine as a child of the group's owner. A task is only waited for. */
  add<T>(iterator: TaskIterator, name: string | null, flags = 0): LoopTask<T> {
    if (iterator instanceof LoopTask) {
      this.#join(iterator);
      return iterator as LoopTask<T>;
    }
    const task = this.#start<T>(iterator, name, flags);
    this.#owned.push(task);
    return task;
  }

  #start<T>(iterator: TaskIterator, name: string | null, flags: number): LoopTask<T> {
    const task = this.owner.kernel.spawn(this.owner, iterator, name, flags);
    if (!task.has(DAEMON)) this.pending++;
    this.#ownedPending++;
    // One that was cancelled at birth has ended.
    if (task.phase >= DONE) this.onSettled(task);
    else task.subscribe(this);
    if (this.#ending !== null) requestCancel(task, this.#ending);
    return task as LoopTask<T>;
  }

  /**
   * Starts the first members, as {@linkcode Group.add} does.
   *
   * @param iterators What to start. Each is replaced by its task: a million members have an array
   * less, and none that grows.
   */
  addAll(
    iterators: TaskIterator[],
    name: string | undefined,
    flags = 0,
  ): readonly AnyTask[] {
    if (iterators.some((iterator) => iterator instanceof LoopTask)) {
      return iterators.map((iterator, index) => this.add(iterator, nameOf(name, index), flags));
    }
    const members = iterators as AnyTask[];
    for (let index = 0; index < iterators.length; index++) {
      members[index] = this.#start(iterators[index]!, nameOf(name, index), flags);
    }
    return this.#owned = members;
  }

  #join(task: AnyTask): void {
    refuseForeign(task, this.owner, this.operation);
    if (this.hasWinner) return;
    this.#joined ??= new Set();
    if (this.#joined.has(task)) return;
    this.#joined.add(task);
    this.pending++;
    if (task.phase < DONE) task.subscribe(this);
    else this.onSettled(task);
  }

  /** Cancels the members that the group owns. The group itself is not decided by that. */
  cancel(request: Cancelled): void {
    requestCancels(this.#owned, request);
  }

  /** Waits for the group, or until a deadline. */
  wait(deadline?: number): Coroutine<void> {
    this.#deadline = deadline;
    return this;
  }

  /** Waits for the group, or until a deadline and the end of that instant. */
  *waitUntil(deadline: number | undefined): Coroutine<void> {
    yield* this.wait(deadline);
    // Time is up, and this instant is not over: what still ends in it has ended in time.
    if (deadline !== undefined) yield* this.wait(this.owner.kernel.time.now);
  }

  start(): IteratorResult<Trap, void> {
    if (this.#waiter !== null) return awaitedTwice(this);
    if (this.#isOver(this)) return RETURNED;
    this.#waiter = suspend(this, this.#deadline);
    return SUSPENDED;
  }

  override resume(): IteratorResult<Trap, void> {
    this.#waiter = null;
    return RETURNED;
  }

  abort(): void {
    this.#waiter = null;
  }

  override get failure(): { error: unknown } | null {
    return this.errors.length > 0 ? { error: this.errors[0] } : null;
  }

  override get waitsFor(): Iterable<AnyTask> {
    return [...this.#owned, ...this.#joined ?? []].filter(({ phase }) => phase < DONE);
  }

  override get of(): SuspendEntry["of"] {
    return { tasks: Array.from(this.waitsFor, ({ id }) => id) };
  }

  override describe(): string {
    const waited = this.#ending === null ? this.pending : this.#ownedPending;
    return `for ${waited} of ${this.#owned.length + (this.#joined?.size ?? 0)} tasks`;
  }

  onSettled(member: AnyTask): boolean {
    if (!member.has(DAEMON)) this.pending--;
    this.first ??= member;
    if (this.isFailure(member, this.#ending !== null)) {
      this.failed ??= member;
      this.errors.push(member.error);
    }
    if (!this.#joined?.has(member)) this.#ownedPending--;
    if (this.hasWinner) this.#leaveJoined();
    const isOver = this.#isOver(this);
    if (isOver && this.#ending === null && this.#ownedPending > 0 && this.isOwning) {
      this.#decide(this.#ownersCancel(member) ?? this.#siblingEnded(member));
    }
    const waiter = this.#waiter;
    // Its deadline may have woken it at this instant.
    if (isOver && waiter !== null && waiter.phase === WAITING) {
      if (this.#deadline !== undefined) waiter.kernel.timers.remove(waiter);
      waiter.kernel.wake(waiter, member.id);
    }
    return !this.#isLeft;
  }

  /** The cancel of the owner, if that has ended a member already: the others have had it, too. */
  #ownersCancel(member: AnyTask): Cancelled | null {
    const { cancelled } = this.owner;
    if (cancelled === null || member.cancelled === null) return null;
    return isSameRequest(cancelled, member.cancelled) ? cancelled : null;
  }

  #siblingEnded(member: AnyTask): Cancelled {
    return new Cancelled("sibling", member, this.loserReason, this.errors[0]);
  }

  /** Whether the group fails because of how a member has ended. */
  protected isFailure(member: AnyTask, isDecided: boolean): boolean {
    // To be cancelled is to fail, unless the group is the reason.
    return member.phase === FAILED || (member.phase === CANCELLED && !isDecided);
  }

  /** Whether the group cancels the members that are left when it is decided. */
  protected get isOwning(): boolean {
    return true;
  }

  /** Whether a member has won. The group then leaves the tasks that it was given and that have lost. */
  protected get hasWinner(): boolean {
    return false;
  }

  /** What members are given as the reason when the group is decided. */
  protected get loserReason(): unknown {
    return undefined;
  }

  /** A group that lives as long as its server must not keep every task that was ever in it. */
  protected forgetEnded(): void {
    const { length } = this.#owned;
    if (length < MIN_COMPACTED || this.#ownedPending * 2 > length) return;
    this.#owned = this.#owned.filter(({ phase }) => phase < DONE);
  }

  #decide(request: Cancelled): void {
    this.#ending = request;
    this.cancel(request);
  }

  /**
   * Ends the group, if it is not decided yet, and waits until the members that it owns have ended,
   * even if the owner is cancelled meanwhile.
   *
   * @param request Why members are cancelled.
   * @param thrown What to throw, if nothing else goes wrong.
   * @throws What members failed with, with `thrown` as the cause.
   */
  *end(request: Cancelled, thrown?: unknown): Coroutine<void> {
    if (this.#ending === null) this.#decide(request);
    this.#isOver = () => this.#ownedPending === 0;
    // Force has dropped the wake of the wait before, if there was one.
    this.#waiter = null;
    shieldWait(this.owner);
    try {
      yield* this.wait();
    } finally {
      unshieldTask(this.owner);
      this.leave();
      // Here, because a run that has to end may end this by force.
      this.#throwErrors(thrown);
    }
    if (thrown !== undefined) throw thrown;
    if (this.failed !== null) throw this.errors[0];
  }

  #throwErrors(cause: unknown): void {
    // What the owner's own cancel did to members is that cancel once more, and no other failure.
    const { cancelled } = this.owner;
    const errors = this.errors.filter((error) =>
      !(isCancelled(error) && cancelled !== null && isSameRequest(error, cancelled))
    );
    if (errors.length === 0) return;
    throw withCause(aggregate(errors, `${this.operation} of "${this.owner.name}"`), cause);
  }

  /**
   * Waits, and ends the group if it is decided, if the wait is cancelled, or if the owner is ended
   * by force.
   *
   * @throws What members failed with, or the cancel.
   */
  *waitOrEnd(deadline?: number): Coroutine<void> {
    let isForced = true;
    try {
      yield* deadline === undefined ? this.wait() : this.waitUntil(deadline);
      isForced = false;
    } catch (error) {
      isForced = false;
      const request = isCancelled(error) ? error : new Cancelled("sibling", null, undefined, error);
      return yield* this.end(request, error);
    } finally {
      if (isForced) yield* endingByForce(this.end(this.owner.cancelled!));
    }
    if (this.#ending === null && this.failed === null) return;
    yield* this.end(this.#ending ?? new Cancelled("sibling", this.failed));
  }

  /** Stops observing the tasks that the group does not own. */
  leave(): void {
    this.#isLeft = true;
    this.#leaveJoined();
  }

  #leaveJoined(): void {
    if (this.#joined === null) return;
    for (const task of this.#joined) task.unsubscribe(this);
    this.#joined = null;
  }
}
