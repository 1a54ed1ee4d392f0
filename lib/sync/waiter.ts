import { type Link, type List, unlink } from "../core/list.ts";
import { returning, SUSPENDED } from "../core/results.ts";
import {
  current,
  type LoopTask,
  suspend,
  Suspension,
  WAITING,
  type WaitReason,
} from "../core/task.ts";
import type { Trap } from "../core/types.ts";

/** What a waiter is resolved with. */
export type Resolution<T> = { value: T } | { error: unknown };

/** What a task can wait for in line. */
export interface Source<T> {
  /** What it is, in a word of the log. */
  readonly why: WaitReason;
  /** Those that wait, the first of them first. */
  readonly line: List<Waiter<T>>;
  /** Returns what can be had without waiting, if anything. */
  tryNow(): { value: T } | undefined;
  /**
   * Takes back what was granted to a task that was cancelled before it received it. Without this
   * method a grant stays with the task: it has happened, or it is no loss to others.
   *
   * @param value What was granted.
   * @param place Its place in the order of grants, if {@linkcode Waiter.resolve} was given one.
   */
  giveBack?(value: T, place: number): void;
}

/**
 * A place in a waiting line, first come, first served. What a waiter waits for is handed to it
 * directly, so that a task which comes later can't take it before the waiter runs.
 */
export class Waiter<T> extends Suspension<T> implements Link {
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  readonly #source: Source<T>;
  #task: LoopTask<unknown> | null = null;
  #resolution: Resolution<T> | null = null;
  #place = 0;

  constructor(source: Source<T>) {
    super();
    this.#source = source;
  }

  get why(): WaitReason {
    return this.#source.why;
  }

  start(): IteratorResult<Trap, T> {
    if (this.#task !== null) {
      throw new TypeError(`${this.why}: a task waits for this already; make one for each`);
    }
    const now = this.#source.tryNow();
    if (now !== undefined) return returning(now.value);
    this.#task = suspend(this);
    this.#source.line.push(this);
    return SUSPENDED as IteratorResult<Trap, T>;
  }

  override resume(): IteratorResult<Trap, T> {
    const resolution = this.#resolution!;
    this.#task = null;
    this.#resolution = null;
    if ("error" in resolution) throw resolution.error;
    return returning(resolution.value);
  }

  override get isWoken(): boolean {
    return this.#resolution !== null;
  }

  abort(): void {
    this.#task = null;
    if (this.nextLink !== null) unlink(this);
  }

  override revoke(): boolean {
    const resolution = this.#resolution;
    if (resolution === null || "error" in resolution || !this.#source.giveBack) return false;
    this.#task = null;
    this.#resolution = null;
    this.#source.giveBack(resolution.value, this.#place);
    return true;
  }

  /**
   * Ends the wait. Anybody in the process may call it: a task of the same loop wakes the waiting
   * task; for a callback of the host or another loop the wake is posted.
   */
  resolve(resolution: Resolution<T>, place = 0): void {
    unlink(this);
    this.#resolution = resolution;
    this.#place = place;
    const task = this.#task!;
    const { kernel } = task;
    const by = current.task;
    if (by === null ? kernel.stepping : by.kernel === kernel) {
      kernel.wake(task, by?.id ?? "host");
      return;
    }
    kernel.post(() => {
      if (this.#resolution === resolution && task.phase === WAITING) kernel.wake(task, "host");
    });
  }
}
