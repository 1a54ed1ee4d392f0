import { type Entry, summarize } from "@tenfold/loop";
import { assert, assertEquals } from "@std/assert";
import { type Column, type Mark, Timeline } from "../../../../routes/lab/view/timeline.ts";
import { of, ofDeadlocks, ofLogs, ofTutorials, ran } from "../runs.ts";

/** The columns, found another way: by looking ahead. */
function columnsOf(entries: readonly Entry[]): Column[] {
  const columns: Column[] = [];
  let now = 0;
  for (const [before, { at, task, type }] of entries.entries()) {
    if (at > now) {
      const last = entries.slice(0, before).findLast(({ type }) =>
        type === "step" || type === "suspend" || type === "exit"
      );
      const blocker = last?.type === "suspend" && last.why === "block" ? last.task : null;
      // It is another column from where another task becomes late.
      const dues = blocker === null ? [] : duesIn(entries.slice(0, before), now, at);
      for (const to of [...dues, at]) {
        columns.push({ task: blocker, from: now, to, before, entries: before });
        now = to;
      }
    }
    if (type !== "step") continue;
    const end = entries.findIndex((entry, index) =>
      index > before && entry.task === task && (entry.type === "suspend" || entry.type === "exit")
    );
    const known = end === -1 ? entries.length : end;
    columns.push({ task, from: at, to: at, before, entries: known });
  }
  return columns;
}

/** The times within a stretch of time at which tasks are due that wait when it begins. */
function duesIn(entries: readonly Entry[], from: number, to: number): number[] {
  const last = new Map(
    entries.filter(({ type }) => type !== "cancel").map((entry) => [entry.task, entry]),
  );
  const dues = [...last.values()].flatMap((entry) =>
    entry.type === "suspend" && entry.why !== "block" ? entry.until ?? [] : []
  );
  return [...new Set(dues)].filter((due) => from < due && due < to).sort((a, b) => a - b);
}

/** What lanes do in a column, by their marks. */
function marksIn(timeline: Timeline, column: number): Mark[] {
  return timeline.marks.filter(({ from, to = Infinity }) => from <= column && column < to);
}

/** Some columns of a timeline, the ends among them: all would take too long. */
function someOf({ columns }: Timeline): [number, Column][] {
  const apart = Math.ceil(columns.length / 8);
  return [...columns.entries()].filter(([index]) =>
    index % apart === 0 || index === columns.length - 1
  );
}

const isOnThread = ({ state }: { state: string }) => state === "running" || state === "blocking";

Deno.test("Timeline: its lanes, steps and stretches of time are those of the log", () => {
  ofLogs((entries) => {
    const { lanes, columns, now, entries: count } = new Timeline(entries);
    assertEquals([count, now], [entries.length, entries.at(-1)?.at ?? 0]);
    assertEquals(lanes.map(({ name }) => name), of(entries, "spawn").map(({ name }) => name));
    assertEquals(columns, columnsOf(entries));
  });
});

Deno.test("Timeline: steps take no time, and what is between them covers all of it", () => {
  ofLogs((entries) => {
    const { columns, now } = new Timeline(entries);
    let [reached, read] = [0, 0];
    for (const { from, to, before, entries } of columns) {
      assertEquals(from, reached);
      assert(read <= before && before <= entries);
      assert(to > from ? before === entries : before < entries, "a step has entries, a gap none");
      [reached, read] = [to, entries];
    }
    assertEquals(reached, now);
  });
});

Deno.test("Timeline: in every column at most one lane has the thread, and the column says which", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    for (const [index, { task, from, to }] of timeline.columns.entries()) {
      const holders = marksIn(timeline, index).filter(isOnThread);
      const expected = from === to ? "running" : "blocking";
      assertEquals(
        holders.map(({ lane, state }) => [lane, state]),
        task === null ? [] : [[task, expected]],
      );
    }
  });
});

Deno.test("Timeline: the marks of a lane follow each other from its spawn to the end, with no gap", () => {
  ofLogs((entries) => {
    const { lanes, marks, columns } = new Timeline(entries);
    for (const { task, seq } of of(entries, "spawn")) {
      const own = marks.filter(({ lane }) => lane === task);
      const born = columns.filter(({ before }) => before < seq).length;
      assertEquals(own.map(({ from }) => from), [born, ...own.slice(0, -1).map(({ to }) => to!)]);
      assert(own.slice(0, -1).every(({ from, to }) => from < to!), "a mark of no length");
      const { state, to } = own.at(-1)!;
      assertEquals([state, to], [lanes[task]!.state, undefined]);
    }
  });
});

Deno.test("Timeline: a lane's state is what its last entry says", () => {
  ofLogs((entries) => {
    const { lanes, now } = new Timeline(entries);
    for (const [task, { state, until, why, by }] of lanes.entries()) {
      const last = entries.findLast((entry) =>
        entry.task === task && entry.type !== "emit" && entry.type !== "cancel"
      )!;
      // It is late if it was due before now, and nothing has made it ready.
      if (state === "late") assert(last.type === "suspend" && last.until! < now);
      else assertEquals(state, stateAfter(last));
      if (last.type === "suspend") assertEquals([until, why], [last.until, last.why]);
      else assertEquals(until, undefined);
      if (last.type === "ready") assertEquals(by, last.by);
    }
  });
});

function stateAfter(entry: Entry): string {
  if (entry.type === "exit") return entry.outcome;
  if (entry.type !== "suspend") {
    return entry.type === "spawn" ? "created" : entry.type === "step" ? "running" : "ready";
  }
  const states: Record<string, string> = { sleep: "sleeping", block: "blocking", pause: "ready" };
  return states[entry.why] ?? "waiting";
}

