import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { drawings, open, over, type Seen, seen, shot, unfold, visit } from "./browser.ts";
import { Cutter } from "./cutter.ts";

// The page in a browser: its runs, live and in virtual time.

/** What a server that is lost makes the browser say. */
const LOST = { expected: /ERR_|Failed to load resource/ };

visit("the page: a first visitor sees both runs whole, and then live", async (page, server) => {
  const still = async () => {
    const shifts = await page.evaluate(() => lab.shifts);
    assert(shifts.reduce((sum, [by]) => sum + by, 0) < 0.02, `things moved: ${shifts.join("; ")}`);
  };
  // The script comes when what the server drew has been seen.
  await page.route("**/client.ts", async (route) => {
    await delay(300);
    await route.continue();
  });
  await open(page, server);
  const times = async () => (await page.locator("#headline").textContent())!.match(/[\d.]+ s/g);
  assertEquals(await times(), ["10.00 s", "1.00 s"]);
  const [blocking, cooperative] = await seen(page);
  assertEquals([blocking!.names.length, cooperative!.names.length], [1, 11]);
  assertEquals(blocking!.figures.at(-1), "0 1 2 3 4 5 6 7 8 9");
  await still();

  const query = "count=10&delay=200&jitter=100&seed=7";
  await open(page, server, `?${query}`);
  const whole = await drawings(page);
  await page.getByRole("button", { name: "Run live" }).click();
  await page.locator(".connection[data-connection=live]").first().waitFor();
  const numbers = page.locator(".pane .value");
  await numbers.nth(12).waitFor({ state: "attached" });
  assert(await numbers.count() < 20, "they come one by one");
  await shot(page, "live-wide-light");
  await over(page);
  assertEquals(await drawings(page), whole);
  const told = await seen(page);
  assertEquals(await times(), told.map(({ figures }) => figures[0]));
  for (const [index, mode] of ["blocking", "cooperative"].entries()) {
    const { summary } = await (await fetch(`${server.url}/trace?mode=${mode}&${query}`)).json();
    const { figures, names } = told[index]!;
    const [elapsed, waited, , steps, , numbers] = figures;
    assertEquals(numbers, summary.emitted.join(" "));
    assertEquals(steps, String(summary.steps));
    assertEquals([elapsed, waited].map((text) => 1000 * parseFloat(text!)), [
      ...[summary.elapsed, summary.waited],
    ]);
    assert(names.every((name) => name.endsWith("done")));
  }
  await still();
});

visit(
  "the page: a live run that is cut closes its gap, and is drawn as the uncut one",
  async (page, server) => {
    await using cutter = new Cutter(server.url, [900, 900, 500]);
    await page.route("**/stream?*", async (route, request) => {
      await route.continue({ url: request.url().replace(server.url, cutter.url) });
    });
    await open(page, server, "?count=8&delay=400&jitter=200&seed=3");
    const uncut = await drawings(page);
    await page.getByRole("button", { name: "Run live" }).click();
    await page.locator('rect.gap[width$="%"]:not([width="0%"])').first().waitFor();
    await shot(page, "lost-wide-light");
    await over(page);
    for (const heard of await page.evaluate(() => lab.connections)) {
      assertMatch(heard.join(" "), /^connecting live (lost live )+over$/);
    }
    const returns = cutter.requests.map(({ lastEventId }) => lastEventId !== undefined);
    assertEquals(returns, [false, false, true, true, true]);
    assertEquals(await drawings(page), uncut);
    await page.evaluate(() => lab.draw());
    assertEquals(await drawings(page), uncut);
  },
  LOST,
);

