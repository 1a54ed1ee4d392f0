import type { Column, Timeline } from "./timeline.ts";

/** The two pictures of a run: over time, and step by step. */
export type Axis = "time" | "steps";

/** What the pictures of all runs on a page share, so that they can be compared. */
export interface Scale {
  /** The units across: pixels, if the width of the page is known. */
  width: number;
  /** What the axis of time reaches to, in ms. */
  ms: number;
  /** How many columns fit on the axis of steps. */
  columns: number;
}

/**
 * What stays free at the right of the axis of time: the label of its last tick, and the value that is
 * emitted at the very end, stand there.
 */
export const MARGIN = 40;

/** The width of a character of a label, which is 12 px high. */
const CHARACTER = 7;

/** Where a time is on the axis of time. An instant has no width, and equal times equal widths. */
export function xOfTime(ms: number, { width, ms: reach }: Scale): number {
  return ms * (width - MARGIN) / Math.max(1, reach);
}

/** The time at a place on the axis of time, in ms. */
export function timeAtX(x: number, { width, ms: reach }: Scale): number {
  return x * Math.max(1, reach) / (width - MARGIN);
}

/** What stays free at the right of the axis of steps: a value of the last step stands there. */
export const STEPS_MARGIN = 16;

/** How wide a column is on the axis of steps: all are equally wide. */
export function columnWidth({ width, columns }: Scale): number {
  return (width - STEPS_MARGIN) / Math.max(1, columns);
}

/** Whether a column is a step, and not time that passes. */
export function isStep({ from, to }: Column): boolean {
  return from === to;
}

/** A label of an axis, and where it stands; `isSpan` if it is for a stretch around that. */
export interface Tick {
  x: number;
  label: string;
  isSpan: boolean;
}

/** The labels of the axis of time. */
export function timeTicks(scale: Scale): Tick[] {
  if (scale.ms === 0) return [{ x: 0, label: "0 s: no time passes", isSpan: false }];
  const reach = Math.max(1, scale.ms);
  let step = niceStep(reach / 5);
  // Fewer, where they would run into each other.
  const longest = () => seconds(reach - reach % step).length;
  while (step < reach && xOfTime(step, scale) < CHARACTER * longest() + 4) {
    step = niceStep(1.01 * step);
  }
  return Array.from({ length: Math.floor(reach / step) + 1 }, (_, tick) => {
    const ms = tick * step;
    return { x: xOfTime(ms, scale), label: seconds(ms), isSpan: false };
  });
}

/**
 * The labels of the axis of steps: how much time passes in each gap, or none, if there is no room for
 * all of them.
 */
export function stepTicks({ columns }: Timeline, scale: Scale): Tick[] {
  const gaps = [...columns.keys()].filter((index) => !isStep(columns[index]!))
    .map((index) => ({ first: index, last: index }));
  const apart = gapTicks(gaps, columns, scale);
  if (apart !== undefined) return apart;
  // Two gaps are side by side where a task became late in between.
  const joined: typeof gaps = [];
  for (const { first, last } of gaps) {
    const before = joined.at(-1);
    if (before?.last === first - 1) before.last = last;
    else joined.push({ first, last });
  }
  return gapTicks(joined, columns, scale) ?? [];
}

/** The labels of those gaps, if none runs into the next. Each may reach over the steps beside it. */
function gapTicks(
  gaps: readonly { first: number; last: number }[],
  columns: readonly Column[],
  scale: Scale,
): Tick[] | undefined {
  const width = columnWidth(scale);
  let reached = -Infinity;
  const ticks: Tick[] = [];
  for (const { first, last } of gaps) {
    // Three digits: the exact time is said when the gap is looked at.
    const ms = Number((columns[last]!.to - columns[first]!.from).toPrecision(3));
    const label = `+${seconds(ms)}`;
    const x = (first + last + 1) / 2 * width;
    const half = CHARACTER * label.length / 2;
    if (x - half < reached || x + half > scale.width + STEPS_MARGIN) return undefined;
    reached = x + half + 4;
    ticks.push({ x, label, isSpan: true });
  }
  return ticks;
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}

/** A time as people write it: `2 s`, `20 ms`. */
export function seconds(ms: number): string {
  if (ms > 0 && ms < 1000) return `${ms} ms`;
  return `${ms / 1000} s`;
}
