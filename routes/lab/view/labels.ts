import { type Grid, placeOf } from "./arrows.ts";
import type { Axis } from "./axis.ts";
import { MAX_NAMED_LANES } from "./heights.ts";
import { cut, oneLine, printedText } from "./text.ts";
import { textWidth } from "./text-width.ts";
import type { Lane, Mark, State, Timeline } from "./timeline.ts";
import { cancelClause, waitClause } from "./waits.ts";

/** A text in a lane. */
export interface Label {
  lane: number;
  x: number;
  /** Whether it begins after `x`, ends before it, or has it in its middle, in the block of its step. */
  anchor: "start" | "end" | "middle";
  text: string;
  kind: "value" | "failure" | "note";
}

/** A value for which there is no room. */
export interface Dropped {
  lane: number;
  x: number;
  text: string;
}

/** A text that is to be in a lane, if there is room. */
interface Wish {
  x: number;
  text: string;
  kind: Label["kind"];
  /** Where the block begins of the step that printed it, up to `x`. */
  block?: number;
  /** Up to where it may reach, if that is not the next one. */
  end?: number;
  /** Where it may end instead, if there is no room after `x`. */
  before?: number;
}

/** From where to where something is drawn. */
type Stretch = readonly [from: number, to: number];

/** Between a mark and its text. */
export const SPACE = 6;

/** What is left of a line between a text that covers it and the next mark. */
const REST = 6;

/** A failure that was cut to fewer characters than this says nothing. */
const MIN_LENGTH = 8;

/** How wide a text is at most, in pixels: values are 13 px high, the others 12 px. */
export function widthOf({ text, kind }: Pick<Label, "text" | "kind">): number {
  return textWidth(text, kind === "value" ? 13 : 12, kind === "note" ? "normal" : "bold");
}

/**
 * The texts in the lanes, as far as there is room: the values that coroutines emitted, each after the
 * step that did, what they failed with, who cancelled them, and what they waited for.
 *
 * @param timeline The run.
 * @param axis What is across.
 * @param grid Where the lanes are.
 * @returns The texts, and the values for which there is no room.
 */
export function labels(
  timeline: Timeline,
  axis: Axis,
  grid: Grid,
): { labels: Label[]; dropped: Dropped[] } {
  const labels: Label[] = [];
  const dropped: Dropped[] = [];
  const all = Map.groupBy(timeline.marks, ({ lane }) => lane);
  for (const [index, lane] of timeline.lanes.entries()) {
    const marks = all.get(index) ?? [];
    const taken = stretches(lane, marks, grid);
    const placed: Label[] = [];
    for (const wish of values(lane, axis, grid)) {
      const label = valueLabel(wish, index, axis, placed.at(-1), taken, grid);
      if (label !== undefined) placed.push(label);
      else dropped.push({ lane: index, x: wish.x, text: wish.text });
    }
    const end = endLabel(timeline, index, axis, placed.at(-1), taken, grid);
    if (end !== undefined) placed.push(end);
    // What is said and thrown comes first: waits are written where there is room left.
    labels.push(...placed, ...between(placed, waits(timeline, marks, grid), index));
  }
  return { labels, dropped };
}

/** What a lane has beside lines: a text never lies over it. */
function stretches({ cancel }: Lane, marks: readonly Mark[], grid: Grid): Stretch[] {
  const { xs, lane } = grid;
  const end = xs.at(-1)!;
  const taken = marks.flatMap(({ state, from, to }): Stretch[] => {
    const [start, stop] = [xs[from]!, to === undefined ? end : xs[to]!];
    if (ON_LINES.has(state)) return [];
    // Where it has no width, it is a step over time, or an end: a bar.
    return start < stop || !INVISIBLE.has(state) ? [[start, ENDS.has(state) ? start : stop]] : [];
  });
  if (cancel !== undefined) {
    const x = placeOf(cancel.boundary, grid);
    taken.push([x - lane * 0.2, x + lane * 0.2]);
  }
  return taken;
}

/** The states that are drawn as lines: a text may cover some of that. */
const ON_LINES: ReadonlySet<State> = new Set(["sleeping", "waiting"]);

