import type { LoopTask } from "./task.ts";

type AnyTask = LoopTask<unknown>;

/** How a sleeper stands that is about to be cancelled. */
export type Standing = "asleep" | "woken";

/**
 * The sleepers of a run in which waits have no exact length. A kernel that has one asks it, before
 * every step, which sleepers could go next, and lets the order choose among them and the ready.
 */
export interface Timing {
  /** A task falls asleep. How long, is also told by the operation that it is suspended in. */
  add(task: AnyTask, deadline: number): void;
  /** A sleeper is cancelled, or what it waited for has come before its deadline. */
  remove(task: AnyTask): void;
  /** When the next wait may end, at the least, or `Infinity` if there is no sleeper. */
  peek(): number;
  /**
   * The sleepers whose wait may end now, the default first. One may be there twice, if its wait
   * can end in two ways that lead to different orders.
   *
   * @param isIdle Whether no task is ready.
   */
  candidates(isIdle: boolean): readonly AnyTask[];
  /** The wait of a candidate ends. Returns what logical time is then, at least. */
  wake(index: number): number;
  /** How a sleeper can stand that is about to be cancelled, the default first. */
  standings(task: AnyTask): readonly Standing[];
  /** Says which of those it is. */
  settle(task: AnyTask, index: number): void;
  /** The running task blocks. */
  block(ms: number): void;
  /** The program reads logical time, which is `now` at least. Returns what it is. */
  read(now: number): number;
}

/** Every wait may end before or after any other, also while tasks are ready. */
export class AnyTiming implements Timing {
  /** Logical time, in ms. */
  now = 0;
  /** By deadline, those of the same in the order of falling asleep. */
  #sleepers: { task: AnyTask; deadline: number }[] = [];

  /** When the wait of a candidate ends, at the least. */
  deadlineOf(index: number): number {
    return this.#sleepers[index]!.deadline;
  }

  add(task: AnyTask, deadline: number): void {
    task.nextLink = task.prevLink = task;
    const later = this.#sleepers.findIndex((sleeper) => sleeper.deadline > deadline);
    this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, { task, deadline });
  }

  remove(task: AnyTask): void {
    task.nextLink = task.prevLink = null;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.task !== task);
  }

  peek(): number {
    return this.#sleepers[0]?.deadline ?? Infinity;
  }

  candidates(): readonly AnyTask[] {
    return this.#sleepers.map(({ task }) => task);
  }

  wake(index: number): number {
    const { task, deadline } = this.#sleepers[index]!;
    this.remove(task);
    return this.now = Math.max(this.now, deadline);
  }

  standings(): readonly Standing[] {
    return ["asleep", "woken"];
  }

  settle(): void {}

  block(ms: number): void {
    this.now += ms;
  }

  read(now: number): number {
    return now;
  }
}
