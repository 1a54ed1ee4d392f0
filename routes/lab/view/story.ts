import { type Markup, markup } from "./markup.ts";
import { signed, STATES } from "./states.ts";
import { exact, valueText } from "./text.ts";
import type { Lane, Mark, Timeline } from "./timeline.ts";

// What the page says of a lane or a mark that is selected or pointed at.

/** What waiting for something is called, by the log's word. */
const WAITS: Record<string, string> = {
  gather: "for all the coroutines that it started together",
  wait: "for tasks that it watches",
  join: "for a task to end",
  children: "for the tasks that it started to end",
  lock: "for a lock",
  semaphore: "for a permit",
  event: "for an event",
  queue: "for a queue",
  host: "for something outside of the run",
};

/** What there is to say of one lane, at the moment of the timeline. */
export function story(timeline: Timeline, index: number): string {
  const { lanes, columns, now } = timeline;
  const lane = lanes[index]!;
  const { name, state, why, until, steps, since } = lane;
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
      return `${name} waits ${WAITS[why!] ?? `for the ${why}`}` +
        `${until === undefined ? "" : `, until ${exact(until)} at the latest`}.`;
    case "blocking":
      return `${name} waits until ${
        exact(until!)
      } and holds the thread: no other coroutine can run.`;
    default:
      return `${name} ${
        state === "done" ? "finished" : state === "failed" ? "failed" : "was cancelled"
      } at ${exact(since)}. It ran ${turns} and waited ${waited}.`;
  }
}

/** Why a lane is ready. */
function causeOf({ by, steps }: Lane, lanes: readonly Lane[]): string {
  if (by === "timer") return "its sleep is over";
  if (typeof by === "number") {
    return `${lanes[by]!.name} ${steps === 0 ? "started" : "woke"} it`;
  }
  if (by === "host") return "the host woke it";
  return steps === 0 ? "the run begins" : "it has given the thread back";
}

/** What made a lane ready last, in a word for a table. */
export function causeText({ by }: Lane, lanes: readonly Lane[]): string {
  if (by === undefined) return "";
  if (by === "timer") return "timer";
  if (typeof by === "number") return lanes[by]!.name;
  return by === "host" ? "host" : "start";
}

/** What a mark of a picture shows. */
export function markText({ lanes, times }: Timeline, mark: Mark): string {
  const { lane, state, from, to } = mark;
  const [start, end] = [times[from]!, times[to ?? times.length - 1]!];
  const short = STATES[state].short;
  const time = start === end ? `at ${exact(start)}` : `${exact(start)} to ${exact(end)}`;
  return `${lanes[lane]!.name} · ${state}: ${short} · ${time}`;
}

function ordinal(number: number): string {
  const endings = ["th", "st", "nd", "rd"];
  const ending = Math.floor(number / 10) % 10 === 1 ? "th" : endings[number % 10] ?? "th";
  return `${number}${ending}`;
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
      signed(lane.state),
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
