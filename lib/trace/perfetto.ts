import { told } from "./narrate.ts";
import type { CancelEntry, EmitEntry, Entry, ExitEntry, SuspendEntry } from "./entry.ts";

/** A trace in Chrome's Trace Event Format. */
export interface PerfettoTrace {
  /** The unit a viewer shows. Times in the file are µs. */
  displayTimeUnit: "ms";
  /** What the file's maker says about it. */
  otherData: Record<string, unknown>;
  /** The events. A viewer sorts them by their time. */
  traceEvents: Record<string, unknown>[];
}

/** What tracks are made of: one process, a track for the thread, then one for each task. */
const PROCESS = 1;
const THREAD = 1;

interface Lane {
  name: string;
  born: number;
  /** What it is doing, and since when. */
  state: string;
  since: number;
  args: Record<string, unknown>;
  /** When it last got the thread. */
  ran: number;
  /** The arrows that end at its next step. */
  arrows: { waker: number; ts: number }[];
  over: boolean;
}

/**
 * The log as a file for https://ui.perfetto.dev and `chrome://tracing`: a track for the thread and
 * one for each task, with arrows from who woke to who was woken.
 *
 * Steps take no logical time, and such a file can't show what takes none: here each takes 1 µs.
 *
 * @param entries The log of a run, from its first entry: see {@linkcode record}.
 * @param otherData What to keep in the file about the run.
 * @returns The trace, to be written as JSON.
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 *
 * @example A file to open in the viewer
 * ```ts
 * import { record, simulate, sleep, toPerfetto } from "@tenfold/loop";
 * import { assert } from "@std/assert";
 *
 * const trace = record();
 * simulate(sleep(1000), { trace });
 * const file = JSON.stringify(toPerfetto(trace.entries));
 * assert(file.includes('"name":"sleeping","ts":1,"dur":999999'));
 * ```
 */
export function toPerfetto(
  entries: readonly Entry[],
  otherData: Record<string, unknown> = {},
): PerfettoTrace {
  const traceEvents: Record<string, unknown>[] = [];
  const lanes = new Map<number, Lane>();
  /** Logical µs, and one more for each step, so that what follows a step is after it. */
  let clock = 0;
  let arrows = 0;

  const track = (task: number) => task + 2;
  const event = (ph: string, tid: number, rest: Record<string, unknown>) =>
    traceEvents.push({ ph, pid: PROCESS, tid, ...rest });
  const slice = (tid: number, name: string, ts: number, args: Record<string, unknown>) => {
    if (clock > ts) event("X", tid, { name, ts, dur: clock - ts, cat: "task", args });
  };
  const label = (tid: number, name: string) => {
    event("M", tid, { name: "thread_name", args: { name } });
    event("M", tid, { name: "thread_sort_index", args: { sort_index: tid } });
  };
  /** Closes what a task was doing and begins another thing. */
  const turn = (task: number, state: string, args: Record<string, unknown> = {}) => {
    const lane = lanes.get(task)!;
    slice(track(task), lane.state, lane.since, lane.args);
    if (lane.state === "running" || lane.state === "blocking") {
      slice(THREAD, `${lane.state} #${task}`, lane.since, lane.args);
    }
    Object.assign(lane, { state, since: clock, args });
  };
  const end = (task: number, args: Record<string, unknown>) => {
    turn(task, "");
    const lane = lanes.get(task)!;
    slice(track(task), lane.name, lane.born, args);
    lane.over = true;
  };

  event("M", THREAD, { name: "process_name", args: { name: "one thread" } });
  label(THREAD, "thread");
  for (const entry of entries) {
    const { task, at } = entry;
    clock = Math.max(clock, at * 1000);
    if (entry.type === "spawn") {
      const name = `#${task} ${entry.name}`;
      label(track(task), name);
      const idle = { state: "", since: clock, args: {}, ran: clock, arrows: [], over: false };
      lanes.set(task, { name, born: clock, ...idle });
    } else if (entry.type === "ready") {
      turn(task, "ready", { by: entry.by });
      const waker = typeof entry.by === "number" ? entry.by : undefined;
      if (waker === undefined) continue;
      // It begins within the waker's step, which may be over.
      lanes.get(task)!.arrows.push({ waker, ts: lanes.get(waker)!.ran });
    } else if (entry.type === "step") {
      turn(task, "running");
      const lane = lanes.get(task)!;
      lane.ran = clock;
      for (const { waker, ts } of lane.arrows.splice(0)) {
        const flow = { id: ++arrows, name: "wake", cat: "flow" };
        event("s", track(waker), { ...flow, ts });
        event("f", track(task), { bp: "e", ...flow, ts: clock });
      }
    } else if (entry.type === "suspend") {
      clock++;
      turn(task, STATES[entry.why] ?? "waiting", argumentsOf(entry));
    } else if (entry.type === "exit") {
      clock++;
      end(task, argumentsOf(entry));
    } else {
      const mark = { s: "t", name: entry.type, ts: clock + 0.5, cat: "task" };
      event("i", track(task), { ...mark, args: argumentsOf(entry) });
    }
  }
  // A log may end in the middle of a step.
  clock++;
  for (const [task, { over }] of lanes) {
    if (!over) end(task, { outcome: "unfinished" });
  }
  return { displayTimeUnit: "ms", otherData, traceEvents };
}

/** What an entry tells besides when, of which task, and of what kind it is. */
function argumentsOf(
  entry: SuspendEntry | EmitEntry | CancelEntry | ExitEntry,
): Record<string, unknown> {
  switch (entry.type) {
    case "suspend": {
      const { why, until, label, of } = entry;
      return {
        why,
        ...(until !== undefined && { until }),
        ...(label !== undefined && { label }),
        ...of,
      };
    }
    case "emit":
      return { value: plain(entry.value) };
    case "cancel": {
      const { by, source, reason } = entry;
      return { by, source, ...(reason !== undefined && { reason: plain(reason) }) };
    }
    case "exit": {
      const { outcome, failure } = entry;
      return { outcome, ...(failure !== undefined && { failure }) };
    }
  }
}

/** A value that JSON has, too. */
function plain(value: unknown): unknown {
  return Number.isFinite(value) || typeof value === "boolean" ? value : told(value);
}

const STATES: Partial<Record<string, string>> = {
  sleep: "sleeping",
  block: "blocking",
  pause: "ready",
};
