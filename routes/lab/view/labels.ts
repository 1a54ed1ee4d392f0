import { type Grid, placeOf } from "./arrows.ts";
import type { Axis } from "./axis.ts";
import { MAX_NAMED_LANES } from "./heights.ts";
import { cut, oneLine, valueText } from "./text.ts";
import type { Lane, Mark, Timeline } from "./timeline.ts";
import { cancelClause, waitClause } from "./waits.ts";

/** A text in a lane. */
export interface Label {
  lane: number;
  x: number;
  /** Whether it ends at `x`, because there is no room to the right of that. */
  isBefore: boolean;
  text: string;
  kind: "value" | "failure" | "note";
}

/** A text that is to be in a lane, if there is room. */
interface Wish {
  x: number;
  text: string;
  kind: Label["kind"];
  /** Up to where it may reach, if that is not the next one. */
  end?: number;
  /** Where it may end instead, if there is no room after `x`. */
  before?: number;
}

/** The widths of a character, at most: values are 13 px high and bold, notes 12 px. */
const CHARACTER = { value: 9, failure: 7.5, note: 7 };

/** Between a mark and its text. */
const SPACE = 6;

/** A text that was cut to fewer characters than this says nothing. */
const MIN_LENGTH = { value: 5, failure: 8, note: 8 };

/**
 * The texts in the lanes, as far as there is room: the values that coroutines emitted, each after the
 * step that did, what they failed with, who cancelled them, and what they waited for.
 *
 * @param timeline The run.
 * @param axis What is across.
 * @param grid Where the lanes are.
 * @returns The texts, and the places of values for which there is no room.
 */
export function labels(
  timeline: Timeline,
  axis: Axis,
  grid: Grid,
): { labels: Label[]; dropped: { lane: number; x: number }[] } {
  const labels: Label[] = [];
  const dropped: { lane: number; x: number }[] = [];
  const marks = Map.groupBy(timeline.marks, ({ lane }) => lane);
  for (const [index, lane] of timeline.lanes.entries()) {
    const said = [...values(lane, axis, grid), ...ends(timeline, lane, axis, grid)];
    const placed: Label[] = [];
    for (const [place, wish] of said.entries()) {
      const label = labelOf(wish, index, placed.at(-1), said[place + 1]?.x, grid);
      if (label !== undefined) placed.push(label);
      else if (wish.kind === "value") dropped.push({ lane: index, x: wish.x });
    }
    // What is said and thrown comes first: waits are written where there is room left.
    const notes = waits(timeline, marks.get(index) ?? [], grid);
    labels.push(...placed, ...between(placed, notes, index));
  }
  return { labels, dropped };
}

/** What a coroutine emitted. What it emitted at one place is one text. */
function values({ emitted }: Lane, axis: Axis, { xs }: Grid): Wish[] {
  const wishes: Wish[] = [];
  for (const { value, boundary } of emitted) {
    const x = xs[axis === "time" ? boundary : boundary + 1]!;
    const text = valueText(value);
    const last = wishes.at(-1);
    if (last?.x === x) last.text += ` ${text}`;
    else wishes.push({ x, text, kind: "value" });
  }
  return wishes;
}

/** Why a coroutine is to end, or what it failed with. */
function ends({ lanes }: Timeline, lane: Lane, axis: Axis, grid: Grid): Wish[] {
  const text = endText(lane, lanes);
  if (text === undefined) return [];
  const { cancel, end, failure } = lane;
  const kind = failure === undefined ? "note" : "failure";
  const at = failure === undefined ? placeOf(cancel!.boundary, grid) : grid.xs[end!]!;
  const x = (end === undefined ? at : grid.xs[end]!) + END;
  // Step by step there are boxes before it.
  return [axis === "time" ? { x, text, kind, before: at } : { x, text, kind }];
}

/** Half of the sign of an end, or all of it. */
const END = 8;

function endText({ failure, cancel, state }: Lane, lanes: readonly Lane[]): string | undefined {
  if (failure !== undefined) return oneLine(failure);
  return cancel === undefined || state === "done" ? undefined : cancelClause(cancel, lanes);
}

