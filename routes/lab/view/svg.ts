import { boundaries, isStep, type Scale, ticks, timeAt } from "./axis.ts";
import { AXIS, AXIS_REPEATED_FROM, BAR, laneSize, STRIP, TOP } from "./heights.ts";
import { type Markup, markup } from "./markup.ts";
import { STATES } from "./states.ts";
import type { Lane, Mark, State, Timeline } from "./timeline.ts";

/**
 * A run as SVG: an axis, a strip for the thread and one for the processor, and a lane for each
 * coroutine. It fills the width it is given.
 *
 * @param timeline The run.
 * @param scale What it shares with the one beside it.
 * @param id What its parts are called.
 * @param title What it shows.
 * @param description What there is to see, in a sentence.
 */
export function toSvg(
  timeline: Timeline,
  scale: Scale,
  id: string,
  title: string,
  description: string,
): Markup {
  const xs = boundaries(timeline, scale);
  const { height: lane } = laneSize(timeline.room);
  const bottom = round(TOP + timeline.room * lane + 2);
  const height = bottom + (timeline.room > AXIS_REPEATED_FROM ? BAR : 0);
  const percent = (x: number) => `${round(100 * x / scale.width)}%`;
  const labels = ticks(timeline, xs, scale).flatMap(({ x, label, isSpan }) => {
    const place = isSpan ? markup`text-anchor="middle"` : markup`dx="${x === 0 ? 0 : 4}"`;
    return [...timeline.room > AXIS_REPEATED_FROM ? [12, bottom + 12] : [12]].map((y) =>
      markup`<text class="tick" x="${percent(x)}" ${place} y="${y}">${label}</text>`
    ).concat(
      isSpan ? [] : rect("tick", percent(x), AXIS - 6, "1", bottom - AXIS + 6),
    );
  });
  const frames = [AXIS, AXIS + STRIP].map((y) =>
    rect("strip", "0", y, percent(xs.at(-1) ?? 0), BAR)
  );
  const marks = paths(timeline, xs, scale, lane, id);
  return markup`<svg class="run" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="${height}"
    ><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc
    ><defs>${patterns(id)}</defs>${labels}${frames}${laneNumbers(timeline, lane)}
    <svg width="100%" height="${bottom}" viewBox="0 0 ${scale.width} ${bottom}" preserveAspectRatio="none">${marks}</svg>
    ${numbers(timeline, xs, lane, percent)}
    <rect class="gap" fill="url(#${id}-gap)" y="${AXIS}" width="0" height="${bottom - AXIS}"/>
    ${rect("veil", "100%", AXIS - 2, "0", bottom - AXIS + 2)}
    ${rect("cursor", "100%", AXIS - 4, "2", bottom - AXIS + 4)}</svg>`;
}

function rect(name: string, x: string, y: number, width: string, height: number): Markup {
  return markup`<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${
    round(height)
  }"/>`;
}

/** Of each kind of mark one path, which keeps thousands of them light. */
function paths(timeline: Timeline, xs: number[], scale: Scale, lane: number, id: string): Markup[] {
  const shapes = new Map<string, string>();
  const add = (shape: string, path: string) => shapes.set(shape, (shapes.get(shape) ?? "") + path);
  const end = xs.at(-1)!;
  for (const mark of timeline.marks) {
    const [from, to] = [xs[mark.from]!, mark.to === undefined ? end : xs[mark.to]!];
    const top = TOP + mark.lane * lane;
    add(mark.state, SHAPES[mark.state](from, to, top, lane));
    if (mark.state === "running") add("running", box(from, to, AXIS + STRIP, BAR));
    if (mark.state === "running" || mark.state === "blocking") {
      add(mark.state, box(from, to, AXIS, BAR));
    }
    if (isPending(mark) && scale.axis === "time") {
      // What the log has announced, and not yet told.
      const due = timeAt(mark.until, scale);
      add("promised", SHAPES[mark.state](end, due, top, lane));
      add("deadline", bar(due, top + lane * 0.2, lane * 0.6));
    }
  }
  if (scale.axis === "steps" && lane >= 8) add("switch", handOvers(timeline, xs, lane));
  return [...shapes].map(([shape, path]) => {
    return markup`<path class="${shape}"${fillOf(shape, id)} d="${path}"/>`;
  });
}

function isPending(mark: Mark): mark is Mark & { until: number } {
  return mark.until !== undefined && mark.to === undefined;
}

