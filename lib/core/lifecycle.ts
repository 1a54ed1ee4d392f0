import { aggregate, Cancelled, withCause } from "./errors.ts";
import { SUSPENDED } from "./results.ts";
import {
  CANCEL_QUEUED,
  CANCELLED,
  DONE,
  FAILED,
  JOINING_CHILDREN,
  type LoopTask,
  NEW,
  READY,
  READY_CANCELLING,
  RUNNING,
  RUNNING_CANCELLING,
  type TaskIterator,
  unsuspend,
} from "./task.ts";

// Structured concurrency: how tasks get children, are cancelled, and end.

type AnyTask = LoopTask<unknown>;

/** Makes `task` the youngest child of its parent. */
export function appendChild(parent: AnyTask, task: AnyTask): void {
  const eldest = parent.firstChild;
  if (eldest === null) {
    parent.firstChild = task.previousSibling = task.nextSibling = task;
    return;
  }
  const youngest = eldest.previousSibling!;
  task.previousSibling = youngest;
  task.nextSibling = eldest;
  youngest.nextSibling = eldest.previousSibling = task;
}

function removeChild(parent: AnyTask, task: AnyTask): void {
  const next = task.nextSibling!;
  if (next === task) {
    parent.firstChild = null;
  } else {
    const previous = task.previousSibling!;
    previous.nextSibling = next;
    next.previousSibling = previous;
    if (parent.firstChild === task) parent.firstChild = next;
  }
  task.previousSibling = task.nextSibling = null;
}

/** The children, eldest first, as they are now. */
function childrenOf(parent: AnyTask): AnyTask[] {
  const children: AnyTask[] = [];
  let child = parent.firstChild;
  if (child === null) return children;
  do {
    children.push(child);
    child = child.nextSibling!;
  } while (child !== parent.firstChild);
  return children;
}

/** A task and all below it that have not ended, each before its children. */
export function descendants(root: AnyTask): AnyTask[] {
  const found: AnyTask[] = [];
  const tasks = [root];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    found.push(task);
    for (const child of childrenOf(task).reverse()) tasks.push(child);
  }
  return found;
}

/** Requests that a task ends, once: see {@linkcode Task.cancel}. */
export function requestCancel(task: AnyTask, request: Cancelled): boolean {
  if (task.phase >= DONE || task.cancelled !== null) return false;
  task.cancelled = request;
  const { tracer } = task.kernel;
  if (tracer !== null) tracer.cancel(task, request.reason, requester(request));
  if (task.shieldDepth === 0) deliverCancel(task);
  return true;
}

function requester({ by, source }: Cancelled): number | "host" | "loop" {
  return by?.id ?? (source === "host" ? "host" : "loop");
}

/** Has a requested cancel thrown: at once, or at the next suspension. */
function deliverCancel(task: AnyTask): void {
  const request = task.cancelled!;
  switch (task.phase) {
    case NEW:
      // It stays in the queue, which passes over it: taking it out would mean a search.
      task.kernel.leaveQueued(task);
      task.outcome = request;
      finish(task);
      break;
    case READY:
      task.phase = READY_CANCELLING;
      break;
    case RUNNING:
      task.phase = RUNNING_CANCELLING;
      break;
    case JOINING_CHILDREN:
      task.cancelDelivered = true;
      task.outcome = request;
      cancelChildren(task, request);
      break;
    default:
      unsuspend(task);
      task.cancelDelivered = true;
      task.kernel.enqueue(task, CANCEL_QUEUED, requester(request));
  }
}

/** Holds a cancel back while the task does what may not be interrupted. Calls nest. */
export function shieldTask(task: AnyTask): void {
  task.shieldDepth++;
  if (task.phase === RUNNING_CANCELLING) task.phase = RUNNING;
}

/** Ends {@linkcode shieldTask}. A cancel that came meanwhile is thrown at the next suspension. */
export function unshieldTask(task: AnyTask): void {
  task.shieldDepth--;
  if (task.isCancelDue) deliverCancel(task);
}

