import type { LoopTask } from "./task.ts";

function nothing(): void {}

/** What the host brings while the loop rests or steps a task: it is taken in between two steps. */
export class Inbox {
  /** Called when something arrives, to have the loop look. */
  onArrival: () => void = nothing;
  /** Whether anything has arrived since the loop last emptied the inbox. */
  hasArrived = false;
  /** What a trace function or the like threw: the run ends with the first. */
  failure: { error: unknown } | null = null;
  /** Tasks to cancel, in order of arrival. */
  cancels: Map<LoopTask<unknown>, { reason: unknown; force: boolean }> | null = null;
  /** Wakes, in order of arrival. */
  wakes: (() => void)[] = [];

  postWake(wake: () => void): void {
    this.wakes.push(wake);
    this.hasArrived = true;
    this.onArrival();
  }

  /** Returns `false` if a cancel of the task has been posted already. */
  postCancel(task: LoopTask<unknown>, reason: unknown, force: boolean): boolean {
    this.cancels ??= new Map();
    if (this.cancels.has(task) && !force) return false;
    this.cancels.set(task, { reason, force });
    this.hasArrived = true;
    this.onArrival();
    return true;
  }

  postFailure(error: unknown): void {
    this.failure ??= { error };
    this.hasArrived = true;
  }
}
