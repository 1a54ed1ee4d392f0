import type { Entry } from "@tenfold/loop";
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { type Axis, columnWidth, type Scale, xOfTime } from "../../../../routes/lab/view/axis.ts";
import { AXIS, laneSize, STRIP } from "../../../../routes/lab/view/heights.ts";
import { boundaries, drawMarks, lanesTop, toSvg } from "../../../../routes/lab/view/svg.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { lateSleeper, of, ofLogs, ofTutorials, ran } from "../runs.ts";
import {
  assertReferences,
  assertWellFormed,
  bars,
  type Box,
  boxes,
  covered,
  lines,
} from "../svg.ts";

/** Coordinates are rounded to hundredths. */
const ROUNDED = 0.011;

const WIDTHS = [100, 320, 1000, 1999.5];

/** A drawing on an axis, in a width that depends on the log, and what is to be asked of it. */
function drawing(axis: Axis, entries: readonly Entry[]) {
  const timeline = new Timeline(entries);
  const { now, columns } = timeline;
  const width = WIDTHS[entries.length % WIDTHS.length]!;
  // Alone, or beside a longer one.
  const longer = 1 + entries.length % 3 * 0.7;
  const scale: Scale = { width, ms: longer * now, columns: longer * columns.length };
  const svg = `${toSvg({ axis, timeline, scale, id: "run" }, "A run", "It runs.")}`;
  const { height } = laneSize(timeline.lanes.length);
  const top = lanesTop(axis);
  /** Which lane is at a height, or which strip, counted from below: -1 is the last. */
  const laneAt = (y: number) => y < top ? (y - AXIS) / STRIP - 10 : Math.floor((y - top) / height);
  const located = <T extends { y: number }>(marks: T[]) =>
    marks.map((mark) => ({ ...mark, lane: laneAt(mark.y) }));
  const [running, blocking] = ["running", "blocking"].map((name) => located(boxes(svg, name)));
  const isLane = ({ lane }: { lane: number }) => lane >= 0;
  return {
    svg,
    timeline,
    scale,
    steps: running!.filter(isLane),
    blocks: blocking!.filter(isLane),
    thread: [...running!, ...blocking!].filter(({ lane }) => lane === -10),
    ticks: located(bars(svg, "step")),
    sleeps: located(lines(svg, "sleeping")),
    ends: ["done", "cancelled"].flatMap((name) => located(bars(svg, name))),
  };
}

type Drawing = ReturnType<typeof drawing>;

/** Asserts something of the drawings of many logs on an axis. */
function ofDrawings(
  axis: Axis,
  check: (drawing: Drawing, entries: readonly Entry[]) => void,
): void {
  ofLogs((entries) => check(drawing(axis, entries), entries));
}

Deno.test("toSvg: at any x at most one lane is running or blocking", () => {
  for (const axis of ["time", "steps"] as const) {
    ofDrawings(axis, ({ steps, blocks }) => {
      let free = 0;
      const boxes = [...steps, ...blocks].toSorted((a, b) => a.x - b.x || a.end - b.end);
      for (const { x, end } of boxes) {
        assertLessOrEqual(free, x);
        free = end;
      }
    });
  }
});

Deno.test("toSvg: the strip of the thread is held where a lane runs or blocks", () => {
  for (const axis of ["time", "steps"] as const) {
    ofDrawings(axis, ({ steps, blocks, thread }) => {
      assertEquals(covered(thread), covered([...steps, ...blocks]));
    });
  }
});

Deno.test("toSvg: over time, a step is a line at its time, in its lane and in both strips", () => {
  ofDrawings("time", ({ steps, ticks, scale }, entries) => {
    assertEquals(steps, []);
    const taken = of(entries, "step");
    const expected = taken.map(({ at }) => xOfTime(at, scale));
    for (const lanes of [[-10], [-9], undefined]) {
      const own = ticks.filter(({ lane }) => lanes?.includes(lane) ?? lane >= 0);
      assertEquals(own.length, taken.length);
      for (const [index, { x, lane }] of own.entries()) {
        assertLessOrEqual(Math.abs(x - expected[index]!), ROUNDED);
        if (lanes === undefined) assertEquals(lane, taken[index]!.task);
      }
    }
  });
});

