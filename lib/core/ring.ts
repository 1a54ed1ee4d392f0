import type { Picker } from "../run/order.ts";
import { DONE } from "./suspension.ts";
import type { LoopTask } from "./task.ts";

type AnyTask = LoopTask<unknown>;

/** The tasks that may go on, in the order in which they became ready: a ring that only grows. */
export class ReadyQueue {
  #slots: (AnyTask | undefined)[] = Array(16).fill(undefined);
  #mask = 15;
  #head = 0;
  /** How many are queued. */
  length = 0;
  /** How many of them have ended meanwhile: cancelled before their start. */
  ended = 0;

  /** Adds a task at the back. */
  put(task: AnyTask): void {
    if (this.length > this.#mask) this.#grow();
    this.#slots[(this.#head + this.length++) & this.#mask] = task;
  }

  /** Adds a task at the front: the one that was blocking. */
  putFirst(task: AnyTask): void {
    if (this.length > this.#mask) this.#grow();
    this.#head = (this.#head - 1) & this.#mask;
    this.#slots[this.#head] = task;
    this.length++;
  }

  /** Takes the task at the front. There must be one. */
  take(): AnyTask {
    const at = this.#head;
    const task = this.#slots[at]!;
    this.#slots[at] = undefined;
    this.#head = (at + 1) & this.#mask;
    this.length--;
    return task;
  }

  /** Brings the task that an order picks to the front. */
  bringFirst(picker: Exclude<Picker, "first">): void {
    if (this.length < 2) return;
    const byNumber = "among" in picker;
    const index = byNumber ? picker.among(this.length) : picker.from(this.toArray());
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      const order = byNumber ? "order" : "chosen";
      throw new RangeError(`${order}: expected an index below ${this.length}, received ${index}`);
    }
    if (byNumber) this.#swap(index);
    else this.#move(index);
  }

  // Nobody sees the order of a shuffle's queue, so changing places will do.
  #swap(index: number): void {
    const at = (this.#head + index) & this.#mask;
    const task = this.#slots[at];
    this.#slots[at] = this.#slots[this.#head];
    this.#slots[this.#head] = task;
  }

  #move(index: number): void {
    const task = this.#slots[(this.#head + index) & this.#mask];
    for (let at = index; at > 0; at--) {
      this.#slots[(this.#head + at) & this.#mask] = this.#slots[(this.#head + at - 1) & this.#mask];
    }
    this.#slots[this.#head] = task;
  }

  /** Drops those that have ended. */
  dropEnded(): void {
    this.ended = 0;
    for (let left = this.length; left > 0; left--) {
      const task = this.take();
      if (task.stage < DONE) this.put(task);
    }
  }

  /** All of them, in order. */
  toArray(): AnyTask[] {
    const tasks: AnyTask[] = [];
    for (let index = 0; index < this.length; index++) {
      tasks.push(this.#slots[(this.#head + index) & this.#mask]!);
    }
    return tasks;
  }

  #grow(): void {
    const slots: (AnyTask | undefined)[] = this.toArray();
    while (slots.length < 2 * this.length) slots.push(undefined);
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#head = 0;
  }
}
