import { assert, assertEquals, assertLessOrEqual, assertMatch, assertNotEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  drawings,
  type Drawn,
  live,
  loaded,
  open,
  over,
  type Seen,
  seen,
  shot,
  unfold,
  visit,
} from "./browser.ts";
import { Cutter } from "./cutter.ts";

// The page in a browser: its runs, live and in virtual time.

/** What a server that is lost makes the browser say. */
const LOST = { expected: /ERR_|Failed to load resource/ };

/** The blocking run, and the cooperative one. */
const [BLOCKING, COOPERATIVE] = [0, 1];

visit("the page: a first visitor sees both runs whole, and then live", async (page, server) => {
  const still = async () => {
    const shifts = await page.evaluate(() => lab.shifts);
    assert(shifts.reduce((sum, [by]) => sum + by, 0) < 0.02, `things moved: ${shifts.join("; ")}`);
  };
  // The script comes when what the server drew has been seen.
  await page.route("**/tutorial-page.ts", async (route) => {
    await delay(300);
    await route.continue();
  });
  await open(page, server);
  const times = () => page.locator(".taken").allTextContents();
  assertEquals(await times(), ["10.00 s", "1.00 s"]);
  const [blocking, cooperative] = await seen(page);
  assertEquals([blocking!.names.length, cooperative!.names.length], [1, 11]);
  assertEquals(blocking!.output, "0 1 2 3 4 5 6 7 8 9");
  await still();

  const query = "count=10&delay=200&jitter=100&seed=7";
  await open(page, server, `?${query}`);
  const whole = await drawings(page);
  await page.getByRole("button", { name: "Run both live" }).click();
  await live(page);
  const numbers = page.locator(".figure.time .past .value");
  await numbers.nth(12).waitFor({ state: "attached" });
  assert(await numbers.count() < 20, "they come one by one");
  await shot(page, "live-wide-light");
  await over(page);
  assertEquals(await drawings(page), whole);
  const after = await seen(page);
  for (const [index, mode] of ["blocking", "cooperative"].entries()) {
    const { summary } = await (await fetch(`${server.url}/trace?mode=${mode}&${query}`)).json();
    const { figures, names, output } = after[index]!;
    const [elapsed, waited, , , steps] = figures;
    assertEquals(output, summary.emitted.join(" "));
    assertEquals(steps, String(summary.steps));
    assertEquals([elapsed, waited].map((text) => 1000 * parseFloat(text!)), [
      ...[summary.elapsed, summary.waited],
    ]);
    assert(names.every((name) => name.endsWith("done")));
  }
  await still();
});

