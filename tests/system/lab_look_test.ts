import { assert, assertEquals, assertMatch } from "@std/assert";
import { installed } from "./installed.ts";
import { type Drawn, open, seen, visit } from "./browser.ts";
import { output, Server } from "./server.ts";
import { HTML } from "./lab_modules.ts";

// What belongs together on the page: words and marks, marks and sentences, a coroutine and itself.

visit(
  "a word: under the pointer, or the focus, it lights up what it names in the pictures",
  async (page, server) => {
    await open(page, server);
    for (const state of ["running", "blocking", "ready", "sleeping", "waiting", "done"]) {
      const word = page.locator(`.key [data-state=${state}]`);
      await word.hover();
      const [own, others] = await page.evaluate((state) => lab.strength(state), state);
      assert(own === 1 && others < 0.2, `${state}: ${own} and ${others}`);
      await page.locator("h1").hover();
      assertEquals(await page.evaluate((state) => lab.strength(state), state), [1, 1]);
      await word.focus();
      assert((await page.evaluate((state) => lab.strength(state), state))[1] < 0.2, state);
      await page.locator("#run").focus();
    }
    // The introduction has such words, too.
    await page.locator("#introduction").getByText("gives the thread back").hover();
    assertEquals((await page.evaluate(() => lab.strength("sleeping")))[0], 1);
  },
);

visit("a mark: under the pointer it says what it is", async (page, server) => {
  await open(page, server, "?count=3&order=fifo");
  const bench = page.locator(".bench").nth(1);
  const story = bench.locator(".story");
  const { time, steps } = (await page.evaluate(() => lab.drawn()))[1] as {
    time: Drawn;
    steps: Drawn;
  };
  const columns = await page.evaluate(() => Math.max(lab.end(0), lab.end(1)) - 1);
  const hover = (axis: string, x: number, lane: number) =>
    bench.locator(`.figure.${axis} .drawing`).hover({
      position: { x, y: (axis === "time" ? 68 : 48) + 24 * lane + 12 },
    });
  await hover("time", 0.5 * (time.width - 40) / 3, 2);
  await story.getByText("display[1] · sleeping: waits; the thread is free · 0.00 s to 1.00 s")
    .waitFor();
  await hover("steps", 2.5 * steps.width / columns, 2);
  await story.getByText("display[1] · running: has the thread · at 0.00 s").waitFor();
  await hover("steps", 2.5 * steps.width / columns, 3);
  await story.getByText("display[2] · ready: waits for its turn · at 0.00 s").waitFor();
  await page.locator("h1").hover();
  assertMatch((await story.textContent())!, /^Point at a mark/);
});

visit(
  "the stage: each coroutine is in one place, and travels to the next",
  async (page, server) => {
    await open(page, server, "?count=3&order=fifo");
    await page.waitForFunction(() => lab.stages()[1]!.finished!.length === 4);
    await page.evaluate(() => lab.go(1, 3));
    assertEquals((await page.evaluate(() => lab.stages()))[1], {
      ready: ["2"],
      thread: ["1"],
      waiting: ["main", "0"],
      finished: [],
    });
    await page.evaluate(() => lab.go(1, 4));
    const moving = await page.evaluate(() => lab.moving());
    assert(moving >= 2, `${moving} are on their way`);
    assertEquals((await page.evaluate(() => lab.stages()))[1]!.thread, ["2"]);
    // Never two have the thread.
    for (let position = 0; position <= await page.evaluate(() => lab.end(1)); position++) {
      await page.evaluate((position) => lab.go(1, position), position);
      const [{ names }, stage] = [
        (await seen(page))[1]!,
        (await page.evaluate(() => lab.stages()))[1]!,
      ];
      assert(stage.thread!.length <= 1);
      assertEquals(stage.finished!.length, names.filter((name) => name.endsWith("done")).length);
    }
  },
);

visit("the stage: with reduced motion nothing travels", async (page, server) => {
  await open(page, server, "?count=3");
  await page.waitForFunction(() => lab.stages()[1]!.finished!.length === 4);
  await page.evaluate(() => lab.go(1, 3));
  assertEquals(await page.evaluate(() => lab.moving()), 0);
  assertEquals((await page.evaluate(() => lab.stages()))[1]!.thread!.length, 1);
}, { reducedMotion: "reduce" });

/** The programs on the page in a language. */
async function programs(language: string): Promise<string[]> {
  await using server = await Server.start();
  const response = await fetch(`${server.url}/?count=3&delay=20`, { headers: HTML });
  const html = await response.text();
  const listing = RegExp(`data-language="${language}".*?</figure>`, "gs");
  return [...html.matchAll(listing)].map(([figure]) =>
    [...figure.matchAll(/<code>(.*?)<\/code>/g)].map(([, code]) =>
      code!.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll(
        "&amp;",
        "&",
      )
    ).join("\n")
  );
}

Deno.test("the programs in JavaScript: they run, and print what the page says", async () => {
  const all = await programs("JavaScript");
  assertEquals(all.length, 2);
  for (const program of all) {
    const { code, stdout, stderr } = await output(Deno.execPath(), "eval", program);
    assertEquals([code, stdout], [0, "0\n1\n2\n"], stderr);
  }
});

Deno.test({
  name: "the programs in Python: they run, and print what the page says",
  ignore: !installed("python3"),
  async fn() {
    const all = await programs("Python");
    assertEquals(all.length, 2);
    for (const program of all) {
      const { code, stdout, stderr } = await output(
        "python3",
        "-c",
        `import asyncio, time\n${program}`,
      );
      assertEquals([code, stdout], [0, "0\n1\n2\n"], stderr);
    }
  },
});
