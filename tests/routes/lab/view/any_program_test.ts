import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import type { Grid } from "../../../../routes/lab/view/arrows.ts";
import { type Axis, type Scale, xOfTime } from "../../../../routes/lab/view/axis.ts";
import { laneSize } from "../../../../routes/lab/view/heights.ts";
import { extentOf, type Label, labels } from "../../../../routes/lab/view/labels.ts";
import { scaleOf } from "../../../../routes/lab/view/scale.ts";
import { boundaries, lanesTop, toSvg } from "../../../../routes/lab/view/svg.ts";
import { printedText } from "../../../../routes/lab/view/text.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { logOfProgram, type ProgramName, PROGRAMS } from "../small_programs.ts";
import { of, ofLogs } from "../runs.ts";
import { assertReferences, assertWellFormed, bars, boxes, lines } from "../svg.ts";

const NAMES = Object.keys(PROGRAMS) as ProgramName[];

const AXES = ["time", "steps"] as const;

/** Coordinates are rounded to hundredths. */
const ROUNDED = 0.011;

interface Options {
  axis: Axis;
  /** How many entries of the log there have been. The default is all. */
  entries?: number;
  width?: number;
}

/** A program as it is drawn, and what is to be asked of that. */
function drawn(name: ProgramName, { axis, entries = Infinity, width = 1000 }: Options) {
  const log = logOfProgram(name);
  const whole = new Timeline(log);
  const timeline = new Timeline(log.slice(0, entries), [], whole.room);
  const scale = scaleOf(width, [whole]);
  const picture = { axis, timeline, scale, id: "run" };
  const { height } = laneSize(whole.room);
  const grid: Grid = { xs: boundaries(picture), top: lanesTop(axis), lane: height, width };
  const svg = `${toSvg(picture, "A run", "It runs.")}`;
  const laneAt = (y: number) => Math.floor((y - lanesTop(axis)) / height);
  return { log, timeline, scale, grid, svg, laneAt, texts: labels(timeline, axis, grid) };
}

/** The texts of a kind in a lane. */
function textsOf(texts: readonly Label[], lane: number, kind: Label["kind"]): string[] {
  return texts.filter((label) => label.lane === lane && label.kind === kind)
    .map(({ text }) => text);
}

/** The lanes that arrows lead from and to, and where they are. */
function arrows(svg: string, name: string, laneAt: (y: number) => number) {
  const path = new RegExp(`<path class="${name}" d="([^"]*)"`).exec(svg)?.[1] ?? "";
  return [...path.matchAll(/M([\d.]+) ([\d.]+)V([\d.]+)/g)].map(([, x, from, to]) => ({
    x: Number(x),
    from: laneAt(Number(from)),
    to: laneAt(Number(to)),
  }));
}

Deno.test("toSvg: a cancel is a mark at its instant, with an arrow from who asked", () => {
  const { svg, scale, laneAt } = drawn("cleanup", { axis: "time" });
  const [mark] = boxes(svg, "cancel");
  const x = xOfTime(1000, scale);
  assertLessOrEqual(Math.abs((mark!.x + mark!.end) / 2 - x), ROUNDED);
  assertEquals(laneAt(mark!.y), 1);
  const asked = arrows(svg, "asks", laneAt);
  assertEquals(asked.map(({ from, to }) => [from, to]), [[0, 1]]);
  assertLessOrEqual(Math.abs(asked[0]!.x - x), ROUNDED);
});

Deno.test("toSvg: step by step, a cancel is in the middle of the step in which it is asked", () => {
  const { svg, grid, laneAt } = drawn("cleanup", { axis: "steps" });
  const [asked] = arrows(svg, "asks", laneAt);
  // The fourth column: both began, a second passed.
  assertLessOrEqual(Math.abs(asked!.x - (grid.xs[3]! + grid.xs[4]!) / 2), ROUNDED);
});

Deno.test("toSvg: a coroutine that ends in the instant in which it is asked to has one mark there", () => {
  const { svg } = drawn("oneFails", { axis: "time" });
  assertEquals([boxes(svg, "cancel").length, bars(svg, "cancelled").length], [0, 1]);
  assertEquals(boxes(drawn("oneFails", { axis: "steps" }).svg, "cancel").length, 1);
});

Deno.test("toSvg: what a coroutine does after it was asked to end is under a line, up to its end", () => {
  const { svg, scale, laneAt } = drawn("cleanup", { axis: "time" });
  const [cleanup] = lines(svg, "cleanup");
  const expected = [1000, 1200].map((ms) => xOfTime(ms, scale));
  assertLessOrEqual(Math.abs(cleanup!.x - expected[0]!), ROUNDED);
  assertLessOrEqual(Math.abs(cleanup!.end - expected[1]!), ROUNDED);
  assertEquals(laneAt(cleanup!.y), 1);
  // A shield holds the cancel back.
  const shielded = lines(drawn("shielded", { axis: "time" }).svg, "cleanup");
  assertEquals(shielded.length, 1);
});