visit("the page: when the server is gone, all goes on without it", async (page, server) => {
  // With the run, the page fetches what it had left for later.
  const rest = Promise.all(
    ["you-schedule", "download", "perfetto"].map((name) =>
      page.waitForResponse(RegExp(`/${name}.ts`))
    ),
  );
  await open(page, server, "?count=4&delay=1900&seed=3");
  const uncut = await drawings(page);
  await page.getByRole("button", { name: "Run live" }).click();
  await rest;
  await page.locator(".pane .names").getByText("sleeping").first().waitFor();
  await server.stop("SIGKILL");
  await page.locator(".connection[data-connection=local]").waitFor();
  await shot(page, "gone-wide-light");
  await over(page);
  const [heard] = await page.evaluate(() => lab.connections);
  assertMatch(heard!.join(" "), /^connecting live (lost )+local over$/);
  assertEquals(await drawings(page), uncut);

  await page.evaluate(() => lab.go(3));
  assertEquals((await seen(page))[0]!.figures.at(-1), "none yet");
  await page.getByRole("button", { name: "Another seed" }).click();
  assertNotEquals(await drawings(page), uncut);
  for (const [take, key] of [["json", "entries"], ["perfetto", "traceEvents"]] as const) {
    const waiting = page.waitForEvent("download");
    await page.locator(`[data-take=${take}]`).last().click();
    const download = await waiting;
    assertMatch(download.suggestedFilename(), /^cooperative-\d+.*\.json$/);
    const file = JSON.parse(await Deno.readTextFile(await download.path()));
    assert(file[key].length > 20, `too little in ${download.suggestedFilename()}`);
  }
  await page.getByRole("button", { name: "Begin" }).click();
  await page.locator("[data-pick]").first().waitFor();
}, LOST);

visit("the page: a run that is computed to its end at once has no gap", async (page, server) => {
  await open(page, server, "?count=4&delay=700");
  const uncut = await drawings(page);
  await page.getByRole("button", { name: "Run live" }).click();
  await page.locator(".pane .names").getByText("sleeping").first().waitFor();
  await server.stop("SIGKILL");
  await over(page);
  await delay(200);
  assertEquals(await drawings(page), uncut);
}, LOST);

visit(
  "the page: the same seed gives the same picture, and the address holds it",
  async (page, server) => {
    const query = "?count=9&delay=50&jitter=20&seed=5";
    await open(page, server, query);
    const whole = await drawings(page);
    const [, first] = await seen(page);
    await page.evaluate(() => lab.draw());
    assertEquals(await drawings(page), whole);

    await page.getByRole("button", { name: "Another seed" }).click();
    assertNotEquals((await seen(page))[1]!.figures, first!.figures);
    const other = await drawings(page);
    await page.reload();
    await page.locator("#transport").waitFor();
    assertEquals(await drawings(page), other);
    await page.locator("#count").fill("3");
    await page.locator("#order").selectOption("fifo");
    const { searchParams } = new URL(page.url());
    assertEquals(["count", "order", "jitter"].map((name) => searchParams.get(name)), [
      ...["3", "fifo", "20"],
    ]);

    // As the server draws it, before there is any script.
    await open(page, server, query);
    await unfold(page);
    assertEquals(await drawings(page), whole);
    const told = async () =>
      (await seen(page)).map(({ names, figures, rows }) => ({ names, figures, rows }));
    const here = await told();
    const nothing = { contentType: "text/javascript", body: "" };
    await page.route("**/*.ts", (route) => route.fulfill(nothing));
    await page.reload();
    assertEquals(await page.locator("#transport").isVisible(), false);
    assertEquals(await told(), here);
  },
);

