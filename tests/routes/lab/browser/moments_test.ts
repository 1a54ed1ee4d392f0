import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { type Moment, momentsOf } from "../../../../routes/lab/browser/moments.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { logOf } from "../../../../routes/tutorial/program.ts";
import { parameters, ran } from "../runs.ts";

/** Asserts something of the moments of two runs, the first of which may not be over. */
function ofStops(check: (stops: Moment[], timelines: Timeline[]) => void): void {
  fc.assert(
    fc.property(parameters, fc.nat(), (parameters, cut) => {
      const [upper, lower] = (["blocking", "cooperative"] as const).map((mode) =>
        logOf({ ...parameters, mode })
      );
      for (const count of [Infinity, cut % upper!.length]) {
        const timelines = [upper!.slice(0, count), lower!].map((log) => new Timeline(log));
        check(momentsOf(timelines), timelines);
      }
    }),
    { seed: 1, numRuns: 100 },
  );
}

Deno.test("momentsOf: each moment is one column further, in the run that it names", () => {
  ofStops((stops) => {
    for (const [index, { columns, pane }] of stops.slice(1, -1).entries()) {
      assert(pane !== undefined);
      const expected = [...stops[index]!.columns];
      expected[pane]!++;
      assertEquals(columns, expected);
    }
  });
});

Deno.test("momentsOf: the first moment is before all columns, the last after all of them", () => {
  ofStops((stops, timelines) => {
    const lengths = timelines.map(({ columns }) => columns.length);
    assertEquals(stops.length, 2 + lengths[0]! + lengths[1]!);
    assertEquals(stops[0], { columns: [0, 0], pane: undefined, from: 0, to: 0 });
    const end = Math.max(...timelines.map(({ now }) => now));
    assertEquals(stops.at(-1), { columns: lengths, pane: undefined, from: end, to: end });
  });
});

Deno.test("momentsOf: the time of a moment is that of its column", () => {
  ofStops((stops, timelines) => {
    for (const { columns, pane, from, to } of stops.slice(1, -1)) {
      const column = timelines[pane!]!.columns[columns[pane!]! - 1]!;
      assertEquals([from, to], [column.from, column.to]);
    }
  });
});

Deno.test("momentsOf: while one run is in a step, the other has come to that instant", () => {
  ofStops((stops, timelines) => {
    for (const { columns, from, to } of stops.slice(1, -1)) {
      if (from < to) continue;
      for (const [index, timeline] of timelines.entries()) {
        assertLessOrEqual(to, timeline.columns[columns[index]!]?.to ?? Infinity);
      }
    }
  });
});

Deno.test("momentsOf: while one run is in a step, the other is not past that instant", () => {
  ofStops((stops, timelines) => {
    for (const [stop, { columns, from, to }] of stops.slice(1, -1).entries()) {
      assertLessOrEqual(stops[stop]!.to, to);
      if (from < to) continue;
      for (const [index, timeline] of timelines.entries()) {
        assertLessOrEqual(timeline.columns[columns[index]! - 1]?.to ?? 0, to);
      }
    }
  });
});

Deno.test("momentsOf: of two runs that begin together, the steps of the upper come first", () => {
  const timelines = (["blocking", "cooperative"] as const).map((mode) =>
    new Timeline(ran({ mode, count: 2 }))
  );
  const told = momentsOf(timelines).map(({ pane, to }) => `${pane ?? ""}@${to}`);
  assertEquals(told.slice(0, 8), ["@0", "0@0", "1@0", "1@0", "1@0", "0@1000", "1@1000", "0@1000"]);
});