type Shape = (from: number, to: number, top: number, lane: number) => string;

/** By height and pattern, never by colour alone. */
const SHAPES: Record<State, Shape> = {
  created: (from, to, top, lane) => box(from, to, top + lane * 0.35, lane * 0.3),
  ready: (from, to, top, lane) => box(from, to, top + lane * 0.2, lane * 0.6),
  running: (from, to, top, lane) => box(from, to, top + lane * 0.04, lane * 0.92),
  blocking: (from, to, top, lane) => box(from, to, top + lane * 0.04, lane * 0.92),
  sleeping: (from, to, top, lane) => line(from, to, top + lane / 2),
  waiting: (from, to, top, lane) => line(from, to, top + lane / 2),
  done: (from, _to, top, lane) => bar(from, top + lane * 0.1, lane * 0.8),
  cancelled: (from, _to, top, lane) => bar(from, top + lane * 0.3, lane * 0.4),
  failed: (from, _to, top, lane) => cross(from, top + lane / 2, lane * 0.35),
};

const PATTERNS = new Map([
  ["ready", "M-1 5L5 -1M3 9L9 3"],
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

/** The key to the drawing: the states that the tutorial comes to, as they are drawn. */
export function drawKey(): Markup[] {
  const states = (Object.keys(STATES) as State[]).filter((state) => STATES[state].short);
  return states.map((state, index) => {
    const shape = SHAPES[state](state === "done" ? 14 : 1, 27, 0, 18);
    return markup`<span><svg class="run" width="28" height="18" aria-hidden="true">${
      index === 0 ? markup`<defs>${patterns("key")}</defs>` : undefined
    }<path class="${state}"${fillOf(state, "key")} d="${shape}"/></svg>${state}: ${
      STATES[state].short
    }</span>`;
  });
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

function cross(x: number, y: number, arm: number): string {
  const [side, arms] = [round(arm), round(2 * arm)];
  return `M${round(x)} ${round(y - arm)}l${side} ${arms}m0 -${arms}l-${side} ${arms}`;
}

/** At each hand-over, from the lane that had the thread to the one that gets it. */
function handOvers({ columns }: Timeline, xs: number[], lane: number): string {
  let path = "";
  let before: number | undefined;
  for (const [index, column] of columns.entries()) {
    if (!isStep(column)) continue;
    if (before !== undefined && before !== column.task) {
      const [a, b] = [before, column.task!].map((lanes) => round(TOP + (lanes + 0.5) * lane));
      path += `M${round(xs[index]!)} ${a}V${b}`;
    }
    before = column.task!;
  }
  return path;
}

/** The numbers that coroutines said, as far as there is room: each where it had been waited for. */
function numbers(
  { lanes, columns }: Timeline,
  xs: number[],
  lane: number,
  percent: (x: number) => string,
): Markup[] {
  if (lane < 14) return [];
  const ofLane = ({ emitted }: Lane, index: number) => {
    const y = round(TOP + (index + 0.5) * lane);
    let free = -Infinity;
    return emitted.map(({ value, boundary }) => {
      const text = String(value);
      const room = 8 * (text.length + 2);
      const wait = columns[boundary - 1];
      const isBlocked = wait !== undefined && !isStep(wait) && wait.task === index;
      const [from, to] = isBlocked
        ? [xs[boundary - 1]!, xs[boundary]!]
        : [xs[boundary + 1]!, Infinity];
      if (to - from < room || from < free) return undefined;
      free = from + room;
      const place = isBlocked
        ? markup`x="${percent((from + to) / 2)}" text-anchor="middle"`
        : markup`x="${percent(from)}" dx="6"`;
      return markup`<text class="value" ${place} y="${y}" dy="0.35em">${text}</text>`;
    });
  };
  return lanes.map((lane, index) => markup`${ofLane(lane, index)}`);
}

/** Where there is no room for names, some of the numbers beside the lanes. */
function laneNumbers({ room }: Timeline, lane: number): Markup[] {
  if (lane >= 14) return [];
  const every = [10, 20, 50, 100].find((step) => step * lane >= 16) ?? 100;
  const count = Math.floor((room - 2) / every) + 1;
  return Array.from({ length: count }, (_, label) => {
    const y = round(TOP + (1 + label * every + 0.5) * lane);
    return markup`<text class="tick" x="0" dx="-8" y="${y}" dy="0.35em" text-anchor="end">${
      label * every
    }</text>`;
  });
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
