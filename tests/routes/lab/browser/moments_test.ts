import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  endOf,
  momentAt,
  positionAt,
  positionOf,
  stepFrom,
} from "../../../../routes/lab/browser/moments.ts";
import { isStep } from "../../../../routes/lab/view/axis.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { ofLogs, ran } from "../runs.ts";

/** The run up to a position of it. */
function shownAt(run: Timeline, entries: ReturnType<typeof ran>, position: number): Timeline {
  const moment = momentAt(run, position);
  const shown = new Timeline(entries.slice(0, moment.entries));
  shown.advance(moment.time);
  return shown;
}

Deno.test("momentAt: each whole position but the first and the last is a column", () => {
  ofLogs((entries) => {
    const run = new Timeline(entries);
    for (const [index, column] of run.columns.entries()) {
      assertEquals(momentAt(run, index + 1), { entries: column.entries, time: column.to, part: 1 });
    }
    assertEquals(momentAt(run, endOf(run)), { entries: entries.length, time: run.now, part: 1 });
    assertEquals(momentAt(run, 0).time, 0);
  });
});

Deno.test("momentAt: 5.8 s into a blocking run, its sixth block is at four fifths", () => {
  const entries = ran({ mode: "blocking" });
  const run = new Timeline(entries);
  const position = positionAt(run, 5800);
  const { time, part } = momentAt(run, position);
  assertEquals([Math.round(time), Math.round(100 * part)], [5800, 80]);
  const shown = shownAt(run, entries, position);
  assertEquals([shown.lanes[0]!.state, shown.lanes[0]!.until], ["blocking", 6000]);
  assertEquals([Math.round(shown.now), Math.round(shown.waited(0))], [5800, 5800]);
});

Deno.test("positionAt: it is the position of that time, and an instant's first step", () => {
  ofLogs((entries) => {
    const run = new Timeline(entries);
    for (const time of [0, run.now / 3, run.now]) {
      const { time: found } = momentAt(run, positionAt(run, time));
      assertLessOrEqual(Math.abs(found - time), 1e-6 * run.now);
    }
    const first = run.columns.find(isStep);
    if (first === undefined) return;
    const position = positionAt(run, first.from);
    assertEquals(run.columns[position - 1], first);
  });
});

Deno.test("positionOf: a run that is known up to a position is at it", () => {
  ofLogs((entries) => {
    const run = new Timeline(entries);
    for (const [index, column] of run.columns.entries()) {
      // What has all entries is over.
      if (column.entries === entries.length) continue;
      const position = index + (isStep(column) ? 1 : 0.5);
      assertLessOrEqual(
        Math.abs(positionOf(shownAt(run, entries, position), run) - position),
        1e-6,
      );
    }
    assertEquals(positionOf(run, run), endOf(run));
  });
});

Deno.test("stepFrom: from within a gap it goes to the ends of it, from its end to the next column", () => {
  assertEquals([stepFrom(2.5, -1), stepFrom(2.5, 1)], [2, 3]);
  assertEquals([stepFrom(3, -1), stepFrom(3, 1)], [2, 4]);
});

Deno.test("momentAt: in a position at most one lane has the thread", () => {
  ofLogs((entries) => {
    const run = new Timeline(entries);
    const middle = Math.ceil(endOf(run) / 2);
    for (const position of [0, 0.5, middle, middle + 0.5, endOf(run)]) {
      const { lanes } = shownAt(run, entries, position);
      assert(lanes.filter(({ state }) => state === "running" || state === "blocking").length <= 1);
    }
  });
});
