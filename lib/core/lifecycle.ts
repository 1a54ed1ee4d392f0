import { because, Cancelled, combined } from "./errors.ts";
import {
  CANCELLED,
  CLOSING,
  DELIVERED,
  DONE,
  FAILED,
  INTERRUPTED,
  NEW,
  READY,
  READY_DOOMED,
  RUNNING,
  RUNNING_DOOMED,
  SUSPENDED,
} from "./suspension.ts";
import type { Driver, LoopTask } from "./task.ts";

// Structured concurrency: how tasks are born into a family, are asked to end, and end.

type AnyTask = LoopTask<unknown>;

/** Makes `task` the youngest child of its parent. */
export function adopt(parent: AnyTask, task: AnyTask): void {
  const eldest = parent.child;
  if (eldest === null) {
    parent.child = task.elder = task.younger = task;
    return;
  }
  const youngest = eldest.elder!;
  task.elder = youngest;
  task.younger = eldest;
  youngest.younger = eldest.elder = task;
}

function disown(parent: AnyTask, task: AnyTask): void {
  const younger = task.younger!;
  if (younger === task) {
    parent.child = null;
  } else {
    const elder = task.elder!;
    elder.younger = younger;
    younger.elder = elder;
    if (parent.child === task) parent.child = younger;
  }
  task.elder = task.younger = null;
}

/** The children, eldest first, as they are now. */
function childrenOf(parent: AnyTask): AnyTask[] {
  const children: AnyTask[] = [];
  let child = parent.child;
  if (child === null) return children;
  do {
    children.push(child);
    child = child.younger!;
  } while (child !== parent.child);
  return children;
}

/** A task and all below it that have not ended, each before its children. */
export function family(eldest: AnyTask): AnyTask[] {
  const found: AnyTask[] = [];
  const tasks = [eldest];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    found.push(task);
    tasks.push(...childrenOf(task).reverse());
  }
  return found;
}

/** Asks a task to end, once: see {@linkcode Task.cancel}. */
export function interrupt(task: AnyTask, cause: Cancelled): boolean {
  if (task.stage >= DONE || task.cancelled !== null) return false;
  task.cancelled = cause;
  const { tracer } = task.kernel;
  if (tracer !== null) tracer.cancel(task, cause.reason, asker(cause));
  if (task.held === 0) deliver(task);
  return true;
}

function asker({ by, source }: Cancelled): number | "host" | "loop" {
  return by?.id ?? (source === "host" ? "host" : "loop");
}

/** Lets a cancel that was asked for take its course: at once, or at the next suspension. */
export function deliver(task: AnyTask): void {
  const cause = task.cancelled!;
  switch (task.stage) {
    case NEW:
      // It stays in the queue, where the loop passes over it: taking it out would mean a search.
      task.kernel.ready.ended++;
      task.outcome = cause;
      exit(task);
      break;
    case READY:
      task.stage = READY_DOOMED;
      break;
    case RUNNING:
      task.stage = RUNNING_DOOMED;
      break;
    case CLOSING:
      task.held = DELIVERED;
      task.outcome = cause;
      cancelChildren(task, cause);
      break;
    default:
      task.kernel.release(task);
      task.held = DELIVERED;
      task.kernel.enqueue(task, INTERRUPTED, asker(cause));
  }
}

/** Holds a cancel back while the task does what may not be interrupted. Calls nest. */
export function hold(task: AnyTask): void {
  if (task.held === DELIVERED) return;
  task.held++;
  if (task.stage === RUNNING_DOOMED) task.stage = RUNNING;
}

/** Ends what {@linkcode hold} began. A cancel that came meanwhile comes at the next suspension. */
export function letGo(task: AnyTask): void {
  if (task.held === DELIVERED) return;
  task.held--;
  if (task.held === 0 && task.cancelled !== null) deliver(task);
}

/** Cancels all children, eldest first, and those of children whose body has ended. */
export function cancelChildren(parent: AnyTask, cause: Cancelled): void {
  for (const child of childrenOf(parent)) interrupt(child, cause);
}

/** The body returned: the task ends when its children have. */
export function returned(task: AnyTask, value: unknown): void {
  task.outcome = value;
  close(task, null);
}

/** The body threw: the children are cancelled, and the task ends when they have. */
export function threw(task: AnyTask, error: unknown): void {
  const { cancelled } = task;
  if (error === cancelled && cancelled !== null) {
    task.outcome = cancelled;
    return close(task, cancelled);
  }
  if (task.held === DELIVERED) because(error, cancelled);
  (task.failures ??= []).push({ error, from: null });
  close(task, new Cancelled("parent", task, undefined, error));
}

function close(task: AnyTask, cause: Cancelled | null): void {
  task.driver = OVER;
  task.waiting = null;
  if (cause === null && task.failures !== null) cause = failed(task);
  // Before the state says so: a child that ends at once must not end its parent from within here.
  if (cause !== null) cancelChildren(task, cause);
  task.stage = CLOSING;
  if (task.child === null) return exit(task);
  const { tracer } = task.kernel;
  if (tracer !== null) tracer.suspend(task, "children");
  // To wait for children is to be suspended: a cancel that was still to come, comes here.
  if (cause === null && task.cancelled !== null && task.held === 0) deliver(task);
}

/** Why the children of a task that failed are cancelled. */
function failed(parent: AnyTask): Cancelled {
  return new Cancelled("parent", parent, undefined, parent.failures![0]!.error);
}

/** The task and its children have ended: so has every ancestor that only waited for that. */
function exit(task: AnyTask): void {
  for (;;) {
    settle(task);
    const { parent } = task;
    if (parent === null) {
      task.kernel.over = true;
      return;
    }
    if (parent.stage !== CLOSING || parent.child !== null) return;
    task = parent;
  }
}

function settle(task: AnyTask): void {
  const { failures, parent, watchers, kernel } = task;
  if (failures !== null) {
    task.stage = FAILED;
    task.outcome = combined(failures.map(({ error }) => error), `"${task.name}"`);
  } else if (task.cancelled !== null && task.outcome === task.cancelled) {
    task.stage = CANCELLED;
  } else {
    task.stage = DONE;
  }
  task.failures = null;
  task.watchers = null;
  if (kernel.tracer !== null) kernel.tracer.exit(task, OUTCOMES[task.stage - DONE]!);
  if (parent !== null) disown(parent, task);
  let heard = false;
  if (Array.isArray(watchers)) {
    for (const watcher of watchers) heard = watcher.settled(task) || heard;
  } else if (watchers !== null) {
    heard = watchers.settled(task);
  }
  if (!heard && task.stage === FAILED && parent !== null) inherit(parent, task);
}

/** Nobody has joined a child that failed. A parent that only waits for its children fails now. */
function inherit(parent: AnyTask, child: AnyTask): void {
  (parent.failures ??= []).push({ error: child.outcome, from: child });
  if (parent.stage === CLOSING) cancelChildren(parent, failed(parent));
}

const OUTCOMES = ["done", "failed", "cancelled"] as const;

/** The driver of a task whose body has ended, so that the body's frame can be collected. */
const OVER: Driver = {
  next: () => SUSPENDED,
  throw: () => SUSPENDED,
};
