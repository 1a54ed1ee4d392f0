import { type Entry, type Summary, tally } from "@tenfold/loop";

/** What a coroutine is doing. */
export type State =
  | "created"
  | "ready"
  | "running"
  | "sleeping"
  | "waiting"
  | "blocking"
  | "done"
  | "cancelled"
  | "failed";

/**
 * A stretch of a run in which nothing changes hands: a step, which takes no logical time, or a gap,
 * in which time passes. The boundary before column 3 is 3.
 */
export interface Column {
  /** The task that takes the step, or, in a gap, holds the thread by `block`; else `null`. */
  task: number | null;
  /** Logical time at both ends, in ms. */
  from: number;
  to: number;
  /** How many entries of the log there are before it, and before the one that ends it. */
  before: number;
  entries: number;
}

/** A stretch of a lane. */
export interface Mark {
  lane: number;
  state: State;
  /** The boundaries it reaches from and to; it goes on while there is no second. */
  from: number;
  to: number | undefined;
  /** When a sleep is to end, in ms. */
  until?: number | undefined;
}

/** One coroutine, as of the last entry. */
export interface Lane {
  name: string;
  state: State;
  /** What it waits for, in the log's word. */
  why?: string | undefined;
  /** When what it waits for ends, in ms. */
  until?: number | undefined;
  /** What made it ready last. */
  by?: number | string | null;
  /** The line of the program it is at: the one it stopped at, or, while it runs, came from last. */
  line?: number | undefined;
  steps: number;
  /** How long it slept, or blocked, in ms. */
  waited: number;
  /** When it ended, in ms. */
  ended?: number;
  emitted: { value: unknown; boundary: number; at: number }[];
}

const ASLEEP: Record<string, State> = { sleep: "sleeping", block: "blocking", pause: "ready" };

/** A run as it is drawn, told and listed: all of it comes from the log, entry by entry. */
export class Timeline {
  readonly lanes: Lane[] = [];
  readonly columns: Column[] = [];
  readonly marks: Mark[] = [];
  /** Logical time, in ms. */
  now = 0;
  entries = 0;
  /** The mark that each lane has not ended yet. */
  readonly #open: Mark[] = [];
  readonly #since: number[] = [];
  readonly #room: number;
  readonly #statistics = tally();
  #running: number | null = null;
  #blocker: number | null = null;

  /**
   * @param entries The log, as far as it is known.
   * @param lines For each entry the line of the program that was being run.
   * @param room For how many lanes there is to be room, if that is known before they come.
   */
  constructor(
    entries: readonly Entry[] = [],
    lines: readonly (readonly number[])[] = [],
    room = 0,
  ) {
    this.#room = room;
    for (const [index, entry] of entries.entries()) this.add(entry, lines[index]?.[0]);
  }

  /** For how many lanes there is room. */
  get room(): number {
    return Math.max(this.#room, this.lanes.length);
  }

  /** Its figures. */
  get summary(): Summary {
    return this.#statistics.summary;
  }

  /**
   * Takes the next entry of the log.
   *
   * @param entry The entry.
   * @param line The line of the program that was being run, if that is known.
   */
  add(entry: Entry, line?: number): void {
    this.#statistics(entry);
    const { at, task, type } = entry;
    if (at > this.now) {
      this.#column(this.#blocker, this.now, at);
      this.now = at;
    }
    if (type === "spawn") {
      this.lanes[task] = { name: entry.name, state: "created", steps: 0, waited: 0, emitted: [] };
      this.#enter(task, "created");
    }
    if (line !== undefined && this.#running !== null) this.lanes[this.#running]!.line = line;
    const lane = this.lanes[task]!;
    if (type === "ready") {
      lane.by = entry.by;
      this.#woken(lane, task);
      this.#enter(task, "ready");
    } else if (type === "step") {
      lane.steps++;
      this.#woken(lane, task);
      this.#enter(task, "running");
      this.#running = task;
      this.#blocker = null;
      this.#column(task, at, at);
    } else if (type === "suspend") {
      lane.why = entry.why;
      this.#running = null;
      if (entry.why === "block") this.#blocker = task;
      this.#since[task] = at;
      this.#enter(task, ASLEEP[entry.why] ?? "waiting", entry.until);
    } else if (type === "emit") {
      // In the middle of its step.
      lane.emitted.push({ value: entry.value, boundary: this.columns.length - 1, at });
    } else if (type === "exit") {
      if (this.#running === task) this.#running = null;
      lane.ended = at;
      this.#enter(task, entry.outcome);
    }
    this.entries++;
    if (this.#running !== null) this.columns.at(-1)!.entries = this.entries;
  }

  #column(task: number | null, from: number, to: number): void {
    const { entries } = this;
    this.columns.push({ task, from, to, before: entries, entries });
  }

  #woken(lane: Lane, task: number): void {
    if (lane.state === "sleeping" || lane.state === "blocking") {
      lane.waited += this.now - this.#since[task]!;
    }
    lane.why = undefined;
  }

  #enter(task: number, state: State, until?: number): void {
    const boundary = this.columns.length;
    const open = this.#open[task];
    const lane = this.lanes[task]!;
    lane.state = state;
    lane.until = until;
    if (open !== undefined) {
      open.to = boundary;
      // What took no column is not to be seen.
      if (open.from === boundary) this.marks.splice(this.marks.lastIndexOf(open), 1);
    }
    const mark = { lane: task, state, from: boundary, to: undefined, until };
    this.#open[task] = mark;
    this.marks.push(mark);
  }
}
