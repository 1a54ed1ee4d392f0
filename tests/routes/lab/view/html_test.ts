import { summarize } from "@tenfold/loop";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Timeline } from "../../../../routes/lab/view/timeline.ts";
import { type Content, markup } from "../../../../routes/lab/view/markup.ts";
import { signed, STATES } from "../../../../routes/lab/view/states.ts";
import {
  exact,
  figures,
  headline,
  HEADS,
  introduction,
  names,
  rows,
  sentence,
  story,
} from "../../../../routes/lab/view/html.ts";
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

/** The figures by their names. */
function listed(items: Content): Record<string, string> {
  const html = `${markup`${items}`}`;
  const terms = [...html.matchAll(/<div><dt>([^<]*)<\/dt><dd>([^<]*)<\/dd><\/div>/g)];
  assertEquals(terms.map(([all]) => all).join(""), html);
  return Object.fromEntries(terms.map(([, name, figure]) => [name, figure]));
}

const CAUSES = new Map<unknown, string>([[null, "the loop"], ["timer", "its time"], [0, "main"]]);
for (let num = 0; num < 300; num++) CAUSES.set(1 + num, `display[${num}]`);

Deno.test("rows: each lane has a row with what the log says of it", () => {
  ofTutorials((entries) => {
    const timeline = new Timeline(entries);
    const html = `${markup`${rows(timeline, (lane, index) => `${index} ${lane.steps}`)}`}`;
    assertWellFormed(html);
    const said = of(entries, "emit");
    const expected = timeline.lanes.map(({ name, state }, task) => {
      const own = entries.filter((entry) => entry.task === task);
      const steps = of(own, "step").length;
      const exit = of(own, "exit")[0];
      const { waited } = summarize(own);
      return [
        name,
        state,
        `${task} ${steps}`,
        String(steps),
        exact(waited),
        CAUSES.get(of(own, "ready").at(-1)?.by) ?? "",
        exit === undefined ? "" : exact(exit.at),
        of(own, "emit").map(({ value }) => value).join(" "),
        said.flatMap((entry, place) => entry.task === task ? [`${place + 1}.`] : []).join(" "),
      ];
    });
    assertEquals(cells(html), expected);
    assert(expected.every(({ length }) => length === HEADS.length));
  });
});

Deno.test("figures: they are those of summarize", () => {
  ofTutorials((entries, parameters) => {
    const { elapsed, waited, steps, overlap, held, free, emitted } = summarize(entries);
    const told = Object.values(listed(figures(new Timeline(entries), parameters)));
    const [taken, asleep, atOnce, stepped, thread, order] = told;
    assertEquals([taken, asleep, stepped], [exact(elapsed), exact(waited), String(steps)]);
    if (elapsed === 0) assertEquals(atOnce, "–");
    else assert(Math.abs(Number(atOnce) - overlap) <= (overlap < 10 ? 0.051 : 0.51));
    assertEquals(thread, `held ${exact(held)}, free ${exact(free)}`);
    assertEquals(order!.split(" and ")[0], emitted.slice(0, 30).join(" ") || "none yet");
    assertEquals(order!.includes(" more"), emitted.length > 30);
  });
});

Deno.test("figures: by default 1.00 s with ten at once, and 10.00 s with one", () => {
  const [together, blocked] = (["cooperative", "blocking"] as const).map((mode) =>
    listed(figures(new Timeline(ran({ mode })), withDefaults({ mode, seed: 42 })))
  );
  const counted = [together!, blocked!].map((figures) => Object.values(figures).slice(0, 5));
  assertEquals(counted, [
    ["1.00 s", "10.00 s", "10", "22", "held 0.00 s, free 1.00 s"],
    ["10.00 s", "10.00 s", "1.0", "11", "held 10.00 s, free 0.00 s"],
  ]);
  assertEquals(blocked!["numbers, shuffled by seed 42"], "0 1 2 3 4 5 6 7 8 9");
});

Deno.test("exact: times are written to the ms", () => {
  const told = [0, 10, 15, 999, 1000, 1001, 60_000].map(exact);
  assertEquals(told, ["0.00 s", "0.01 s", "0.015 s", "0.999 s", "1.00 s", "1.001 s", "60.00 s"]);
});

Deno.test("signed: no two states share a sign, and each has its word", () => {
  const states = Object.keys(STATES) as (keyof typeof STATES)[];
  assertEquals(states.length, 9);
  for (const state of states) {
    assertWellFormed(`${signed(state)}`);
    assertEquals(text(signed(state)), state);
  }
  const shapes = states.map((state) => `${signed(state)}`.replaceAll(state, ""));
  assertEquals(new Set(shapes).size, 9);
});

Deno.test("names: each lane has a button with its data, up to 41 lanes", () => {
  const timeline = new Timeline(ran({ count: 40 }));
  const list = `${markup`${names(timeline, (index) => markup`data-lane="${index}"`)}`}`;
  assertWellFormed(list);
  assertEquals(list.match(/<li><button /g)?.length, 41);
  assertMatch(list, /^<li><button type="button" data-lane="0"><b>main<\/b>/);
  assertEquals(text(markup`${names(timeline)}`), text(list));
  assertEquals(names(new Timeline(ran({ count: 41 }))), []);
});

Deno.test("sentence: it says how long each sleeps, and when all are done", () => {
  const told = (mode: "blocking" | "cooperative", jitter: number) => {
    const parameters = withDefaults({ mode, jitter, seed: 42 });
    return sentence(parameters, new Timeline(ran(parameters)));
  };
  assertMatch(
    told("blocking", 0),
    /^10 coroutines sleep 1 s each, one after .*: done after 10\.00 s/,
  );
  assertMatch(told("cooperative", 500), /^10 coroutines sleep 1 s to 1\.5 s each, all at once, /);
  const half = new Timeline(ran({}).slice(0, 50));
  assertStringIncludes(sentence(withDefaults({}), half), "now at 1.00 s");
  const intro = (count: number) => introduction(withDefaults({ count }), [1000 * count, 1000]);
  assertMatch(intro(10), /^10 functions each sleep for 1 s, then say their .*10\.00 s.*1\.00 s\.$/);
  assertMatch(intro(1), /^One function sleeps for 1 s, then says its number/);
  assertEquals(headline([10_000, 1000]), "10.00 s one after another → 1.00 s together");
});

Deno.test("story: it says what a lane does, since when, and why", () => {
  const entries = ran({ count: 2, order: "fifo" });
  const stories = (count: number) => {
    const timeline = new Timeline(entries.slice(0, count));
    return timeline.lanes.map((_, index) => story(timeline, index));
  };
  assertMatch(stories(2)[0]!, /^main is ready, woken by the loop, after 0 steps/);
  const asleep = entries.findIndex(({ at }) => at > 0);
  assertMatch(stories(asleep)[0]!, /^main is waiting, for all the others, after 1 step and/);
  assertMatch(stories(asleep)[1]!, /is sleeping, until 1\.00 s, after 1 step and 0\.00 s of sleep/);
  assertMatch(stories(asleep + 1)[1]!, /is ready, woken by its time, after 1 step and 1\.00 s/);
  assertMatch(stories(Infinity)[0]!, /^main is done, since 1\.00 s, after 2 steps/);
});
