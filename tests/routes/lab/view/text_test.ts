import { block, record, simulate, sleep, spawn, summarize } from "@tenfold/loop";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { keyOf, names } from "../../../../routes/lab/view/html.ts";
import { HEADS, markText, rows, story } from "../../../../routes/lab/view/story.ts";
import { markup } from "../../../../routes/lab/view/markup.ts";
import { signed, STATES } from "../../../../routes/lab/view/states.ts";
import {
  chipText,
  exact,
  FIGURES,
  figuresOf,
  headline,
  introduction,
  MODES,
  orderText,
  outputOf,
  positionText,
  rowNames,
  sentence,
  shortName,
  valueText,
} from "../../../../routes/lab/view/text.ts";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { logOfProgram } from "../small_programs.ts";
import { withDefaults } from "../../../../routes/tutorial/parameters.ts";
import { of, ofTutorials, ran } from "../runs.ts";
import { assertWellFormed } from "../svg.ts";

/** What one reads in a piece of HTML. */
const text = (html: unknown) => String(html).replace(/<[^>]*>/g, "");

/** The cells of the rows of a table. */
function cells(html: string): string[][] {
  return [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<(th|td)[^>]*>(.*?)<\/\1>/g)].map(([, , cell]) => text(cell!))
  );
}

const CAUSES = new Map<unknown, string>([[null, "start"], ["timer", "timer"], [0, "main"]]);
for (let num = 0; num < 300; num++) CAUSES.set(1 + num, `display[${num}]`);

Deno.test("rows: each lane has a row with what the log says of it", () => {
  ofTutorials((entries, { mode }) => {
    const timeline = new Timeline(entries);
    const html = `${markup`${rows(timeline, (lane, index) => `${index} ${lane.steps}`)}`}`;
    assertWellFormed(html);
    const emits = of(entries, "emit");
    const expected = timeline.lanes.map(({ name, state }, task) => {
      const own = entries.filter((entry) => entry.task === task);
      const steps = of(own, "step").length;
      const exit = of(own, "exit")[0];
      const last = own.at(-1)!;
      const isAsleep = last.type === "suspend" && (last.why === "sleep" || last.why === "block");
      const waited = summarize(own).waited + (isAsleep ? entries.at(-1)!.at - last.at : 0);
      // After a block, nothing has made it ready.
      const by = mode === "blocking" && steps > 1 ? undefined : of(own, "ready").at(-1)?.by;
      return [
        name,
        state,
        `${task} ${steps}`,
        String(steps),
        exact(waited),
        CAUSES.get(by) ?? "",
        exit === undefined ? "" : exact(exit.at),
        of(own, "emit").map(({ value }) => value).join(" "),
        emits.flatMap((entry, place) => entry.task === task ? [`${place + 1}.`] : []).join(" "),
      ];
    });
    assertEquals(cells(html), expected);
    assert(expected.every(({ length }) => length === HEADS.length));
  });
});

Deno.test("names: each lane has a button with its attributes, up to 41 lanes", () => {
  const timeline = new Timeline(ran({ count: 40 }));
  const list = `${markup`${names(timeline, (index) => markup`data-lane="${index}"`)}`}`;
  assertWellFormed(list);
  assertEquals(list.match(/<li><button /g)?.length, 41);
  assertMatch(list, /^<li><button type="button" data-lane="0"><b>main<\/b>/);
  assertEquals(text(markup`${names(timeline, () => undefined)}`), text(list));
  assertEquals(names(new Timeline(ran({ count: 41 })), () => undefined), []);
});

Deno.test("signed: no two states share a sign, and each has its word", () => {
  const states = Object.keys(STATES) as (keyof typeof STATES)[];
  assertEquals(states.length, 10);
  for (const state of states) {
    assertWellFormed(`${signed(state)}`);
    assertEquals(text(signed(state)), state);
  }
  const shapes = states.map((state) => `${signed(state)}`.replaceAll(state, ""));
  assertEquals(new Set(shapes).size, 10);
});

