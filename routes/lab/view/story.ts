import { type Markup, markup } from "./markup.ts";
import { signed, STATES } from "./states.ts";
import { exact, oneLine, valueText } from "./text.ts";
import type { Lane, Mark, Timeline } from "./timeline.ts";
import { cancelClause, waitClause, waitText } from "./waits.ts";

// What the page says of a lane or a mark that is selected or pointed at.

/** What there is to say of one lane, at the moment of the timeline. */
export function story(timeline: Timeline, index: number): string {
  const { lanes } = timeline;
  const { cancel, ended, state } = lanes[index]!;
  const told = stateStory(timeline, index);
  // How it ended says why.
  if (cancel === undefined || state === "cancelled" || state === "failed") return told;
  const why = cancelClause(cancel, lanes);
  if (ended !== undefined) {
    return `${told} At ${exact(cancel.at)} it was to end, because ${why}, but it went on.`;
  }
  return `${told} Since ${exact(cancel.at)} it is to end, because ${why}.`;
}

function stateStory(timeline: Timeline, index: number): string {
  const { lanes, columns, now } = timeline;
  const lane = lanes[index]!;
  const { name, state, until, steps, since } = lane;
  const turns = steps === 1 ? "once" : steps === 2 ? "twice" : `${steps} times`;
  const waited = exact(timeline.waited(index));
  switch (state) {
    case "created":
      return `${name} exists, and none of its code has run.`;
    case "ready":
      return `${name} is ready${steps === 0 ? "" : ` since ${exact(since)}`}: ` +
        `${causeOf(lane, lanes)}, and it waits for its turn.`;
    case "running":
      return `${name} has the thread, for the ${ordinal(steps)} time.`;
    case "sleeping":
      return `${name} sleeps until ${exact(until!)}, and the thread is free for others. ` +
        `It has slept ${waited}.`;
    case "late": {
      const holder = columns.at(-1)?.task ?? null;
      const who = holder === null ? "another task" : lanes[holder]!.name;
      return `${name} was due at ${exact(until!)}. It is ${exact(now - until!)} late, because ` +
        `${who} holds the thread.`;
    }
    case "waiting":
      return `${name} waits ${waitText(timeline, index)}.`;
    case "blocking":
      return `${name} waits until ${
        exact(until!)
      } and holds the thread: no other coroutine can run.`;
    default:
      return `${name} ${endOf(timeline, index)}. It ran ${turns} and waited ${waited}.`;
  }
}

/** How a lane ended, and when. */
function endOf({ lanes }: Timeline, index: number): string {
  const { state, since, failure, children, cancel } = lanes[index]!;
  const at = exact(since);
  if (state === "done") return `finished at ${at}`;
  if (state === "cancelled") {
    if (cancel === undefined) return `was cancelled at ${at}`;
    const asked = cancel.at === since ? "" : ` at ${exact(cancel.at)}`;
    return `was cancelled at ${at}, because ${cancelClause(cancel, lanes)}${asked}`;
  }
  const from = children.find((child) => lanes[child]!.failure === failure);
  const origin = from === undefined ? "" : `, which came from ${lanes[from]!.name}`;
  return `failed at ${at}${failure === undefined ? "" : `: ${oneLine(failure)}${origin}`}`;
}

/** Why a lane is ready. */
function causeOf({ by, steps, cancel, since }: Lane, lanes: readonly Lane[]): string {
  if (cancel?.at === since && cancel.by === by) return "it was cancelled";
  if (by === "timer") return "its sleep is over";
  if (typeof by === "number") {
    return `${lanes[by]!.name} ${steps === 0 ? "started" : "woke"} it`;
  }
  if (by === "host") return "the host woke it";
  return steps === 0 ? "the run begins" : "it has given the thread back";
}

/** What made a lane ready last, in a word for a table. */
function causeText({ by }: Lane, lanes: readonly Lane[]): string {
  if (by === undefined) return "";
  if (by === "timer") return "timer";
  if (typeof by === "number") return lanes[by]!.name;
  return by === "host" ? "host" : "start";
}

