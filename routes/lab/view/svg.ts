import { cancels, type Grid, holders as waitLines, placeOf, wakes } from "./arrows.ts";
import {
  type Axis,
  columnWidth,
  isStep,
  type Scale,
  stepTicks,
  type Tick,
  timeTicks,
  xOfTime,
} from "./axis.ts";
import { AXIS, AXIS_REPEATED_FROM, BAR, laneSize, STRIP, topOf } from "./heights.ts";
import { type Label, labels, SPACE, widthOf } from "./labels.ts";
import { type Markup, markup } from "./markup.ts";
import type { LINES } from "./states.ts";
import { cut, shortName, stepsText } from "./text.ts";
import { textWidth } from "./text-width.ts";
import type { State, Timeline } from "./timeline.ts";

/** What is drawn: a run on one of its axes. */
export interface Picture {
  axis: Axis;
  timeline: Timeline;
  scale: Scale;
  /** The start of the ids of its parts. */
  id: string;
  /** How much of the last column has passed, from 0 to 1: see {@linkcode Timeline.advance}. */
  part?: number;
}

/** The strips of a picture. Over time, the thread may be held while the processor is idle. */
const STRIPS: Record<Axis, readonly string[]> = { time: ["thread", "CPU"], steps: ["thread"] };

/** The lowest lane with room for a value, or a number, in it. */
const READABLE = 14;

/** Where the lanes of a picture begin, from its top. */
export function lanesTop(axis: Axis): number {
  return topOf(STRIPS[axis].length);
}

/** The names of the strips of a picture, from its top. */
export function stripsOf(axis: Axis): readonly string[] {
  return STRIPS[axis];
}

/**
 * A run as SVG: an axis, its strips, and a lane for each coroutine. It fills the width it is given.
 *
 * @param picture What is drawn.
 * @param title What the picture shows.
 * @param description What there is to see in it, in a sentence.
 * @param marks Its marks and values, or nothing if they are to be drawn later.
 */
export function toSvg(
  picture: Picture,
  title: string,
  description: string,
  marks: Markup | undefined = drawMarks(picture),
): Markup {
  const { axis, timeline, scale, id } = picture;
  const { room, verdict } = timeline;
  const foot = verdict === undefined ? 0 : BAR;
  const bottom = lanesTop(axis) + room * laneSize(room).height + 2 + foot;
  const isLong = room > AXIS_REPEATED_FROM;
  const ticks = axis === "time" ? timeTicks(scale) : stepTicks(timeline, scale);
  const labels = ticks.map((tick) => [
    label(tick, scale, 12),
    isLong ? label(tick, scale, bottom + 12) : undefined,
    tick.isSpan
      ? undefined
      : rect("tick", percent(tick.x, scale), AXIS - 6, "1", bottom - AXIS + 6),
  ]);
  const height = rem(bottom + (isLong ? BAR : 0));
  return markup`<svg class="run ${axis}" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="${height}"
    ><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc
    ><defs>${patterns(id)}</defs>${labels}${
    laneNumbers(timeline, axis)
  }<g class="ghost"></g><g class="past">${marks}</g><rect class="gap" fill="url(#${id}-gap)" y="${
    rem(AXIS)
  }" width="0" height="${rem(bottom - AXIS)}"/>${
    rect("cursor", "100%", AXIS - 4, "2", bottom - AXIS + 4)
  }</svg>`;
}

/** What of a picture changes as the run goes on: its marks and its values. */
export function drawMarks(picture: Picture): Markup {
  const { axis, timeline, scale } = picture;
  const { room } = timeline;
  const bottom = lanesTop(axis) + room * laneSize(room).height;
  const xs = boundaries(picture);
  const grid = { xs, top: lanesTop(axis), lane: laneSize(room).height, width: scale.width };
  const frames = STRIPS[axis].map((_, strip) =>
    rect("strip", "0", AXIS + strip * STRIP, percent(xs.at(-1)!, scale), BAR)
  );
  return markup`${frames}<svg width="100%" height="${rem(bottom)}" viewBox="0 0 ${scale.width} ${
    round(bottom)
  }" preserveAspectRatio="none">${paths(picture, grid)}</svg>${texts(picture, grid)}${
    axis === "steps" ? holders(picture, xs) : undefined
  }${ending(picture, grid)}`;
}

