import {
  type CancelEntry,
  type Entry,
  type ReadyEntry,
  type Summary,
  type SuspendEntry,
  tally,
} from "@tenfold/loop";
import { Deadlines } from "./deadlines.ts";

/** What a coroutine is doing. */
export type State =
  | "created"
  | "ready"
  | "running"
  | "sleeping"
  | "late"
  | "waiting"
  | "blocking"
  | "done"
  | "cancelled"
  | "failed";

/**
 * A stretch of a run in which no coroutine changes its state: a step, which takes no logical time, or
 * a gap, in which time passes. The boundary before column 3 is 3.
 */
export interface Column {
  /** The task that takes the step, or that holds the thread by `block` during the gap, else `null`. */
  task: number | null;
  /** Logical time at both ends, in ms. */
  from: number;
  to: number;
  /** How many entries of the log there are before it, and before the one that ends it. */
  before: number;
  entries: number;
}

/** What a coroutine waits for, as the log has it. */
export type Wait = Pick<SuspendEntry, "why" | "label" | "of">;

/** A stretch of a lane. */
export interface Mark {
  lane: number;
  state: State;
  /** What it waits for. */
  wait?: Wait | undefined;
  /** The boundaries it reaches from and to; it goes on while there is no second. */
  from: number;
  to: number | undefined;
  /** When what it waits for is due, in ms. */
  until?: number | undefined;
}

/** A task that made another one ready. */
export interface Wake {
  by: number;
  task: number;
  /** The boundary at which it did: the end of its step. */
  boundary: number;
}

/** A coroutine that is asked to end. */
export interface Cancel extends Pick<CancelEntry, "by" | "source" | "reason" | "at"> {
  lane: number;
  /** The boundary at which it is; 2.5 is in the middle of column 2, the step of the task that asks. */
  boundary: number;
}

/** The loop has ended the run: what tasks do after that is their cleanup, and not to be seen. */
export interface Verdict {
  /** Nobody can go on, or there were too many steps. */
  source: "deadlock" | "limit";
  at: number;
}

/** One coroutine, as of the last entry. */
export interface Lane {
  name: string;
  /** The lane that started it, `null` for `main`. */
  parent: number | null;
  /** Those that it started. */
  children: number[];
  state: State;
  /** What it waits for, in the log's word. */
  why?: string | undefined;
  /** The same, with all that the log has of it. */
  wait?: Wait | undefined;
  /** When what it waits for is due, in ms. */
  until?: number | undefined;
  /** The first request that it ends, if there was one. */
  cancel?: Cancel | undefined;
  /** What it failed with. */
  failure?: string | undefined;
  /** What made it ready last. */
  by?: number | string | null | undefined;
  /** The line of the program it is at: the one it stopped at, or, while it runs, came from last. */
  line?: number | undefined;
  steps: number;
  /** Since when it is in its state, in ms. */
  since: number;
  /** How long it slept or blocked before that, in ms: see {@linkcode Timeline.waited}. */
  waited: number;
  /** When it ended, in ms, and at which boundary. */
  ended?: number;
  end?: number;
  /** The number of the entry with which it ended: several may end at one boundary. */
  exit?: number;
  emitted: { value: unknown; boundary: number; at: number }[];
}

const SUSPENDED: Record<string, State> = { sleep: "sleeping", block: "blocking", pause: "ready" };

/** The states that end in the instant in which they begin, unless another task holds the thread. */
const IMMINENT: ReadonlySet<State> = new Set(["created", "ready", "running"]);

/** The states that are late if their time comes while another task holds the thread. */
const DELAYED: ReadonlySet<State> = new Set(["sleeping", "waiting"]);

