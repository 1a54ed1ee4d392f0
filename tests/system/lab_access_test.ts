import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "axe-core";
import { focus, open, over, type Page, seen, shot, tab, unfold, visit } from "./browser.ts";
import type { Server } from "./server.ts";

// The page for everybody: by keys, narrow, dark, without JavaScript, and as axe sees it.

visit("the page: the keyboard is enough, and the focus is never lost", async (page, server) => {
  await open(page, server, "?count=3&delay=150&seed=7");
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      await focus(page);
    }
  };
  await tab(page, "run");
  await press("Enter");
  await over(page);
  assertEquals(await focus(page), "run");
  await tab(page, "position of the cooperative run");
  await press("Home", "ArrowRight", "ArrowRight", "ArrowRight");
  assertMatch((await seen(page))[1]!.position, /^step 3 of 8/);
  // The names of a run are one stop.
  await tab(page, "lane 0");
  await press("ArrowDown", "ArrowDown", "ArrowUp");
  assertEquals(await focus(page), "lane 1");
  await page.getByText(/^display\[0\] (is|sleeps|has) /).waitFor();
  await press("Tab");
  while (!/table/.test(await focus(page))) await press("Tab");
  await press("Enter", "Tab");
  assertEquals((await seen(page))[1]!.rows.length, 4);
});

visit("you schedule: the keyboard is enough, to the end", async (page, server) => {
  await open(page, server, "?delay=150&seed=7");
  await tab(page, "begin");
  await page.keyboard.press("Enter");
  await page.locator("[data-pick]").first().waitFor();
  assertEquals(await focus(page), "display[0] ready");
  await tab(page, "SELECT");
  await page.keyboard.press("ArrowUp");
  assertEquals(await focus(page), "SELECT");
  await tab(page, "display[1] ready", "Shift+Tab");
  for (let choices = 0; choices < 2; choices++) {
    await page.keyboard.press("Enter");
    await focus(page);
  }
  await page.getByText(/\b4 orders|one of 4\b/).waitFor();
});

for (const [width, height] of [[1440, 900], [1280, 500], [390, 844]] as const) {
  visit(
    `the page: nothing covers what has the focus, at ${width} x ${height}`,
    async (page, server) => {
      await page.setViewportSize({ width, height });
      await open(page, server);
      for (const key of ["Tab", "Shift+Tab"]) {
        for (let stop = 0; stop < 55; stop++) {
          await page.keyboard.press(key);
          const { what, tag, isCovered, by } = await page.evaluate(() => lab.focused());
          assert(tag === "BODY" || !isCovered, `${what} is covered by ${by}`);
        }
      }
    },
  );
}

visit("a lane: the arrows lead to its turns, Enter to its line", async (page, server) => {
  await open(page, server, "?count=3&delay=150&seed=7");
  const bench = page.locator(".bench").nth(1);
  await bench.locator('[data-lane="2"]').focus();
  const at = async () => (await seen(page))[1]!.position;
  const turns: string[] = [];
  for (let press = 0; press < 3; press++) {
    await page.keyboard.press("ArrowLeft");
    turns.push(await at());
    assertEquals(await focus(page), "lane 2");
  }
  assertMatch(turns[0]!, /^step \d of 8, at 0\.15 s: display\[1\] runs$/);
  assertMatch(turns[1]!, /^step \d of 8, at 0\.00 s: display\[1\] runs$/);
  assertEquals(turns[2], "before the first step");
  await page.keyboard.press("ArrowRight");
  assertEquals(await at(), turns[1]);
  await page.keyboard.press("Enter");
  assertEquals(await focus(page), "lane 2");
  await bench.getByText("display[1] has the thread, for the 1st time.").waitFor();
  const line = bench.locator('[data-language="Python"] li.running');
  assertMatch((await line.textContent())!, /async def display/);
});

visit(
  "the page: the end, a redraw and a live run leave the focus where it is",
  async (page, server) => {
    await open(page, server, "?count=3&delay=150&seed=7");
    const bench = page.locator(".bench").nth(1);
    for (const name of ["To the start", "To the end", "Step"]) {
      const button = bench.getByRole("button", { name, exact: true });
      await button.focus();
      await page.keyboard.press("Enter");
      assertEquals(await focus(page), name);
    }
    const lane = bench.locator('[data-lane="1"]');
    await lane.focus();
    await page.evaluate(() => lab.draw());
    assertEquals(await focus(page), "lane 1");
    await page.evaluate(() => lab.click("#run"));
    await over(page);
    assertEquals(await focus(page), "lane 1");
  },
);

visit("the page: its pictures follow the font size of the reader", async (page, server) => {
  await open(page, server, "?count=5");
  const before = await page.evaluate(() => lab.heights());
  await page.evaluate(() => lab.setFont(28));
  const after = await page.evaluate(() => lab.heights());
  assertEquals(after, before.map((heights) => heights.map((height) => height * 28 / 16)));
  await shot(page, "large-font-wide-light");
});

