import {
  aggregate,
  Cancelled,
  deriveCancelled,
  describeError,
  isCancelled,
  isSameRequest,
  withCause,
} from "./errors.ts";
import { noteOrigin } from "./stacks.ts";
import { type CancelDelivery, current, type Failure, type LoopTask, unsuspend } from "./task.ts";
import {
  CANCEL_DELIVERED,
  CANCEL_QUEUED,
  CANCELLED,
  CHILD_FAILED,
  DAEMON,
  DONE,
  FAILED,
  FAILURE_HANDLED,
  FORCE_DUE,
  FORCED,
  HAS_SIGNAL,
  HOLDS_FAILURE,
  JOINING_CHILDREN,
  NEW,
  READY,
  READY_CANCELLING,
  RUNNING,
  RUNNING_CANCELLING,
  SHIELDS_ITSELF,
  WAITING,
} from "./phases.ts";

// Structured concurrency: how tasks get children, are cancelled, fail and end. Nothing here
// recurses over tasks, and nothing searches: a family may be 100,000 deep or wide.

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

/** The children, youngest first. */
export function childrenOf(parent: AnyTask): AnyTask[] {
  const children: AnyTask[] = [];
  pushChildren(parent, children);
  return children;
}

function pushChildren(parent: AnyTask, tasks: AnyTask[]): void {
  const youngest = parent.firstChild?.previousSibling ?? null;
  for (let child = youngest; child !== null;) {
    tasks.push(child);
    child = child === parent.firstChild ? null : child.previousSibling;
  }
}

/**
 * The given tasks and all below them that have not ended: parents before children, elder before
 * younger siblings.
 *
 * @param roots The tasks to begin with, the last one first.
 * @param isOpen Whether to go on below a task.
 */
function collect(roots: AnyTask[], isOpen: (task: AnyTask) => boolean): AnyTask[] {
  // Most often it is one task that has no children.
  if (roots.length === 1 && roots[0]!.firstChild === null) return roots;
  const found: AnyTask[] = [];
  const stack = roots;
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    found.push(task);
    if (isOpen(task)) pushChildren(task, stack);
  }
  return found;
}

/** A task and all below it that have not ended, each before its children. */
export function descendants(root: AnyTask): AnyTask[] {
  return collect([root], () => true);
}

/**
 * Requests that a task ends, and with it all below it, but nothing below a task that is shielded.
 * See {@linkcode Task.cancel}.
 */
export function requestCancel(task: AnyTask, request: Cancelled, force = false): void {
  deliver({ roots: [task], request, force });
}

/** Requests that several tasks end, in one go: see {@linkcode requestCancel}. */
export function requestCancels(tasks: readonly AnyTask[], request: Cancelled): void {
  if (tasks.length > 0) deliver({ roots: [...tasks].reverse(), request, force: false });
}

/** Requests that the children of a task end, as {@linkcode requestCancel} does. */
function cancelChildren(parent: AnyTask, request: Cancelled, force = false): void {
  if (parent.firstChild !== null) deliver({ roots: childrenOf(parent), request, force });
}

function deliver(delivery: CancelDelivery): void {
  const { kernel } = delivery.roots[0]!;
  // A task that ends may decide a group, whose other members are cancelled then: one after another,
  // because a chain of such groups may be long.
  if (kernel.deliveries !== null) {
    kernel.deliveries.push(delivery);
    return;
  }
  kernel.deliveries = [delivery];
  try {
    for (const delivery of kernel.deliveries) carryOut(delivery);
  } finally {
    kernel.deliveries = null;
  }
}

/** The last request that reached a task which had been cancelled before. */
interface Repeated {
  request: Cancelled;
  force: boolean;
  /** Whether a shield holds it back from those below. */
  isHeldBack: boolean;
}

const repeated = new WeakMap<AnyTask, Repeated>();

function repeat(task: AnyTask, request: Cancelled, force: boolean): void {
  const before = repeated.get(task);
  repeated.set(task, {
    request,
    force: force || (before?.isHeldBack === true && before.force),
    isHeldBack: task.shieldDepth > 0,
  });
}

/** Whether a request goes on below a task: not through a shield, and once. */
function isOpen(task: AnyTask, request: Cancelled): boolean {
  const { shieldDepth, cancelled } = task;
  if (shieldDepth > 0 && !task.has(SHIELDS_ITSELF)) return false;
  // All that was below has had it; what its cleanup spawned since is not to have it.
  return cancelled === null || !isSameRequest(cancelled, request);
}

