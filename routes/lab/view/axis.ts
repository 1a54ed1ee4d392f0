import type { Column, Timeline } from "./timeline.ts";

/** What both timelines have in common, so that they can be compared. */
export interface Scale {
  axis: "time" | "steps";
  /** The units across: pixels, if the width of the page is known. */
  width: number;
  /** What the axis reaches to: logical ms, and columns. */
  ms: number;
  columns: number;
}

/** How wide a step is drawn on the axis of time, on which it has no width. */
const STEP = 2;

/** The most that all steps of one instant may take. */
const INSTANT = 10;

/** What is left for those of the last instant. */
const MARGIN = 40;

/** The least room that a label needs. */
const ROOM = 34;

/** How much of the time until the next instant the steps of one may cover. */
const SHARE = 0.25;

/** Where each boundary between columns is on the axis. No two steps share a stretch of it. */
export function boundaries({ columns, lanes }: Timeline, scale: Scale): number[] {
  if (scale.axis === "steps") {
    const step = columnWidth(scale);
    return Array.from({ length: columns.length + 1 }, (_, boundary) => boundary * step);
  }
  // Of a run that is not over, the log has announced when time will have passed.
  const due = lanes.reduce((earliest, { until = Infinity }) => Math.min(earliest, until), Infinity);
  const xs = [0];
  for (let first = 0; first < columns.length;) {
    let next = first;
    while (next < columns.length && isStep(columns[next]!)) next++;
    const start = timeAt(columns[first]!.from, scale);
    const gap = columns[next];
    const room = Math.min(INSTANT, SHARE * (timeAt(gap?.to ?? due, scale) - start));
    // The steps of an instant stand side by side, and reach into the time after it.
    const width = Math.min(STEP, room / Math.max(1, next - first));
    for (let column = first; column < next; column++) xs.push(start + (column + 1 - first) * width);
    if (gap !== undefined) xs.push(timeAt(gap.to, scale));
    first = next + 1;
  }
  return xs;
}

function columnWidth({ width, columns }: Scale): number {
  return width / Math.max(1, columns);
}

/** Whether a column is a step, and not time that passes. */
export function isStep({ from, to }: Column): boolean {
  return from === to;
}

/** Where a time is on the axis of time. */
export function timeAt(ms: number, { width, ms: reach }: Scale): number {
  return ms * (width - MARGIN) / Math.max(1, reach);
}

/** A label of the axis, and where it stands; `isSpan` if it is for a stretch around that. */
export interface Tick {
  x: number;
  label: string;
  isSpan: boolean;
}

/** The labels of the axis: times, or, among steps, what time passes between them. */
export function ticks({ columns }: Timeline, xs: readonly number[], scale: Scale): Tick[] {
  if (scale.axis === "steps") {
    return columns.flatMap((column, index) => {
      if (isStep(column) || columnWidth(scale) < ROOM) return [];
      const label = `+ ${seconds(column.to - column.from)}`;
      return [{ x: (xs[index]! + xs[index + 1]!) / 2, label, isSpan: true }];
    });
  }
  const step = niceStep(scale.ms / 5);
  const count = Math.floor(Math.max(1, scale.ms) / step) + 1;
  return Array.from({ length: count }, (_, tick) => {
    const ms = tick * step;
    return { x: timeAt(ms, scale), label: seconds(ms), isSpan: false };
  });
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}

/** A time as an axis has it: `2 s`, `20 ms`. */
export function seconds(ms: number): string {
  if (ms > 0 && ms < 1000) return `${ms} ms`;
  return `${ms / 1000} s`;
}
