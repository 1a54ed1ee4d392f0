/**
 * Who or what made a task ready or cancelled it: a task, by its number; a deadline; the host; or
 * the loop itself, which ends a run that is deadlocked or has reached a limit.
 */
export type WakeCause = number | "timer" | "host" | "loop";

/**
 * Who asked for a cancel: a `task` or the `host` by `cancel`, the `parent` that failed or, of a
 * daemon, ended, a `child` that failed, a `sibling` of a group that failed or was first, a `timeout`,
 * a `deadlock` or a `limit` of the loop. `join` is not a request: the task that was joined had been
 * cancelled.
 */
export type CancelSource =
  | "task"
  | "host"
  | "parent"
  | "child"
  | "sibling"
  | "timeout"
  | "join"
  | "deadlock"
  | "limit";

/** What every {@linkcode Entry} carries. */
export interface EntryBase {
  /** The place in the log, from 0. */
  seq: number;
  /** Logical time in ms since the run began. */
  at: number;
  /** The task it is about, numbered from 0 (`main`) in the order of spawning. */
  task: number;
}

/** A task came to be. */
export interface SpawnEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "spawn";
  /** The name given, else `main` or `task 7`. */
  name: string;
  /** The task that spawned it, `null` for `main`. */
  parent: number | null;
}

/** A task may go on, and waits for its turn. */
export interface ReadyEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "ready";
  /** What made it ready, `null` for the start of `main`. */
  by: WakeCause | null;
}

/** A task runs, until its next `suspend` or its `exit`. */
export interface StepEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "step";
}

/** A task gave up the thread (or, for `block`, keeps it and does nothing). */
export interface SuspendEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "suspend";
  /** What it waits for. `children`: its body has ended and its children have not. */
  why:
    | "sleep"
    | "block"
    | "pause"
    | "join"
    | "gather"
    | "wait"
    | "lock"
    | "semaphore"
    | "event"
    | "queue"
    | "condition"
    | "barrier"
    | "children"
    | "host";
  /** The logical time it waits for at the most: of `sleep`, `block`, and a `wait` with a timeout. */
  until?: number;
  /** What a host operation is called, if it was given a label. */
  label?: string;
  /** What it waits for: the task that is joined, the tasks of a group, or what tasks share. */
  of?: { task: number } | { tasks: number[] } | SharedThing;
}

/** What tasks share, and one of them waits for, as it is when the wait begins. */
export interface SharedThing {
  /** The name of the lock, semaphore, event, queue, condition or barrier, if it has one. */
  name?: string;
  /** Of a lock or semaphore that is held, the tasks of this loop that do: none if others do. */
  heldBy?: number[];
  /** Which lock or semaphore it is: a number, from 0 in the order in which tasks waited for them. */
  id?: number;
  /** What a queue has too little of: `done`, if it is waited for until all its values are done. */
  lacks?: "room" | "value" | "done";
  /** How many values lie in the queue, or are not done, or how many tasks are at the barrier. */
  count?: number;
  /** How many values the queue takes, if that is bounded, or how many tasks the barrier. */
  size?: number;
}

/** A task said something: see {@linkcode emit}. */
export interface EmitEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "emit";
  /** The value, by reference. */
  value: unknown;
}

/** A task is asked to end. It does so at the suspension where it waits, or the next one. */
export interface CancelEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "cancel";
  /** What the caller gave as the reason. */
  reason: unknown;
  /** The task that asked, or what else did. */
  by: Exclude<WakeCause, "timer">;
  /** Why it is asked: see {@linkcode Cancelled.source}. */
  source: CancelSource;
}

/** A task has ended, and all its children before it. */
export interface ExitEntry extends EntryBase {
  /** Tells this entry from the others. */
  type: "exit";
  /** How it ended. */
  outcome: "done" | "failed" | "cancelled";
  /** What it failed with, as one line of text. */
  failure?: string;
}

/**
 * One line of a run's log: plain data, the same under every clock, and all there is to know of a
 * run. At most one task is between a `step` and the `suspend` or `exit` that follows it.
 *
 * @example All there is to know of a nap
 * ```ts
 * import { type Entry, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * simulate(sleep(5), { trace: (entry: Entry) => log.push(`${entry.at} ${entry.type}`) });
 * assertEquals(log, [
 *   "0 spawn",
 *   "0 ready",
 *   "0 step",
 *   "0 suspend",
 *   "5 ready",
 *   "5 step",
 *   "5 exit",
 * ]);
 * ```
 */
export type Entry =
  | SpawnEntry
  | ReadyEntry
  | StepEntry
  | SuspendEntry
  | EmitEntry
  | CancelEntry
  | ExitEntry;