function carryOut({ roots, request, force }: CancelDelivery): void {
  for (const task of collect(roots, (task) => isOpen(task, request))) {
    // The one before may have ended it.
    if (task.phase >= DONE) continue;
    if (task.cancelled === null) {
      task.cancelled = request;
    } else {
      if (!isSameRequest(task.cancelled, request)) repeat(task, request, force);
      if (!force) continue;
      if (task.has(CANCEL_DELIVERED)) {
        const note = wentOn(task)
          ? ` (by force: "${task.name}" had caught its cancel and gone on)`
          : "";
        task.cancelled = deriveCancelled(request, task.cancelled, note);
      }
    }
    if (force) task.set(FORCE_DUE);
    const by = request.by?.id ?? (request.source === "host" ? "host" : "loop");
    const { tracer } = task.kernel;
    if (tracer !== null) tracer.cancel(task, request, by);
    if (task.shieldDepth > 0) continue;
    interrupt(task, by);
    if (task.has(HAS_SIGNAL)) task.kernel.abortSignalOf(task);
  }
}

/** Whether a task has caught its cancel, or is still cleaning up. */
export function wentOn(task: AnyTask): boolean {
  return task.has(CANCEL_DELIVERED) && task.phase < JOINING_CHILDREN &&
    task.phase !== CANCEL_QUEUED;
}

/** The cancel of a task is thrown now, or is certain to be thrown next. */
function markDelivered(task: AnyTask): void {
  task.set(CANCEL_DELIVERED);
  if (task.has(CHILD_FAILED)) task.cancelled = becauseOfChildren(task, task.cancelled!);
}

/**
 * A child has failed, and before that is thrown a cancel comes: it has the failure as its cause.
 */
function becauseOfChildren(task: AnyTask, request: Cancelled): Cancelled {
  task.clear(CHILD_FAILED);
  if (isVerdict(request)) return request;
  task.failures = unhandled(task.failures);
  const pending = task.failures?.filter(isPending) ?? [];
  if (pending.length === 0) return request;
  for (const failure of pending) failure.isCause = true;
  const errors = pending.map(({ error }) => error);
  return deriveCancelled(request, aggregate(errors, `"${task.name}"`));
}

/** Whether a failure of a child is to be thrown into the task. */
function isPending({ from }: Failure): boolean {
  return from !== null && !from.has(HOLDS_FAILURE);
}

/** Has the cancel of a task thrown: at once, or at the next suspension. */
export function interrupt(task: AnyTask, by: number | "host" | "loop"): void {
  const { kernel } = task;
  switch (task.phase) {
    case NEW:
      // It stays in the queue, which passes over it: taking it out would mean a search.
      kernel.leaveQueued(task);
      task.keepName();
      task.outcome = task.cancelled;
      finish(task);
      break;
    case READY:
    case READY_CANCELLING:
      // A wake that is queued wins, because something has happened already: a sleep is over, a
      // value was accepted. Only what another task can use instead is given back.
      if (task.blockedOn?.revoke(task) || task.has(FORCE_DUE)) {
        dropJoin(task);
        markDelivered(task);
        task.phase = CANCEL_QUEUED;
      } else {
        task.phase = READY_CANCELLING;
      }
      break;
    case CANCEL_QUEUED:
      break;
    case RUNNING:
    case RUNNING_CANCELLING:
      task.phase = RUNNING_CANCELLING;
      break;
    case JOINING_CHILDREN:
      if (task.has(CANCEL_DELIVERED) && !task.has(FORCE_DUE)) break;
      task.clear(FORCE_DUE);
      markDelivered(task);
      task.outcome = task.cancelled;
      break;
    default:
      // A task that was cancelled before is not interrupted again, but by force.
      if (task.has(CANCEL_DELIVERED) && !task.has(FORCE_DUE)) break;
      if (task.blockedOn!.isWoken && !task.blockedOn!.revoke(task) && !task.has(FORCE_DUE)) {
        kernel.enqueue(task, READY_CANCELLING, "host");
        break;
      }
      if (!task.has(FORCE_DUE) && kernel.wakesFirst(task)) {
        task.phase = READY_CANCELLING;
        break;
      }
      interruptWait(task, by);
  }
}

function interruptWait(task: AnyTask, by: number | "host" | "loop"): void {
  unsuspend(task);
  markDelivered(task);
  task.kernel.enqueue(task, CANCEL_QUEUED, by);
}

/** Ends a task that waits by force, whatever shields it is in: the run has to end. */
export function forceThroughShields(task: AnyTask, request: Cancelled): void {
  if (task.cancelled === null) {
    task.cancelled = request;
    const { tracer } = task.kernel;
    if (tracer !== null) tracer.cancel(task, request, "loop");
  }
  task.set(FORCE_DUE);
  interruptWait(task, "loop");
}

