import { type Entry, summarize } from "@tenfold/loop";
import type { Parameters } from "../parameters.ts";
import { seconds } from "./drawing.ts";
import { type Lane, Picture } from "./picture.ts";
import { signed } from "./states.ts";

// What is told beside the drawing, from the same log.

/** More lanes than this have no room for names. */
const MOST_NAMES = 40;

/** More numbers than this are not all listed. */
const MOST_NUMBERS = 30;

/** The figures of a run so far, as the items of a `<dl>`. */
export function figures(entries: readonly Entry[]): string {
  const { elapsed, waited, overlap, steps, held, emitted } = summarize(entries);
  const numbers = emitted.slice(0, MOST_NUMBERS).join(" ");
  const rest = emitted.length > MOST_NUMBERS ? ` and ${emitted.length - MOST_NUMBERS} more` : "";
  const share = elapsed === 0 ? 0 : Math.round(100 * held / elapsed);
  return [
    ["elapsed", exact(elapsed)],
    ["waited in total", exact(waited)],
    ["overlap", `${overlap.toFixed(overlap < 10 ? 1 : 0)} ×`],
    ["steps", String(steps)],
    ["thread", `${share} % held, ${elapsed === 0 ? 0 : 100 - share} % free`],
    ["processor", "0 % busy: all do nothing but wait"],
    ["order of the numbers", `${numbers}${rest}` || "none yet"],
  ].map(([name, figure]) => `<div><dt>${name}</dt><dd>${figure}</dd></div>`).join("");
}

/** What there is to see, in a sentence. */
export function sentence(mode: Parameters["mode"], parameters: Parameters, picture: Picture) {
  const { count, delay, jitter } = parameters;
  const sleep = jitter === 0 ? seconds(delay) : `${seconds(delay)} to ${seconds(delay + jitter)}`;
  const how = mode === "blocking"
    ? "one after another, each holding the thread"
    : "all at once, and the thread is free meanwhile";
  const ended = picture.lanes[0]?.ended;
  const end = ended === undefined ? `now at ${exact(picture.now)}` : `done after ${exact(ended)}`;
  return `${count} coroutines sleep ${sleep} each, ${how}: ${end}.`;
}

/** The lanes as a column beside the drawing, each with its state: the items of an `<ol>`. */
export function names({ lanes }: Picture, interactive: boolean): string {
  if (lanes.length > MOST_NAMES) return "";
  return lanes.map((lane, index) => {
    const text = `<b>${lane.name}</b> ${signed(lane.state)}`;
    if (!interactive) return `<li>${text}</li>`;
    const first = index === 0 ? 0 : -1;
    return `<li><button type="button" tabindex="${first}" data-lane="${index}">${text}</button></li>`;
  }).join("");
}

/** What there is to say of one lane. */
export function story(lane: Lane): string {
  const { name, state, why, until, by, steps, waited, ended } = lane;
  const parts = [`${name} is ${state}`];
  if (until !== undefined) parts.push(`until ${exact(until)}`);
  if (state === "waiting") parts.push(`for ${why === "gather" ? "all the others" : why}`);
  if (state === "ready") parts.push(`woken by ${cause(by)}`);
  if (ended !== undefined) parts.push(`since ${exact(ended)}`);
  parts.push(`after ${steps} ${steps === 1 ? "step" : "steps"} and ${exact(waited)} of sleep`);
  return parts.join(", ") + ".";
}

function cause(by: Lane["by"]): string {
  if (by === "timer") return "the time";
  if (typeof by === "number") return `coroutine ${by}`;
  return "the loop";
}

/** The same as a table: the rows of a `<tbody>`. */
export function rows({ lanes }: Picture, where: (lane: Lane, index: number) => string): string {
  const order = lanes.flatMap((lane, index) =>
    lane.emitted.map(({ at, boundary }) => ({ index, at, boundary }))
  ).toSorted((a, b) => a.boundary - b.boundary);
  const place = new Map<number, number[]>();
  for (const [at, { index }] of order.entries()) {
    place.set(index, [...place.get(index) ?? [], at + 1]);
  }
  return lanes.map((lane, index) => {
    const cells = [
      `${signed(lane.state)}`,
      where(lane, index),
      String(lane.steps),
      exact(lane.waited),
      lane.ended === undefined ? "" : exact(lane.ended),
      lane.emitted.map(({ value }) => Number(value)).join(" "),
      (place.get(index) ?? []).map((at) => `${at}.`).join(" "),
    ].map((cell) => `<td>${cell}</td>`).join("");
    return `<tr><th scope="row">${lane.name}</th>${cells}</tr>`;
  }).join("");
}

/** The heads of those columns. */
export const HEADS = [
  "coroutine",
  "state",
  "at the line",
  "steps",
  "slept",
  "ended at",
  "number",
  "place",
];

/** A time to the ms: `1.000 s` where it counts, else `1.00 s`. */
export function exact(ms: number): string {
  return `${(ms / 1000).toFixed(ms % 10 === 0 ? 2 : 3)} s`;
}
