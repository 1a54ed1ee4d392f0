import type { Axis } from "./axis.ts";
import { laneSize, MAX_NAMED_LANES } from "./heights.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { HELD, isWaitedFor } from "./arrows.ts";
import { LINES, signed, STATES } from "./states.ts";
import { drawLine, drawState, stripsOf } from "./svg.ts";
import { rowNames } from "./text.ts";
import type { Lane, State, Timeline } from "./timeline.ts";

// The parts of the page that the server and the browser both build, from the same log.

/**
 * The lanes as a column beside a picture, each with its state: the items of an `<ol>`.
 *
 * @param timeline The run.
 * @param attributes What each lane's button carries, or `undefined` if it is none.
 */
export function names(
  { lanes, room }: Timeline,
  attributes: (index: number) => Markup | undefined,
): Markup[] {
  if (room > MAX_NAMED_LANES) return [];
  const short = rowNames(lanes);
  return lanes.map(({ name, state }, index) => {
    const title = short[index] === name ? undefined : markup` title="${name}"`;
    const text = markup`<b${title}>${short[index]!}</b> ${signed(state)}`;
    const carried = attributes(index);
    if (carried === undefined) return markup`<li>${text}</li>`;
    return markup`<li><button type="button" ${carried}>${text}</button></li>`;
  });
}

/** The classes of a figure: names that are longer than most have a wider column. */
export function figureClass(axis: Axis, room: number, lanes: readonly Lane[]): string {
  const isWide = room <= MAX_NAMED_LANES &&
    rowNames(lanes).some((name) => name.length > NARROW);
  return `figure ${axis} ${laneSize(room).name}${isWide ? " wide" : ""}`;
}

/** The longest name, in characters, that a column of the usual width has room for. */
const NARROW = 10;

/**
 * A picture with the names of its strips and lanes beside it.
 *
 * @param axis What is across.
 * @param room For how many lanes there is room.
 * @param lanes The lanes that there are.
 * @param list The items of the list of lanes.
 * @param drawing The picture.
 */
export function figure(
  axis: Axis,
  room: number,
  lanes: readonly Lane[],
  list: readonly Markup[],
  drawing: Markup,
): Markup {
  const strips = [AXES[axis], ...stripsOf(axis)].map((name) => markup`<span>${name}</span>`);
  return markup`<div class="${figureClass(axis, room, lanes)}">
    <div class="names"><div class="strips">${strips}</div><ol>${list}</ol></div>
    <div class="drawing">${drawing}</div></div>`;
}

/**
 * The items of a key with what there is in a run.
 *
 * @param timeline The run.
 * @param id The id of a picture of the page, whose patterns the key uses.
 */
export function keyOf(timeline: Timeline, id: string): Markup[] {
  const { marks, wakes, lanes, verdict } = timeline;
  const states = new Set(marks.map(({ state }) => state));
  const isIn: Record<keyof typeof LINES, boolean> = {
    wake: wakes.length > 0,
    cancel: lanes.some(({ cancel }) => cancel !== undefined),
    cleanup: lanes.some(({ cancel, end }) => cancel !== undefined && end !== cancel.boundary),
    holder: marks.some(({ wait }) => HELD.has(wait?.why ?? "")),
    verdict: verdict !== undefined,
  };
  const stateItems = STATE_NAMES.filter((state) => states.has(state)).map((state) =>
    markup`<li>${
      lightWord(state, markup`${drawState(state, id)}<b>${state}</b> ${STATES[state].short}`)
    }</li>`
  );
  const lineItems = LINE_NAMES.filter((line) => isIn[line])
    .map((line) => markup`<li${absence(line, timeline)}>${drawLine(line)} ${LINES[line]}</li>`);
  return [...stateItems, ...lineItems];
}

/** The lines to lanes that are waited for come and go with the moment that is shown. */
function absence(line: keyof typeof LINES, timeline: Timeline): Markup | undefined {
  if (line !== "holder") return undefined;
  return isWaitedFor(timeline)
    ? markup` data-key="holder"`
    : markup` data-key="holder" class="absent"`;
}

const STATE_NAMES = Object.keys(STATES) as State[];
const LINE_NAMES = Object.keys(LINES) as (keyof typeof LINES)[];

/** What the axes are called. */
export const AXES: Record<Axis, string> = { time: "over time", steps: "step by step" };

/** The phrases of the page's texts that name a state, or show it. */
const PHRASES: Record<string, State> = {
  "holds the thread": "blocking",
  "gives the thread back": "sleeping",
  "wait at the same time": "sleeping",
};

/** A text in which each phrase about a state lights up what it names in the pictures. */
export function lightable(text: string): Markup {
  const parts = text.split(RegExp(`(${Object.keys(PHRASES).join("|")})`));
  return markup`${parts.map((part) => part in PHRASES ? lightWord(PHRASES[part]!, part) : part)}`;
}

/** A word that lights up the marks of a state, under the pointer or the focus. */
export function lightWord(state: State, word: Content): Markup {
  return markup`<span class="word" tabindex="0" data-state="${state}">${word}</span>`;
}