/** Where each boundary between columns is. */
export function boundaries({ axis, timeline, scale, part = 1 }: Picture): number[] {
  if (axis === "time") return timeline.times.map((ms) => xOfTime(ms, scale));
  const { length } = timeline.columns;
  const width = columnWidth(scale);
  return Array.from(
    { length: length + 1 },
    (_, boundary) => width * (boundary === length && length > 0 ? length - 1 + part : boundary),
  );
}

/** Of each kind of mark one path, which keeps thousands of them light. */
function paths({ axis, timeline, scale, id }: Picture, grid: Grid): Markup[] {
  const shapes = new Map<string, string>();
  const add = (shape: string, path: string) => shapes.set(shape, (shapes.get(shape) ?? "") + path);
  const { xs, lane } = grid;
  const end = xs.at(-1)!;
  for (const mark of timeline.marks) {
    const { state, until } = mark;
    const [from, to] = [xs[mark.from]!, mark.to === undefined ? end : xs[mark.to]!];
    const top = lanesTop(axis) + mark.lane * lane;
    if (axis === "time" && state === "running") {
      // An instant has no width, however much happens in it.
      add("step", bar(from, top + lane * 0.04, lane * 0.92));
      for (const strip of [0, 1]) add("step", bar(from, AXIS + strip * STRIP, BAR));
    } else if (from < to || ENDS.has(state)) {
      add(state, SHAPES[state](from, to, top, lane));
      if (state === "running" || state === "blocking") add(state, box(from, to, AXIS, BAR));
    }
    if (axis === "time" && until !== undefined && mark.to === undefined && state !== "late") {
      // The log has announced when it is due.
      const due = xOfTime(until, scale);
      add("promised", SHAPES[state](end, due, top, lane));
      add("deadline", bar(due, top + lane * 0.2, lane * 0.6));
    }
  }
  for (const [index, { cancel, end: last }] of timeline.lanes.entries()) {
    if (cancel === undefined) continue;
    const top = grid.top + index * lane;
    const x = placeOf(cancel.boundary, grid);
    const to = last === undefined ? end : xs[last]!;
    // One that ends at once has the sign of its end.
    if (last !== undefined && to === x) continue;
    add("cancel", square(x, top + lane / 2, lane * 0.2));
    // What it does from then on is its cleanup: a line above it, up to its end.
    if (to > x) add("cleanup", line(x, to, top + lane * 0.05));
  }
  if (lane >= 8) {
    if (axis === "steps") add("wake", wakes(timeline, grid));
    add("asks", cancels(timeline, grid));
    add("holder", waitLines(timeline, grid));
  }
  if (axis === "steps") {
    for (const boundary of turns(timeline)) add("turn", bar(xs[boundary]!, AXIS, BAR));
  }
  if (timeline.verdict !== undefined) {
    add("verdict", bar(end, AXIS, grid.top - AXIS + timeline.room * lane));
  }
  return [...shapes].filter(([, path]) => path !== "").map(([shape, path]) =>
    markup`<path class="${shape}"${fillOf(shape, id)} d="${path}"/>`
  );
}

/** The boundaries in the strip of the thread at which one turn follows another. */
function turns({ columns }: Timeline): number[] {
  return [...columns.keys()].slice(1).filter((index) => {
    const [last, next] = [columns[index - 1]!, columns[index]!];
    if (last.task === null || next.task === null) return false;
    return last.task !== next.task || isStep(last) && isStep(next);
  });
}

type Shape = (from: number, to: number, top: number, lane: number) => string;

/** By height and pattern, never by colour alone. */
const SHAPES: Record<State, Shape> = {
  created: (from, to, top, lane) => box(from, to, top + lane * 0.35, lane * 0.3),
  ready: (from, to, top, lane) => box(from, to, top + lane * 0.2, lane * 0.6),
  running: (from, to, top, lane) => box(from, to, top + lane * 0.04, lane * 0.92),
  blocking: (from, to, top, lane) => box(from, to, top + lane * 0.04, lane * 0.92),
  sleeping: (from, to, top, lane) => line(from, to, top + lane / 2),
  late: (from, to, top, lane) => box(from, to, top + lane * 0.2, lane * 0.6),
  waiting: (from, to, top, lane) => line(from, to, top + lane / 2),
  done: (from, _to, top, lane) => bar(from, top + lane * 0.1, lane * 0.8),
  cancelled: (from, _to, top, lane) => tile(from, top + lane * 0.25, lane * 0.5),
  failed: (from, _to, top, lane) => cross(from, top + lane / 2, lane * 0.35),
};

