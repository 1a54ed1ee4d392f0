import { assertEquals, assertMatch } from "@std/assert";
import { markText, rows, story } from "../../../../routes/lab/view/story.ts";
import { keyOf } from "../../../../routes/lab/view/html.ts";
import { markup } from "../../../../routes/lab/view/markup.ts";
import { outputOf, positionText, valueText } from "../../../../routes/lab/view/text.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { circleOf, verdictText } from "../../../../routes/lab/view/waits.ts";
import { logOfProgram, type ProgramName } from "../small_programs.ts";
import { assertWellFormed } from "../svg.ts";

/** All that is said of a lane in the course of a program, each sentence once. */
function storiesOf(name: ProgramName, lane: number): string[] {
  const log = logOfProgram(name);
  const told = log.flatMap((_, index) => {
    const timeline = new Timeline(log.slice(0, index + 1));
    return lane in timeline.lanes ? [story(timeline, lane)] : [];
  });
  return [...new Set(told)];
}

/** What is said of the waits of a lane. */
const waitsOf = (name: ProgramName, lane: number) =>
  storiesOf(name, lane).filter((text) => / waits (?!for its turn)/.test(text));

const endOf = (name: ProgramName, lane: number) => storiesOf(name, lane).at(-1)!;

Deno.test("story: a wait says what for, and held by whom", () => {
  assertEquals(waitsOf("deadlock", 1), ["eater[0] waits for right, held by eater[1]."]);
  assertEquals(waitsOf("twoAtATime", 5), [
    "bake[4] waits for a permit of ovens, held by bake[0] and bake[1].",
    "bake[4] waits for a permit of ovens, held by bake[1] and bake[2].",
    "bake[4] waits for a permit of ovens, held by bake[2] and bake[3].",
  ]);
  assertEquals(waitsOf("handedOn", 3), [
    "user[2] waits for a lock, held by user[0].",
    "user[2] waits for a lock, held by user[1].",
  ]);
  assertEquals(waitsOf("fullQueue", 1), ["baker waits for room in shelf (2 of 2)."]);
  assertEquals(waitsOf("starved", 0), ["main waits for a value in orders, which is empty."]);
  assertEquals(waitsOf("condition", 1), [
    "buyer waits to be notified of stock.",
    "buyer waits for stock, held by main.",
  ]);
  assertEquals(waitsOf("barrier", 3), [
    "runner[2] waits for the others at start: 2 of 3 are there.",
  ]);
  assertEquals(waitsOf("gaveUp", 3), [
    "third waits for door, held by first.",
  ]);
  assertEquals(waitsOf("joins", 2), ["guest waits for the event opened."]);
});

Deno.test("story: a wait for tasks says which of them have not ended", () => {
  assertEquals(waitsOf("joins", 0), [
    "main waits for knock[0] and knock[1] to end, until 0.15 s at the latest.",
    "main waits for knock[1] to end, until 0.15 s at the latest.",
    "main waits for door to end.",
  ]);
  assertEquals(waitsOf("oneFails", 0), [
    "main waits for all the coroutines that it started together.",
    "main waits for all the coroutines that it started together: load[1] and load[2] have not ended.",
    "main waits for all the coroutines that it started together: load[2] has not ended.",
  ]);
  assertEquals(waitsOf("fullQueue", 0), [
    "main waits for the tasks that it started to end.",
    "main waits for the tasks that it started to end: eater has not ended.",
  ]);
});

Deno.test("story: who is cancelled says by whom and why, also while it cleans up", () => {
  const stories = storiesOf("cleanup", 1);
  assertEquals(
    stories.find((text) => text.includes("is ready since")),
    "worker is ready since 1.00 s: it was cancelled, and it waits for its turn. " +
      "Since 1.00 s it is to end, because main cancelled it (no longer needed).",
  );
  assertMatch(stories.at(-2)!, /has the thread.* it is to end, because main cancelled it/);
  assertEquals(
    stories.at(-1),
    "worker was cancelled at 1.20 s, because main cancelled it (no longer needed) at 1.00 s. " +
      "It ran 3 times and waited 1.20 s.",
  );
  assertMatch(endOf("daemon", 1), /^heartbeat was cancelled at 1\.00 s, because main ended\. /);
  assertMatch(endOf("timesOut", 2), /^task 2 was cancelled at 1\.40 s, because its time was up/);
  assertMatch(
    endOf("oneFails", 3),
    /^load\[2\] was cancelled at 0\.50 s, because load\[1\] failed/,
  );
});

Deno.test("story: a failure says its error, and where that came from", () => {
  assertMatch(endOf("background", 1), /^save failed at 0\.40 s: RangeError: disk full\. It ran/);
  assertMatch(
    endOf("background", 0),
    /^main failed at 0\.40 s: RangeError: disk full, which came from save\. It ran/,
  );
});

Deno.test("circleOf: those who wait for one another, and none where others can end the wait", () => {
  const circle = circleOf(new Timeline(logOfProgram("deadlock")));
  assertEquals(circle?.toSorted(), [1, 2]);
  assertEquals(circleOf(new Timeline(logOfProgram("starved"))), undefined);
  assertEquals(circleOf(new Timeline(logOfProgram("greedy"))), undefined);
});

