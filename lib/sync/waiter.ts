import { type Link, List, unlink } from "../core/list.ts";
import { returning, SUSPENDED } from "../core/results.ts";
import {
  awaitedTwice,
  current,
  type LoopTask,
  suspend,
  Suspension,
  type WaitReason,
} from "../core/task.ts";
import { DONE, WAITING } from "../core/phases.ts";
import type { SharedThing, SuspendEntry } from "../trace/entry.ts";
import type { Trap } from "../core/types.ts";

/** What a waiter is resolved with. */
export type Resolution<T> = { value: T } | { error: unknown };

/** Those that wait for the same, the first of them first. */
export class Line<Element extends Link> extends List<Element> {
  length = 0;

  override push(waiter: Element): void {
    super.push(waiter);
    this.length++;
  }

  remove(waiter: Element): void {
    unlink(waiter);
    this.length--;
  }
}

/** What a task can wait for in line. */
export interface Source<T> {
  /** What it is, in a word of the log. */
  readonly why: WaitReason;
  /** What it is in messages, if that says more. */
  readonly what?: string;
  /** What the user calls it. */
  readonly name: string | undefined;
  readonly line: Line<Waiter<T>>;
  /** Whether the host was said to end waits. */
  readonly expectsHost?: boolean;
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
  /** The tasks that hold what is waited for; `null` stands for the host. */
  holders?(): Iterable<LoopTask<unknown> | null>;
  /** What there is of it, for the log. */
  amount?(): Pick<SharedThing, "lacks" | "count" | "size">;
  /** The tasks that end waits by their own end, if nothing else does. */
  feeders?: Iterable<LoopTask<unknown>>;
}

/**
 * A place in a waiting line, first come, first served. What a waiter waits for is handed to it
 * directly, so that a task which comes later can't take it before the waiter runs.
 */
export class Waiter<T> extends Suspension<T> implements Link {
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  /** The task that waits here, until it has received what it waits for. */
  task: LoopTask<unknown> | null = null;
  readonly #source: Source<T>;
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
    if (this.task !== null) return awaitedTwice(this);
    const now = this.#source.tryNow();
    if (now !== undefined) return returning(now.value);
    this.task = suspend(this);
    this.#source.line.push(this);
    return SUSPENDED;
  }

  override resume(): IteratorResult<Trap, T> {
    const resolution = this.#resolution!;
    this.task = null;
    this.#resolution = null;
    if ("error" in resolution) throw resolution.error;
    return returning(resolution.value);
  }

  abort(): void {
    this.task = null;
    if (this.nextLink !== null) this.#source.line.remove(this);
  }

  override get isWoken(): boolean {
    return this.#resolution !== null;
  }

  override revoke(task: LoopTask<unknown>): boolean {
    const resolution = this.#resolution;
    if (this.task !== task) return false;
    if (resolution === null || "error" in resolution || !this.#source.giveBack) return false;
    this.task = null;
    this.#resolution = null;
    this.#source.giveBack(resolution.value, this.#place);
    return true;
  }

  override get isHostsToEnd(): boolean {
    const { holders, feeders } = this.#source;
    if (holders === undefined) return feeders === undefined;
    const { kernel } = this.task!;
    return [...holders()].some((task) => task === null || task.kernel !== kernel || hasEnded(task));
  }

  override get expectsHost(): boolean {
    const { expectsHost, holders } = this.#source;
    if (expectsHost !== undefined || holders === undefined) return expectsHost ?? false;
    // A task of another loop that goes on will release it: loops that share one wait for long.
    const { kernel } = this.task!;
    return [...holders()].some((task) =>
      task !== null && task.kernel !== kernel && !hasEnded(task) &&
      !(task.phase === WAITING && task.blockedOn instanceof Waiter)
    );
  }

  override get waitsFor(): Iterable<LoopTask<unknown>> {
    const { holders, feeders = [] } = this.#source;
    // With several of them any can end the wait, so it is not a wait for each.
    const [task, other] = [...holders?.() ?? feeders].filter((task) => !task || !hasEnded(task));
    return task && other === undefined ? [task] : [];
  }

  override get of(): SuspendEntry["of"] {
    const { name, amount } = this.#source;
    // The log numbers the tasks of one loop.
    const { kernel } = current.task!;
    const holders = [...this.#source.holders?.() ?? []];
    if (name === undefined && amount === undefined && holders.length === 0) return undefined;
    return {
      ...(name !== undefined && { name }),
      ...amount?.(),
      ...(holders.length > 0 &&
        { heldBy: holders.flatMap((task) => task?.kernel === kernel ? task.id : []) }),
    };
  }

  override get shared(): object | undefined {
    return this.#source.holders && this.#source;
  }

  override describe(): string {
    const { why, what = why, name } = this.#source;
    return name === undefined ? `for the ${what}` : `for the ${what} "${name}"`;
  }

  override describeHolders(): string {
    const holders = [...this.#source.holders?.() ?? []].map((task) => {
      if (task === null) return "the host";
      const isOther = task.kernel !== this.task?.kernel;
      const name = isOther ? `"${task.name}" of another loop` : `"${task.name}"`;
      return hasEnded(task) ? `${name}, which has ended` : name;
    });
    return holders.length === 0 ? "" : `, held by ${holders.join(", ")}`;
  }

  /**
   * Ends the wait. Anybody in the process may call it: a task of the same loop wakes the waiting
   * task; for a callback of the host or another loop the wake is posted.
   */
  resolve(resolution: Resolution<T>, place = 0): void {
    this.#source.line.remove(this);
    this.#resolution = resolution;
    this.#place = place;
    const task = this.task!;
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

function hasEnded({ phase }: LoopTask<unknown>): boolean {
  return phase >= DONE;
}

/** Ends all waits of a line, in its order. */
export function resolveAll<T>(line: Line<Waiter<T>>, resolution: () => Resolution<T>): void {
  for (let { first } = line; first !== undefined; first = line.first) first.resolve(resolution());
}

/** A primitive as one line: its name, its state, and how many tasks wait for it. */
export function inspect(
  type: string,
  name: string | undefined,
  state: string,
  waiting: number,
): string {
  const title = name === undefined ? type : `${type} "${name}"`;
  const line = waiting === 0 ? "" : waiting === 1 ? "; 1 task waits" : `; ${waiting} tasks wait`;
  return `${title} (${state}${line})`;
}