/** How much room the texts take that stand at the end of a run. */
export function widthOfEnds({ lanes, times, now }: Timeline): number {
  if (lanes.length > MAX_NAMED_LANES) return 0;
  return lanes.reduce((most, lane) => {
    const { end, emitted } = lane;
    const text = end === undefined || times[end] === now ? endText(lane, lanes) : undefined;
    const last = emitted.at(-1);
    const value = last !== undefined && times[last.boundary] === now ? valueText(last.value) : "";
    return Math.max(
      most,
      text === undefined ? 0 : 2 * SPACE + END + CHARACTER.failure * text.length,
      value === "" ? 0 : 2 * SPACE + CHARACTER.value * value.length,
    );
  }, 0);
}

/** What a coroutine waited for, and who held the thread when it was late. */
function waits(timeline: Timeline, marks: readonly Mark[], { xs }: Grid): Wish[] {
  const { lanes, columns } = timeline;
  return marks.flatMap((mark) => {
    const { state, wait, lane } = mark;
    const [x, end] = [xs[mark.from]!, xs[mark.to ?? xs.length - 1]!];
    const holder = columns[mark.from]?.task ?? null;
    if (state === "late" && holder !== null) {
      return [{
        x,
        end,
        text: `late: ${lanes[holder]!.name} has the thread`,
        kind: "note" as const,
      }];
    }
    if (state !== "waiting" || wait === undefined || UNNAMED.has(wait.why)) return [];
    const holders = wait.of !== undefined && "heldBy" in wait.of ? wait.of.heldBy! : [];
    return [{ x, end, text: waitClause(timeline, lane, wait, holders), kind: "note" as const }];
  });
}

/** Waits for what is plain to see: the lanes below. */
const UNNAMED: ReadonlySet<string> = new Set(["gather", "children", "wait"]);

/**
 * A text in its place, cut if need be, or nothing if there is no room.
 *
 * @param wish The text.
 * @param lane Its lane.
 * @param last The text before it in that lane.
 * @param next Where the one after it is.
 * @param grid Where the lanes are.
 */
function labelOf(
  { x, text, kind, before = x }: Wish,
  lane: number,
  last: Label | undefined,
  next: number | undefined,
  { width }: Grid,
): Label | undefined {
  const start = last === undefined ? 0 : reach(last);
  const room = ((next ?? Infinity) - x - SPACE - 4) / CHARACTER[kind];
  // The widths are generous: most texts are narrower.
  const toTheEdge = (width - x) / (CHARACTER[kind] * 0.85);
  if (x < start) return undefined;
  if (text.length <= room && text.length <= toTheEdge) {
    return { lane, x, isBefore: false, text, kind };
  }
  const left = (before - SPACE - start) / CHARACTER[kind];
  if (before !== x && left > toTheEdge && left >= Math.min(text.length, MIN_LENGTH[kind])) {
    return { lane, x: before, isBefore: true, text: cut(text, Math.floor(left)), kind };
  }
  const most = Math.floor(Math.min(room, toTheEdge));
  return most < MIN_LENGTH[kind]
    ? undefined
    : { lane, x, isBefore: false, text: cut(text, most), kind };
}

/** Up to where a text reaches. */
function reach({ x, isBefore, text, kind }: Label): number {
  return isBefore ? x : x + SPACE + CHARACTER[kind] * text.length;
}

/** Those texts for which there is room within their ends and between the others. */
function between(placed: readonly Label[], wishes: readonly Wish[], lane: number): Label[] {
  let [index, reached] = [0, 0];
  return wishes.flatMap(({ x: from, text, kind, end = Infinity }) => {
    for (; index < placed.length && startOf(placed[index]!) <= from; index++) {
      reached = Math.max(reached, reach(placed[index]!));
    }
    const x = Math.max(from, reached);
    const next = placed[index];
    const start = next === undefined ? Infinity : startOf(next);
    const room = (Math.min(end, start) - x - SPACE - 2) / CHARACTER[kind];
    // Without its holders, or its name, it still says what for.
    const shorter = [text, text.split(/, (?:held by|which)/)[0]!, text.split(/ (?:at|in|of) /)[0]!];
    const fitting = shorter.find(({ length }) => length <= room);
    return fitting === undefined ? [] : [{ lane, x, isBefore: false, text: fitting, kind }];
  });
}

function startOf({ x, isBefore, text, kind }: Label): number {
  return isBefore ? x - SPACE - CHARACTER[kind] * text.length : x;
}