/** The states that are drawn where they begin. */
const ENDS: ReadonlySet<State> = new Set(["done", "cancelled", "failed"]);

const PATTERNS = new Map([
  ["ready", "M-1 5L5 -1M3 9L9 3"],
  ["late", "M2 0V8M6 0V8"],
  ["blocking", "M0 0L8 8M8 0L0 8"],
  ["gap", "M-1 3L3 -1M-1 11L11 -1M5 11L11 5"],
]);

function patterns(id: string): Markup[] {
  return [...PATTERNS].map(([shape, path]) =>
    markup`<pattern id="${id}-${shape}" class="${shape}" width="8" height="8" patternUnits="userSpaceOnUse"
      ><rect width="8" height="8"/><path d="${path}"/></pattern>`
  );
}

function fillOf(shape: string, id: string): Markup | undefined {
  return PATTERNS.has(shape) ? markup` fill="url(#${id}-${shape})"` : undefined;
}

/** A state as it is drawn, for the key. Its patterns are those of the picture of that id. */
export function drawState(state: State, id: string): Markup {
  const path = SHAPES[state](ENDS.has(state) ? 14 : 1, 27, 0, 18);
  return markup`<svg class="run" width="28" height="18" aria-hidden="true"><path class="${state}"${
    fillOf(state, id)
  } d="${path}"/></svg>`;
}

/** A line of {@linkcode LINES} as it is drawn, for the key. */
export function drawLine(kind: keyof typeof LINES): Markup {
  const paths: Record<keyof typeof LINES, string> = {
    wake: "M14 1V16m-3 -4l3 4l3 -4",
    cancel: square(14, 9, 5),
    cleanup: line(1, 27, 9),
    holder: "M4 4H14V14H4m4 -3l-4 3l4 3",
    verdict: bar(14, 1, 16),
  };
  return markup`<svg class="run" width="28" height="18" aria-hidden="true"><path class="${kind}" d="${
    paths[kind]
  }"/></svg>`;
}

function box(from: number, to: number, top: number, height: number): string {
  return `M${round(from)} ${round(top)}H${round(to)}v${round(height)}H${round(from)}z`;
}

function line(from: number, to: number, y: number): string {
  return `M${round(from)} ${round(y)}H${round(to)}`;
}

function bar(x: number, top: number, height: number): string {
  return `M${round(x)} ${round(top)}v${round(height)}`;
}

/** A square that begins at `x`. */
function tile(x: number, top: number, side: number): string {
  return `${bar(x, top, side)}h${round(side)}v-${round(side)}z`;
}

/** A square around a point. */
function square(x: number, y: number, arm: number): string {
  return box(x - arm, x + arm, y - arm, 2 * arm);
}

function cross(x: number, y: number, arm: number): string {
  const [side, arms] = [round(arm), round(2 * arm)];
  return `M${round(x)} ${round(y - arm)}l${side} ${arms}m0 -${arms}l-${side} ${arms}`;
}

/** The texts in the lanes, as far as there is room, and a point for each value that has none. */
function texts({ axis, timeline, scale }: Picture, grid: Grid): Markup[] {
  const { lane: height, top } = grid;
  if (height < READABLE) return [];
  const { labels: placed, dropped } = labels(timeline, axis, grid);
  const points = dropped.map(({ lane, x, text }) =>
    markup`<circle class="value" cx="${percent(x, scale)}" cy="${
      rem(top + (lane + 0.85) * height)
    }" r="3"><title>${text}</title></circle>`
  );
  // The grounds come first: none covers a text beside it.
  return [
    ...placed.filter(({ anchor }) => anchor !== "middle")
      .map((label) => ground(label, scale, top + label.lane * height, height)),
    ...points,
    ...placed.map(({ lane, x, anchor, text, kind }) =>
      markup`<text class="${kind}${anchor === "middle" ? " inside" : ""}" x="${
        percent(x, scale)
      }" ${SIDES[anchor]} y="${rem(top + (lane + 0.5) * height)}" dy="0.35em">${text}</text>`
    ),
  ];
}