/** The states of which there is nothing to be seen when they take no time. */
const INVISIBLE: ReadonlySet<State> = new Set(["created", "ready", "late", "blocking"]);

const ENDS: ReadonlySet<State> = new Set(["done", "cancelled", "failed"]);

/** Where the next mark begins after `x`, or at it, unless that is a bar. */
function nextAfter(x: number, taken: readonly Stretch[]): number {
  const ahead = taken.filter(([from, to]) => from > x + 0.5 || from > x - 0.5 && to > from)
    .map(([from]) => from);
  return Math.min(...ahead);
}

/**
 * Up to where a value after `x` may reach. Over time a step has no width: where its task blocks next,
 * the value stands at the beginning of that, and leaves most of it to be seen.
 */
function roomAfter(x: number, axis: Axis, taken: readonly Stretch[]): number {
  const next = nextAfter(x, taken);
  if (axis === "steps" || next > x + 0.5) return next - REST;
  const to = Math.max(...taken.filter(([from]) => Math.abs(from - x) <= 0.5).map(([, to]) => to));
  return x + (to - x) / 3;
}

/** What a coroutine emitted. What it emitted at one place is one text. */
function values({ emitted, state, end }: Lane, axis: Axis, { xs }: Grid): Wish[] {
  const wishes: Wish[] = [];
  for (const { value, boundary } of emitted) {
    const [from, to] = [xs[boundary]!, xs[boundary + 1]!];
    const after = axis === "time" ? from : to;
    const isAtSign = end !== undefined && xs[end] === after &&
      (state === "cancelled" || state === "failed");
    const x = after + (isAtSign ? END : 0);
    const text = printedText(value);
    const last = wishes.at(-1);
    if (last?.x === x) last.text += ` ${text}`;
    else wishes.push({ x, text, kind: "value", ...(axis === "steps" && { block: from }) });
  }
  return wishes;
}

/** A value after its step, or, where another mark follows, in its block; whole, or not at all. */
function valueLabel(
  { x, text, kind, block }: Wish,
  lane: number,
  axis: Axis,
  last: Label | undefined,
  taken: readonly Stretch[],
  { width }: Grid,
): Label | undefined {
  const needed = widthOf({ text, kind });
  const room = Math.min(roomAfter(x, axis, taken), width + 4) - x - SPACE;
  const isFree = last === undefined || extentOf(last)[1] <= x + SPACE;
  if (needed <= room && isFree) return { lane, x, anchor: "start", text, kind };
  if (block === undefined || needed + 4 > x - block) return undefined;
  return { lane, x: (block + x) / 2, anchor: "middle", text, kind };
}

/** Why a coroutine is to end, or what it failed with, after its end. */
function endLabel(
  { lanes }: Timeline,
  index: number,
  axis: Axis,
  last: Label | undefined,
  taken: readonly Stretch[],
  grid: Grid,
): Label | undefined {
  const lane = lanes[index]!;
  const text = endText(lane, lanes);
  if (text === undefined) return undefined;
  const { cancel, end, failure } = lane;
  const kind = failure === undefined ? "note" : "failure";
  const at = failure === undefined ? placeOf(cancel!.boundary, grid) : grid.xs[end!]!;
  const place = (end === undefined ? at : grid.xs[end]!) + END;
  const reached = last === undefined ? 0 : extentOf(last)[1];
  const x = Math.max(place, reached);
  const room = Math.min(nextAfter(x, taken) - REST, grid.width + 4) - x - SPACE;
  const fits = (room: number) => {
    let said = text;
    for (let most = text.length; widthOf({ text: said, kind }) > room; most--) {
      if (kind === "note" || most < MIN_LENGTH) return undefined;
      said = cut(text, most);
    }
    return said;
  };
  const after = fits(room);
  if (after === text) return { lane: index, x, anchor: "start", text, kind };
  // Step by step there are boxes before it.
  const start = Math.max(reached, ...taken.filter(([, to]) => to < at).map(([, to]) => to));
  const before = axis === "time" ? fits(at - 2 * SPACE - start) : undefined;
  const isLonger = (before?.length ?? 0) > (after?.length ?? 0);
  const said = isLonger ? before : after;
  if (said === undefined) return undefined;
  const where = isLonger ? { x: at, anchor: "end" as const } : { x, anchor: "start" as const };
  return { lane: index, ...where, text: said, kind };
}

