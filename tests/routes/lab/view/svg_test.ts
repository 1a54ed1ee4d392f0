import type { Entry } from "@tenfold/loop";
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { boundaries, type Scale } from "../../../../routes/lab/view/axis.ts";
import { toSvg } from "../../../../routes/lab/view/svg.ts";
import { laneSize, TOP } from "../../../../routes/lab/view/heights.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { of, ofLogs, ofTutorials, ran } from "../runs.ts";
import { assertReferences, assertWellFormed, type Box, boxes, covered } from "../svg.ts";

/** Coordinates are rounded to hundredths. */
const ROUNDED = 0.011;
/** What is kept free at the end of the axis of time, and what the steps of an instant may take. */
const MARGIN = 40;
const INSTANT = 10;

const WIDTHS = [100, 320, 1000, 1999.5];

/** A drawing on each axis, in a width that depends on the log, and what is to be asked of it. */
function drawings(entries: readonly Entry[]) {
  const timeline = new Timeline(entries);
  const width = WIDTHS[entries.length % WIDTHS.length]!;
  // Alone, or beside a longer one.
  const longer = 1 + entries.length % 3 * 0.7;
  return (["time", "steps"] as const).map((axis) => {
    const { now, columns } = timeline;
    const scale: Scale = { axis, width, ms: longer * now, columns: longer * columns.length };
    const svg = `${toSvg(timeline, scale, "run", "A run", "It runs.")}`;
    const { height } = laneSize(timeline.lanes.length);
    const [running, blocking] = [boxes(svg, "running"), boxes(svg, "blocking")];
    const lanes = (all: Box[]) =>
      all.filter(({ y }) => y >= TOP)
        .map((box) => ({ ...box, lane: Math.round((box.y - TOP) / height - 0.04) }));
    const [thread, processor] = [22, 42].map((top) =>
      [...running, ...blocking].filter(({ y }) => y === top)
    );
    const [steps, blocks] = [lanes(running), lanes(blocking)];
    return { svg, timeline, scale, steps, blocks, thread: thread!, processor: processor! };
  });
}

type Drawing = ReturnType<typeof drawings>[number];

/** Asserts something of the drawings of many logs, on both axes. */
function ofDrawings(check: (drawing: Drawing, entries: readonly Entry[]) => void): void {
  ofLogs((entries) => drawings(entries).forEach((drawing) => check(drawing, entries)));
}

Deno.test("toSvg: at any x at most one lane is running or blocking", () => {
  ofDrawings(({ steps, blocks }) => {
    let free = 0;
    const boxes = [...steps, ...blocks].toSorted((a, b) => a.x - b.x || a.end - b.end);
    for (const { x, end } of boxes) {
      assertLessOrEqual(free, x);
      free = end;
    }
  });
});

Deno.test("toSvg: the thread is held where a lane runs or blocks, the processor busy where one runs", () => {
  ofDrawings(({ steps, blocks, thread, processor }) => {
    assertEquals(covered(thread), covered([...steps, ...blocks]));
    assertEquals(covered(processor), covered(steps));
  });
});

Deno.test("toSvg: from left to right is the order of the log, and nothing is left out", () => {
  ofDrawings(({ steps, blocks, scale }, entries) => {
    assertEquals(steps.map(({ lane }) => lane), of(entries, "step").map(({ task }) => task));
    const last = entries.findLast(({ type }) => type !== "ready" && type !== "cancel");
    const blockers = of(entries, "suspend").filter((entry) =>
      entry.why === "block" &&
      (entry === last || entry.until! > entry.at && entries.at(-1)!.at > entry.at)
    );
    assertEquals(blocks.map(({ lane }) => lane), blockers.map(({ task }) => task));
    for (const boxes of [steps, blocks]) {
      for (const [index, { x, end }] of boxes.entries()) {
        assertLessOrEqual(boxes[index - 1]?.end ?? 0, x);
        assertLessOrEqual(end, scale.width + ROUNDED);
      }
    }
  });
});

Deno.test("toSvg: on the axis of time a step is where its instant is, or in the quarter after it", () => {
  ofDrawings(({ timeline, scale, steps, blocks }) => {
    if (scale.axis !== "time") return;
    const at = (ms: number) => ms * (scale.width - MARGIN) / Math.max(1, scale.ms);
    const instants = new Map<number, Box[]>();
    const taken = timeline.columns.filter(({ from, to }) => from === to);
    for (const [index, { from }] of taken.entries()) {
      instants.set(from, [...instants.get(from) ?? [], steps[index]!]);
    }
    for (const [from, boxes] of instants) {
      const next = timeline.columns.find((column) => column.to > from);
      const due = Math.min(...timeline.lanes.map(({ until = Infinity }) => until));
      const quarter = (at(next?.to ?? due) - at(from)) / 4;
      const width = Math.min(2, Math.min(INSTANT, quarter) / boxes.length);
      for (const [index, { x, end }] of boxes.entries()) {
        assertLessOrEqual(Math.abs(x - at(from) - index * width), ROUNDED);
        assertLessOrEqual(Math.abs(end - x - width), ROUNDED);
      }
    }
    const held = timeline.columns.filter(({ task, from, to }) => task !== null && from < to);
    for (const [index, { from, to }] of held.entries()) {
      const { x, end } = blocks[index]!;
      assertLessOrEqual(at(from) - ROUNDED, x);
      assertLessOrEqual(x, at(from) + (at(to) - at(from)) / 4 + ROUNDED);
      assertLessOrEqual(Math.abs(end - at(to)), ROUNDED);
    }
  });
});