/** How a text stands to its place. */
const SIDES: Record<Label["anchor"], Markup> = {
  start: markup`dx="${SPACE}"`,
  end: markup`dx="-${SPACE}" text-anchor="end"`,
  middle: markup`text-anchor="middle"`,
};

/** What covers the line behind a text. */
function ground(label: Label, scale: Scale, top: number, height: number): Markup {
  const { x, anchor } = label;
  const width = widthOf(label);
  const shift = anchor === "end" ? -SPACE - width : SPACE / 2;
  return markup`<rect class="ground" x="${percent(x, scale)}" y="${
    rem(top + height * 0.15)
  }" width="${rem(width + SPACE / 2)}" height="${rem(height * 0.7)}" transform="translate(${
    round(shift)
  })"/>`;
}

/** Why there is no more, below the end of a run that the loop has ended. */
function ending({ timeline, scale }: Picture, { xs, top, lane }: Grid): Markup | undefined {
  const { verdict, summary, room } = timeline;
  if (verdict === undefined) return undefined;
  const text = verdict.source === "deadlock"
    ? "nobody can go on"
    : `stopped by the loop after ${stepsText(summary.steps)}`;
  const x = xs.at(-1)!;
  const isBefore = x > scale.width / 2;
  return markup`<text class="verdict" x="${percent(x, scale)}" text-anchor="${
    isBefore ? "end" : "start"
  }" y="${rem(top + room * lane + 13)}">${text}</text>`;
}

/** In the strip of the thread, step by step: who has it. */
function holders({ timeline, scale }: Picture, xs: readonly number[]): Markup[] {
  const width = columnWidth(scale);
  return timeline.columns.flatMap((column, index) => {
    const whole = column.task === null ? "" : shortName(timeline.lanes[column.task]!);
    // Most fonts are narrower. Three letters are the start of a name, fewer are none.
    const name = [whole, ...[6, 5, 4].map((most) => cut(whole, most))]
      .find((name) => 0.88 * textWidth(name, 12, "bold") + 2 <= width);
    if (!isStep(column) || name === undefined) return [];
    return [
      markup`<text class="holder" text-anchor="middle" x="${
        percent(xs[index]! + width / 2, scale)
      }" y="${rem(AXIS + 12)}">${name}</text>`,
    ];
  });
}

/** Where there is no room for names, some of the numbers beside the lanes. */
function laneNumbers({ room }: Timeline, axis: Axis): Markup[] {
  const { height } = laneSize(room);
  if (height >= READABLE) return [];
  const every = [10, 20, 50, 100].find((step) => step * height >= 16) ?? 100;
  const count = Math.floor((room - 2) / every) + 1;
  return Array.from({ length: count }, (_, label) => {
    const y = rem(lanesTop(axis) + (1 + label * every + 0.5) * height);
    return markup`<text class="tick" x="0" dx="-8" y="${y}" dy="0.35em" text-anchor="end">${
      label * every
    }</text>`;
  });
}

function label({ x, label, isSpan }: Tick, scale: Scale, y: number): Markup {
  const place = isSpan ? markup`text-anchor="middle"` : markup`dx="${x === 0 ? 0 : 4}"`;
  return markup`<text class="tick" x="${percent(x, scale)}" ${place} y="${rem(y)}">${label}</text>`;
}

function rect(name: string, x: string, y: number, width: string, height: number): Markup {
  const [top, tall] = [y, height].map(rem);
  return markup`<rect class="${name}" x="${x}" y="${top}" width="${width}" height="${tall}"/>`;
}

/** A place across the picture, whatever its width turns out to be. */
function percent(x: number, { width }: Scale): string {
  return `${round(100 * x / width)}%`;
}

/** A height that grows with the reader's font size. */
function rem(height: number): string {
  return `${Math.round(height / 16 * 10_000) / 10_000}rem`;
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
