import type { Entry } from "../trace/entry.ts";
import { narrate } from "../trace/narrate.ts";

/** How a schedule is run again. */
export interface Replay {
  /** For each choice, in order, the index of what was picked; for each uncertain wait, its length. */
  picks: number[];
  /** When a wait ends. */
  timing: "exact" | "any";
  /** How many steps it may take. */
  maxSteps: number;
}

/**
 * A schedule under which a program fails: what {@linkcode explore} finds and {@linkcode check}
 * throws. The message tells what happened, step by step, and how to run it again; `cause` is what
 * the program threw.
 *
 * @example Found, and run again
 * ```ts
 * import { gather, replay, simulate } from "@tenfold/loop";
 * import { explore, ScheduleFailure } from "@tenfold/loop/testing";
 * import { assert, assertThrows } from "@std/assert";
 *
 * function* program() {
 *   let last = "";
 *   function* write(name: string) {
 *     last = name;
 *   }
 *   yield* gather([write("Ann"), write("Bob")]);
 *   if (last !== "Bob") throw new Error("Bob is not the last");
 * }
 *
 * const { failure } = explore(program);
 * assert(failure instanceof ScheduleFailure);
 * assertThrows(() => simulate(program(), { order: replay(failure.picks) }), Error, "not the last");
 * ```
 */
export class ScheduleFailure extends Error {
  /** Always `ScheduleFailure`. */
  override readonly name = "ScheduleFailure";
  /**
   * The choices that lead there, and the lengths of the uncertain waits, in ms:
   * `simulate(program(), { order: replay(picks) })`.
   */
  readonly picks: number[];
  /**
   * How often a task was made to wait that could have gone on, or a wait ended before one whose
   * deadline was earlier.
   */
  readonly preemptions: number;

  /**
   * Made by {@linkcode explore}.
   *
   * @param error What the program threw.
   * @param preemptions How often a task was made to wait that could have gone on.
   * @param schedules How many schedules had been tried, this one included.
   * @param entries The log of the run.
   * @param again How to run it again.
   */
  constructor(
    error: unknown,
    preemptions: number,
    schedules: number,
    entries: readonly Entry[],
    again: Replay,
  ) {
    const message = `${textOf(error)}, with ${count(preemptions, "preemption")}, ` +
      `after ${count(schedules, "schedule")}:\n${story(entries)}\n${replayLine(again, entries)}`;
    super(message, { cause: error });
    this.picks = again.picks;
    this.preemptions = preemptions;
  }

  /** What the program threw: the same as `cause`. */
  get error(): unknown {
    return this.cause;
  }
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return `a thrown ${typeof error}`;
  }
}

/** The log as a story, in which what repeats is told once. */
function story(entries: readonly Entry[]): string {
  // What repeats does so at other times.
  const isSame = (a: string, b: string) => a === b || timeless(a) === timeless(b);
  return fold(narrate(entries).split("\n"), isSame).flatMap(({ elements, times }) => {
    if (times === 1) return elements;
    const lines = elements.length === 1 ? "this line" : `these ${elements.length} lines`;
    return [...elements, `… ${lines} ${times} times in all`];
  }).join("\n");
}

function timeless(line: string): string {
  return line.replace(/^ *[\d.]+ ms/, "").replace(/until [\d.]+ ms/g, "until");
}

function replayLine({ picks, timing, maxSteps }: Replay, entries: readonly Entry[]): string {
  const steps = entries.filter(({ type }) => type === "step").length;
  const list = fold(picks, (a, b) => a === b).map(({ elements, times }) => {
    const text = elements.join(", ");
    if (times === 1) return text;
    if (elements.length === 1) return `...Array(${times}).fill(${text})`;
    return `...Array(${times}).fill([${text}]).flat()`;
  }).join(", ");
  const options = [
    `order: replay([${list}])`,
    ...(timing === "any" ? [`timing: "any"`] : []),
    ...(steps < maxSteps ? [] : [`maxSteps: ${maxSteps}`]),
  ];
  return `replay: simulate(program(), { ${options.join(", ")} })`;
}

interface Fold<T> {
  elements: T[];
  times: number;
}

/** The longest row of elements that is looked for. */
const LONGEST_ROW = 24;
/** Shorter than this, what repeats is easier read as it is. */
const WORTHWHILE = 12;

/** Finds rows of elements that come again and again. */
function fold<T>(
  elements: readonly T[],
  isSame: (a: T, b: T) => boolean,
): Fold<T>[] {
  const folds: Fold<T>[] = [];
  let plain: T[] = [];
  for (let at = 0; at < elements.length;) {
    const row = repeatingRow(elements, at, isSame);
    if (row === undefined) {
      plain.push(elements[at++]!);
      continue;
    }
    if (plain.length > 0) folds.push({ elements: plain, times: 1 });
    plain = [];
    folds.push({ elements: elements.slice(at, at + row.length), times: row.times });
    at += row.length * row.times;
  }
  if (plain.length > 0) folds.push({ elements: plain, times: 1 });
  return folds;
}

/** The shortest row that begins here and repeats long enough. */
function repeatingRow<T>(
  elements: readonly T[],
  at: number,
  isSame: (a: T, b: T) => boolean,
): { length: number; times: number } | undefined {
  for (let length = 1; length <= LONGEST_ROW; length++) {
    let end = at + length;
    while (end < elements.length && isSame(elements[end - length]!, elements[end]!)) end++;
    const times = Math.floor((end - at) / length);
    if (times > 2 && times * length >= WORTHWHILE) return { length, times };
  }
  return undefined;
}
