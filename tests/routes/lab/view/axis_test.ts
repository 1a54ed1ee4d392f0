import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  type Axis,
  columnWidth,
  MARGIN,
  type Scale,
  seconds,
  stepTicks,
  timeAtX,
  timeTicks,
  xOfTime,
} from "../../../../routes/lab/view/axis.ts";
import { boundaries, toSvg } from "../../../../routes/lab/view/svg.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { logOf } from "../../../../routes/tutorial/program.ts";
import { lateSleeper, ofLogs, ofTutorials, ran } from "../runs.ts";

/** Coordinates are rounded to hundredths. */
const ROUNDED = 0.011;

/** A drawing, to the letter. */
const drawn = (axis: Axis, timeline: Timeline, scale: Scale) =>
  `${toSvg({ axis, timeline, scale, id: "a" }, "", "")}`;

Deno.test("boundaries: they never go back, and there is one at each end of each column", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    const { now: ms, columns: { length: columns } } = timeline;
    for (const axis of ["time", "steps"] as const) {
      const xs = boundaries({ axis, timeline, scale: { width: 320, ms, columns }, id: "a" });
      assertEquals(xs.length, columns + 1);
      assertEquals(xs, xs.toSorted((a, b) => a - b));
      assertLessOrEqual(xs.at(-1)!, 320 + ROUNDED);
    }
  });
});

Deno.test("boundaries: over time, those of one instant are at one place, that of its time", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    const scale = { width: 1000, ms: 2 * timeline.now, columns: 1 };
    const xs = boundaries({ axis: "time", timeline, scale, id: "a" });
    for (const [index, { from, to }] of timeline.columns.entries()) {
      assertEquals([xs[index], xs[index + 1]], [from, to].map((ms) => xOfTime(ms, scale)));
    }
  });
});

Deno.test("boundaries: what was drawn of a live run stays where it is as the run goes on", () => {
  const entries = ran({ jitter: 1000 });
  const whole = new Timeline(entries);
  const scale: Scale = { width: 1000, ms: whole.now, columns: whole.columns.length };
  for (const axis of ["time", "steps"] as const) {
    const all = boundaries({ axis, timeline: whole, scale, id: "a" });
    for (let count = 1; count < entries.length; count++) {
      const timeline = new Timeline(entries.slice(0, count));
      const xs = boundaries({ axis, timeline, scale, id: "a" });
      assertEquals(xs, all.slice(0, xs.length));
    }
  }
});

Deno.test("timeAtX: it is the inverse of xOfTime, at every width", () => {
  for (const width of [100, 320, 1000]) {
    const scale = { width, ms: 10_000, columns: 1 };
    for (const ms of [0, 1, 999, 10_000]) {
      assertLessOrEqual(Math.abs(timeAtX(xOfTime(ms, scale), scale) - ms), 1e-9);
    }
  }
});

/** The labels of the axis of a drawing 1000 wide, in ms, and where they are. */
function labelsOf(svg: string): [number, number][] {
  const label = /<text class="tick" x="([\d.]+)%"[^>]* y="0.75rem">\+?([\d.]+)( m?s)<\/text>/g;
  return [...svg.matchAll(label)].map(([, x, number, unit]) => [
    Math.round(Number(number) * (unit === " s" ? 1000 : 1)),
    10 * Number(x),
  ]);
}

Deno.test("timeTicks: two runs on the same scale have the same ticks, at a few round times", () => {
  ofTutorials((_, parameters) => {
    const timelines = (["blocking", "cooperative"] as const).map((mode) =>
      new Timeline(logOf({ ...parameters, mode }))
    );
    const ms = Math.max(1, ...timelines.map(({ now }) => now));
    const scale: Scale = { width: 1000, ms, columns: 1 };
    const pictures = timelines.map((timeline) => drawn("time", timeline, scale));
    const [ticks, others] = pictures.map(labelsOf);
    assertEquals(ticks, others);
    for (const svg of pictures) {
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

Deno.test("timeTicks: on a narrow screen there are fewer, and none runs into the next", () => {
  for (const ms of [100, 450, 1000, 10_000]) {
    for (const width of [150, 240, 320]) {
      const ticks = timeTicks({ width, ms, columns: 1 });
      for (const [index, { x }] of ticks.entries()) {
        const before = ticks[index - 1];
        if (before !== undefined) assertLessOrEqual(before.x + 6.5 * before.label.length, x);
      }
    }
  }
});

Deno.test("stepTicks: the column of a gap says how much time passes in it, to three digits", () => {
  for (const mode of ["blocking", "cooperative"] as const) {
    const timeline = new Timeline(ran({ mode, count: 5, jitter: 500 }));
    const { length: columns } = timeline.columns;
    const expected = timeline.columns.flatMap(({ from, to }, index) =>
      from === to ? [] : [[to - from, (index + 0.5) * columnWidth({ width: 1000, ms: 1, columns })]]
    );
    const labels = labelsOf(drawn("steps", timeline, { width: 1000, ms: 1, columns }));
    assertEquals(labels.length, expected.length);
    for (const [index, [ms, x]] of labels.entries()) {
      assertLessOrEqual(Math.abs(ms - expected[index]![0]!), 5);
      assertLessOrEqual(Math.abs(x - expected[index]![1]!), 10 * ROUNDED);
    }
  }
});

Deno.test("stepTicks: all gaps have a label, or none, and none runs into the next", () => {
  const counts = new Set<string>();
  ofTutorials((entries) => {
    const timeline = new Timeline(entries);
    const gaps = timeline.columns.filter(({ from, to }) => from < to).length;
    for (const width of [100, 320, 560, 1000]) {
      const scale: Scale = { width, ms: 1, columns: timeline.columns.length };
      const ticks = stepTicks(timeline, scale);
      assert(ticks.length === 0 || ticks.length === gaps, `${ticks.length} of ${gaps}`);
      counts.add(ticks.length === 0 ? "none" : "all");
      for (const [index, { x, label }] of ticks.entries()) {
        const before = ticks[index - 1];
        const half = ({ length }: string) => 3.5 * length;
        if (before !== undefined) assert(before.x + half(before.label) < x - half(label));
      }
    }
  });
  assertEquals(counts.size, 2);
});

Deno.test("stepTicks: the two gaps around the moment at which a task is late may have one label", () => {
  const timeline = new Timeline(lateSleeper());
  const labels = [360, 1000].map((width) =>
    stepTicks(timeline, { width, ms: 1, columns: timeline.columns.length }).map(({ label }) =>
      label
    )
  );
  assertEquals(labels, [["+200 ms", "+1 s"], ["+200 ms", "+300 ms", "+700 ms"]]);
});

Deno.test("seconds: times are written as people write them", () => {
  const texts = [0, 1, 20, 999, 1000, 1500, 10_000, 60_000].map(seconds);
  assertEquals(texts, ["0 s", "1 ms", "20 ms", "999 ms", "1 s", "1.5 s", "10 s", "60 s"]);
});