Deno.test("toSvg: over time, a sleep reaches from when it begins to when it ends", () => {
  ofTutorials((entries) => {
    const { sleeps, scale } = drawing("time", entries);
    const expected = of(entries, "suspend").filter(({ why }) => why === "sleep")
      .map(({ task, at, seq }) => {
        const wake = entries.find((entry) => entry.seq > seq && entry.task === task);
        return { lane: task, from: at, to: wake?.at ?? entries.at(-1)!.at };
      }).filter(({ from, to }) => from < to);
    assertEquals(sleeps.map(({ lane }) => lane), expected.map(({ lane }) => lane));
    for (const [index, { from, to }] of expected.entries()) {
      const { x, end } = sleeps[index]!;
      assertLessOrEqual(Math.abs(x - xOfTime(from, scale)), ROUNDED);
      assertLessOrEqual(Math.abs(end - xOfTime(to, scale)), ROUNDED);
    }
  });
});

Deno.test("toSvg: over time, a run ends where its last entry is", () => {
  ofDrawings("time", ({ ends, scale }, entries) => {
    const expected = of(entries, "exit").filter(({ outcome }) => outcome !== "failed");
    assertEquals(ends.length, expected.length);
    for (const { lane, x } of ends) {
      const { at } = expected.find(({ task }) => task === lane)!;
      assertLessOrEqual(Math.abs(x - xOfTime(at, scale)), ROUNDED);
    }
  });
});

Deno.test("toSvg: what is due while another task holds the thread is late from then on", () => {
  const timeline = new Timeline(lateSleeper());
  const scale: Scale = { width: 1000, ms: 1200, columns: timeline.columns.length };
  const svg = `${toSvg({ axis: "time", timeline, scale, id: "run" }, "", "")}`;
  const x = (ms: number) => Math.round(xOfTime(ms, scale) * 100) / 100;
  const own = boxes(svg, "late").map(({ x, end }) => [x, end]);
  assertEquals(own, [[x(500), x(1200)]]);
  const naps = lines(svg, "sleeping").map(({ x, end }) => [x, end]);
  assertEquals(naps.toSorted(), [[x(0), x(200)], [x(0), x(500)]].toSorted());
  // It slept for the half second that it asked for, and no longer.
  assertEquals(timeline.waited(1), 500);
});

Deno.test("toSvg: step by step, from left to right is the order of the log", () => {
  ofDrawings("steps", ({ steps, blocks, scale }, entries) => {
    assertEquals(steps.map(({ lane }) => lane), of(entries, "step").map(({ task }) => task));
    const blockers = of(entries, "suspend").filter((entry) =>
      entry.why === "block" && entry.until! > entry.at && entries.at(-1)!.at > entry.at
    );
    // A block in which another task becomes late is two columns, side by side.
    const lanes = blocks.map(({ lane }) => lane);
    assertEquals(
      lanes.filter((lane, index) => lane !== lanes[index - 1] || isApart(blocks, index)),
      [
        ...blockers.map(({ task }) => task),
      ],
    );
    for (const boxes of [steps, blocks]) {
      for (const [index, { x, end }] of boxes.entries()) {
        assertLessOrEqual(boxes[index - 1]?.end ?? 0, x);
        assertLessOrEqual(end, scale.width + ROUNDED);
      }
    }
  });
});

function isApart(boxes: readonly Box[], index: number): boolean {
  return boxes[index]!.x > boxes[index - 1]!.end + ROUNDED;
}

