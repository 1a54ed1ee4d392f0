import {
  block,
  emit,
  type Entry,
  gather,
  Lock,
  type Order,
  pause,
  type PerfettoTrace,
  record,
  simulate,
  sleep,
  spawn,
  toPerfetto,
} from "@tenfold/loop";
import { assert, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fail } from "../fixtures.ts";
import { type Action, orders, programs, start } from "../properties/programs.ts";

interface TraceEvent {
  ph: "M" | "X" | "s" | "f" | "i";
  pid: number;
  tid: number;
  name: string;
  ts: number;
  dur: number;
  id: number;
  bp?: string;
  args: Record<string, unknown>;
}

const THREAD = 1;

/** Asserts the rules by which the viewer reads a file, and gives the events by kind. */
function assertReadable(trace: PerfettoTrace) {
  // What is read is text.
  const all: TraceEvent[] = JSON.parse(JSON.stringify(trace)).traceEvents;
  const of = (ph: string) => all.filter((event) => event.ph === ph);
  const slices = of("X");
  const tracks = new Map(
    of("M").filter(({ name }) => name === "thread_name").map(({ tid, args }) => [tid, args.name]),
  );
  for (const { ph, pid, tid, ts } of all) {
    assert(tracks.has(tid) && tid > 0 && pid === 1, `track ${tid}`);
    assert(ph === "M" || (Number.isFinite(ts) && ts >= 0), `time ${ts}`);
  }
  for (const tid of tracks.keys()) {
    assertNested(slices.filter((slice) => slice.tid === tid));
  }

  // One task at a time has the thread, and the track of the thread says the same.
  const isOnThread = ({ name }: TraceEvent) => name === "running" || name === "blocking";
  const onThread = slices.filter((slice) => slice.tid !== THREAD && isOnThread(slice))
    .sort((a, b) => a.ts - b.ts);
  for (const [index, { ts, dur }] of onThread.entries()) {
    assertLessOrEqual(ts + dur, onThread[index + 1]?.ts ?? Infinity);
  }
  assertEquals(
    slices.filter(({ tid }) => tid === THREAD).map(({ name, ts, dur }) => [name, ts, dur]).sort(),
    onThread.map(({ name, tid, ts, dur }) => [`${name} #${tid - 2}`, ts, dur]).sort(),
  );
  return { all, slices, tracks, starts: of("s"), ends: of("f"), instants: of("i") };
}

/** On one track a slice is within another, or has nothing in common with it; none is empty. */
function assertNested(slices: TraceEvent[]): void {
  const open: TraceEvent[] = [];
  for (const slice of slices.sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    assert(slice.dur > 0, `${slice.name} at ${slice.ts} takes ${slice.dur}`);
    while (open.length > 0 && open.at(-1)!.ts + open.at(-1)!.dur <= slice.ts) open.pop();
    const around = open.at(-1);
    assertLessOrEqual(slice.ts + slice.dur, around ? around.ts + around.dur : Infinity);
    open.push(slice);
  }
}

/** Asserts that arrows have two ends: from a slice that is open to the beginning of a step. */
function assertArrows({ slices, starts, ends }: ReturnType<typeof assertReadable>): void {
  assertEquals(new Set(starts.map(({ id }) => id)).size, starts.length);
  assertEquals(starts.map(({ id }) => id).sort(), ends.map(({ id }) => id).sort());
  for (const { tid, ts } of starts) {
    assert(slices.some((on) => on.tid === tid && on.ts <= ts && ts < on.ts + on.dur), `s at ${ts}`);
  }
  for (const { id, tid, ts, bp, name } of ends) {
    const step = slices.find((on) => on.tid === tid && on.ts === ts && on.name === "running");
    assert(step !== undefined, `f at ${ts}`);
    const from = starts.find((start) => start.id === id)!;
    assertEquals([from.name, bp], [name, "e"]);
    assertLessOrEqual(from.ts, ts);
  }
}

function logOf(body: readonly Action[], order: Order): Entry[] {
  const trace = record();
  try {
    simulate(start(body).main, { order, trace });
  } catch { /* nothing to do with its picture */ }
  return trace.entries;
}

function property(check: (entries: Entry[], cut: number) => void): void {
  fc.assert(
    fc.property(programs, orders, fc.nat(), (body, order, cut) => {
      const entries = logOf(body, order);
      check(entries, cut % (entries.length + 1));
    }),
    { seed: 1, numRuns: 300 },
  );
}

Deno.test("toPerfetto: the file of any program is well formed", () => {
  property((entries) => {
    const { tracks, slices } = assertReadable(toPerfetto(entries));
    const born = entries.filter((entry) => entry.type === "spawn");
    assertEquals(
      [...tracks],
      [[THREAD, "thread"], ...born.map(({ task, name }) => [task + 2, `#${task} ${name}`])] as [
        number,
        unknown,
      ][],
    );
    for (const entry of entries) {
      if (entry.type !== "exit") continue;
      const life = slices.filter(({ tid, args }) => tid === entry.task + 2 && "outcome" in args);
      assertEquals(life.map(({ args }) => args.outcome), [entry.outcome]);
    }
  });
});

