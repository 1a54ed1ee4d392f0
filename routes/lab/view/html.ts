import type { Parameters } from "../../tutorial/parameters.ts";
import { seconds } from "./axis.ts";
import { laneSize, MAX_NAMED_LANES } from "./heights.ts";
import type { Lane, Timeline } from "./timeline.ts";
import { type Markup, markup } from "./markup.ts";
import { signed } from "./states.ts";

// What is told beside the drawing, from the same log.

/** A mode, as the page tells of it. */
export interface Mode {
  mode: Parameters["mode"];
  title: string;
  how: string;
}

/** Both, in the order in which they stand on the page. */
export const MODES: readonly Mode[] = [
  { mode: "blocking", title: "Blocking", how: "each sleep holds the thread, so they take turns" },
  {
    mode: "cooperative",
    title: "Cooperative",
    how: "each sleep gives the thread back, so they sleep at the same time",
  },
];

/** What the drawing of a mode is called. */
export function titleOf(mode: Parameters["mode"]): string {
  return `${MODES.find((known) => known.mode === mode)!.title} run`;
}

/** More numbers than this are not all listed. */
const MAX_NUMBERS = 30;

/** The figures of a run so far, as the items of a `<dl>`. */
export function figures(
  { summary }: Timeline,
  { order, seed }: Parameters,
  policy = order === "fifo" ? "first in, first out" : `shuffled by seed ${seed}`,
): Markup[] {
  const { elapsed, waited, overlap, steps, held, free, emitted } = summary;
  const numbers = emitted.slice(0, MAX_NUMBERS).join(" ");
  const rest = emitted.length > MAX_NUMBERS ? ` and ${emitted.length - MAX_NUMBERS} more` : "";
  return [
    ["time taken", exact(elapsed)],
    ["sleep, added up", exact(waited)],
    ["asleep at once, on average", elapsed === 0 ? "–" : overlap.toFixed(overlap < 10 ? 1 : 0)],
    ["steps", String(steps)],
    ["thread", `held ${exact(held)}, free ${exact(free)}`],
    [`numbers, ${policy}`, `${numbers}${rest}` || "none yet"],
  ].map(([name, figure]) => markup`<div><dt>${name}</dt><dd>${figure}</dd></div>`);
}

/** What both runs are, to begin with. */
export function introduction(parameters: Parameters, times: readonly number[]): string {
  const { count } = parameters;
  const [blocking, cooperative] = times.map(exact);
  const who = count === 1 ? "One function sleeps" : `${count} functions each sleep`;
  return `${who} for ${sleep(parameters)}, then ${
    count === 1 ? "says its" : "say their"
  } number. One after ` +
    `another, each keeps the thread while it sleeps: ${blocking}. As coroutines, each gives the ` +
    `thread back while it sleeps, so all sleep at the same time: ${cooperative}.`;
}

function sleep({ delay, jitter }: Parameters): string {
  return jitter === 0 ? seconds(delay) : `${seconds(delay)} to ${seconds(delay + jitter)}`;
}

/** What comes of it. */
export function headline(times: readonly number[]): string {
  const [blocking, cooperative] = times.map(exact);
  return `${blocking} one after another → ${cooperative} together`;
}

/** What the axes show, and what they don't. */
export const NOTES = {
  time:
    "Each mark is a line of the scheduler’s log. A step takes microseconds: it is drawn wider " +
    "than it is, and the steps of one instant side by side.",
  steps: "Each mark is a line of the scheduler’s log. Every step has a column, and so has every " +
    "stretch of time between steps: widths are not time here.",
};

/** What there is to see, in a sentence. */
export function sentence(parameters: Parameters, timeline: Timeline): string {
  const { mode, count } = parameters;
  const how = mode === "blocking"
    ? "one after another, and each keeps the thread"
    : "all at once, and the thread is free meanwhile";
  const ended = timeline.lanes[0]?.ended;
  const end = ended === undefined ? `now at ${exact(timeline.now)}` : `done after ${exact(ended)}`;
  const who = count === 1 ? "1 coroutine sleeps" : `${count} coroutines sleep`;
  return `${who} ${sleep(parameters)} each, ${how}: ${end}.`;
}