/** A task that was to be thrown the failure of a task it joined will not be. */
function dropJoin({ blockedOn }: AnyTask): void {
  const joined = blockedOn?.joined ?? null;
  if (joined === null || joined.phase !== FAILED || joined.has(FAILURE_HANDLED)) return;
  const { parent } = joined;
  if (parent !== null && parent.phase < DONE) raiseToParent(parent, joined);
}

/** Cancels a task at birth if a cancel of its parent, or of who spawned it, is yet to be thrown. */
export function cancelAtBirth(task: AnyTask, parent: AnyTask): void {
  const spawner = current.task!;
  for (const elder of [parent, spawner]) {
    if (elder.isCancelDue || elder.phase === CANCEL_QUEUED) {
      return requestCancel(task, elder.cancelled!);
    }
  }
}

/** Holds a cancel back while the task does what may not be interrupted. Calls nest. */
export function shieldTask(task: AnyTask): void {
  task.shieldDepth++;
  if (task.phase === RUNNING_CANCELLING) task.phase = RUNNING;
}

/** Holds a cancel back while the task waits for others to end, but not from what is below it. */
export function shieldWait(task: AnyTask): void {
  if (task.shieldDepth === 0) task.set(SHIELDS_ITSELF);
  shieldTask(task);
}

/**
 * Ends {@linkcode shieldTask} or {@linkcode shieldWait}: a cancel that came meanwhile reaches the
 * task and all below it.
 */
export function unshieldTask(task: AnyTask): void {
  task.shieldDepth--;
  if (task.shieldDepth > 0) return;
  task.clear(SHIELDS_ITSELF);
  if (task.isInterruptDue && task.phase === RUNNING) task.phase = RUNNING_CANCELLING;
  if (task.cancelled !== null && task.has(HAS_SIGNAL)) task.kernel.abortSignalOf(task);
  const again = repeated.get(task);
  if (again?.isHeldBack) {
    again.isHeldBack = false;
    cancelChildren(task, again.request, again.force);
  } else if (task.isCancelDue) {
    cancelChildren(task, task.cancelled!, task.has(FORCE_DUE));
  }
}

/** What a task that is about to suspend is to be thrown: a joiner may have taken that away. */
export function takeCancel(task: AnyTask): Cancelled | null {
  if (task.cancelled === null) deliverFailure(task);
  if (task.cancelled !== null) markDelivered(task);
  return task.cancelled;
}

/** A failure of a child that no joiner has handled is thrown into the task now, for good. */
function deliverFailure(task: AnyTask): void {
  task.clear(CHILD_FAILED);
  task.failures = unhandled(task.failures);
  const pending = task.failures?.filter(isPending) ?? [];
  if (pending.length === 0) return;
  const [{ error, from }] = pending as [Failure, ...Failure[]];
  for (const failure of pending) failure.from = null;
  requestCancel(task, new Cancelled("child", from, undefined, error));
}

/** Failures less those that were thrown to a joiner. */
export function unhandled(failures: Failure[] | null): Failure[] | null {
  if (failures === null) return null;
  const rest = failures.filter(({ from }) => from === null || !from.has(FAILURE_HANDLED));
  return rest.length > 0 ? rest : null;
}

/** The body returned: the task ends when its children have. */
export function bodyReturned(task: AnyTask, value: unknown): void {
  if (task.has(FORCED)) return bodyCancelled(task);
  finishBody(task, value);
}

/** The body let its cancel pass, which has as its cause what failed before it came. */
function bodyCancelled(task: AnyTask): void {
  if (task.has(CHILD_FAILED)) task.cancelled = becauseOfChildren(task, task.cancelled!);
  task.failures = task.failures?.filter(({ isCause }) => !isCause) ?? null;
  finishBody(task, task.cancelled);
}

/** The body threw: the children are cancelled, and the task ends when they have. */
export function bodyThrew(task: AnyTask, error: unknown): void {
  const { cancelled } = task;
  if (cancelled !== null && isSameEnd(error, task)) return bodyCancelled(task);
  if (task.has(CANCEL_DELIVERED) && !isVerdict(cancelled!)) withCause(error, cancelled);
  const isKnown = task.failures?.some((failure) =>
    failure.from === null && failure.error === error
  );
  if (!isKnown) addBodysFailure(task, { error, from: null, after: null, isCause: false });
  noteOrigin(error, task, task.parent);
  finishBody(task, undefined);
}