Deno.test("toPerfetto: the file of a run that is not over is well formed", () => {
  property((entries, cut) => {
    const { tracks } = assertReadable(toPerfetto(entries.slice(0, cut)));
    const born = entries.slice(0, cut).filter(({ type }) => type === "spawn");
    assertEquals(tracks.size, born.length + 1);
  });
});

Deno.test("toPerfetto: every arrow has two ends", () => {
  property((entries, cut) => {
    assertArrows(assertReadable(toPerfetto(entries)));
    assertArrows(assertReadable(toPerfetto(entries.slice(0, cut))));
  });
});

Deno.test("toPerfetto: an arrow goes from the step of the task that wakes to the step of the woken", () => {
  const trace = record();
  simulate(
    function* () {
      const other = yield* spawn(sleep(5), { name: "other" });
      yield* other;
    }(),
    { trace },
  );
  const read = assertReadable(toPerfetto(trace.entries));
  assertArrows(read);
  const { starts, ends } = read;
  assertEquals(starts.map(({ tid, ts }) => [tid, ts]), [[2, 0], [3, 5000]]);
  assertEquals(ends.map(({ tid, ts }) => [tid, ts]), [[3, 1], [2, 5001]]);
});

Deno.test("toPerfetto: a task is a row of slices, in µs, and a step takes one", () => {
  const trace = record();
  simulate(
    function* () {
      yield* sleep(1);
      yield* block(2);
      yield* pause();
      yield* gather([pause()]);
    }(),
    { trace },
  );
  const { slices } = assertReadable(toPerfetto(trace.entries));
  const row = slices.filter(({ tid, args }) => tid === 2 && !("outcome" in args));
  assertEquals(row.map(({ name, ts, dur, args }) => [name, ts, dur, args.why]), [
    ["running", 0, 1, undefined],
    ["sleeping", 1, 999, "sleep"],
    ["running", 1000, 1, undefined],
    ["blocking", 1001, 1999, "block"],
    ["running", 3000, 1, undefined],
    ["running", 3001, 1, undefined],
    ["waiting", 3002, 2, "gather"],
    ["running", 3004, 1, undefined],
  ]);
});

Deno.test("toPerfetto: an emitted value and a cancel are marks in the step in which they happen", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(sleep(1000));
      yield* sleep(1);
      yield* emit("hello");
      task.cancel("enough");
    }(),
    { trace },
  );
  const { slices, instants } = assertReadable(toPerfetto(trace.entries));
  assertEquals(instants.map(({ name, tid, args }) => [name, tid, args]), [
    ["emit", 2, { value: "hello" }],
    ["cancel", 3, { by: 0, source: "task", reason: "enough" }],
  ]);
  const step = slices.findLast(({ name, tid }) => tid === 2 && name === "running")!;
  for (const { ts } of instants) assert(step.ts < ts && ts < step.ts + step.dur);
});

Deno.test("toPerfetto: a wait has in its arguments all that the log knows of it", () => {
  const trace = record();
  simulate(
    function* () {
      const lock = new Lock({ name: "left" });
      using permit = yield* lock.acquire();
      yield* gather([sleep(1), sleep(2)]);
      const last = yield* spawn(lock.acquire());
      yield* sleep(1);
      permit.release();
      yield* last;
    },
    { trace },
  );
  const { slices } = assertReadable(toPerfetto(trace.entries));
  assertEquals(slices.filter(({ name }) => name === "waiting").map(({ args }) => args), [
    { why: "gather", tasks: [1, 2] },
    { why: "lock", name: "left", heldBy: [0], id: 0 },
    { why: "join", task: 3 },
  ]);
});

Deno.test("toPerfetto: a cancel without a reason has none, and a failure is told", () => {
  const trace = record();
  assertThrows(() => simulate(gather([fail(1), sleep(2)]), { trace }));
  const { slices, instants } = assertReadable(toPerfetto(trace.entries));
  assertEquals(instants.map(({ tid, args }) => [tid, args]), [[4, { by: 1, source: "sibling" }]]);
  const lives = slices.filter(({ args }) => "outcome" in args);
  assertEquals(lives.map(({ tid, args }) => [tid, args]), [
    [3, { outcome: "failed", failure: "Error: boom" }],
    [4, { outcome: "cancelled" }],
    [2, { outcome: "failed", failure: "Error: boom" }],
  ]);
});

Deno.test("toPerfetto: the file keeps what its maker says about the run", () => {
  assertEquals(toPerfetto([]).otherData, {});
  const { displayTimeUnit, otherData } = toPerfetto([], { seed: 42 });
  assertEquals([displayTimeUnit, otherData], ["ms", { seed: 42 }]);
});

Deno.test("toPerfetto: a value that JSON does not have is written as text", () => {
  const trace = record();
  const values = [1n, new Error("boom"), undefined, NaN, -Infinity];
  simulate(gather(values.map(emit)), { trace });
  const { instants } = assertReadable(toPerfetto(trace.entries));
  assertEquals(instants.map(({ args }) => args.value), [
    "1",
    "Error: boom",
    "undefined",
    "NaN",
    "-Infinity",
  ]);
});
