import type { Mark, Picture, State } from "./picture.ts";

/** What both pictures have in common, so that they can be compared. */
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

/** How much of the time until the next instant the steps of one may cover. */
const SHARE = 0.25;

/** Room for the steps of the last instant. */
const MARGIN = 40;

/** Room for a number, with what is around it. */
const LABEL = 28;

/** The heights that the style sheet knows, too. */
const AXIS = 22;
const STRIP = 20;
const STRIPS = 2 * STRIP + 6;

/** What is drawn above the lanes. */
export const TOP = AXIS + STRIPS;

/** How high a lane is, of so many, and what the style sheet calls that. */
export function laneSize(lanes: number): { height: number; name: "tall" | "medium" | "low" } {
  if (lanes <= 12) return { height: 24, name: "tall" };
  if (lanes <= 40) return { height: 18, name: "medium" };
  return { height: Math.max(1, Math.min(8, 800 / lanes)), name: "low" };
}

/** Where each boundary between columns is on the axis. No two steps share a stretch of it. */
export function boundaries({ columns }: Picture, scale: Scale): number[] {
  if (scale.axis === "steps") {
    const step = scale.width / Math.max(1, scale.columns);
    return Array.from({ length: columns.length + 1 }, (_, boundary) => boundary * step);
  }
  const at = (ms: number) => ms * (scale.width - MARGIN) / Math.max(1, scale.ms);
  const xs = [0];
  for (let first = 0; first < columns.length;) {
    let next = first;
    while (next < columns.length && columns[next]!.from === columns[next]!.to) next++;
    const start = at(columns[first]!.from);
    const gap = columns[next];
    const room = gap === undefined ? MARGIN : SHARE * (at(gap.to) - at(gap.from));
    // The steps of an instant stand side by side, and reach into the time after it.
    const width = Math.min(STEP, room / Math.max(1, next - first));
    for (let column = first; column < next; column++) xs.push(start + (column + 1 - first) * width);
    if (gap !== undefined) xs.push(at(gap.to));
    first = next + 1;
  }
  return xs;
}

/**
 * A run as SVG: an axis, a strip for the thread and one for the processor, and a lane for each
 * coroutine. It fills the width it is given.
 *
 * @param picture The run.
 * @param scale What it shares with the one beside it.
 * @param id What its parts are called.
 * @param title What it shows, and in a sentence what there is to see.
 */
export function draw(
  picture: Picture,
  scale: Scale,
  id: string,
  title: string,
  description: string,
): string {
  const xs = boundaries(picture, scale);
  const { height: lane } = laneSize(picture.lanes.length);
  const height = TOP + picture.lanes.length * lane + 2;
  const { width } = scale;
  const end = xs.at(-1)!;
  const shapes = new Map<string, string>();
  const add = (shape: string, path: string) => shapes.set(shape, (shapes.get(shape) ?? "") + path);
  for (const mark of picture.marks) {
    const [from, to] = [xs[mark.from]!, mark.to === undefined ? end : xs[mark.to]!];
    const top = TOP + mark.lane * lane;
    add(mark.state, SHAPES[mark.state](from, to, top, lane));
    if (mark.state === "running" || mark.state === "blocking") {
      add(mark.state, box(from, to, AXIS, STRIP - 4));
    }
    if (mark.state === "running") add(mark.state, box(from, to, AXIS + STRIP, STRIP - 4));
    if (mark.until !== undefined && mark.to === undefined && scale.axis === "time") {
      add("deadline", bar(dueAt(mark, scale), top + lane * 0.2, lane * 0.6));
    }
  }
  if (lane >= 8) add("switch", switches(picture, xs, lane));
  const paths = [...shapes].map(([shape, path]) => {
    const fill = PATTERNS.has(shape) ? ` fill="url(#${id}-${shape})"` : "";
    return `<path class="${shape}"${fill} d="${path}"/>`;
  });
  const [first, second] = [AXIS, AXIS + STRIP].map((y) =>
    `<rect class="strip" x="0" y="${y}" width="100%" height="${STRIP - 4}"/>`
  );
  return `<svg class="run" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%"` +
    ` height="${round(height)}"><title id="${id}-title">${title}</title>` +
    `<desc id="${id}-desc">${description}</desc><defs>${patterns(id)}</defs>` +
    `${first}${second}${grid(scale, height)}` +
    `<svg width="100%" height="${round(height)}" viewBox="0 0 ${width} ${round(height)}"` +
    ` preserveAspectRatio="none">${paths.join("")}</svg>${values(picture, xs, scale, lane)}` +
    `<rect class="veil" x="100%" y="${AXIS - 2}" width="0" height="${round(height)}"/>` +
    `<rect class="cursor" x="100%" y="${AXIS - 4}" width="2" height="${round(height)}"/></svg>`;
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
  ["ready", `<path d="M-1 5L5 -1M3 9L9 3"/>`],
  ["blocking", `<path d="M0 0L8 8M8 0L0 8"/>`],
]);

function patterns(id: string): string {
  return [...PATTERNS].map(([shape, path]) =>
    `<pattern id="${id}-${shape}" class="${shape}" width="8" height="8"` +
    ` patternUnits="userSpaceOnUse"><rect width="8" height="8"/>${path}</pattern>`
  ).join("");
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
function switches({ columns }: Picture, xs: number[], lane: number): string {
  let path = "";
  let before: number | undefined;
  for (const [column, { task, from, to }] of columns.entries()) {
    if (task === null || from < to) continue;
    if (before !== undefined && before !== task) {
      const [a, b] = [before, task].map((lanes) => round(TOP + (lanes + 0.5) * lane));
      path += `M${round(xs[column]!)} ${a}V${b}`;
    }
    before = task;
  }
  return path;
}

/** What each coroutine emitted, beside its lane, as far as there is room. */
function values({ lanes }: Picture, xs: number[], scale: Scale, lane: number): string {
  if (lane < 14) return "";
  return lanes.flatMap(({ emitted }, index) => {
    const y = round(TOP + (index + 0.5) * lane);
    let free = 0;
    return emitted.map(({ value, boundary }) => {
      const x = xs[boundary + 1]!;
      if (x < free) return "";
      free = x + LABEL;
      return `<text class="value" x="${percent(x, scale)}" dx="6" y="${y}" dy="0.35em">${
        Number(value)
      }</text>`;
    });
  }).join("");
}

function grid(scale: Scale, height: number): string {
  const total = scale.axis === "time" ? scale.ms : scale.columns;
  const step = niceStep(total / 5);
  let lines = "";
  for (let tick = 0; tick <= total; tick += step) {
    const position = scale.axis === "time"
      ? tick * (scale.width - MARGIN) / Math.max(1, scale.ms)
      : tick * scale.width / Math.max(1, scale.columns);
    const x = percent(position, scale);
    const label = scale.axis === "time" ? seconds(tick) : String(tick);
    lines += `<rect class="tick" x="${x}" y="${AXIS - 6}" width="1" height="${round(height)}"/>` +
      `<text class="tick" x="${x}" dx="${tick === 0 ? 0 : 4}" y="12">${label}</text>`;
  }
  return lines;
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!;
}

function dueAt({ until }: Mark, scale: Scale): number {
  return until! * (scale.width - MARGIN) / Math.max(1, scale.ms);
}

function percent(x: number, { width }: Scale): string {
  return `${round(100 * x / width)}%`;
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}

/** A time as people read it: `1.00 s`, `20 ms`. */
export function seconds(ms: number): string {
  return ms >= 1000 || ms === 0 ? `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 2)} s` : `${ms} ms`;
}
