import type { Link } from "../core/list.ts";
import { Ring } from "../core/ring.ts";
import { Timers } from "../core/timers.ts";

// What loops need of the host: its monotonic clock, its timers, its `AbortController`. All loops of
// a process share one timer: eight thousand runs that wake ten times each cost half of what as many
// timers would.

/** By how much timers have been ahead of `performance.now()`, in ms. */
let lead = 0;

/** The host's monotonic clock, in ms. */
export function hostTime(): number {
  return performance.now() + lead;
}

/** Something to be called at a time. */
export class HostTimer implements Link {
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  readonly fire: (sliceEnd: number) => void;

  constructor(fire: (sliceEnd: number) => void) {
    this.fire = fire;
  }
}

/** The longest delay that `setTimeout` can count: it takes a 32-bit integer, and cuts fractions. */
const LONGEST = 2 ** 31 - 1;

/** By how much a host may fire a timer early, in ms: Node rounds its clock down to whole ones. */
const ROUNDING = 1;

const timers = new Timers<HostTimer>();
/** The `setTimeout` that was asked last: a fake one may be taken away, and what it was asked with it. */
let askedOf: typeof setTimeout | undefined;
/** How often one was asked: the real one, when it is back, may still call as it was asked before. */
let requests = 0;
let handle: ReturnType<typeof setTimeout> | undefined;
/** When the timer at the front is due. */
let due = Infinity;
/** When `setTimeout` was asked to call, which is earlier if it can't count so far. */
let asked = Infinity;

/** Has `timer` fire in `delay` ms and not earlier, instead of when it was to fire before. */
export function setTimer(timer: HostTimer, delay: number): void {
  if (timer.nextLink !== null) timers.remove(timer);
  if (delay < Infinity) timers.add(timer, Math.ceil(hostTime() + delay));
  schedule();
}

/** Has `timer` not fire. */
export function clearTimer(timer: HostTimer): void {
  if (timer.nextLink === null) return;
  timers.remove(timer);
  schedule();
}

function schedule(): void {
  const next = timers.peek();
  if (next === due && (next === Infinity || askedOf === setTimeout)) return;
  // Fake timers complain when one is cleared that they have not made.
  if (askedOf === setTimeout) clearTimeout(handle);
  askedOf = setTimeout;
  due = next;
  if (next === Infinity) return;
  const now = hostTime();
  const delay = Math.min(Math.max(0, Math.ceil(next - now)), LONGEST);
  asked = now + delay;
  const request = ++requests;
  handle = setTimeout(() => fireTimers(request), delay);
}

function fireTimers(request: number): void {
  if (request === requests) {
    due = Infinity;
    handle = undefined;
    // A timer that has fired counts as fired, whatever the clock says: in tests with fake timers
    // the clock stands still.
    const early = asked - hostTime();
    if (early > ROUNDING) lead += early;
  }
  const now = hostTime();
  const firing: HostTimer[] = [];
  while (timers.peek() <= now) timers.take((timer) => firing.push(timer));
  const end = sliceEnd(now);
  for (const timer of firing) timer.fire(end);
  schedule();
}

/**
 * How long, in ms, busy loops may hold the thread together before the host gets a chance: half a
 * frame of a screen, so that a page stays smooth beside one.
 */
const SLICE = 8;

/** When a loop that the host has just woken has to yield to it. */
export function sliceEnd(now: number): number {
  return now + SLICE;
}

/** Makes a loop run for at most `share` ms, in the next microtask. */
type Resume = (share: number) => void;

/**
 * What a loop may take at the least when many share a slice, in ms: to yield costs as much as some
 * ten steps, and most loops need less than this.
 */
const LEAST_SHARE = 0.5;

/** Loops that have yielded, in the order in which they are resumed. */
const yielded = new Ring<Resume>();
/** Whether the host was asked for a turn, or the turn is not over. */
let isTurnAsked = false;
let turns = 0;
/** The turn: how many loops it has yet to resume, when it ends, and how long each loop may run. */
let left = 0;
let end = 0;
let share = 0;

/** Lets the host do what it has to, timers and sockets of others, and then resumes a loop. */
export function yieldToHost(resume: Resume): void {
  yielded.push(resume);
  if (!isTurnAsked) askForTurn();
}

function askForTurn(): void {
  isTurnAsked = true;
  // Deno polls its sockets about once in sixty rounds of immediates, and in each of a timer's; a
  // timer of 0 ms takes two. Every fourth time is the balance.
  if (turns++ % 4 === 3) hostSetTimeout(beginTurn, 0);
  else nextMacrotask(beginTurn);
}

function beginTurn(): void {
  left = yielded.length;
  end = sliceEnd(hostTime());
  share = Math.max(SLICE / left, LEAST_SHARE);
  resumeNext();
}

/** Resumes the next loop, and the one after it in the microtask after that of the first. */
function resumeNext(): void {
  if (left > 0 && hostTime() < end) {
    left--;
    yielded.shift()(share);
    queueMicrotask(resumeNext);
  } else if (yielded.length > 0) {
    askForTurn();
  } else {
    isTurnAsked = false;
  }
}

// Taken before a test can put fake timers in their place, which fire when the test lets time pass, or
// never: a busy loop would stop there.
const { setTimeout: hostSetTimeout, setImmediate } = globalThis as {
  setTimeout: typeof setTimeout;
  setImmediate?: (callback: () => void) => unknown;
};

const nextMacrotask: (callback: () => void) => void = setImmediate ?? ((callback) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
});

/** A way to tell host operations that they are aborted. */
export function newAbort(): { signal: AbortSignal; abort(cause: unknown): void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort(cause) {
      // What libraries look for is the name.
      const error = new Error(`aborted: ${(cause as Error | null)?.message ?? ""}`, { cause });
      controller.abort(Object.assign(error, { name: "AbortError" }));
    },
  };
}