visit(
  "the page: each moment is the same from below, from above and by keys",
  async (page, server) => {
    await open(page, server, "?count=4&delay=50&jitter=30&seed=5");
    await unfold(page);
    const range = page.getByRole("slider");
    const at = async () => Number(await range.inputValue());
    const last = await at();
    const moments = [...Array(last + 1).keys()];
    const seenAt = (all: number[]) =>
      page.evaluate((all) => all.map((moment) => (lab.go(moment), lab.seen())), all);
    const up = await seenAt(moments);
    assertEquals((await seenAt(moments.toReversed())).toReversed(), up);
    for (const { names, rows } of up.flat()) {
      assert(names.filter((name) => /running|blocking/.test(name)).length <= 1);
      assertEquals(rows.map(({ coroutine, state }) => `${coroutine} ${state}`), names);
    }
    await range.press("Home");
    for (const moment of moments.slice(1)) {
      await page.keyboard.press(moment % 2 ? "." : "ArrowRight");
      assertEquals(await seen(page), up[moment]);
    }
    for (const moment of moments.slice(0, -1).toReversed()) {
      await page.keyboard.press(moment % 2 ? "," : "ArrowLeft");
      assertEquals(await seen(page), up[moment]);
    }

    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await range.press("End");
    assertEquals(await at(), last);
    await press("Step back");
    assertEquals(await at(), last - 1);
    await press("To the start");
    await press("Step");
    assertEquals(await at(), 1);
    await press("To the end");
    assertEquals(await at(), last);

    await page.evaluate(() => lab.go(7));
    const [time] = await drawings(page);
    await page.getByLabel("Steps").check();
    while ((await drawings(page))[0] === time) await delay(10);
    assertEquals(await at(), 7);
    const unveiled = (runs: typeof up[number]) => runs.map((run) => ({ ...run, veil: "" }));
    assertEquals(unveiled(await seen(page)), unveiled(up[7]!));
    await shot(page, "steps-wide-light");

    await page.evaluate((to) => lab.go(to), last - 3);
    await press("Play");
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    assertEquals(await at(), last);
    await press("To the start");
    await range.press(" ");
    while (await at() < 2) await delay(10);
    await range.press(" ");
    const paused = await at();
    assert(paused < last);
    await delay(600);
    assertEquals(await at(), paused);
    await page.locator("#keys").uncheck();
    await range.press(".");
    await range.press(" ");
    assertEquals([await at(), await page.locator("#play").textContent()], [paused, "Play"]);
  },
);

visit(
  "you schedule: picks are followed, and the page says how many orders there were",
  async (page, server) => {
    await open(page, server, "?delay=200");
    await page.getByRole("button", { name: "Begin" }).click();
    const choice = page.locator("#choice");
    const picks = choice.locator("[data-pick]");
    const order = async () =>
      (await choice.locator(".figures dd").last().textContent())!.split(" ");
    for (const [count, orders] of [[3, 36], [2, 4], [4, 576]] as const) {
      await choice.getByRole("combobox").selectOption(String(count));
      const picked: string[] = [];
      while (await picks.count() > 0) {
        const pick = picks.nth(picked.length % await picks.count());
        picked.push(/\d/.exec((await pick.textContent())!)![0]);
        await pick.click();
      }
      // Who begins, and who goes on: the last of either is no choice.
      assertEquals(picked.length, 2 * (count - 1));
      assertEquals((await order()).slice(0, -1), picked.slice(count - 1));
      await choice.getByText(RegExp(`\\b${orders}\\b.* 0\\.20 s`)).waitFor();
    }
    await shot(page, "chosen-wide-light");
    const [first, second, third, fourth] = await order();
    await choice.locator("[data-undo=one]").click();
    assertEquals(await order(), [first, second]);
    await picks.filter({ hasText: fourth! }).click();
    assertEquals(await order(), [first, second, fourth, third]);
    await choice.locator("[data-undo=all]").click();
    assertEquals([await picks.count(), ...await order()], [4, "none", "yet"]);
  },
);

visit("the page: its table says what the picture shows, at every moment", async (page, server) => {
  await open(page, server, "?count=5&delay=100&jitter=60&seed=11");
  await unfold(page);
  for (const axis of ["Steps", "Time"]) {
    await page.getByLabel(axis, { exact: true }).check();
    await delay(100);
    const moments = [...Array(Number(await page.getByRole("slider").inputValue()) + 1).keys()];
    const all = await page.evaluate((moments) =>
      moments.map((moment) => {
        lab.go(moment);
        return lab.drawn().map((drawn, run) => ({ ...drawn, rows: lab.seen()[run]!.rows }));
      }), moments);
    for (const [moment, runs] of all.entries()) {
      for (const [run, drawn] of runs.entries()) same(drawn, `${axis} ${moment}, run ${run}`);
    }
  }
});

type Drawn = ReturnType<typeof lab.drawn>[number] & Pick<Seen, "rows">;

