import type { CancelEntry, Entry, ExitEntry, SuspendEntry, WakeCause } from "./entry.ts";

/** A trace function that keeps what it is given: see {@linkcode record}. */
export interface Recorder {
  /** Keeps one entry. */
  (entry: Entry): void;
  /** All entries so far, in order. */
  readonly entries: Entry[];
}

/**
 * A `trace` function that keeps every entry.
 *
 * @returns The function, with what it kept as `entries`.
 *
 * @example The order in which things happened
 * ```ts
 * import { emit, gather, record, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* say(word: string, after: number) {
 *   yield* sleep(after);
 *   yield* emit(word);
 * }
 *
 * const trace = record();
 * simulate(gather([say("second", 20), say("first", 10)]), { trace });
 * const said = trace.entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
 * assertEquals(said, ["first", "second"]);
 * ```
 */
export function record(): Recorder {
  const log = new Log();
  const keep = (entry: Entry) => void log.read().push(entry);
  const recorder = Object.defineProperty(keep, "entries", {
    get: () => log.read(),
    enumerable: true,
  }) as Recorder;
  logs.set(recorder, log);
  return recorder;
}

const logs = new WeakMap<object, Log>();

/**
 * The log that a trace function keeps, for a loop to write into: one that was not read, and for one
 * loop only, because the place of an entry is its number.
 */
export function takeLog(trace: (entry: Entry) => void): Log | undefined {
  const log = logs.get(trace);
  logs.delete(trace);
  return log?.isRead ? undefined : log;
}

// What an entry is about, in the lowest digits of its code.
const SPAWN = 0;
const READY = 1;
const STEP = 2;
const SUSPEND = 3;
const SUSPEND_UNTIL = 4;
const SUSPEND_OF = 5;
const EMIT = 6;
const CANCEL = 7;
const EXIT = 8;
const FAIL = 9;
const KINDS = 10;

/**
 * A log that is kept. Until it is first read, an entry is two numbers and its details, in three
 * arrays: half of the memory of objects, and little for the collector to copy. From then on, entries
 * are objects in one array, to which the loop adds: a program that has read it expects it to grow.
 */
export class Log {
  isRead = false;
  /** Called when it is read first, with how many entries the loop has written. */
  onRead: (count: number) => void = () => {};
  readonly #entries: Entry[] = [];
  /** Of each entry `KINDS` times its task, and its kind. */
  #codes: number[] = [];
  #times: number[] = [];
  /** What the entries tell besides, one after another. */
  #details: unknown[] = [];

  #add(kind: number, at: number, task: number): void {
    this.#codes.push(task * KINDS + kind);
    this.#times.push(at);
  }

  spawn(at: number, task: number, name: string, parent: number | null): void {
    this.#add(SPAWN, at, task);
    this.#details.push(name, parent);
  }

  ready(at: number, task: number, by: WakeCause | null): void {
    this.#add(READY, at, task);
    this.#details.push(by);
  }

  step(at: number, task: number): void {
    this.#add(STEP, at, task);
  }

  suspend(
    at: number,
    task: number,
    why: SuspendEntry["why"],
    until: number | undefined,
    label: string | undefined,
    of: SuspendEntry["of"],
  ): void {
    if (label !== undefined || of !== undefined) {
      this.#add(SUSPEND_OF, at, task);
      this.#details.push(why, until, label, of);
    } else if (until !== undefined) {
      this.#add(SUSPEND_UNTIL, at, task);
      this.#details.push(why, until);
    } else {
      this.#add(SUSPEND, at, task);
      this.#details.push(why);
    }
  }

  emit(at: number, task: number, value: unknown): void {
    this.#add(EMIT, at, task);
    this.#details.push(value);
  }

  cancel(
    at: number,
    task: number,
    reason: unknown,
    by: CancelEntry["by"],
    source: CancelEntry["source"],
  ): void {
    this.#add(CANCEL, at, task);
    this.#details.push(reason, by, source);
  }

  exit(at: number, task: number, outcome: ExitEntry["outcome"], failure: string | undefined): void {
    this.#add(failure === undefined ? EXIT : FAIL, at, task);
    this.#details.push(outcome);
    if (failure !== undefined) this.#details.push(failure);
  }

  /** The entries. */
  read(): Entry[] {
    if (this.#codes.length > 0) this.#make();
    if (!this.isRead) {
      this.isRead = true;
      this.onRead(this.#entries.length);
    }
    return this.#entries;
  }

  #make(): void {
    const codes = this.#codes;
    const details = this.#details;
    let next = 0;
    const detail = <T>() => details[next++] as T;
    for (let seq = 0; seq < codes.length; seq++) {
      const kind = codes[seq]! % KINDS;
      const task = (codes[seq]! - kind) / KINDS;
      this.#entries.push(entryOf(kind, seq, this.#times[seq]!, task, detail));
    }
    this.#codes = [];
    this.#times = [];
    this.#details = [];
  }
}

function entryOf(
  kind: number,
  seq: number,
  at: number,
  task: number,
  detail: <T>() => T,
): Entry {
  switch (kind) {
    case SPAWN:
      return { seq, at, type: "spawn", task, name: detail(), parent: detail() };
    case READY:
      return { seq, at, type: "ready", task, by: detail() };
    case STEP:
      return { seq, at, type: "step", task };
    case EMIT:
      return { seq, at, type: "emit", task, value: detail() };
    case CANCEL:
      return { seq, at, type: "cancel", task, reason: detail(), by: detail(), source: detail() };
    case EXIT:
      return { seq, at, type: "exit", task, outcome: detail() };
    case FAIL:
      return { seq, at, type: "exit", task, outcome: detail(), failure: detail() };
  }
  const entry: SuspendEntry = { seq, at, type: "suspend", task, why: detail() };
  if (kind === SUSPEND_UNTIL) entry.until = detail();
  if (kind === SUSPEND_OF) {
    const [until, label, of] = [detail<number>(), detail<string>(), detail<SuspendEntry["of"]>()];
    if (until !== undefined) entry.until = until;
    if (label !== undefined) entry.label = label;
    if (of !== undefined) entry.of = of;
  }
  return entry;
}
