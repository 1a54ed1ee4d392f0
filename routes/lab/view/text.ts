import type { Parameters } from "../../tutorial/parameters.ts";
import { isStep, seconds } from "./axis.ts";
import { textWidth } from "./text-width.ts";
import type { Lane, Timeline } from "./timeline.ts";

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

/** A number of steps: `1 step`, `6 steps`. */
export function stepsText(steps: number): string {
  return `${steps} step${steps === 1 ? "" : "s"}`;
}

/** A time in words if it is a few whole seconds: `one second`, `1.93 s`. */
function spoken(ms: number): string {
  if (ms === 0) return "no time";
  return ms % 1000 === 0 && ms / 1000 in WORDS ? counted(ms / 1000, "second") : seconds(ms);
}

/** A text as the beginning of a sentence. */
export function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

/** The title of the page: true of the cooperative run, whatever its parameters, and how long it took. */
export function headline({ count }: Parameters, elapsed: number | undefined): string {
  const time = elapsed === undefined ? "" : `, ${spoken(elapsed)}`;
  return `${capitalized(counted(count, "coroutine"))}, one thread${time}`;
}

/** What the two runs are, and how long they take, once that is known. */
export function introduction(
  parameters: Parameters,
  times: readonly [number, number] | undefined,
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
  if (times === undefined) return what;
  const [blocking, cooperative] = times;
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
  "waiting at once (average)",
  "thread held by waiting",
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
  const texts = emitted.slice(0, MAX_VALUES).map(valueText);
  // Where one ends must be plain to see.
  const between = texts.some((text) => text.includes(" ")) ? " · " : " ";
  return (texts.join(between) + rest) || "nothing yet";
}

/** How the order of the values came about. */
export function orderText({ mode, order, seed, count }: Parameters): string {
  if (mode === "blocking" || count === 1) return "";
  return order === "fifo"
    ? "first come, first served"
    : `those that wake together go in an order chosen at random, by seed ${seed}`;
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
  if (shown.verdict !== undefined) {
    return shown.verdict.source === "limit"
      ? `stopped by the loop at ${exact(shown.now)}, after ${stepsText(steps)}`
      : `nobody can go on at ${exact(shown.now)}, after ${stepsText(steps)}`;
  }
  const name = column.task === null ? "" : shown.lanes[column.task]!.name;
  if (isOver) {
    const state = shown.lanes[0]!.state;
    const end = state === "failed" || state === "cancelled"
      ? state
      : state === "running"
      ? "still running"
      : "finished";
    return `${end} at ${exact(shown.now)}, after ${stepsText(steps)}`;
  }
  if (isStep(column)) {
    return `step ${steps} of ${whole.summary.steps}, at ${exact(shown.now)}: ${name} runs`;
  }
  const who = column.task === null ? "the thread is free" : `${name} waits and holds the thread`;
  return `${exact(shown.now)}: ${who}`;
}

/** What stands where a mark or a lane is explained, as long as none is chosen. */
export const HINT = "Point at a mark, or select a coroutine: here it says what it does.";

/** What a lane is called where there is little room: the number of its group, or its name. */
export function shortName({ name }: Lane): string {
  return /\[(\d+)\]$/.exec(name)?.[1] ?? name;
}

/** The longest name of a row, in characters: there is room for it beside the pictures. */
const MAX_NAME_LENGTH = 14;

/** What the rows of the pictures are called: long names are cut in the middle, and stay different. */
export function rowNames(lanes: readonly Lane[]): string[] {
  const names = lanes.map(({ name }) => name);
  const different = new Set(names).size;
  const heads = [7, 4, 10, 1];
  const cuts = heads.map((head) => names.map((name) => cutMiddle(name, head)));
  return cuts.find((short) => new Set(short).size === different) ?? cuts[0]!;
}

/** A name with so many characters of its start, and of its end as many as there is room for. */
function cutMiddle(name: string, head: number): string {
  const characters = [...name];
  if (characters.length <= MAX_NAME_LENGTH) return name;
  const end = characters.slice(head + 1 - MAX_NAME_LENGTH);
  return `${characters.slice(0, head).join("")}…${end.join("")}`;
}

/** The names in the chip beside a line: all of them, or the first and how many more. */
export function chipText(names: readonly string[], width: number): string {
  const text = names.join(" ");
  const fits = (text: string) => textWidth(text, 12, "bold") <= width;
  if (names.length < 2 || fits(text)) return text;
  const [first, more] = [names[0]!, ` +${names.length - 1}`];
  let most = first.length;
  while (most > 2 && !fits(cut(first, most) + more)) most--;
  return cut(first, most) + more;
}

/** The longest text of a value, in characters: a longer one is cut. */
const MAX_VALUE_LENGTH = 24;

/** The longest text of an error. */
const MAX_LINE_LENGTH = 120;

/** A value that a coroutine emitted, as text. */
export function valueText(value: unknown): string {
  return cut(wholeText(value), MAX_VALUE_LENGTH);
}

/** The longest text that a program prints at once and that a picture may show whole, in characters. */
const MAX_PRINTED_LENGTH = 500;

/** A value that a program printed, as a text for a picture. */
export function printedText(value: unknown): string {
  return cut(wholeText(value), MAX_PRINTED_LENGTH);
}

/** A text of any kind as one line, which is not too long. */
export function oneLine(text: string): string {
  return cut(text, MAX_LINE_LENGTH);
}

/** A value that a coroutine emitted, as its whole text. */
export function wholeText(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name}`.trim();
  try {
    if (value instanceof Map || value instanceof Set) {
      return `${value.constructor.name} of ${value.size}`;
    }
    if (typeof value !== "object" || value instanceof Error) return String(value);
    return JSON.stringify(value, (_, part) => isPlain(part) ? part : wholeText(part));
  } catch {
    // It has itself in it, or refuses to be looked at.
    return "an object";
  }
}

/** Whether JSON has such values. */
function isPlain(value: unknown): boolean {
  if (value instanceof Error || value instanceof Map || value instanceof Set) return false;
  return typeof value === "object" || typeof value === "string" || typeof value === "boolean" ||
    Number.isFinite(value);
}

/** A text on one line, cut between two characters if it is longer than `most`. */
export function cut(text: string, most: number): string {
  // So much of it that it has to be cut, if it has to be.
  const start = [...text.slice(0, 2 * most + 2).replace(/\s+/g, " ")];
  return start.length <= most ? start.join("") : `${start.slice(0, most - 1).join("")}…`;
}

/** A time to the ms: `1.234 s`, or `1.00 s` if it is whole hundredths. */
export function exact(ms: number): string {
  return `${(ms / 1000).toFixed(ms % 10 === 0 ? 2 : 3)} s`;
}