Deno.test("toSvg: on the axis of steps all columns are equally wide", () => {
  ofDrawings(({ timeline, scale, steps, blocks }) => {
    if (scale.axis !== "steps") return;
    const width = scale.width / Math.max(1, scale.columns);
    const taken = timeline.columns.flatMap(({ task }, index) => task === null ? [] : [index]);
    const drawn = [...steps, ...blocks].filter(({ x, end }) => x < end)
      .toSorted((a, b) => a.x - b.x);
    assertEquals(drawn.length, taken.length);
    for (const [index, column] of taken.entries()) {
      const { x, end } = drawn[index]!;
      assertLessOrEqual(Math.abs(x - column * width), ROUNDED);
      assertLessOrEqual(Math.abs(end - (column + 1) * width), ROUNDED);
    }
  });
});

Deno.test("toSvg: a drawing is XML, its numbers are numbers, and all that it refers to is there", () => {
  ofTutorials((entries) => {
    for (const { svg } of drawings(entries)) {
      assertWellFormed(svg);
      assertReferences(svg);
      // Nor is any longer than it can be seen to be.
      const strange = /NaN|Infinity|undefined|null|\[object|\d\.\d{3}/.exec(
        svg.replace(/>[^<]*</g, "><"),
      );
      assertEquals(strange, null);
      for (const [, value] of svg.matchAll(/ (?:x|y|width|height)="([^"]*)"/g)) {
        assert(/^-?\d+(\.\d+)?%?$/.test(value!), value);
      }
    }
  });
});

Deno.test("toSvg: each number is written once, while there is room", () => {
  for (const mode of ["cooperative", "blocking"] as const) {
    const entries = ran({ mode, jitter: 1000 });
    const said = of(entries, "emit").map(({ value }) => String(value));
    for (const { svg, scale } of drawings(entries)) {
      const written = [...svg.matchAll(/<text class="value"[^>]*>([^<]*)</g)].map(([, v]) => v!);
      const isFree = mode === "cooperative" || written.length === said.length;
      const xs = [...svg.matchAll(/<text class="value" x="([\d.]+)%"/g)].map(([, x]) => Number(x));
      const apart = xs.slice(1).map((x, index) => (x - xs[index]!) * scale.width / 100);
      assert(mode === "cooperative" || apart.every((x) => x > 8), "one number upon another");
      assert(isFree ? String(written.toSorted()) === String(said.toSorted()) : written.length > 0);
    }
  }
});

Deno.test("toSvg: what is to come is drawn after what has been, up to when it is due", () => {
  const entries = ran({ count: 20, delay: 1000, jitter: 1000 });
  const scale: Scale = { axis: "time", width: 1000, ms: entries.at(-1)!.at, columns: 1 };
  for (let count = 1; count < entries.length; count++) {
    const timeline = new Timeline(entries.slice(0, count));
    const svg = `${toSvg(timeline, scale, "a", "", "")}`;
    const path = /<path class="promised" d="([^"]*)"/.exec(svg)?.[1] ?? "";
    const spans = [...path.matchAll(/M([\d.]+) [\d.]+H([\d.]+)/g)].map((
      [, x, to],
    ) => [+x!, +to!]);
    const due = timeline.lanes.flatMap(({ until }) => until ?? []);
    assertEquals(spans.length, due.length);
    const end = boundaries(timeline, scale).at(-1)!;
    for (const [from, to] of spans) {
      assertLessOrEqual(Math.abs(from! - end), ROUNDED);
      assert(due.some((ms) => Math.abs(to! - ms * (1000 - MARGIN) / scale.ms) < ROUNDED));
      assertLessOrEqual(from!, to!);
    }
  }
});

Deno.test("toSvg: the same seed gives the same drawing, to the letter, another seed another", () => {
  const scale: Scale = { axis: "steps", width: 1000, ms: 1000, columns: 23 };
  const drawn = (seed: number) => `${toSvg(new Timeline(ran({ seed })), scale, "a", "b", "c")}`;
  const timelines = new Set(Array.from({ length: 100 }, (_, seed) => drawn(seed)));
  assertEquals(timelines.size, 100);
  assert(timelines.has(drawn(7)));
});

Deno.test("laneSize: lanes are lower the more there are, and never more than 800 high together", () => {
  const sizes = [1, 12, 13, 40, 41, 101, 300, 800, 1001].map((lanes) => laneSize(lanes));
  assertEquals(sizes.map(({ name }) => name[0]).join(""), "tttttllll");
  assertEquals(sizes.map(({ height }) => Math.round(height)), [24, 24, 24, 24, 24, 8, 3, 1, 1]);
});