visit(
  "the page: over time, every mark is at the time of its entry, to the pixel",
  async (page, server) => {
    for (const width of [360, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      for (
        const query of ["count=3", "count=10", "count=100", "count=10&delay=0&jitter=2000"]
      ) {
        await open(page, server, `?${query}`);
        const runs = await page.evaluate(() => lab.drawn());
        const logs = await Promise.all(["blocking", "cooperative"].map(async (mode) => {
          const trace = await fetch(
            `${server.url}/trace?mode=${mode}&seed=42&${query}`,
          );
          return (await trace.json()).entries as Entry[];
        }));
        const end = Math.max(...logs.map((entries) => entries.at(-1)!.at));
        for (const [run, { time }] of runs.entries()) {
          assertTrue(time, logs[run]!, end, `${width} ${query} ${run}`);
        }
      }
    }
  },
);

interface Entry {
  at: number;
  task: number;
  type: string;
  why?: string;
}

/** Asserts that the marks of a picture are where the log's times are. */
function assertTrue({ marks, width }: Drawn, entries: Entry[], end: number, what: string): void {
  // What is kept free at the right of the axis.
  const x = (ms: number) => ms * (width - 40) / Math.max(1, end);
  const near = (found: number[], expected: number[], kind: string) => {
    assertEquals(found.length, expected.length, `${what}: ${kind}`);
    for (const [index, x] of found.entries()) {
      assertLessOrEqual(Math.abs(x - expected[index]!), 0.5, `${what}: ${kind} ${index}`);
    }
  };
  const lanes = new Map(
    entries.map(({ task }) => [task, entries.filter((own) => own.task === task)]),
  );
  // With more lanes than names, marks are found all together.
  const isNamed = lanes.size <= 41;
  for (const [lane, own] of isNamed ? [...lanes] : [[-1, entries] as const]) {
    const ofLane = (shape: string) =>
      marks.filter((mark) => mark.shape === shape && (!isNamed || mark.lane === lane));
    const at = (type: string) => own.filter((entry) => entry.type === type).map(({ at }) => x(at));
    const steps = ofLane("step").map(({ from }) => from);
    // Without names, the two strips have them as well.
    near(isNamed ? steps : steps.filter((_, index) => index % 3 === 0), at("step"), "steps");
    near(ofLane("done").map(({ from }) => from), at("exit"), "ends");
    for (const [shape, why] of [["sleeping", "sleep"], ["blocking", "block"]]) {
      const naps = own.flatMap((entry, index) => {
        if (entry.why !== why) return [];
        const wake = own.slice(index + 1).find(({ task }) => task === entry.task)!;
        return wake.at > entry.at ? [[entry.at, wake.at] as const] : [];
      });
      const drawn = ofLane(shape!).filter((_, index) =>
        isNamed || shape !== "blocking" || index % 2 === 0
      );
      near(
        drawn.flatMap(({ from, to }) => [from, to]),
        naps.flatMap(([from, to]) => [x(from), x(to)]),
        shape!,
      );
    }
  }
}

visit(
  "the page: a blocking run that is paused at 5.8 s is at 5.8 s, in all that it says",
  async (page, server) => {
    await open(page, server);
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const bench = page.locator(".bench").first();
    const press = (name: string) => bench.getByRole("button", { name, exact: true }).click();
    await press("Play");
    const at = async () => parseFloat((await seen(page))[BLOCKING]!.position);
    // Five seconds, and the steps before them.
    await page.clock.runFor(7500);
    while (!(await at() >= 5.8)) await page.clock.runFor(16);
    await press("Pause");
    const before = await seen(page);
    await page.clock.runFor(2000);
    assertEquals(await seen(page), before);
    const [{ position, figures, names, output }] = before as [Seen];
    assertMatch(position, /^5\.8\d\d? s: main waits and holds the thread$/);
    assertEquals(figures.slice(0, 4), [
      position.split(":")[0]!,
      position.split(":")[0]!,
      "1.0",
      position.split(":")[0]!,
    ]);
    assertEquals(names, ["main blocking"]);
    assertEquals(output, "0 1 2 3 4");
    const { time } = (await page.evaluate(() => lab.drawn()))[BLOCKING]!;
    const x = parseFloat(position) * (time.width - 40) / 10;
    assertLessOrEqual(Math.abs(time.cursor - x), 0.5);
    const held = time.marks.filter(({ shape, lane }) => shape === "blocking" && lane === 0).at(-1)!;
    assertLessOrEqual(Math.abs(held.to - x), 0.5);
    await shot(page, "paused-wide-light");
  },
);

visit("the page: live, the thread is held while it is, and now moves on", async (page, server) => {
  await open(page, server, "?count=2&delay=20000");
  await page.getByRole("button", { name: "Run both live" }).click();
  await live(page);
  let last = [0, 0];
  for (let look = 0; look < 4; look++) {
    await delay(300);
    const [blocking, cooperative] = await page.evaluate(() => lab.drawn().map(({ time }) => time));
    const now = [blocking!, cooperative!].map(({ cursor }) => cursor);
    for (const [run, x] of now.entries()) assert(x > last[run]!, `now stands still at ${x}`);
    last = now;
    const held = blocking!.marks.filter(({ shape }) => shape === "blocking");
    // In the lane, and in the strip of the thread.
    assertEquals(held.length, 2);
    for (const { from, to } of held) {
      assertEquals(from, 0);
      assertLessOrEqual(Math.abs(to - now[0]!), 0.5);
    }
    const [{ figures }] = await seen(page) as [Seen];
    assert(parseFloat(figures[0]!) > 0.2, "the figures stand still");
  }
  const [{ position }] = await seen(page) as [Seen];
  await page.locator(".bench").first().getByRole("button", { name: "Pause" }).click();
  const paused = (await seen(page))[BLOCKING]!.position;
  assert(parseFloat(paused) >= parseFloat(position) && paused.includes("holds"), paused);
  await delay(300);
  assertEquals((await seen(page))[BLOCKING]!.position, paused);
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
    await page.getByRole("button", { name: "Run both live" }).click();
    await page.waitForFunction(() => lab.gaps.some((isShown) => isShown));
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
  await page.getByRole("button", { name: "Run both live" }).click();
  await rest;
  await page.locator(".figure.time .names").getByText("sleeping").first().waitFor();
  await server.stop("SIGKILL");
  await page.locator(".connection[data-connection=local]").waitFor();
  await shot(page, "gone-wide-light");
  await over(page);
  const [heard] = await page.evaluate(() => lab.connections);
  assertMatch(heard!.join(" "), /^connecting live (lost )+local over$/);
  assertEquals(await drawings(page), uncut);

  await page.evaluate(() => lab.go(0, 2));
  assertEquals((await seen(page))[BLOCKING]!.output, "nothing yet");
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
  await page.getByRole("button", { name: "Run both live" }).click();
  await page.locator(".figure.time .names").getByText("sleeping").first().waitFor();
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
    assertNotEquals((await seen(page))[COOPERATIVE]!.output, first!.output);
    const other = await drawings(page);
    await page.waitForURL(({ searchParams }) => searchParams.get("seed") !== "5");
    await page.reload();
    await page.locator(".transport").first().waitFor();
    assertEquals(await drawings(page), other);
    await page.locator("#count").fill("3");
    await page.locator("#order").selectOption("fifo");
    await page.waitForURL(/order=fifo/);
    const { searchParams } = new URL(page.url());
    assertEquals(["count", "order", "jitter"].map((name) => searchParams.get(name)), [
      ...["3", "fifo", "20"],
    ]);

    // As the server draws it, before there is any script.
    await open(page, server, query);
    await loaded(page);
    await unfold(page);
    assertEquals(await drawings(page), whole);
    const seenNow = async () =>
      (await seen(page)).map(({ names, figures, output, story, rows }) => ({
        names,
        figures,
        output,
        story,
        rows,
      }));
    const here = await seenNow();
    const nothing = { contentType: "text/javascript", body: "" };
    await page.route("**/*.ts", (route) => route.fulfill(nothing));
    await page.reload();
    assertEquals(await page.locator(".transport").first().isVisible(), false);
    assertEquals(await seenNow(), here);
  },
);

visit(
  "the page: each position is the same from below, from above and by keys",
  async (page, server) => {
    await open(page, server, "?count=4&delay=50&jitter=30&seed=5");
    await loaded(page);
    await unfold(page);
    for (const [run, bench] of (await page.locator(".bench").all()).entries()) {
      const range = bench.getByRole("slider");
      const last = await page.evaluate((run) => lab.end(run), run);
      const positions = [...Array(last + 1).keys()];
      const seenAt = (all: number[]) =>
        page.evaluate(([run, ...all]) => all.map((at) => (lab.go(run!, at), lab.seen()[run!]!)), [
          run,
          ...all,
        ]);
      const up = await seenAt(positions);
      assertEquals((await seenAt(positions.toReversed())).toReversed(), up);
      for (const { names, rows } of up) {
        assert(names.filter((name) => /running|blocking/.test(name)).length <= 1);
        assertEquals(
          rows.map(({ coroutine, state }) => `${coroutine} ${state}`),
          names.slice(0, rows.length),
        );
      }
      await range.press("Home");
      const now = async () => (await seen(page))[run]!;
      for (const position of positions.slice(1)) {
        await page.keyboard.press(position % 2 ? "." : "ArrowRight");
        assertEquals(await now(), up[position]!);
      }
      for (const position of positions.slice(0, -1).toReversed()) {
        await page.keyboard.press(position % 2 ? "," : "ArrowLeft");
        assertEquals(await now(), up[position]!);
      }
      const press = (name: string) => bench.getByRole("button", { name, exact: true }).click();
      await press("To the end");
      assertEquals(await now(), up[last]!);
      await press("Step back");
      assertEquals(await now(), up[last - 1]!);
      await press("To the start");
      await press("Step");
      assertEquals(await now(), up[1]!);
      // From the middle of a gap, a step leads to one of its ends.
      const gap = up.findIndex(({ position }) => /free|holds/.test(position));
      for (const [name, at] of [["Step back", gap - 1], ["Step", gap]] as const) {
        await page.evaluate(([run, at]) => lab.go(run!, at!), [run, gap - 0.5]);
        await press(name);
        assertEquals(await now(), up[at]!);
      }
    }
  },
);

visit("the page: each run is played and paused by itself", async (page, server) => {
  await open(page, server, "?count=3&delay=50&seed=5");
  const [blocking, cooperative] = await page.locator(".bench").all();
  const play = cooperative!.locator(".play");
  const before = (await seen(page))[BLOCKING];
  // From here on, time passes in the page when the test says so: a busy machine misses no step.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await play.click();
  await page.clock.runFor(500);
  const paused = await seen(page);
  assertMatch(paused[COOPERATIVE]!.position, /^step 2 of 8/);
  await play.click();
  await page.clock.runFor(500);
  assertEquals(await seen(page), paused);
  assertEquals(paused[BLOCKING], before);
  await play.click();
  await page.clock.runFor(5000);
  assertMatch((await seen(page))[COOPERATIVE]!.position, /^finished at 0\.05 s/);
  assertEquals(await play.textContent(), "Play");
  // Space is for the run that was used last.
  await blocking!.getByRole("slider").focus();
  await page.keyboard.press(" ");
  await page.clock.runFor(200);
  assertMatch((await seen(page))[BLOCKING]!.position, /^step 1 of 4/);
  await page.keyboard.press(" ");
  await page.locator("#keys").uncheck();
  const rested = await seen(page);
  await blocking!.getByRole("slider").focus();
  await page.keyboard.press(".");
  await page.keyboard.press(" ");
  await page.clock.runFor(500);
  assertEquals(await seen(page), rested);
});

visit("the page: a click in a picture leads to that place in the run", async (page, server) => {
  await open(page, server, "?count=3&seed=5");
  const [, { time, steps }] = await page.evaluate(() => lab.drawn()) as [
    unknown,
    { time: Drawn; steps: Drawn },
  ];
  const bench = page.locator(".bench").nth(1);
  await bench.locator(".figure.time .drawing").click({
    position: { x: 0.4 * (time.width - 40) / 3, y: 100 },
  });
  assertMatch((await seen(page))[COOPERATIVE]!.position, /^0\.(39|40)\d? s: the thread is free$/);
  // The blocking run is the longer one.
  const columns = await page.evaluate(() => Math.max(lab.end(0), lab.end(1)) - 1);
  await bench.locator(".figure.steps .drawing").click({
    position: { x: 2.5 * steps.width / columns, y: 60 },
  });
  assertMatch((await seen(page))[COOPERATIVE]!.position, /^step 3 of 8, at 0\.00 s/);
});

visit(
  "you schedule: picks are followed, and the page says how many orders there were",
  async (page, server) => {
    await open(page, server, "?delay=200");
    await page.getByRole("button", { name: "Begin" }).click();
    const choice = page.locator("#choice");
    const picks = choice.locator("[data-pick]");
    const order = async () => (await choice.locator("samp").textContent())!.split(" ");
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
    assertEquals([await picks.count(), ...await order()], [4, "nothing", "yet"]);
  },
);

visit(
  "the page: its table says what the pictures show, at every position",
  async (page, server) => {
    await open(page, server, "?count=5&delay=100&jitter=60&seed=11");
    await loaded(page);
    await unfold(page);
    for (const run of [BLOCKING, COOPERATIVE]) {
      const all = await page.evaluate(
        (run) =>
          [...Array(lab.end(run) + 1).keys()].map((position) => {
            lab.go(run, position);
            return { ...lab.drawn()[run]!, rows: lab.seen()[run]!.rows };
          }),
        run,
      );
      for (const [position, { time, steps, rows }] of all.entries()) {
        for (const [axis, drawn] of Object.entries({ time, steps })) {
          same(
            drawn,
            rows,
            axis === "time" ? "step" : "running",
            `${axis} ${position}, run ${run}`,
          );
        }
      }
    }
  },
);

/** Compares what is drawn with what the table says. */
function same(
  { cursor, marks, values }: Drawn,
  rows: Seen["rows"],
  step: string,
  what: string,
): void {
  const isEnd = rows.every(({ finished }) => finished !== "");
  for (const [lane, row] of rows.entries()) {
    const own = marks.filter((mark) => mark.lane === lane);
    assert(
      isEnd || own.every(({ shape, to }) => /promised|deadline/.test(shape) || to <= cursor + 0.5),
      what,
    );
    const taken = own.filter(({ shape }) => shape === step);
    assertEquals(String(taken.length), row.turns, `${what}: turns of ${lane}`);
    assertEquals(
      own.some(({ shape }) => shape === "done"),
      row.finished !== "",
      `${what}: end of ${lane}`,
    );
  }
  assertEquals(
    values.map(([, text]) => text).toSorted(),
    rows.flatMap(({ printed }) => printed ? printed.split(" ") : []).toSorted(),
    `${what}: values`,
  );
}

visit("the page: twice the coroutines are drawn by twice as much", async (page, server) => {
  const sizes = async (count: number) => {
    await open(page, server, `?count=${count}&delay=300&jitter=300`);
    const [draw, moment] = await page.evaluate(() => [
      lab.cost(() => lab.draw()),
      lab.cost(() => lab.go(1, lab.end(1) / 2)),
    ]);
    console.log(`${count}: ${draw!.toFixed(0)} ms to draw, ${moment!.toFixed(0)} ms to seek`);
    const elements = await page.locator(".bench *").count();
    return [(await drawings(page)).join("").length, elements] as const;
  };
  const [half, whole] = [await sizes(500), await sizes(1000)];
  await shot(page, "thousand-wide-light");
  for (const [index, what] of ["characters", "elements"].entries()) {
    const ratio = whole[index]! / half[index]!;
    assert(ratio < 2.5, `${what}: ${ratio} times as many`);
  }
});

visit("the page: its first view weighs at most 72,000 bytes in a browser", async (page, server) => {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  let weight = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => weight += encodedDataLength);
  // What makes it move comes after it, and is held back here.
  const held = Promise.withResolvers<void>();
  await page.route(/tutorial-page\.ts|\/lib\//, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(server.url);
  assertEquals(await page.locator(".bench svg.run").count(), 4);
  const first = weight;
  held.resolve();
  await page.waitForLoadState("networkidle");
  console.log(`the first view weighs ${first} bytes, with what makes it move ${weight}`);
  assert(10_000 < first && first <= 72_000, `it weighs ${first} bytes`);
  assert(weight > first);
});

visit(
  "the page: a run that the server refuses takes place in the browser, and holds no stream",
  async (page, server) => {
    // What the page asks afterwards, to learn why, reaches the server.
    await page.route("**/stream?*", async (route) => {
      const { accept } = route.request().headers();
      if (accept === "text/event-stream") await route.fulfill({ status: 503 });
      else await route.continue();
    });
    await open(page, server, "?delay=20000");
    await page.getByRole("button", { name: "Run both live" }).click();
    await page.locator(".connection[data-connection=refused]").nth(1).waitFor();
    await page.locator(".figure.time .names").getByText("sleeping").first().waitFor();
    await page.getByRole("button", { name: "Draw" }).click();
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
    await page.getByRole("button", { name: "Run both live" }).click();
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
  await page.getByRole("button", { name: "Run both live" }).click();
  await server.hasOpen(2);
  await page.goto("about:blank");
  await server.hasOpen(0);
});