/** A run as it is drawn, listed and described: all of it comes from the log, entry by entry. */
export class Timeline {
  readonly lanes: Lane[] = [];
  readonly columns: Column[] = [];
  readonly marks: Mark[] = [];
  readonly wakes: Wake[] = [];
  readonly cancels: Cancel[] = [];
  /** Why the run goes on no more, if the loop has ended it. */
  verdict: Verdict | undefined;
  /** Logical time, in ms. */
  now = 0;
  entries = 0;
  /** The mark that each lane has not ended yet. */
  readonly #open: Mark[] = [];
  readonly #room: number;
  readonly #statistics = tally();
  readonly #deadlines = new Deadlines<Mark>();
  /** How many lanes are in a state in which no time passes. */
  #imminent = 0;
  /** Who holds a lock or a semaphore, by its number: it may have been handed on meanwhile. */
  readonly #holders = new Map<number, readonly number[]>();
  #running: number | null = null;
  #blocker: number | null = null;
  /** Whether the next gap is another column than the last. */
  #isCut = false;

  /**
   * @param entries The log, as far as it is known.
   * @param lines For each entry the lines of the program that were being run, the innermost first.
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

  /** The figures of the log so far. */
  get summary(): Summary {
    return this.#statistics.summary;
  }

  /** When the next entry of the log is due, as far as the log has announced it, in ms. */
  get due(): number {
    if (this.verdict !== undefined) return this.now;
    if (this.#blocker !== null) return this.lanes[this.#blocker]!.until!;
    // As long as a task could run, no time passes.
    if (this.#imminent > 0) return this.now;
    return this.#deadlines.first?.until ?? this.now;
  }

  /** The lanes that hold what a lane waits for, if that is a lock or a semaphore. */
  holdersFor(lane: number): readonly number[] {
    const of = this.lanes[lane]!.wait?.of;
    if (of === undefined || !("heldBy" in of)) return [];
    return this.#holders.get(of.id!) ?? of.heldBy!;
  }

  /** How long a task has slept or blocked until now, in ms, without the time it was late. */
  waited(task: number): number {
    const { state, waited, since } = this.lanes[task]!;
    return waited + (isAsleep(state) ? this.now - since : 0);
  }

  /** When each boundary is, in ms. Those around a step are at the same time. */
  get times(): number[] {
    return [...this.columns.map(({ from }) => from), this.now];
  }

  /**
   * Takes the next entry of the log.
   *
   * @param entry The entry.
   * @param line The line of the program that was being run, if that is known.
   */
  add(entry: Entry, line?: number): void {
    if (this.verdict === undefined) this.#take(entry, line);
    this.entries++;
    if (this.#running !== null) this.columns.at(-1)!.entries = this.entries;
  }

  #take(entry: Entry, line: number | undefined): void {
    this.#statistics(entry);
    const { at, task, type } = entry;
    this.advance(at);
    if (type === "spawn") {
      const { name, parent } = entry;
      const nothing = { since: at, steps: 0, waited: 0, emitted: [], children: [] };
      this.lanes[task] = { name, parent, state: "created", ...nothing };
      if (parent !== null) this.lanes[parent]!.children.push(task);
      this.#enter(task, "created");
    }
    if (line !== undefined && this.#running !== null) this.lanes[this.#running]!.line = line;
    const lane = this.lanes[task]!;
    if (type === "ready") {
      lane.by = entry.by;
      this.#handOn(entry);
      if (typeof entry.by === "number") {
        this.wakes.push({ by: entry.by, task, boundary: this.columns.length });
      }
      this.#enter(task, "ready");
    } else if (type === "step") {
      // A `block` ends without a `ready`: what made it ready before is not why it runs now.
      if (lane.state === "blocking") lane.by = undefined;
      lane.steps++;
      this.#enter(task, "running");
      this.#running = task;
      this.#blocker = null;
      this.#column(task, at, at);
    } else if (type === "suspend") {
      this.#running = null;
      if (entry.why === "block") this.#blocker = task;
      this.#enter(task, SUSPENDED[entry.why] ?? "waiting", entry.until, entry);
    } else if (type === "emit") {
      // In the middle of its step.
      lane.emitted.push({ value: entry.value, boundary: this.columns.length - 1, at });
    } else if (type === "exit") {
      if (this.#running === task) this.#running = null;
      lane.ended = at;
      lane.end = this.columns.length;
      lane.exit = entry.seq;
      lane.failure = entry.failure;
      this.#enter(task, entry.outcome);
    } else if (type === "cancel") {
      this.#cancel(entry);
    }
  }

  /**
   * Lets time pass up to `to`, in ms, as far as that is known: no entry of the log is missing before
   * then. A later call, or entry, goes on with the same gap.
   */
  advance(to: number): void {
    if (to <= this.now) return;
    if (this.#blocker !== null) this.#delay(to);
    this.#pass(to);
  }

  /** What is due before `to` while another task holds the thread is late from then on. */
  #delay(to: number): void {
    for (
      let mark = this.#deadlines.first;
      mark !== undefined && mark.until! < to;
      mark = this.#deadlines.first
    ) {
      this.#pass(mark.until!);
      this.#enter(mark.lane, "late", mark.until, mark.wait);
      this.#isCut = true;
    }
  }

  /** A task was woken: if it waited for a permit, it has that now. */
  #handOn({ task, by }: ReadyEntry): void {
    const { wait, cancel } = this.lanes[task]!;
    const of = wait?.of;
    if (of === undefined || !("id" in of)) return;
    // A cancel ends the wait, and grants nothing.
    if (cancel !== undefined && Math.ceil(cancel.boundary) === this.columns.length) return;
    const before = this.#holders.get(of.id!) ?? [];
    const gone = before.find((holder) => holder === by) ?? before[0];
    this.#holders.set(of.id!, [...before.filter((holder) => holder !== gone), task]);
  }

  #cancel({ task, by, source, reason, at }: CancelEntry): void {
    if (source === "deadlock" || source === "limit") {
      this.verdict = { source, at };
      return;
    }
    const boundary = this.columns.length - (this.#running === null ? 0 : 0.5);
    const cancel = { lane: task, by, source, reason, at, boundary };
    this.cancels.push(cancel);
    this.lanes[task]!.cancel ??= cancel;
  }

  #pass(to: number): void {
    if (to <= this.now) return;
    const last = this.columns.at(-1);
    const goesOn = last !== undefined && last.from < last.to && last.before === this.entries;
    if (goesOn && !this.#isCut) last.to = to;
    else this.#column(this.#blocker, this.now, to);
    this.now = to;
  }

  #column(task: number | null, from: number, to: number): void {
    const { entries } = this;
    this.#isCut = false;
    this.columns.push({ task, from, to, before: entries, entries });
  }

  #enter(task: number, state: State, until?: number, wait?: Wait): void {
    const boundary = this.columns.length;
    const open = this.#open[task];
    const lane = this.lanes[task]!;
    lane.waited = this.waited(task);
    lane.since = this.now;
    lane.state = state;
    lane.until = until;
    lane.why = wait?.why;
    lane.wait = wait && waitOf(wait);
    if (open !== undefined && IMMINENT.has(open.state)) this.#imminent--;
    if (IMMINENT.has(state)) this.#imminent++;
    if (wait?.of !== undefined && "heldBy" in wait.of) {
      this.#holders.set(wait.of.id!, wait.of.heldBy!);
    }
    const { wait: waitsFor } = lane;
    const mark: Mark = { lane: task, state, from: boundary, to: undefined, until, wait: waitsFor };
    if (open !== undefined && open.from === boundary) {
      // What took no column is not to be seen.
      Object.assign(open, mark);
    } else {
      if (open !== undefined) open.to = boundary;
      this.#open[task] = mark;
      this.marks.push(mark);
    }
    if (until !== undefined && DELAYED.has(state)) this.#deadlines.add(this.#open[task]!, until);
  }
}

function waitOf({ why, label, of }: Wait): Wait {
  return { why, ...(label !== undefined && { label }), ...(of !== undefined && { of }) };
}

function isAsleep(state: State): boolean {
  return state === "sleeping" || state === "blocking";
}
