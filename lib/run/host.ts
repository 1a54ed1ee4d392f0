import { type Link, Timers } from "../core/timers.ts";

// The one place that knows the host's timers. All loops of a process share one: eight thousand
// runs that wake ten times each cost half of what as many timers would.

/** The host's monotonic clock, in ms. */
export function hostTime(): number {
  return performance.now();
}

/** Something to be called at a time. */
export class Alarm implements Link {
  after: Link | null = null;
  before: Link | null = null;
  readonly ring: (now: number, sliceEnd: number) => void;

  constructor(ring: (now: number, sliceEnd: number) => void) {
    this.ring = ring;
  }
}

/** The longest delay that `setTimeout` can count: it takes a 32-bit integer, and cuts fractions. */
const LONGEST = 2 ** 31 - 1;

const alarms = new Timers<Alarm>();
let timer: ReturnType<typeof setTimeout> | undefined;
let due = Infinity;

/** Has `alarm` ring in `delay` ms and not earlier, whenever it was to ring before. */
export function setAlarm(alarm: Alarm, delay: number): void {
  if (alarm.after !== null) alarms.remove(alarm);
  if (delay < Infinity) alarms.add(alarm, Math.ceil(hostTime() + delay));
  rearm();
}

/** Has `alarm` not ring. */
export function clearAlarm(alarm: Alarm): void {
  if (alarm.after === null) return;
  alarms.remove(alarm);
  rearm();
}

function rearm(): void {
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
  const ringing: Alarm[] = [];
  while (alarms.peek() <= now) alarms.take((alarm) => ringing.push(alarm));
  const end = sliceEnd(now);
  // They share the slice, but none answers for the time that those before it took.
  for (const alarm of ringing) alarm.ring(hostTime(), end);
  rearm();
}

/** How long, in ms, busy loops may hold the thread together before the host gets a chance. */
const SLICE = 8;

/** When a loop that the host has just woken has to give it the next chance. */
export function sliceEnd(now: number): number {
  return now + SLICE;
}

type Turn = (sliceEnd: number, now: number) => void;

let breathing: Turn[] = [];
let breaths = 0;

/** Lets the host do what it has to, timers and sockets of others, then turns the loop again. */
export function breathe(turn: Turn): void {
  if (breathing.push(turn) > 1) return;
  // Deno polls its sockets about once in sixty rounds of immediates, and in each of a timer's; a
  // timer of 0 ms takes two. Every fourth time is the balance.
  if (breaths++ % 4 === 3) setTimeout(goOn, 0);
  else immediately(goOn);
}

function goOn(): void {
  const turns = breathing;
  breathing = [];
  for (const turn of turns) {
    const now = hostTime();
    turn(now + SLICE / turns.length, now);
  }
}

const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

const immediately: (callback: () => void) => void = setImmediate ?? ((callback) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
});