visit(
  "on a phone: a run's controls stay on the screen, beside each of its pictures",
  async (page, server) => {
    await open(page, server);
    for (let picture = 0; picture < 4; picture++) {
      const [figure, controls] = await page.evaluate((picture) => lab.bring(picture), picture);
      assert(0 <= controls!.top && controls!.bottom <= 844, `controls from ${controls!.top}`);
      const visible = Math.min(figure!.bottom, controls!.top) - Math.max(figure!.top, 0);
      assert(visible > 0.8 * (figure!.bottom - figure!.top), `picture ${picture} is covered`);
    }
    await shot(page, "phone");
  },
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
);

visit("on a phone: nothing is too small to hit", async (page, server) => {
  await openAll(page, server);
  // A lane is 24 pixels high beside its picture, and can be hit there, too.
  const small = await page.evaluate(() => lab.small(44));
  assertEquals(small.filter((name) => !/^(main|display)/.test(name)), []);
}, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

visit("the page: without JavaScript there is all but what moves", async (page, server) => {
  await page.goto(server.url);
  const times = page.locator(".taken");
  assertEquals(await times.allTextContents(), ["10.00 s", "1.00 s"]);
  assertEquals(await page.locator(".bench svg.run").count(), 4);
  for (const dead of [".transport", "#run", "#choosing", "#another"]) {
    assertEquals(await page.locator(dead).first().isVisible(), false);
  }
  await unfold(page);
  assertEquals(await page.getByRole("table").count(), 3);
  assert(await page.getByText("await asyncio.sleep").first().isVisible());
  await page.getByRole("radio", { name: "JavaScript" }).check();
  assert(await page.getByText("await sleep").first().isVisible());
  assertEquals(await page.getByText("await asyncio.sleep").first().isVisible(), false);
  await shot(page, "no-script-wide-light");
  const count = page.locator("#count");
  await count.fill("3");
  await count.press("Enter");
  await times.first().getByText("3.00 s").waitFor();
  assertEquals(await page.locator(".figure.time .names li").count(), 1 + 4);
  await count.fill("ten");
  await count.press("Enter");
  await page.locator("#count-error").getByText(/whole number from 1 to 1000/).waitFor();
  assertEquals(await count.getAttribute("aria-invalid"), "true");
  // It says that it may not preload the scripts, either.
}, { javaScriptEnabled: false, expected: /status of 400| csp$/ });

visit(
  "the page: with JavaScript, too, it says what is wrong with the address",
  async (page, server) => {
    await page.goto(`${server.url}/?count=0`);
    await page.locator(".transport").first().waitFor();
    await page.locator("#count-error").getByText(/whole number from 1 to 1000/).waitFor();
    await shot(page, "bad-parameters-wide-light");
  },
  { expected: /status of 400/ },
);

visit("the page: at 320 pixels nothing goes sideways", async (page, server) => {
  const fits = async (state: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const width = await page.evaluate(() => lab.width());
      assert(width <= 320, `${state}: ${width} pixels wide`);
      await shot(page, `${state}-narrow-${colorScheme}`);
    }
  };
  await open(page, server);
  await fits("start");
  await openAll(page, server);
  await fits("all-open");
  // 1280 by 1024 at 400 %.
  await page.setViewportSize({ width: 320, height: 256 });
  await fits("zoomed");
}, { viewport: { width: 320, height: 800 }, reducedMotion: "reduce" });

visit("the page: nothing is too small to hit", async (page, server) => {
  await openAll(page, server);
  assertEquals(await page.evaluate(() => lab.small(24)), []);
  await open(page, server, "?count=20");
  assertEquals(await page.evaluate(() => lab.small(24)), []);
}, { viewport: { width: 320, height: 800 } });

/** Everything that can be open, in the middle of a run. */
async function openAll(page: Page, server: Server): Promise<void> {
  await open(page, server);
  await unfold(page);
  await page.evaluate(() => (lab.go(0, 5.5), lab.go(1, 15)));
  await page.getByRole("button", { name: "Begin" }).click();
  await page.locator("[data-pick]").last().click();
}

const STATES: Record<string, (page: Page, server: Server) => Promise<void>> = {
  "start": open,
  "all-open": openAll,
  "many": (page, server) => open(page, server, "?count=30&jitter=500"),
  "wrong": async (page, server) => {
    await open(page, server);
    await page.locator("#count").fill("0");
    await page.locator("#delay").fill("ten");
    await page.locator("#seed").focus();
    await page.locator("[aria-invalid]").nth(1).waitFor();
  },
};

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const [state, reach] of Object.entries(STATES)) {
  visit(`the page: axe finds nothing, light or dark: ${state}`, async (page, server) => {
    await reach(page, server);
    // By evaluation, which the page's policy does not restrict.
    await page.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await shot(page, `${state}-wide-${colorScheme}`);
      const { violations, passes }: axe.AxeResults = await page.evaluate(
        `axe.run({ runOnly: ${JSON.stringify(RULES)} })`,
      );
      assertEquals(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
      assert(passes.some(({ id }) => id === "target-size"));
    }
  }, { reducedMotion: "reduce" });
}

visit("the page: forced colours and reduced motion break nothing", async (page, server) => {
  await open(page, server, "?count=4&delay=80");
  await page.getByRole("button", { name: "Run both live" }).click();
  await over(page);
  await page.evaluate(() => lab.go(1, 9));
  await shot(page, "forced-wide");
}, { forcedColors: "active", reducedMotion: "reduce" });