/** Half of the sign of an end, or all of it. */
const END = 8;

function endText({ failure, cancel, state }: Lane, lanes: readonly Lane[]): string | undefined {
  if (failure !== undefined) return oneLine(failure);
  return cancel === undefined || state === "done" ? undefined : cancelClause(cancel, lanes);
}

/** How much room the texts take that stand at the end of a run: its values, and all of them. */
export function widthsOfEnds({ lanes, times, now }: Timeline): { values: number; all: number } {
  const widths = { values: 0, all: 0 };
  if (lanes.length > MAX_NAMED_LANES) return widths;
  for (const lane of lanes) {
    const { end, emitted } = lane;
    const text = end === undefined || times[end] === now ? endText(lane, lanes) : undefined;
    const printed = emitted.filter(({ boundary }) => times[boundary] === now)
      .map(({ value }) => printedText(value)).join(" ");
    const sign = text === undefined ? 0 : END;
    const value = printed === "" ? 0 : 2 * SPACE + sign + widthOf({ text: printed, kind: "value" });
    const said = text === undefined ? 0 : 2 * SPACE + END + widthOf({ text, kind: "failure" });
    widths.values = Math.max(widths.values, value);
    widths.all = Math.max(widths.all, value + said);
  }
  return widths;
}

/** What a coroutine waited for, and who held the thread when it was late. */
function waits(timeline: Timeline, marks: readonly Mark[], { xs }: Grid): Wish[] {
  const { lanes, columns } = timeline;
  return marks.flatMap((mark) => {
    const { state, wait, lane } = mark;
    const [x, end] = [xs[mark.from]!, xs[mark.to ?? xs.length - 1]!];
    const holder = columns[mark.from]?.task ?? null;
    if (state === "late" && holder !== null) {
      const text = `late: ${lanes[holder]!.name} has the thread`;
      // Most of the stripes stay to be seen.
      return [{ x, end: x + (end - x) * 2 / 3, text, kind: "note" as const }];
    }
    if (state !== "waiting" || wait === undefined || UNNAMED.has(wait.why)) return [];
    const holders = wait.of !== undefined && "heldBy" in wait.of ? wait.of.heldBy! : [];
    const text = `waits ${waitClause(timeline, lane, wait, holders)}`;
    return [{ x, end, text, kind: "note" as const }];
  });
}

/** Waits for what is plain to see: the lanes below. */
const UNNAMED: ReadonlySet<string> = new Set(["gather", "children", "wait"]);

/** From where to where a label reaches at most, its ground included. */
export function extentOf(label: Label): Stretch {
  const { x, anchor } = label;
  const width = widthOf(label);
  if (anchor === "end") return [x - SPACE - width, x - SPACE];
  return anchor === "start" ? [x + SPACE, x + SPACE + width] : [x - width / 2, x + width / 2];
}

/** Those texts for which there is room within their ends and between the others. */
function between(placed: readonly Label[], wishes: readonly Wish[], lane: number): Label[] {
  let [index, reached] = [0, 0];
  return wishes.flatMap(({ x: from, text, kind, end = Infinity }) => {
    for (; index < placed.length && extentOf(placed[index]!)[0] <= from + SPACE; index++) {
      reached = Math.max(reached, extentOf(placed[index]!)[1]);
    }
    const x = Math.max(from, reached);
    const next = placed[index];
    const start = next === undefined ? Infinity : extentOf(next)[0];
    const room = Math.min(end - REST, start) - x - SPACE;
    // Without its holders it still says what for.
    const fitting = [text, text.split(/, (?:held by|which)/)[0]!].find((text) =>
      widthOf({ text, kind }) <= room
    );
    return fitting === undefined ? [] : [{ lane, x, anchor: "start", text: fitting, kind }];
  });
}
