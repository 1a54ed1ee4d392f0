import type { CancelEntry, Entry } from "../../../../lib/trace/entry.ts";
import { programLines, type Running } from "./endings.ts";
import { formatValue } from "./format.ts";

/** With this many entries a log is full: what the program prints after that is left out. */
export const FULL = 10_000;
/**
 * The most entries that a log keeps. What the tasks do after the log is full is still kept, so that
 * the picture shows how they end: there is room for twice the entries of the longest run.
 */
export const MAX_ENTRIES = 20_000;

/** How many frames of a stack V8 keeps: thirty nested `yield*` are two frames each. */
const FRAMES = 60;

/** The log of a program's run as plain data, with the lines of each entry. */
export class Recording {
  readonly entries: Entry[] = [];
  readonly lines: number[][] = [];
  /** Whether there was more than it keeps. */
  isCut = false;
  /** Whether more was printed than it keeps. */
  isFull = false;
  readonly #program: Running;
  readonly #onEntry: ((entry: Entry, lines: number[]) => void) | undefined;
  #running: number | undefined;
  #isOver = false;
  #now: () => number = () => 0;
  /** What was printed before the first step, and the lines. */
  #early: { text: string; lines: number[] }[] = [];

  /** @param onEntry Called with each entry as soon as it is there. */
  constructor(program: Running, onEntry?: (entry: Entry, lines: number[]) => void) {
    this.#program = program;
    this.#onEntry = onEntry;
  }

  /** Keeps stacks long enough while a program is run. */
  during(run: () => void): void {
    // Only V8 has such a limit.
    const { stackTraceLimit } = Error as { stackTraceLimit?: number };
    Object.assign(Error, { stackTraceLimit: FRAMES });
    try {
      run();
    } finally {
      Object.assign(Error, { stackTraceLimit });
    }
  }

  /** The time of the program, in ms. */
  get now(): number {
    return this.#now();
  }

  /** Says how the time of the program is found out. */
  readTimeBy(now: () => number): void {
    this.#now = now;
  }

  /** Keeps an entry of the loop. */
  add(entry: Entry): void {
    const { type, task } = entry;
    // The loop logs these between two steps: a stack costs some 20 µs, and would have no line.
    const isLoops = type === "step" || type === "ready" || type === "exit";
    this.#push(plain(entry), isLoops ? [] : this.here());
    // What follows is no part of the program: the loop ends it, as it is deadlocked or endless.
    this.#isOver ||= type === "cancel" && ENDED.has(entry.source);
    if (type === "step") {
      this.#running = task;
      for (const { text, lines } of this.#early.splice(0)) this.#say(task, text, lines);
    }
    if (this.#running === task && (type === "suspend" || type === "exit")) {
      this.#running = undefined;
    }
  }

  /** Keeps what the running task prints; what is printed before the first step, with that. */
  print(text: string): void {
    if (this.isFull || this.isCut || this.#isOver) return;
    const lines = this.here();
    if (this.#running === undefined) this.#early.push({ text, lines });
    else this.#say(this.#running, text, lines);
  }

  #say(task: number, value: string, lines: number[]): void {
    this.#push({ seq: 0, at: this.#now(), type: "emit", task, value }, lines);
  }

  /** The lines of the program that are being run, the innermost first. */
  here(): number[] {
    return this.isCut || this.#isOver ? [] : programLines(new Error().stack ?? "", this.#program);
  }

  #push(entry: Entry, lines: number[]): void {
    if (this.#isOver) return;
    if (entry.type === "emit" && this.entries.length >= FULL) {
      this.isFull = true;
      return;
    }
    if (this.entries.length >= MAX_ENTRIES) {
      this.isCut = true;
      return;
    }
    // What is printed has no number in the loop's own log.
    entry.seq = this.entries.length;
    this.entries.push(entry);
    this.lines.push(lines);
    this.#onEntry?.(entry, lines);
  }
}

/** Why the loop cancels all that is left of a run. */
const ENDED: ReadonlySet<CancelEntry["source"]> = new Set(["deadlock", "limit"]);

/** An entry whose values are texts. */
function plain(entry: Entry): Entry {
  if (entry.type === "emit") return { ...entry, value: formatValue(entry.value) };
  if (entry.type === "cancel" && entry.reason !== undefined) {
    return { ...entry, reason: formatValue(entry.reason) };
  }
  return { ...entry };
}