/** What a mark of a picture shows. */
export function markText(timeline: Timeline, mark: Mark): string {
  const { lanes, times } = timeline;
  const { lane, state, from, to } = mark;
  const [start, end] = [times[from]!, times[to ?? times.length - 1]!];
  const time = start === end ? `at ${exact(start)}` : `${exact(start)} to ${exact(end)}`;
  const printed = state === "running" ? printedIn(lanes[lane]!, from) : "";
  return `${lanes[lane]!.name} · ${state}: ${shortOf(timeline, mark)} · ${time}${printed}`;
}

/** What a coroutine emitted in a step: there may be no room for it in the picture. */
function printedIn({ emitted }: Lane, column: number): string {
  const values = emitted.filter(({ boundary }) => boundary === column)
    .map(({ value }) => valueText(value));
  return values.length === 0 ? "" : ` · printed ${values.join(" · ")}`;
}

function shortOf(timeline: Timeline, { lane, state, wait, from }: Mark): string {
  const { lanes, columns } = timeline;
  const { failure, cancel } = lanes[lane]!;
  const { short } = STATES[state];
  if (state === "waiting" && wait !== undefined) {
    // Who held it when the wait began: it may have been handed on since.
    const holders = wait.of !== undefined && "heldBy" in wait.of ? wait.of.heldBy! : [];
    return `waits ${waitClause(timeline, lane, wait, holders)}`;
  }
  const holder = columns[from]?.task ?? null;
  if (state === "late" && holder !== null) return `due, but ${lanes[holder]!.name} has the thread`;
  if (state === "failed" && failure !== undefined) return `threw ${oneLine(failure)}`;
  if (state === "cancelled" && cancel !== undefined) return cancelClause(cancel, lanes);
  return short;
}

function ordinal(number: number): string {
  const endings = ["th", "st", "nd", "rd"];
  const ending = Math.floor(number / 10) % 10 === 1 ? "th" : endings[number % 10] ?? "th";
  return `${number}${ending}`;
}

/** What a table has beside the word of a state. */
function noteOf(timeline: Timeline, index: number): string {
  const { lanes } = timeline;
  const { state, why, failure, cancel } = lanes[index]!;
  if (state === "waiting" && why !== "gather") return ` ${waitText(timeline, index)}`;
  if (failure !== undefined) return `: ${oneLine(failure)}`;
  return cancel === undefined ? "" : `: ${cancelClause(cancel, lanes)}`;
}

/**
 * A run as a table: the rows of a `<tbody>`.
 *
 * @param timeline The run.
 * @param lineOf The text of the line that a lane is at.
 */
export function rows(timeline: Timeline, lineOf: (lane: Lane, index: number) => string): Markup[] {
  const { lanes } = timeline;
  const emits = lanes.flatMap(({ emitted }, lane) =>
    emitted.map(({ boundary }) => ({ lane, boundary }))
  ).toSorted((a, b) => a.boundary - b.boundary);
  const places = Map.groupBy(emits.keys(), (place) => emits[place]!.lane);
  return lanes.map((lane, index) => {
    const cells = [
      markup`${signed(lane.state)}${noteOf(timeline, index)}`,
      markup`<code>${lineOf(lane, index)}</code>`,
      lane.steps,
      exact(timeline.waited(index)),
      causeText(lane, lanes),
      lane.ended === undefined ? "" : exact(lane.ended),
      lane.emitted.map(({ value }) => valueText(value)).join(" "),
      (places.get(index) ?? []).map((place) => `${place + 1}.`).join(" "),
    ].map((cell) => markup`<td>${cell}</td>`);
    return markup`<tr><th scope="row">${lane.name}</th>${cells}</tr>`;
  });
}

/** The heads of those columns. */
export const HEADS = [
  "coroutine",
  "state",
  "at the line",
  "turns",
  "waited",
  "woken by",
  "finished",
  "printed",
  "as number",
];