Deno.test("toSvg: step by step, all columns are equally wide", () => {
  ofDrawings("steps", ({ timeline, scale, steps }) => {
    const width = columnWidth(scale);
    const taken = timeline.columns.flatMap(({ from, to }, index) => from === to ? [index] : []);
    assertEquals(steps.length, taken.length);
    for (const [index, column] of taken.entries()) {
      const { x, end } = steps[index]!;
      assertLessOrEqual(Math.abs(x - column * width), ROUNDED);
      assertLessOrEqual(Math.abs(end - (column + 1) * width), ROUNDED);
    }
  });
});

Deno.test("toSvg: step by step, an arrow leads from each task to those that it made ready", () => {
  ofDrawings("steps", ({ svg, timeline, scale }, entries) => {
    const path = /<path class="wake" d="([^"]*)"/.exec(svg)?.[1] ?? "";
    const { height } = laneSize(timeline.lanes.length);
    if (height < 8) return assertEquals(path, "");
    const arrows = [...path.matchAll(/M([\d.]+) ([\d.]+)V([\d.]+)/g)].map(([, ...xy]) =>
      xy.map(Number)
    );
    const laneAt = (y: number) => Math.floor((y - lanesTop("steps")) / height);
    const ready = of(entries, "ready").filter(({ by }) => typeof by === "number");
    assertEquals(arrows.map(([, from, to]) => [laneAt(from!), laneAt(to!)]), [
      ...ready.map(({ by, task }) => [by, task]),
    ]);
    for (const [index, [x]] of arrows.entries()) {
      const column = timeline.columns.findLastIndex(({ before }) => before < ready[index]!.seq);
      assertLessOrEqual(Math.abs(x! - (column + 1) * columnWidth(scale)), ROUNDED);
    }
  });
});

Deno.test("toSvg: step by step, the strip of the thread names the one that has it", () => {
  const timeline = new Timeline(ran({ count: 3, order: "fifo" }));
  const scale: Scale = { width: 1000, ms: 1, columns: timeline.columns.length };
  const svg = `${toSvg({ axis: "steps", timeline, scale, id: "run" }, "", "")}`;
  const holders = [...svg.matchAll(/class="holder"[^>]*>([^<]*)</g)].map(([, name]) => name);
  assertEquals(holders, ["main", "0", "1", "2", "0", "1", "2", "main"]);
});

Deno.test("toSvg: step by step, each turn on the thread is a block of its own", () => {
  ofDrawings("steps", ({ svg, timeline, scale }) => {
    const { columns } = timeline;
    const isTurn = (index: number) => columns[index]!.task !== null;
    const expected = [...columns.keys()].filter((index) =>
      index > 0 && isTurn(index) && isTurn(index - 1) &&
      (columns[index]!.task !== columns[index - 1]!.task ||
        [index, index - 1].every((step) => columns[step]!.from === columns[step]!.to))
    );
    const apart = bars(svg, "turn").map(({ x }) => Math.round(x / columnWidth(scale)));
    assertEquals(apart, expected);
  });
});

Deno.test("toSvg: a drawing is XML, its numbers are numbers, and all that it refers to is there", () => {
  ofTutorials((entries) => {
    for (const axis of ["time", "steps"] as const) {
      const { svg } = drawing(axis, entries);
      assertWellFormed(svg);
      assertReferences(svg);
      const attributes = svg.replace(/>[^<]*</g, "><");
      assertEquals(/NaN|Infinity|undefined|null|\[object/.exec(attributes), null);
      // No coordinate is longer than it can be seen to be.
      for (const [, path] of svg.matchAll(/ d="([^"]*)"/g)) assert(!/\d\.\d{3}/.test(path!), path);
      for (const [, value] of svg.matchAll(/ (?:x|y|width|height)="([^"]*)"/g)) {
        assert(/^-?\d+(\.\d{1,4})?(%|rem)?$/.test(value!), value);
      }
    }
  });
});

