import type { Link } from "../core/list.ts";
import { Timers } from "../core/timers.ts";

// The one place that knows the host's timers. All loops of a process share one: eight thousand
// runs that wake ten times each cost half of what as many timers would.

/** The host's monotonic clock, in ms. */
export function hostTime(): number {
  return performance.now();
}

/** Something to be called at a time. */
export class HostTimer implements Link {
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  readonly fire: (now: number, sliceEnd: number) => void;

  constructor(ring: (now: number, sliceEnd: number) => void) {
    this.fire = ring;
  }
}

/** The longest delay that `setTimeout` can count: it takes a 32-bit integer, and cuts fractions. */
const LONGEST = 2 ** 31 - 1;

const alarms = new Timers<HostTimer>();
let timer: ReturnType<typeof setTimeout> | undefined;
let due = Infinity;

/** Has `alarm` ring in `delay` ms and not earlier, whenever it was to ring before. */
export function setTimer(alarm: HostTimer, delay: number): void {
  if (alarm.nextLink !== null) alarms.remove(alarm);
  if (delay < Infinity) alarms.add(alarm, Math.ceil(hostTime() + delay));
  schedule();
}

/** Has `alarm` not ring. */
export function clearTimer(alarm: HostTimer): void {
  if (alarm.nextLink === null) return;
  alarms.remove(alarm);
  schedule();
}

function schedule(): void {
  const next = alarms.peek();
  if (next === due) return;
  clearTimeout(timer);
  due = next;
  if (next < Infinity) {
    timer = setTimeout(ring, Math.min(Math.max(0, Math.ceil(next - hostTime())), LONGEST));
  }
}

function ring(): void {
  due = Infinity;
  const now = hostTime();
  const ringing: HostTimer[] = [];
  while (alarms.peek() <= now) alarms.take((alarm) => ringing.push(alarm));
  const end = sliceEnd(now);
  // They share the slice, but none answers for the time that those before it took.
  for (const alarm of ringing) alarm.fire(hostTime(), end);
  schedule();
}

/** How long, in ms, busy loops may hold the thread together before the host gets a chance. */
const SLICE = 8;

/** When a loop that the host has just woken has to give it the next chance. */
export function sliceEnd(now: number): number {
  return now + SLICE;
}

type Turn = (sliceEnd: number, now: number) => void;

let yielding: Turn[] = [];
let yields = 0;

/** Lets the host do what it has to, timers and sockets of others, then turns the loop again. */
export function yieldToHost(turn: Turn): void {
  if (yielding.push(turn) > 1) return;
  // Deno polls its sockets about once in sixty rounds of immediates, and in each of a timer's; a
  // timer of 0 ms takes two. Every fourth time is the balance.
  if (yields++ % 4 === 3) setTimeout(resumeAll, 0);
  else nextMacrotask(resumeAll);
}

function resumeAll(): void {
  const turns = yielding;
  yielding = [];
  for (const turn of turns) {
    const now = hostTime();
    turn(now + SLICE / turns.length, now);
  }
}

const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

const nextMacrotask: (callback: () => void) => void = setImmediate ?? ((callback) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
});