/** Compares what is drawn to the left of the cursor with what the table says. */
function same({ cursor, marks, values, rows }: Drawn, told: string): void {
  const isPast = (x: number) => x <= cursor + 0.02;
  const holder = rows.findIndex(({ state }) => /running|blocking/.test(state!));
  for (const [lane, row] of rows.entries()) {
    const past = marks.filter((mark) => mark.lane === lane && isPast(mark.from));
    const boxes = past.filter(({ shape, to }) => shape === "running" && isPast(to));
    assertEquals(String(boxes.length), row.steps, `${told}: steps of ${lane}`);
    const isDone = lane !== holder && past.some(({ shape }) => shape === "done");
    assertEquals(isDone, row["ended at"] !== "", `${told}: end of ${lane}`);
    // Whoever goes on at this very place has been ready, for no time.
    const states = past.filter(({ to }) => to >= cursor - 0.02).map(({ shape, from }) =>
      shape === "running" && from >= cursor - 0.02 ? "ready" : shape
    );
    assert(isDone || states.includes(row.state!), `${told}: ${lane} is ${row.state}`);
    if (rows.length === 1 || lane === 0) continue;
    const [x] = values.find(([, text]) => text === String(lane - 1))!;
    assertEquals(isPast(x), row.number !== "", `${told}: number of ${lane}`);
  }
}

visit(
  "the page: a thousand coroutines are drawn, and scrubbed, without a wait",
  async (page, server) => {
    await open(page, server, "?count=1000&delay=300&jitter=300");
    await shot(page, "thousand-wide-light");
    const [draws, moments] = await page.evaluate(() => [
      [...Array(5)].map(() => lab.cost(() => lab.draw())),
      [...Array(100).keys()].map((step) => lab.cost(() => lab.go(40 * step))),
    ]);
    const middle = (costs: number[]) => costs.toSorted((a, b) => a - b)[costs.length >> 1]!;
    const [draw, moment] = [middle(draws!), middle(moments!)];
    console.log(
      `1,000 coroutines: ${draw.toFixed(0)} ms to draw, ${moment.toFixed(1)} ms a moment`,
    );
    assert(draw < 1000 && moment < 200);
  },
);

visit("the page: its first view weighs at most 72,000 bytes in a browser", async (page, server) => {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  let weight = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => weight += encodedDataLength);
  await page.goto(server.url, { waitUntil: "networkidle" });
  console.log(`the first view weighs ${weight} bytes`);
  assert(20_000 < weight && weight <= 72_000, `it weighs ${weight} bytes`);
});

visit(
  "the page: a run that the server refuses takes place in the browser, and holds no stream",
  async (page, server) => {
    await page.route("**/stream?*", (route) => route.fulfill({ status: 503 }), { times: 2 });
    await open(page, server, "?delay=20000");
    await page.getByRole("button", { name: "Run live" }).click();
    await page.locator(".connection[data-connection=refused]").nth(1).waitFor();
    await page.locator(".pane .names").getByText("sleeping").first().waitFor();
    await page.getByRole("button", { name: "Same seed again" }).click();
    await server.hasOpen(0);
  },
  { expected: /503/ },
);

visit(
  "the page: another run, asked for before the first has begun, takes its place",
  async (page, server) => {
    const arrived = Promise.withResolvers<void>();
    await page.route("**/lazy.ts", async (route) => {
      await arrived.promise;
      await route.continue();
    });
    await open(page, server, "?delay=20000");
    await page.getByRole("button", { name: "Run live" }).click();
    await page.getByRole("button", { name: "Another seed" }).click();
    const drawn = await drawings(page);
    const loaded = page.waitForResponse(/live-run\.ts/);
    arrived.resolve();
    await loaded;
    await delay(200);
    assertEquals(await drawings(page), drawn);
    const { streams } = await (await fetch(`${server.url}/health`)).json();
    assertEquals(streams.opened, 0);
  },
);

visit("the page: leaving it ends its streams", async (page, server) => {
  await open(page, server, "?delay=5000");
  await page.getByRole("button", { name: "Run live" }).click();
  await server.hasOpen(2);
  await page.goto("about:blank");
  await server.hasOpen(0);
});