Deno.test("verdictText: it says who waits for whom, or after how many steps a run was stopped", () => {
  const texts = (["deadlock", "starved", "greedy", "endless"] as const).map((name) =>
    verdictText(new Timeline(logOfProgram(name)))
  );
  assertEquals(texts, [
    "Nobody can go on: eater[1] waits for left, held by eater[0]; " +
    "eater[0] waits for right, held by eater[1].",
    "Nobody can go on: main waits for a value in orders, which is empty.",
    "Nobody can go on: eater[0] waits for a permit of forks, held by eater[0] and eater[1]; " +
    "eater[1] waits for a permit of forks, held by eater[0] and eater[1].",
    "The loop stopped the run after 50 steps.",
  ]);
});

Deno.test("positionText: it says how a run ended that did not finish", () => {
  const texts = (["deadlock", "endless", "oneFails"] as const).map((name) => {
    const whole = new Timeline(logOfProgram(name));
    return positionText(whole, whole, true, true);
  });
  assertEquals(texts, [
    "nobody can go on at 0.10 s, after 5 steps",
    "stopped by the loop at 0.00 s, after 50 steps",
    "failed at 0.50 s, after 8 steps",
  ]);
});

Deno.test("markText: it says what was waited for, printed or thrown, and who made it late", () => {
  const textsOf = (name: ProgramName, state: string) => {
    const timeline = new Timeline(logOfProgram(name));
    return timeline.marks.filter((mark) => mark.state === state)
      .map((mark) => markText(timeline, mark));
  };
  assertEquals(textsOf("lateTick", "late"), [
    "tick · late: due, but main has the thread · 1.00 s to 1.90 s",
  ]);
  assertEquals(textsOf("joins", "waiting").slice(1), [
    "guest · waiting: waits for the event opened · 0.00 s to 0.30 s",
    "main · waiting: waits for door to end · 0.15 s to 0.60 s",
  ]);
  assertEquals(
    textsOf("oneFails", "failed")[0],
    [
      "load[1] · failed: threw Error: no such page · at 0.50 s",
    ][0],
  );
  assertEquals(textsOf("withoutTime", "running").filter((text) => text.includes("printed")), [
    "withdraw[0] · running: has the thread · at 0.00 s · printed sees 100",
    "withdraw[1] · running: has the thread · at 0.00 s · printed sees 100",
    "withdraw[0] · running: has the thread · at 0.00 s · printed writes 90",
    "withdraw[1] · running: has the thread · at 0.00 s · printed writes 80",
  ]);
  assertEquals(textsOf("cleanup", "cancelled"), [
    "worker · cancelled: main cancelled it (no longer needed) · at 1.20 s",
  ]);
});

Deno.test("rows: a state has beside it what is waited for, thrown, or who cancelled", () => {
  const statesOf = (name: ProgramName) => {
    const html = `${markup`${rows(new Timeline(logOfProgram(name)), () => "")}`}`;
    return [...html.matchAll(/<tr><th[^>]*>.*?<\/th><td>(.*?)<\/td>/g)]
      .map(([, cell]) => cell!.replace(/<[^>]*>/g, ""));
  };
  assertEquals(statesOf("deadlock"), [
    "waiting",
    "waiting for right, held by eater[1]",
    "waiting for left, held by eater[0]",
  ]);
  assertEquals(statesOf("oneFails"), [
    "failed: Error: no such page",
    "done",
    "failed: Error: no such page",
    "cancelled: load[1] failed",
  ]);
});

Deno.test("keyOf: it has what there is in a run, and nothing else", () => {
  const keyed = (name: ProgramName) => {
    const items = keyOf(new Timeline(logOfProgram(name)), "run").map(String);
    assertWellFormed(items.join(""));
    return items.map((item) => item.replace(/<[^>]*>/g, "").trim().split(/ /)[0]);
  };
  assertEquals(keyed("deadlock").join(" "), "ready running sleeping waiting wakes waits the");
  assertEquals(keyed("retried").join(" "), "running sleeping waiting done failed wakes");
  assertEquals(
    keyed("cleanup").join(" "),
    "running sleeping waiting done cancelled wakes is runs",
  );
});

Deno.test("outputOf: texts of several words are kept apart", () => {
  const output = outputOf(new Timeline(logOfProgram("withoutTime")));
  assertEquals(output, "sees 100 · sees 100 · writes 90 · writes 80");
});

Deno.test("valueText: no value is too strange, and none is more than a line", () => {
  const round: Record<string, unknown> = {};
  round.self = round;
  const values = [
    NaN,
    -0,
    7n,
    Symbol("s"),
    function named() {},
    new Map(),
    [undefined, 7n],
    round,
    Object.create(null),
    "two\n  lines",
    { toJSON: () => ({ a: 1 }) },
  ];
  assertEquals(values.map(valueText), [
    "NaN",
    "0",
    "7n",
    "Symbol(s)",
    "function named",
    "Map of 0",
    '["undefined","7n"]',
    "an object",
    "{}",
    "two lines",
    '{"a":1}',
  ]);
  // An emoji is two halves, and is not cut between them.
  assertEquals(valueText("👍".repeat(30)), `${"👍".repeat(23)}…`);
});