/** Adds what the body threw in the order of failure: before what happened after it. */
function addBodysFailure(task: AnyTask, failure: Failure): void {
  const failures = task.failures ??= [];
  const place = failures.findIndex(({ after }) => after !== null && after.error === failure.error);
  failures.splice(place < 0 ? failures.length : place, 0, failure);
}

/** Whether the loop asks, whose verdict has as its cause what tasks fail with: not the reverse. */
function isVerdict({ source }: Cancelled): boolean {
  return source === "deadlock" || source === "limit";
}

/** Whether an error is the task's cancel, or comes from joining what the same request ended. */
function isSameEnd(error: unknown, task: AnyTask): boolean {
  if (error === task.cancelled) return true;
  if (!isCancelled(error)) return false;
  const again = repeated.get(task);
  if (again !== undefined && isSameRequest(error, again.request)) return true;
  // A cancel by force takes the place of an earlier one, and has it as its cause.
  let { cancelled: link } = task as { cancelled: unknown };
  for (; isCancelled(link); link = link.cause) if (isSameRequest(error, link)) return true;
  return false;
}

function finishBody(task: AnyTask, outcome: unknown): void {
  task.blockedOn = null;
  task.clear(CHILD_FAILED);
  if (task.failures !== null) task.failures = unhandled(task.failures);
  // While the phase still says that the body runs: a child that ends at once must not end its
  // parent from within this call.
  if (task.failures !== null) cancelChildren(task, parentFailed(task));
  else cancelDaemons(task);
  task.phase = JOINING_CHILDREN;
  task.outcome = outcome;
  if (task.firstChild === null) return finish(task);
  const { tracer } = task.kernel;
  if (tracer !== null) tracer.suspend(task, CHILDREN);
  // To wait for children is to be suspended, so a cancel that is due is delivered here.
  if (task.isCancelDue) interrupt(task, "loop");
}

function cancelDaemons(parent: AnyTask): void {
  if (parent.firstChild === null) return;
  const daemons = childrenOf(parent).filter((child) => child.has(DAEMON));
  if (daemons.length === 0) return;
  const request = new Cancelled("parent", parent, "a daemon ends with its parent");
  deliver({ roots: daemons, request, force: false });
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
  const { failures, parent, observer, kernel } = task;
  if (failures !== null) {
    task.phase = FAILED;
    task.outcome = aggregate(failures.map(({ error }) => error), `"${task.name}"`);
    task.failures = null;
  } else if (task.cancelled !== null && task.outcome === task.cancelled) {
    task.phase = CANCELLED;
  } else {
    task.phase = DONE;
  }
  if (kernel.tracer !== null) {
    const failure = task.phase === FAILED ? describeError(task.outcome) : undefined;
    kernel.tracer.exit(task, OUTCOMES[task.phase - DONE]!, failure);
  }
  if (parent !== null) removeChild(parent, task);
  // They stay subscribed meanwhile: one may decide a group, which ends the wait of another.
  const isHandled = observer !== null && observer.onSettled(task);
  task.observer = null;
  if (isHandled || task.phase !== FAILED || parent === null) return;
  // It was watched by a combinator that hands failures over: they wait for a joiner.
  if (observer !== null) task.set(HOLDS_FAILURE);
  raiseToParent(parent, task);
}

/** A child has failed, and no task has joined it. */
function raiseToParent(parent: AnyTask, child: AnyTask): void {
  const isFirst = parent.failures === null;
  const after = parent.blockedOn?.failure ?? null;
  const failure: Failure = { error: child.outcome, from: child, after, isCause: false };
  (parent.failures ??= []).push(failure);
  if (parent.phase === JOINING_CHILDREN) {
    // The failure that came first has cancelled them all already.
    if (isFirst) cancelChildren(parent, parentFailed(parent));
    return;
  }
  // A task that is cleaning up is not interrupted: it fails when it ends.
  if (child.has(HOLDS_FAILURE) || parent.has(CANCEL_DELIVERED)) return;
  parent.set(CHILD_FAILED);
  // A cancel that is about to be thrown comes first, and has the failure as its cause.
  if (parent.shieldDepth > 0 || parent.cancelled !== null) return;
  if (parent.phase === WAITING) deliverFailure(parent);
  else if (parent.phase === READY) parent.phase = READY_CANCELLING;
  else if (parent.phase === RUNNING) parent.phase = RUNNING_CANCELLING;
}

/** What a task waits for whose body has ended. */
const CHILDREN = { why: "children" } as const;

const OUTCOMES = ["done", "failed", "cancelled"] as const;