Deno.test("toSvg: a timeout and the host have no lane from which an arrow could come", () => {
  const { svg, laneAt, texts } = drawn("timesOut", { axis: "steps" });
  assertEquals(boxes(svg, "cancel").map(({ y }) => laneAt(y)), [2]);
  assertEquals(arrows(svg, "asks", laneAt), []);
  assertEquals(textsOf(texts.labels, 2, "note"), ["its time was up (1000 ms are over)"]);
});

Deno.test("labels: an error stands at the end of its lane, and of those that it travels up to", () => {
  for (const axis of AXES) {
    const { texts } = drawn("oneFails", { axis });
    const failures = [0, 1, 2, 3].map((lane) => textsOf(texts.labels, lane, "failure"));
    assertEquals(failures, [["Error: no such page"], [], ["Error: no such page"], []]);
    assertEquals(textsOf(texts.labels, 3, "note"), ["load[1] failed"]);
  }
});

Deno.test("labels: a wait says what for, and held by whom, as far as there is room", () => {
  const [wide, narrow] = [1000, 400].map((width) =>
    drawn("condition", { axis: "time", width }).texts.labels
  );
  assertEquals(textsOf(wide!, 1, "note"), [
    "waits to be notified of stock",
    "waits for stock, held by main",
  ]);
  assertEquals(textsOf(narrow!, 1, "note"), ["waits to be notified of stock", "waits for stock"]);
});

Deno.test("labels: what is late says who has the thread", () => {
  const { texts } = drawn("lateTick", { axis: "time" });
  assertEquals(textsOf(texts.labels, 1, "note"), ["late: main has the thread"]);
});

Deno.test("labels: values of one instant are one text, and a value without room is a point", () => {
  const { texts } = drawn("withoutTime", { axis: "time" });
  assertEquals([1, 2].map((lane) => textsOf(texts.labels, lane, "value")), [
    ["sees 100 writes 90"],
    ["sees 100 writes 80"],
  ]);
  const { texts: crowded, svg, timeline } = drawn("lateTick", { axis: "time", width: 100 });
  const shown = textsOf(crowded.labels, 1, "value");
  assertEquals(shown.length + crowded.dropped.length, timeline.lanes[1]!.emitted.length);
  assert(crowded.dropped.length > 0);
  assertEquals(svg.match(/<circle class="value"/g)?.length, crowded.dropped.length);
});

Deno.test("labels: no two texts of a lane overlap, and none leaves the picture", () => {
  for (const name of NAMES) {
    for (const axis of AXES) {
      for (const width of [240, 640, 1000]) {
        const { texts } = drawn(name, { axis, width });
        for (const lane of new Set(texts.labels.map(({ lane }) => lane))) {
          const own = texts.labels.filter((label) => label.lane === lane).map(extentOf)
            .toSorted(([a], [b]) => a - b);
          for (const [index, [start, end]] of own.entries()) {
            const before = own[index - 1]?.[1] ?? 0;
            assertLessOrEqual(before, start + 1, `${name} ${axis} ${width} lane ${lane}`);
            assertLessOrEqual(end, width + 8, `${name} ${axis} ${width} lane ${lane}`);
          }
        }
      }
    }
  }
});

Deno.test("labels: no value lies over the block of another step, or of another state", () => {
  const BLOCKS = /^(running|blocking|ready|late|created)$/;
  for (const name of NAMES) {
    for (const width of [240, 640, 1000]) {
      const { texts, timeline, grid } = drawn(name, { axis: "steps", width });
      for (const label of texts.labels.filter(({ kind }) => kind === "value")) {
        const [from, to] = extentOf(label);
        const under = timeline.marks.filter((mark) => {
          const [start, end] = [grid.xs[mark.from]!, grid.xs[mark.to ?? grid.xs.length - 1]!];
          return mark.lane === label.lane && BLOCKS.test(mark.state) && start < to && from < end;
        });
        assertEquals(under.map(({ state }) => state), label.anchor === "middle" ? ["running"] : []);
      }
    }
  }
});

Deno.test("labels: a value is whole, or a point that says it", () => {
  for (const name of NAMES) {
    for (const width of [240, 1000]) {
      const { texts, timeline, svg } = drawn(name, { axis: "steps", width });
      const printed = timeline.lanes.map(({ emitted }) =>
        emitted.map(({ value }) => printedText(value)).join(" ")
      );
      const said = [...texts.labels.filter(({ kind }) => kind === "value"), ...texts.dropped];
      const byLane = timeline.lanes.map((_, lane) =>
        said.filter((label) => label.lane === lane).toSorted((a, b) => a.x - b.x)
          .map(({ text }) => text).join(" ")
      );
      assertEquals(byLane, printed, `${name} ${width}`);
      assertEquals(svg.match(/<circle[^>]*><title>/g)?.length ?? 0, texts.dropped.length);
    }
  }
});