Deno.test("toSvg: each value stands at the time at which it was emitted, while there is room", () => {
  for (const mode of ["cooperative", "blocking"] as const) {
    const entries = ran({ mode, jitter: 1000 });
    const timeline = new Timeline(entries);
    const scale: Scale = { width: 1000, ms: timeline.now, columns: timeline.columns.length };
    const svg = `${toSvg({ axis: "time", timeline, scale, id: "run" }, "", "")}`;
    const values = [...svg.matchAll(/class="value" x="([\d.]+)%"[^>]*>([^<]*)</g)]
      .map(([, x, value]) => [Number(x) * 10, value] as const);
    const emits = of(entries, "emit");
    assertEquals(
      values.map(([, value]) => value).toSorted(),
      emits.map(({ value }) => `${value}`).toSorted(),
    );
    for (const [x, value] of values) {
      const { at } = emits.find((emit) => `${emit.value}` === value)!;
      assertLessOrEqual(Math.abs(x - xOfTime(at, scale)), 10 * ROUNDED);
    }
  }
});

Deno.test("toSvg: a value of any kind is text, and no markup", () => {
  const entries = ran({ count: 3 }).map((entry) =>
    entry.type === "emit"
      ? { ...entry, value: ["<b>", { a: 1 }, new Error("a & b")][entry.task - 1] }
      : entry
  );
  const { svg } = drawing("time", entries);
  assertWellFormed(svg);
  const values = [...svg.matchAll(/class="value"[^>]*>([^<]*)</g)].map(([, value]) => value);
  assertEquals(values, ["&lt;b&gt;", "{&quot;a&quot;:1}", "Error: a &amp; b"]);
});

Deno.test("toSvg: what is to come is drawn after what has been, up to when it is due", () => {
  const entries = ran({ count: 20, delay: 1000, jitter: 1000 });
  const scale: Scale = { width: 1000, ms: entries.at(-1)!.at, columns: 1 };
  for (let count = 1; count < entries.length; count++) {
    const timeline = new Timeline(entries.slice(0, count));
    const picture = { axis: "time", timeline, scale, id: "a" } as const;
    const spans = lines(`${toSvg(picture, "", "")}`, "promised");
    const due = timeline.lanes.flatMap(({ until }) => until ?? []);
    assertEquals(spans.length, due.length);
    const now = boundaries(picture).at(-1)!;
    for (const { x, end } of spans) {
      assertLessOrEqual(Math.abs(x - now), ROUNDED);
      assert(due.some((ms) => Math.abs(end - xOfTime(ms, scale)) < ROUNDED));
    }
  }
});

Deno.test("drawMarks: in the middle of a block the thread is held up to now", () => {
  const timeline = new Timeline(ran({ mode: "blocking" }).slice(0, 4));
  timeline.advance(400);
  const scale: Scale = { width: 1000, ms: 1000, columns: 21 };
  const [time, steps] = (["time", "steps"] as const).map((axis) =>
    boxes(`${drawMarks({ axis, timeline, scale, id: "a", part: 0.4 })}`, "blocking").map((
      { x, end },
    ) => [x, end])
  );
  assertEquals(time, [[0, 384], [0, 384]]);
  // The second column, of 21, is passed to two fifths.
  assertEquals(steps, [[46.86, 65.6], [46.86, 65.6]]);
});

Deno.test("toSvg: the same seed gives the same drawing, to the letter, another seed another", () => {
  const scale: Scale = { width: 1000, ms: 1000, columns: 23 };
  const drawn = (seed: number) => {
    const timeline = new Timeline(ran({ seed }));
    return `${toSvg({ axis: "steps", timeline, scale, id: "a" }, "b", "c")}`;
  };
  const drawings = new Set(Array.from({ length: 100 }, (_, seed) => drawn(seed)));
  assertEquals(drawings.size, 100);
  assert(drawings.has(drawn(7)));
});

Deno.test("laneSize: lanes are lower the more there are, and never more than 800 high together", () => {
  const sizes = [1, 12, 13, 40, 41, 101, 300, 800, 1001].map((lanes) => laneSize(lanes));
  assertEquals(sizes.map(({ name }) => name[0]).join(""), "tttttllll");
  assertEquals(sizes.map(({ height }) => Math.round(height)), [24, 24, 24, 24, 24, 8, 3, 1, 1]);
});
