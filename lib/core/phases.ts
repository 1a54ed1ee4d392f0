import type { TaskState } from "./types.ts";

// The phases that a task goes through.
//
//   from                  to                    when
//   NEW                   RUNNING               its first step
//                         CANCELLED             cancelled before that: it never runs
//   RUNNING               WAITING               an operation suspends it
//                         READY                 `pause`
//                         RUNNING_CANCELLING    cancelled by its own step, or a child has failed
//                         JOINING_CHILDREN      its body has ended
//   RUNNING_CANCELLING    RUNNING               the cancel is thrown at its next suspension
//                         JOINING_CHILDREN      its body has ended before
//   WAITING               READY                 woken
//                         READY_CANCELLING      cancelled, but its wake comes first: the host has
//                                               posted it, or its sleep ends just then
//                         CANCEL_QUEUED         cancelled, or a child has failed
//   READY                 RUNNING               its next step
//                         READY_CANCELLING      cancelled: the wake that is queued comes first;
//                                               or a child has failed
//                         CANCEL_QUEUED         cancelled, and the wake was a grant, which is given
//                                               back; or ended by force
//   READY_CANCELLING      RUNNING_CANCELLING    its next step
//   CANCEL_QUEUED         RUNNING               its next step: the cancel is thrown
//   JOINING_CHILDREN      DONE, FAILED, CANCELLED   its last child has ended
//
// A shield keeps the task out of the CANCELLING phases and out of CANCEL_QUEUED until it ends. In a
// run that was given up, a queued task that takes too many steps to clean up is left WAITING.
//
// The order of the numbers matters: up to CANCEL_QUEUED the task is in the ready queue, from DONE
// on it has ended.

/** Queued, and not started. */
export const NEW = 0;
/** Queued, to be resumed: the only phase that the inner loop looks at. */
export const READY = 1;
/** Queued, to be resumed; its cancel is thrown at the suspension after that. */
export const READY_CANCELLING = 2;
/** Queued, to have its cancel thrown. */
export const CANCEL_QUEUED = 3;
export const RUNNING = 4;
/** Running; its cancel is thrown at the next suspension. */
export const RUNNING_CANCELLING = 5;
export const WAITING = 6;
/** The body has ended, children have not. */
export const JOINING_CHILDREN = 7;
export const DONE = 8;
export const FAILED = 9;
export const CANCELLED = 10;

/** What `Task.state` says of each phase. */
export const STATES: readonly TaskState[] = [
  "ready",
  "ready",
  "ready",
  "ready",
  "running",
  "running",
  "suspended",
  "suspended",
  "done",
  "failed",
  "cancelled",
];

// Facts about a task, each a bit of its `flags`.

/** Its cancel was thrown into the body, or is queued to be: there is no second one. */
export const CANCEL_DELIVERED = 1;
/** It is to end by its iterator's `return()`, as soon as no shield holds that back. */
export const FORCE_DUE = 2;
/** A child has failed, no task has joined it, and the task has yet to be told. */
export const CHILD_FAILED = 4;
/** Its failure was thrown to a joiner, so its parent need not fail with it. */
export const FAILURE_HANDLED = 8;
/** Its failure waits for a joiner until the parent ends. */
export const HOLDS_FAILURE = 16;
/** It does not hold its parent: it is cancelled when the parent's body has returned. */
export const DAEMON = 32;
/** Its iterator's `return()` was called. */
export const FORCED = 64;
/** Its shield is a wait for the members of a group: what is below the task is not shielded. */
export const SHIELDS_ITSELF = 128;
/** Its `signal` was asked for. */
export const HAS_SIGNAL = 256;
/** What it steps is no generator, or one with a `next` of its own. */
export const NO_GENERATOR = 512;
