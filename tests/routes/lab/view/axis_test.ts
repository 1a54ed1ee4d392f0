import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { boundaries, type Scale, seconds } from "../../../../routes/lab/view/axis.ts";
import { toSvg } from "../../../../routes/lab/view/svg.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { logOf } from "../../../../routes/tutorial/program.ts";
import { ofLogs, ofTutorials, ran } from "../runs.ts";

/** Coordinates are rounded to hundredths. */
const ROUNDED = 0.011;
/** What is kept free at the end of the axis of time. */
const MARGIN = 40;

Deno.test("boundaries: they never go back, and there is one at each end of each column", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    for (const axis of ["time", "steps"] as const) {
      const { now: ms, columns: { length: columns } } = timeline;
      const xs = boundaries(timeline, { axis, width: 320, ms, columns });
      assertEquals(xs.length, columns + 1);
      assertEquals(xs, xs.toSorted((a, b) => a - b));
      assertLessOrEqual(xs.at(-1)!, 320 + ROUNDED);
    }
  });
});

Deno.test("boundaries: what was drawn of a live run stays where it is as the run goes on", () => {
  const entries = ran({ jitter: 1000 });
  const { now, columns } = new Timeline(entries);
  const scale: Scale = { axis: "time", width: 1000, ms: now, columns: columns.length };
  const whole = boundaries(new Timeline(entries), scale);
  for (let count = 1; count < entries.length; count++) {
    const timeline = new Timeline(entries.slice(0, count));
    const xs = boundaries(timeline, scale);
    // The steps of the instant that is not over yet know not how much room they have.
    const settled = timeline.columns.findLastIndex(({ from, to }) => from < to) + 2;
    assertEquals(xs.slice(0, settled), whole.slice(0, settled));
  }
});

/** The labels of the axis of a drawing 1000 wide, in ms, and where they are. */
function labelsOf(svg: string): [number, number][] {
  const label = /<text class="tick" x="([\d.]+)%"[^>]* y="12">(?:\+ )?([\d.]+)( m?s)<\/text>/g;
  return [...svg.matchAll(label)].map(([, x, number, unit]) => [
    Math.round(Number(number) * (unit === " s" ? 1000 : 1)),
    10 * Number(x),
  ]);
}

Deno.test("ticks: two runs on the same scale have the same ticks, at a few round times", () => {
  ofTutorials((_, parameters) => {
    const timelines = (["blocking", "cooperative"] as const).map((mode) =>
      new Timeline(logOf({ ...parameters, mode }))
    );
    const ms = Math.max(1, ...timelines.map(({ now }) => now));
    const scale: Scale = { axis: "time", width: 1000, ms, columns: 1 };
    const drawn = timelines.map((timeline) => `${toSvg(timeline, scale, "a", "", "")}`);
    const [ticks, others] = drawn.map(labelsOf);
    assertEquals(ticks, others);
    for (const svg of drawn) {
      const lines = [...svg.matchAll(/<rect class="tick" x="([\d.]+)%"/g)];
      assertEquals(lines.map(([, x]) => 10 * Number(x)), ticks!.map(([, x]) => x));
    }
    const apart = ticks![1]![0];
    assert(/^[125]0*$/.test(String(apart)) && ms / apart < 6, String(apart));
    assertEquals(ticks!.length, 1 + Math.floor(ms / apart));
    for (const [index, [tick, x]] of ticks!.entries()) {
      assertEquals(tick, index * apart);
      assertLessOrEqual(Math.abs(x - tick * (1000 - MARGIN) / ms), 10 * ROUNDED);
    }
  });
});

Deno.test("ticks: on the axis of steps the column of a stretch of time says how long it is", () => {
  for (const mode of ["blocking", "cooperative"] as const) {
    const timeline = new Timeline(ran({ mode, count: 5, jitter: 500 }));
    const { length: columns } = timeline.columns;
    const drawn = `${toSvg(timeline, { axis: "steps", width: 1000, ms: 1, columns }, "a", "", "")}`;
    const expected = timeline.columns.flatMap(({ from, to }, index) =>
      from === to ? [] : [[Math.round((to - from) / 10) * 10, (index + 0.5) * 1000 / columns]]
    );
    const labels = labelsOf(drawn);
    assertEquals(labels.length, expected.length);
    for (const [index, [ms, x]] of labels.entries()) {
      assertLessOrEqual(Math.abs(ms - expected[index]![0]!), 10);
      assertLessOrEqual(Math.abs(x - expected[index]![1]!), 10 * ROUNDED);
    }
  }
});

Deno.test("seconds: times are written as people read them", () => {
  const told = [0, 1, 20, 999, 1000, 1500, 10_000, 60_000].map(seconds);
  assertEquals(told, ["0 s", "1 ms", "20 ms", "999 ms", "1 s", "1.5 s", "10 s", "60 s"]);
});