/**
 * The lanes as a column beside the drawing, each with its state: the items of an `<ol>`.
 *
 * @param timeline The run.
 * @param data What each lane's button carries, or `undefined` if it is none.
 */
export function names(
  { lanes, room }: Timeline,
  data: (index: number) => Markup | undefined = () => undefined,
): Markup[] {
  if (room > MAX_NAMED_LANES) return [];
  return lanes.map((lane, index) => {
    const text = markup`<b>${lane.name}</b> ${signed(lane.state)}`;
    const attributes = data(index);
    if (attributes === undefined) return markup`<li>${text}</li>`;
    return markup`<li><button type="button" ${attributes}>${text}</button></li>`;
  });
}

/** A drawing with the names of its lanes beside it. */
export function figure(timeline: Timeline, list: readonly Markup[], drawing: Markup): Markup {
  return markup`<div class="figure ${laneSize(timeline.room).name}">
    <div class="names"><div class="strips"><span>THREAD</span><span>CPU</span></div><ol>${list}</ol></div>
    <div class="drawing">${drawing}</div></div>`;
}

/** What there is to say of one lane. */
export function story({ lanes }: Timeline, index: number): string {
  const { name, state, why, until, by, steps, waited, ended } = lanes[index]!;
  const parts = [`${name} is ${state}`];
  if (until !== undefined) parts.push(`until ${exact(until)}`);
  if (state === "waiting") parts.push(`for ${why === "gather" ? "all the others" : why}`);
  if (state === "ready") parts.push(`woken by ${cause(by, lanes)}`);
  if (ended !== undefined) parts.push(`since ${exact(ended)}`);
  parts.push(`after ${steps} ${steps === 1 ? "step" : "steps"} and ${exact(waited)} of sleep`);
  return parts.join(", ") + ".";
}

function cause(by: Lane["by"], lanes: readonly Lane[]): string {
  if (by === "timer") return "its time";
  return typeof by === "number" ? lanes[by]!.name : "the loop";
}

/** The same as a table: the rows of a `<tbody>`. */
export function rows(
  { lanes }: Timeline,
  where: (lane: Lane, index: number) => string,
): Markup[] {
  const said = lanes.flatMap(({ emitted }, lane) =>
    emitted.map(({ boundary }) => ({ lane, boundary }))
  )
    .toSorted((a, b) => a.boundary - b.boundary)
    .map(({ lane }, index) => ({ lane, place: `${index + 1}.` }));
  const places = Map.groupBy(said, ({ lane }) => lane);
  return lanes.map((lane, index) => {
    const cells = [
      signed(lane.state),
      markup`<code>${where(lane, index)}</code>`,
      String(lane.steps),
      exact(lane.waited),
      lane.by === undefined ? "" : cause(lane.by, lanes),
      lane.ended === undefined ? "" : exact(lane.ended),
      lane.emitted.map(({ value }) => String(value)).join(" "),
      (places.get(index) ?? []).map(({ place }) => place).join(" "),
    ].map((cell) => markup`<td>${cell}</td>`);
    return markup`<tr><th scope="row">${lane.name}</th>${cells}</tr>`;
  });
}

/** The heads of those columns. */
export const HEADS = [
  "coroutine",
  "state",
  "at the line",
  "steps",
  "slept",
  "woken by",
  "ended at",
  "number",
  "said as",
];

/** A time to the ms: `1.234 s`, or `1.00 s` if it is whole hundredths. */
export function exact(ms: number): string {
  return `${(ms / 1000).toFixed(ms % 10 === 0 ? 2 : 3)} s`;
}