/** The lanes that the lines after the end of a picture lead to, each with all its lanes. */
function held(svg: string, laneAt: (y: number) => number): { all: number[]; to: number[] }[] {
  const path = /<path class="holder" d="([^"]*)"/.exec(svg)?.[1] ?? "";
  return path.split(/(?=M[\d.]+ [\d.]+V)/).filter((piece) => piece !== "").map((piece) => ({
    all: [...piece.matchAll(/M[\d.]+ ([\d.]+)H/g)].map(([, y]) => laneAt(Number(y))),
    to: [...piece.matchAll(/M[\d.]+ ([\d.]+)H[\d.]+m/g)].map(([, y]) => laneAt(Number(y))),
  }));
}

Deno.test("toSvg: a deadlock is where the picture ends, with a line from each to whom it waits for", () => {
  for (const axis of AXES) {
    const { svg, laneAt, grid } = drawn("deadlock", { axis });
    assertStringIncludes(svg, ">nobody can go on<");
    const [, x] = /<path class="verdict" d="M([\d.]+) /.exec(svg)!;
    assertLessOrEqual(Math.abs(Number(x) - grid.xs.at(-1)!), ROUNDED);
    const circle = held(svg, laneAt).toSorted((a, b) => a.to[0]! - b.to[0]!);
    assertEquals(circle, [{ all: [2, 1], to: [1] }, { all: [1, 2], to: [2] }]);
    // The cleanup after that is not the program's.
    for (const end of ["cancelled", "failed", "cancel"]) {
      assert(!svg.includes(`<path class="${end}"`), end);
    }
  }
});

Deno.test("toSvg: a lock that is handed on leads to the one who has it at the moment", () => {
  const log = logOfProgram("handedOn");
  const wakes = of(log, "ready").filter(({ at, by }) => at > 0 && typeof by === "number");
  const holders = wakes.slice(0, 1).map(({ seq }) => {
    const before = drawn("handedOn", { axis: "steps", entries: seq });
    const after = drawn("handedOn", { axis: "steps", entries: seq + 2 });
    return [before, after].map(({ svg, laneAt }) => held(svg, laneAt));
  });
  assertEquals(holders, [[[{ all: [2, 3, 1], to: [1] }], [{ all: [3, 2], to: [2] }]]]);
});

Deno.test("toSvg: the circle of a deadlock may lead through a parent that waits for its children", () => {
  const { svg, laneAt } = drawn("inherited", { axis: "steps" });
  const circle = held(svg, laneAt).toSorted((a, b) => a.to[0]! - b.to[0]!);
  assertEquals(circle, [{ all: [1, 0], to: [0] }, { all: [0, 1], to: [1] }]);
});

Deno.test("toSvg: a run of too many steps says after how many the loop stopped it", () => {
  const { svg } = drawn("endless", { axis: "steps" });
  assertStringIncludes(svg, ">stopped by the loop after 50 steps<");
});

Deno.test("toSvg: where no time passes, the axis of time says so", () => {
  const { svg } = drawn("withoutTime", { axis: "time" });
  assertStringIncludes(svg, ">0 s: no time passes<");
});

Deno.test("scaleOf: it leaves room for errors at the end, and none that nobody needs", () => {
  const [fails, done] = (["oneFails", "handedOn"] as const).map((name) => {
    const run = new Timeline(logOfProgram(name));
    return { run, scale: scaleOf(1000, [run]) };
  });
  assertEquals(done!.scale, { width: 1000, ms: 300, columns: done!.run.columns.length });
  const free = 1000 - xOfTime(fails!.run.now, fails!.scale);
  assert(free > 140 && free <= 301, `${free}`);
  const narrow: Scale = scaleOf(200, [fails!.run]);
  assertLessOrEqual(200 - xOfTime(fails!.run.now, narrow), 61);
});

Deno.test("toSvg: any program up to any entry is XML, its numbers are numbers", () => {
  for (const name of NAMES) {
    for (let entries = 1; entries <= logOfProgram(name).length; entries += 3) {
      for (const axis of AXES) check(drawn(name, { axis, entries, width: 320 }).svg);
    }
  }
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    const scale = scaleOf(640, [timeline]);
    for (const axis of AXES) check(`${toSvg({ axis, timeline, scale, id: "run" }, "", "")}`);
  });
});

function check(svg: string): void {
  assertWellFormed(svg);
  assertReferences(svg);
  assertEquals(/NaN|Infinity|undefined/.exec(svg.replace(/>[^<]*</g, "><")), null);
}

Deno.test("Timeline.due: it is the earliest time for which a lane waits that is not late", () => {
  ofLogs((entries) => {
    const timeline = new Timeline(entries);
    const { lanes, now, due } = timeline;
    const blocker = lanes.find(({ state }) => state === "blocking");
    if (blocker !== undefined) return assertEquals(due, blocker.until);
    const canRun = lanes.some(({ state }) => /^(created|ready|running)$/.test(state));
    const dues = lanes.flatMap(({ until, state }) => state === "late" ? [] : until ?? []);
    const least = dues.toSorted((a, b) => a - b)[0];
    assertEquals(due, canRun || least === undefined ? now : least);
  });
});
