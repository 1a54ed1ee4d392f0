import { type Link, type List, unlink } from "../core/list.ts";
import { returning, SUSPENDED } from "../core/results.ts";
import { current, type LoopTask, suspend, Suspension, type WaitReason } from "../core/task.ts";
import type { Trap } from "../core/types.ts";

/** What a waiter is resolved with. */
export type Resolution<T> = { value: T } | { error: unknown };

/**
 * A place in a waiting line, first come, first served. What a waiter waits for is handed to it
 * directly, so that a task which comes later can't take it before the waiter runs.
 *
 * A task that is cancelled leaves the line. Once the waiter is resolved that is no longer possible:
 * a wake that is queued wins over a cancel.
 */
export class Waiter<T> extends Suspension<T> implements Link {
  readonly why: WaitReason;
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  readonly #line: List<Waiter<T>>;
  readonly #tryNow: () => { value: T } | undefined;
  #task: LoopTask<unknown> | null = null;
  #resolution: Resolution<T> | undefined;

  /**
   * @param why What for, in a word of the log.
   * @param line Those that wait already.
   * @param tryNow Returns what can be had without waiting, if anything.
   */
  constructor(
    why: WaitReason,
    line: List<Waiter<T>>,
    tryNow: () => { value: T } | undefined,
  ) {
    super();
    this.why = why;
    this.#line = line;
    this.#tryNow = tryNow;
  }

  start(): IteratorResult<Trap, T> {
    if (this.#task !== null) {
      throw new TypeError(`${this.why}: a task waits for this already; make one for each`);
    }
    const now = this.#tryNow();
    if (now !== undefined) return returning(now.value);
    this.#task = suspend(this);
    this.#line.push(this);
    return SUSPENDED as IteratorResult<Trap, T>;
  }

  override resume(): IteratorResult<Trap, T> {
    const resolution = this.#resolution!;
    this.#task = null;
    if ("error" in resolution) throw resolution.error;
    return returning(resolution.value);
  }

  abort(): void {
    this.#task = null;
    unlink(this);
  }

  /** Ends the wait. */
  resolve(resolution: Resolution<T>): void {
    const { kernel } = this.#task!;
    const by = current.task;
    if (by === null ? !kernel.stepping : by.kernel !== kernel) {
      throw new TypeError(`${this.why}: only tasks of the loop that waits for it may use it`);
    }
    unlink(this);
    this.#resolution = resolution;
    kernel.wake(this.#task!, by?.id ?? "host");
  }
}