Deno.test("Timeline: a lane's figures are those of its entries", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    const { lanes, columns, summary } = timeline;
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
    assertEquals(sum(lanes.map(({ steps }) => steps)), summarize(entries).steps);
    assertEquals(summary, summarize(entries));
    for (const [task, { steps, emitted, ended }] of lanes.entries()) {
      const own = entries.filter((entry) => entry.task === task);
      const naps = own.flatMap((entry, index) => {
        if (entry.type !== "suspend" || entry.why !== "sleep" && entry.why !== "block") return [];
        const wake = own.slice(index + 1).find(({ type }) => type !== "cancel");
        const end = wake?.at ?? entries.at(-1)!.at;
        // What is due while another task holds the thread is late, and sleeps no more.
        const isLate = entry.why === "sleep" && end > entry.until!;
        return [(isLate ? entry.until! : end) - entry.at];
      });
      assertEquals([steps, timeline.waited(task)], [of(own, "step").length, sum(naps)]);
      assertEquals(ended, of(own, "exit")[0]?.at);
      const emits = of(own, "emit").map(({ seq, value, at }) => {
        const boundary = columns.findIndex(({ before, entries }) => before < seq && seq < entries);
        return { value, boundary, at };
      });
      assertEquals(emitted, emits);
    }
  });
});

Deno.test("Timeline: it ends where the loop ends a run, without the cleanup after that", () => {
  ofDeadlocks((entries, verdict) => {
    const { columns, marks, lanes, now, summary, ...rest } = new Timeline(entries);
    const own = new Timeline(entries.slice(0, verdict));
    assertEquals(rest.verdict, { source: "deadlock", at: entries[verdict]!.at });
    assertEquals(rest.entries, entries.length);
    assertEquals([columns, marks, lanes, now], [own.columns, own.marks, own.lanes, own.now]);
    assertEquals(summary, summarize(entries.slice(0, verdict)));
  });
});

Deno.test("Timeline.advance: a gap that is passed in pieces is the gap that the next entry ends", () => {
  ofLogs((entries) => {
    const whole = new Timeline(entries);
    const live = new Timeline();
    for (const [index, entry] of entries.entries()) {
      const { now } = live;
      for (const part of [0.25, 0.5, 1]) live.advance(now + part * (entry.at - now));
      live.add(entry);
      if (index % 60 === 0) {
        assertEquals(live.times, new Timeline(entries.slice(0, index + 1)).times);
      }
    }
    assertEquals([live.columns, live.marks, live.lanes], [whole.columns, whole.marks, whole.lanes]);
  });
});

Deno.test("Timeline.due: it is never after the next entry, and at it as soon as time may pass", () => {
  ofTutorials((entries) => {
    const timeline = new Timeline();
    for (const entry of entries) {
      assert(timeline.due <= entry.at);
      if (entry.at > timeline.now) assertEquals(timeline.due, entry.at);
      timeline.add(entry);
    }
  });
});

Deno.test("Timeline.advance: until the next entry, lanes sleep and hold the thread on", () => {
  const blocked = new Timeline(ran({ mode: "blocking" }).slice(0, 4));
  blocked.advance(400);
  assertEquals([blocked.now, blocked.waited(0), blocked.lanes[0]!.state], [400, 400, "blocking"]);
  assertEquals(blocked.columns.at(-1), { task: 0, from: 0, to: 400, before: 4, entries: 4 });
  blocked.advance(300);
  assertEquals(blocked.now, 400, "time does not go back");
});

Deno.test("Timeline: the log up to a column, taken again, is the run as it is in that column", () => {
  ofLogs((log) => {
    const timeline = new Timeline(log);
    for (const [index, { task, from, to, before, entries }] of someOf(timeline)) {
      const [at, shown] = [before, entries].map((count) => new Timeline(log.slice(0, count)));
      shown!.advance(to);
      // Time that has passed is known by the entry after it.
      const known = timeline.columns.filter((column) => column.before < before);
      assertEquals([at!.columns, at!.now], [known, log[before - 1]?.at ?? 0]);
      const holders = shown!.lanes.filter(isOnThread);
      assertEquals(holders, task === null ? [] : [shown!.lanes[task]!]);
      if (from === to) {
        assertEquals([shown!.columns.length, shown!.lanes[task!]!.state], [index + 1, "running"]);
      }
    }
  });
});

Deno.test("Timeline: at the start of a column lanes do what their marks in it say", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    for (const [index, { from, to, before }] of someOf(timeline)) {
      const shown = new Timeline(entries.slice(0, from === to ? before + 1 : before));
      shown.advance(to);
      const { lanes } = shown;
      const marks = marksIn(timeline, index).toSorted((a, b) => a.lane - b.lane);
      assertEquals(marks.map(({ state }) => state), lanes.map(({ state }) => state));
      assertEquals(marks.map(({ until }) => until), lanes.map(({ until }) => until));
    }
  });
});

Deno.test("Timeline: the tutorial's ten coroutines take 23 columns, and its blocking run 21", () => {
  const together = new Timeline(ran({}));
  const blocked = new Timeline(ran({ mode: "blocking" }));
  assertEquals([together, blocked].map(({ columns }) => columns.length), [23, 21]);
  assertEquals([together, blocked].map(({ lanes }) => lanes.length), [11, 1]);
  assertEquals(together.columns[11], { task: null, from: 0, to: 1000, before: 44, entries: 44 });
  assertEquals(
    blocked.columns.filter(({ from, to }) => from < to).map(({ task, to }) => [task, to]),
    Array.from({ length: 10 }, (_, index) => [0, 1000 * (index + 1)]),
  );
});