/** Cancels all children, eldest first. */
function cancelChildren(parent: AnyTask, request: Cancelled): void {
  for (const child of childrenOf(parent)) requestCancel(child, request);
}

/** The body returned: the task ends when its children have. */
export function bodyReturned(task: AnyTask, value: unknown): void {
  task.outcome = value;
  finishBody(task, null);
}

/** The body threw: the children are cancelled, and the task ends when they have. */
export function bodyThrew(task: AnyTask, error: unknown): void {
  const { cancelled } = task;
  if (error === cancelled && cancelled !== null) {
    task.outcome = cancelled;
    return finishBody(task, cancelled);
  }
  if (task.cancelDelivered) withCause(error, cancelled);
  (task.failures ??= []).push({ error, from: null });
  finishBody(task, new Cancelled("parent", task, undefined, error));
}

function finishBody(task: AnyTask, request: Cancelled | null): void {
  task.iterator = OVER;
  task.blockedOn = null;
  if (task.failures !== null) {
    task.failures = task.failures.filter(({ from }) => from === null || !from.isHandled);
    if (task.failures.length === 0) task.failures = null;
    else request ??= parentFailed(task);
  }
  // While the phase still says that the body runs: a child that ends at once must not end its
  // parent from within this call.
  if (request !== null) cancelChildren(task, request);
  task.phase = JOINING_CHILDREN;
  if (task.firstChild === null) return finish(task);
  const { tracer } = task.kernel;
  if (tracer !== null) tracer.suspend(task, "children");
  // To wait for children is to be suspended, so a cancel that is due is delivered here.
  if (request === null && task.isCancelDue) deliverCancel(task);
}

/** Why the children of a task that has failed are cancelled. */
function parentFailed(parent: AnyTask): Cancelled {
  return new Cancelled("parent", parent, undefined, parent.failures![0]!.error);
}

/** The task and its children have ended: so has each ancestor that only waited for that. */
function finish(task: AnyTask): void {
  for (;;) {
    settle(task);
    const { parent } = task;
    if (parent === null) return task.kernel.finish();
    if (parent.phase !== JOINING_CHILDREN || parent.firstChild !== null) return;
    task = parent;
  }
}

function settle(task: AnyTask): void {
  const { failures, parent, observers, kernel } = task;
  if (failures !== null) {
    task.phase = FAILED;
    task.outcome = aggregate(failures.map(({ error }) => error), `"${task.name}"`);
  } else if (task.cancelled !== null && task.outcome === task.cancelled) {
    task.phase = CANCELLED;
  } else {
    task.phase = DONE;
  }
  task.failures = null;
  task.observers = null;
  if (kernel.tracer !== null) kernel.tracer.exit(task, OUTCOMES[task.phase - DONE]!);
  if (parent !== null) removeChild(parent, task);
  let isHandled = false;
  if (observers instanceof Set) {
    for (const observer of observers) isHandled = observer.onSettled(task) || isHandled;
  } else if (observers !== null) {
    isHandled = observers.onSettled(task);
  }
  if (!isHandled && task.phase === FAILED && parent !== null) raiseToParent(parent, task);
}

/** A failed child was joined by no task. A parent that only waits for its children fails now. */
function raiseToParent(parent: AnyTask, child: AnyTask): void {
  const isFirst = parent.failures === null;
  (parent.failures ??= []).push({ error: child.outcome, from: child });
  // The failure that came first has cancelled them all already.
  if (parent.phase === JOINING_CHILDREN && isFirst) cancelChildren(parent, parentFailed(parent));
}

const OUTCOMES = ["done", "failed", "cancelled"] as const;

/** The iterator of a task whose body has ended, so that the body's frame can be collected. */
const OVER: TaskIterator = {
  next: () => SUSPENDED,
  throw: () => SUSPENDED,
};
