import type { Parameters } from "../../tutorial/parameters.ts";
import { isStep, seconds } from "./axis.ts";
import { STATES } from "./states.ts";
import type { Lane, Mark, Timeline } from "./timeline.ts";

// What the page says of runs, in plain text, from the same log as the pictures.

/** A mode, as the page describes it. */
export interface Mode {
  mode: Parameters["mode"];
  title: string;
  how: string;
}

/** Both modes, in the order in which they stand on the page. */
export const MODES: readonly Mode[] = [
  { mode: "blocking", title: "Blocking", how: "each holds the thread while it waits" },
  { mode: "cooperative", title: "Cooperative", how: "each gives the thread back while it waits" },
];

/** The mode of that name. */
export function modeOf(name: Parameters["mode"]): Mode {
  return MODES.find(({ mode }) => mode === name)!;
}

const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** A number of things in words, as far as those are short. */
function counted(count: number, thing: string): string {
  return `${WORDS[count] ?? count} ${thing}${count === 1 ? "" : "s"}`;
}

/** A time in words if it is a few whole seconds: `one second`, `1.93 s`. */
function spoken(ms: number): string {
  if (ms === 0) return "no time";
  return ms % 1000 === 0 && ms / 1000 in WORDS ? counted(ms / 1000, "second") : seconds(ms);
}

function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

/** The title of the page: true of the cooperative run, whatever its parameters. */
export function headline({ count }: Parameters, elapsed: number): string {
  return `${capitalized(counted(count, "coroutine"))}, one thread, ${spoken(elapsed)}`;
}

/** What the two runs are, and how long they take. */
export function introduction(
  parameters: Parameters,
  [blocking, cooperative]: readonly [number, number],
): string {
  const { count, delay, jitter } = parameters;
  const functions = capitalized(counted(count, "function"));
  const length = jitter > 0
    ? `between ${seconds(delay)} and ${seconds(delay + jitter)}`
    : spoken(delay);
  const what = delay + jitter === 0
    ? `${functions} ${count === 1 ? "prints" : "each print"} a number, without a wait.`
    : count === 1
    ? `${functions} waits ${length}, then prints a number.`
    : `${functions} each wait ${length}, then print a number.`;
  if (blocking === cooperative) {
    return `${what} Holding the thread or giving it back makes no difference then: ${
      blocking === 0 ? "both take no time" : `both take ${spoken(blocking)}`
    }.`;
  }
  return `${what} If each holds the thread while it waits, they take ${spoken(blocking)}. ` +
    `If each gives the thread back, they wait at the same time: ${spoken(cooperative)}.`;
}

/** What a picture of a run shows, in a sentence. */
export function sentence(parameters: Parameters, { lanes, now }: Timeline): string {
  const { mode, count } = parameters;
  const ended = lanes[0]?.ended;
  const end = ended === undefined ? `now at ${exact(now)}` : `finished after ${exact(ended)}`;
  const how = mode === "blocking" ? "one after another" : "at the same time";
  return `${capitalized(counted(count, "coroutine"))} ${
    count === 1 ? "waits" : `wait ${how}`
  }, and ${modeOf(mode).how}: ${end}.`;
}

/** The names of the figures of a run: see {@linkcode figuresOf}. */
export const FIGURES = [
  "time passed",
  "waiting, added up",
  "waiting at once, on average",
  "thread held while waiting",
  "turns on the thread",
] as const;

/** The figures of a run so far, as texts, in the order of {@linkcode FIGURES}. */
export function figuresOf(timeline: Timeline): string[] {
  const { now, lanes, columns, summary: { steps } } = timeline;
  const waited = lanes.reduce((sum, _, task) => sum + timeline.waited(task), 0);
  const held = columns.reduce(
    (sum, { task, from, to }) => sum + (task === null ? 0 : to - from),
    0,
  );
  return [
    exact(now),
    exact(waited),
    now === 0 ? "–" : (waited / now).toFixed(1),
    exact(held),
    String(steps),
  ];
}

/** More values than this are not all listed: they would push everything below them down. */
const MAX_VALUES = 40;

/** What the coroutines of a run have emitted so far. */
export function outputOf({ summary: { emitted } }: Timeline): string {
  const rest = emitted.length > MAX_VALUES ? ` and ${emitted.length - MAX_VALUES} more` : "";
  return (emitted.slice(0, MAX_VALUES).map(valueText).join(" ") + rest) || "nothing yet";
}

/** How the order of the values came about. */
export function orderText({ mode, order, seed, count }: Parameters): string {
  if (mode === "blocking" || count === 1) return "";
  return order === "fifo" ? "first come, first served" : `order drawn with seed ${seed}`;
}

/**
 * Where in a run the page is.
 *
 * @param shown The run up to there.
 * @param whole The whole run.
 * @param isStarted Whether it is past the moment before the first column.
 * @param isOver Whether it is past the last column.
 */
export function positionText(
  shown: Timeline,
  whole: Timeline,
  isStarted: boolean,
  isOver: boolean,
): string {
  const column = shown.columns.at(-1);
  if (!isStarted || column === undefined) return "before the first step";
  const { steps } = shown.summary;
  const name = column.task === null ? "" : shown.lanes[column.task]!.name;
  if (isOver) return `finished at ${exact(shown.now)}, after ${steps} steps`;
  if (isStep(column)) {
    return `step ${steps} of ${whole.summary.steps}, at ${exact(shown.now)}: ${name} runs`;
  }
  const who = column.task === null ? "the thread is free" : `${name} waits and holds the thread`;
  return `${exact(shown.now)}: ${who}`;
}

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

/** What stands where a mark or a lane is explained, as long as none is chosen. */
export const HINT = "Point at a mark, or select a coroutine: here it says what it does.";

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
  return `${lanes[lane]!.name} · ${state}${short === undefined ? "" : `: ${short}`} · ${time}`;
}

function ordinal(number: number): string {
  const endings = ["th", "st", "nd", "rd"];
  const ending = Math.floor(number / 10) % 10 === 1 ? "th" : endings[number % 10] ?? "th";
  return `${number}${ending}`;
}

/** What a lane is called where there is little room: the number of its group, or its name. */
export function shortName({ name }: Lane): string {
  return /\[(\d+)\]$/.exec(name)?.[1] ?? name;
}

/** The longest text of a value, in characters: a longer one is cut. */
const MAX_VALUE_LENGTH = 24;

/** A value that a coroutine emitted, as text. */
export function valueText(value: unknown): string {
  const text = typeof value === "object" && !(value instanceof Error)
    ? JSON.stringify(value)
    : String(value);
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}

/** A time to the ms: `1.234 s`, or `1.00 s` if it is whole hundredths. */
export function exact(ms: number): string {
  return `${(ms / 1000).toFixed(ms % 10 === 0 ? 2 : 3)} s`;
}