Deno.test("markup: every text is escaped, and markup is not escaped again", () => {
  const inner = markup`<b title="${`"'`}">${"<&>"}</b>`;
  assertEquals(`${markup`${inner}${[inner, "&"]}${undefined}${0}`}`, `${inner}${inner}&amp;0`);
  assertEquals(`${inner}`, `<b title="&quot;&#39;">&lt;&amp;&gt;</b>`);
});

Deno.test("figuresOf: they are those of summarize", () => {
  ofTutorials((entries) => {
    const { elapsed, waited, steps, held } = summarize(entries);
    const timeline = new Timeline(entries);
    const [passed, added, atOnce, holding, turns] = figuresOf(timeline);
    assertEquals([passed, holding, turns], [exact(elapsed), exact(held), String(steps)]);
    // A sleep that is on counts as far as it has come.
    const open = timeline.lanes.reduce(
      (sum, lane, task) => sum + timeline.waited(task) - lane.waited,
      0,
    );
    assertEquals(added, exact(waited + open));
    if (elapsed === 0) assertEquals(atOnce, "–");
    else assert(Math.abs(Number(atOnce) - (waited + open) / elapsed) <= 0.051);
    assertEquals(figuresOf(timeline).length, FIGURES.length);
  });
});

Deno.test("figuresOf: by default 1.00 s with ten waiting at once, and 10.00 s with one", () => {
  const [blocking, cooperative] = MODES.map(({ mode }) => figuresOf(new Timeline(ran({ mode }))));
  assertEquals(blocking, ["10.00 s", "10.00 s", "1.0", "10.00 s", "11"]);
  assertEquals(cooperative, ["1.00 s", "10.00 s", "10.0", "0.00 s", "22"]);
});

Deno.test("figuresOf: in the middle of a sleep they are those of that moment", () => {
  const entries = ran({});
  const asleep = new Timeline(entries.filter(({ at }) => at === 0));
  asleep.advance(400);
  assertEquals(figuresOf(asleep), ["0.40 s", "4.00 s", "10.0", "0.00 s", "11"]);
});

Deno.test("outputOf: the values in their order, the first forty of them", () => {
  assertEquals(outputOf(new Timeline(ran({ order: "fifo" }))), "0 1 2 3 4 5 6 7 8 9");
  assertEquals(outputOf(new Timeline()), "nothing yet");
  const many = outputOf(new Timeline(ran({ count: 50, order: "fifo" })));
  assertMatch(many, /^0 1 .* 39 and 10 more$/);
});

Deno.test("orderText: it is said where there is an order to choose", () => {
  const texts = [{}, { order: "fifo" }, { mode: "blocking" }, { count: 1 }] as const;
  assertEquals(texts.map((given) => orderText(withDefaults({ seed: 7, ...given }))), [
    "those that wake together go in an order chosen at random, by seed 7",
    "first come, first served",
    "",
    "",
  ]);
});

Deno.test("exact: times are written to the ms", () => {
  const texts = [0, 10, 15, 999, 1000, 1001, 60_000].map(exact);
  assertEquals(texts, ["0.00 s", "0.01 s", "0.015 s", "0.999 s", "1.00 s", "1.001 s", "60.00 s"]);
});

/** The headline and the introduction for some parameters. */
function headOf(given: Parameters<typeof ran>[0]): string[] {
  const [blocking, cooperative] = MODES.map(({ mode }) =>
    new Timeline(ran({ ...given, mode })).now
  );
  const parameters = withDefaults({ seed: 42, ...given });
  return [headline(parameters, cooperative!), introduction(parameters, [blocking!, cooperative!])];
}

Deno.test("headline: it is true for every count, delay and jitter", () => {
  const headlines = [{}, { count: 3, delay: 250 }, { count: 1 }, { delay: 0 }, { jitter: 1000 }]
    .map((given) => headOf(given)[0]);
  assertEquals(headlines, [
    "Ten coroutines, one thread, one second",
    "Three coroutines, one thread, 250 ms",
    "One coroutine, one thread, one second",
    "Ten coroutines, one thread, no time",
    "Ten coroutines, one thread, 1.912 s",
  ]);
});

Deno.test("introduction: it is true for every count, delay and jitter", () => {
  const introductions = [{}, { count: 1 }, { delay: 0 }, { count: 2, jitter: 1000 }, { count: 12 }]
    .map((given) => headOf(given)[1]!);
  assertEquals(
    introductions[0],
    "Ten functions each wait one second, then print a number. If each holds the thread while it " +
      "waits, they take ten seconds. If each gives the thread back, they wait at the same time: one second.",
  );
  assertEquals(
    introductions[1],
    "One function waits one second, then prints a number. Holding the " +
      "thread or giving it back makes no difference then: both take one second.",
  );
  assertEquals(
    introductions[2],
    "Ten functions each print a number, without a wait. Holding the " +
      "thread or giving it back makes no difference then: both take no time.",
  );
  assertMatch(
    introductions[3]!,
    /^Two functions each wait between 1 s and 2 s, .* take [\d.]+ s\. /,
  );
  assertMatch(introductions[4]!, /^12 functions .* take 12 s\. .*: one second\.$/);
});

Deno.test("sentence: it says how the coroutines wait, and when all have finished", () => {
  const said = (mode: "blocking" | "cooperative", entries = ran({ mode })) =>
    sentence(withDefaults({ mode, seed: 42 }), new Timeline(entries));
  assertMatch(
    said("blocking"),
    /^Ten coroutines wait one after another, .*: finished after 10\.00 s/,
  );
  assertMatch(said("cooperative"), /at the same time, .*: finished after 1\.00 s/);
  assertStringIncludes(said("cooperative", ran({}).slice(0, 50)), "now at 1.00 s");
});

Deno.test("story: it says what a lane does, since or until when, and why", () => {
  const entries = ran({ count: 2, order: "fifo" });
  const stories = (count: number, time = 0) => {
    const timeline = new Timeline(entries.slice(0, count));
    timeline.advance(time);
    return timeline.lanes.map((_, index) => story(timeline, index));
  };
  assertEquals(stories(2), ["main is ready: the run begins, and it waits for its turn."]);
  const asleep = entries.findIndex(({ at }) => at > 0);
  assertEquals(stories(asleep, 400), [
    "main waits for all the coroutines that it started together.",
    ...["display[0]", "display[1]"].map((name) =>
      `${name} sleeps until 1.00 s, and the thread is free for others. It has slept 0.40 s.`
    ),
  ]);
  assertEquals(
    stories(asleep + 2)[2],
    "display[1] is ready since 1.00 s: its sleep is over, and it waits for its turn.",
  );
  assertEquals(stories(asleep + 3)[1], "display[0] has the thread, for the 2nd time.");
  assertEquals(
    stories(Infinity)[2],
    "display[1] finished at 1.00 s. It ran twice and waited 1.00 s.",
  );
  const blocked = new Timeline(ran({ mode: "blocking" }).slice(0, 4));
  assertEquals(
    story(blocked, 0),
    "main waits until 1.00 s and holds the thread: no other coroutine can run.",
  );
});

Deno.test("story: a lane that is late says since when, and because of whom", () => {
  const trace = record();
  simulate(
    function* () {
      yield* spawn(sleep(500), { name: "tick" });
      yield* spawn(block(1200), { name: "hog" });
    }(),
    { trace },
  );
  const timeline = new Timeline(trace.entries.filter(({ at }) => at === 0));
  timeline.advance(800);
  assertEquals(
    story(timeline, 1),
    "tick was due at 0.50 s. It is 0.30 s late, because hog holds the thread.",
  );
});

Deno.test("positionText: it says which step it is, or what time passes", () => {
  const entries = ran({ count: 2, order: "fifo" });
  const whole = new Timeline(entries);
  const at = (count: number, time: number) => {
    const shown = new Timeline(entries.slice(0, count));
    shown.advance(time);
    return positionText(shown, whole, count > 2, count === entries.length);
  };
  assertEquals(at(2, 0), "before the first step");
  assertEquals(at(5, 0), "step 1 of 6, at 0.00 s: main runs");
  assertEquals(at(entries.findIndex(({ at }) => at > 0), 400), "0.40 s: the thread is free");
  assertEquals(at(entries.length, 1000), "finished at 1.00 s, after 6 steps");
});

Deno.test("positionText: a run of one step has ended after 1 step", () => {
  const trace = record();
  simulate(function* () {}, { trace });
  const whole = new Timeline(trace.entries);
  assertEquals(positionText(whole, whole, true, true), "finished at 0.00 s, after 1 step");
});

Deno.test("markText: it says what a mark shows, and from when to when", () => {
  const timeline = new Timeline(ran({ count: 1 }));
  const texts = timeline.marks.map((mark) => markText(timeline, mark));
  assert(
    texts.includes("display[0] · sleeping: waits; the thread is free · 0.00 s to 1.00 s"),
    texts.join("\n"),
  );
  assert(texts.includes("main · running: has the thread · at 0.00 s"));
});

Deno.test("shortName: the number in a group, else the name", () => {
  const lane = new Timeline(ran({})).lanes[3]!;
  assertEquals([shortName(lane), shortName({ ...lane, name: "task 7" })], ["2", "task 7"]);
});

Deno.test("rowNames: a long name is cut in the middle, and two names stay two", () => {
  const lane = new Timeline(ran({})).lanes[3]!;
  const short = (...names: string[]) => rowNames(names.map((name) => ({ ...lane, name })));
  assertEquals(short("main", "withdraw[0]"), ["main", "withdraw[0]"]);
  assertEquals(short("download everything"), ["downloa…ything"]);
  const alike = short("download-1-of-all-files", "download-2-of-all-files");
  assertEquals(new Set(alike).size, 2);
  assert(alike.every(({ length }) => length <= 14), alike.join());
});

Deno.test("chipText: all who are at a line, or the first and how many more", () => {
  const texts = [["Ann"], ["A", "B"], ["Ann", "Bob"], ["a-long-name"], ["Annabelle", "Bob", "C"]]
    .map((names) => chipText(names, 53));
  assertEquals(texts.slice(0, 4), ["Ann", "A B", "Ann +1", "a-long-name"]);
  assertMatch(texts[4]!, /^A\S*… \+2$/);
});

Deno.test("keyOf: a line to those who are waited for is absent, unless the run ends with one", () => {
  const items = (["handedOn", "deadlock"] as const).map((name) =>
    keyOf(new Timeline(logOfProgram(name)), "run").map(String).filter((item) =>
      item.includes("holder")
    )
  );
  assertEquals(items.map(([item, ...more]) => [/class="absent"/.test(item!), more.length]), [
    [true, 0],
    [false, 0],
  ]);
});

Deno.test("valueText: a value of any kind is a short text", () => {
  assertEquals([7, "seven", null, undefined, [1], { a: 1 }, new Error("no")].map(valueText), [
    ...'7|seven|null|undefined|[1]|{"a":1}|Error: no'.split("|"),
  ]);
  assertEquals(valueText("x".repeat(100)).length, 24);
});
