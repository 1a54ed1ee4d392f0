import type { Timeline } from "./timeline.ts";
import { circleOf, waitedFor } from "./waits.ts";

// Lines from lane to lane: who woke whom, who asked whom to end, who waits for whom.

/** Where the lanes of a picture are. */
export interface Grid {
  /** The place of each boundary. */
  xs: readonly number[];
  /** The top of the first lane, and the height of each. */
  top: number;
  lane: number;
  /** The width of the picture. */
  width: number;
}

/** An arrow from each task that made another one ready, at the end of its step. */
export function wakes({ wakes }: Timeline, grid: Grid): string {
  return wakes.map(({ by, task, boundary }) => arrow(grid.xs[boundary]!, by, task, grid)).join("");
}

/** An arrow from each task that asked another one to end, in the step in which it did. */
export function cancels({ cancels }: Timeline, grid: Grid): string {
  return cancels.map(({ by, lane, boundary }) =>
    typeof by !== "number" || by === lane ? "" : arrow(placeOf(boundary, grid), by, lane, grid)
  ).join("");
}

/** The place of a boundary, or of the middle between two. */
export function placeOf(boundary: number, { xs }: Grid): number {
  return (xs[Math.floor(boundary)]! + xs[Math.ceil(boundary)]!) / 2;
}

function arrow(x: number, from: number, to: number, grid: Grid): string {
  const { lane } = grid;
  const down = to > from ? 1 : -1;
  return `M${round(x)} ${round(middle(from, grid))}V${round(middle(to, grid) - down * lane * 0.3)}${
    head(down)
  }`;
}

function head(down: number): string {
  return `m-3 ${-4 * down}l3 ${4 * down}l3 ${-4 * down}`;
}

function middle(lane: number, { top, lane: height }: Grid): number {
  return top + (lane + 0.5) * height;
}

/** How far the lines of lanes that wait for one another are apart, if there is room. */
const APART = 9;

/** Waits that a line shows: for what one other lane holds, or is. */
export const HELD: ReadonlySet<string> = new Set(["lock", "semaphore", "join"]);

/**
 * After the end of the run so far, a line from the lanes that wait to those that hold what they wait for,
 * with its arrows at the holders; none for groups, for which all members are waited for.
 */
export function holders(timeline: Timeline, grid: Grid): string {
  const waiters = waitersOf(timeline);
  const start = grid.xs.at(-1)!;
  const apart = Math.min(APART, (grid.width - start - 4) / (waiters.length + 1));
  return waiters.map(({ from, to }, index) => {
    const x = start + 4 + apart * (index + 1);
    return bracket({ start: start + 2, x, from, to }, grid);
  }).join("");
}

/** Whether there is a line from one who waits to one who is waited for. */
export function isWaitedFor(timeline: Timeline): boolean {
  return waitersOf(timeline).length > 0;
}

/** Lanes that wait for the same lanes, and those lanes. */
function waitersOf(timeline: Timeline): { from: number[]; to: number[] }[] {
  const { lanes, verdict } = timeline;
  const isCircle = new Set(verdict === undefined ? [] : circleOf(timeline));
  /** The waiting lanes, by the lanes they wait for. */
  const waiters = new Map<string, { from: number[]; to: number[] }>();
  for (const lane of lanes.keys()) {
    const { why, state } = lanes[lane]!;
    if (state !== "waiting" || !HELD.has(why!) && !isCircle.has(lane)) continue;
    const to = waitedFor(timeline, lane).filter((other) =>
      other !== lane && (HELD.has(why!) || isCircle.has(other))
    );
    if (to.length === 0) continue;
    const key = String(to);
    const before = waiters.get(key);
    if (before === undefined) waiters.set(key, { from: [lane], to });
    else before.from.push(lane);
  }
  return [...waiters.values()];
}

/** A line at `x` along all those lanes, from which one leads to each of `from` and `to`. */
function bracket(
  { start, x, from, to }: { start: number; x: number; from: number[]; to: number[] },
  grid: Grid,
): string {
  // Lines leave a waiting lane above its middle, so that a lane may do both.
  const shift = Math.min(5, grid.lane * 0.2);
  const leave = from.map((lane) => middle(lane, grid) - shift);
  const arrive = to.map((lane) => middle(lane, grid) + shift);
  const ends = [...leave, ...arrive];
  const [first, last] = [
    ends.reduce((a, b) => Math.min(a, b)),
    ends.reduce((a, b) => Math.max(a, b)),
  ];
  const [near, far] = [round(start), round(x)];
  return `M${far} ${round(first)}V${round(last)}` +
    leave.map((y) => `M${near} ${round(y)}H${far}`).join("") +
    arrive.map((y) => `M${far} ${round(y)}H${near}m4 -3l-4 3l4 3`).join("");
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
