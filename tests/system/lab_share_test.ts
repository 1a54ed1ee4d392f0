import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { drawings, open, seen, visit } from "./browser.ts";
import { HTML } from "./lab_modules.ts";
import { Server } from "./server.ts";

// The address of the page: what it shares, what it leaves alone, and where the way back leads.

const [BLOCKING, COOPERATIVE] = [0, 1];

/** What the page at an address is, before any script. */
async function page(server: Server, query: string) {
  const response = await fetch(`${server.url}/${query}`, { headers: HTML });
  return { response, html: await response.text() };
}

visit(
  "the address: it holds the run, the position in each run and the lanes",
  async (page, server) => {
    const query =
      "?count=3&delay=1000&jitter=0&order=shuffled&seed=7&blocking=3&cooperative=4&cooperative-lane=2";
    await open(page, server, query);
    // What says it is loaded after the page.
    const story = page.locator(".bench").nth(1).locator(".story");
    await story.filter({ hasText: "display[1]" }).waitFor();
    const [blocking, cooperative] = await seen(page);
    assertMatch(blocking!.position, /^step 2 of 4, at 1\.00 s/);
    assertMatch(cooperative!.position, /^step 4 of 8, at 0\.00 s/);
    assertMatch(cooperative!.story, /^display\[1\] /);
    assertEquals(await page.locator('[aria-pressed="true"]').getAttribute("data-lane"), "2");
    assertEquals(new URL(page.url()).search, query);
    // What is changed is in the address, and a reload shows it again.
    await page.evaluate(() => (lab.go(0, 1.5), lab.go(1, 6)));
    await page.locator(".bench").nth(1).locator('[data-lane="3"]').click();
    await page.mouse.move(0, 0);
    await story.filter({ hasText: "display[2]" }).waitFor();
    const shared = await seen(page);
    assertEquals(shared[BLOCKING]!.position, "0.50 s: main waits and holds the thread");
    await page.waitForURL(/&blocking=1.5&cooperative=6&cooperative-lane=3$/);
    await page.reload();
    await page.locator(".transport").first().waitFor();
    await story.filter({ hasText: "display[2]" }).waitFor();
    assertEquals(await seen(page), shared);
  },
);

visit(
  "the address: what it has that the page does not know is left alone",
  async (page, server) => {
    await open(
      page,
      server,
      "?count=3&utm_source=a&fbclid=b&mode=lifo&cooperative=x&blocking-lane=9",
    );
    assertEquals(await page.locator(".figure.time .names li").count(), 1 + 4);
    assertEquals(await page.locator("#wrong").textContent(), "");
    const response = await fetch(page.url(), { headers: HTML });
    await response.body?.cancel();
    assertEquals(response.status, 200);
  },
);

visit(
  "the address: an error in it is said on the first screen, and the rest of it holds",
  async (page, server) => {
    await open(page, server, "?count=0&delay=20");
    const wrong = page.locator("#wrong");
    assertMatch((await wrong.textContent())!, /count: expected a whole number from 1 to 1000/);
    const { y, height } = (await wrong.boundingBox())!;
    assert(y + height < page.viewportSize()!.height, `the message is at ${y}`);
    assertEquals(await page.locator(".taken").allTextContents(), ["0.20 s", "0.02 s"]);
    await page.locator("#count").fill("3");
    await page.locator("#count").press("Enter");
    assertEquals(await wrong.textContent(), "");
    assertEquals(await page.locator(".taken").first().textContent(), "0.06 s");
  },
  { expected: /status of 400/ },
);

visit("the address: back leads to the run before, and forth again", async (page, server) => {
  await open(page, server, "?count=4&delay=50&seed=1");
  const first = await drawings(page);
  await page.getByRole("button", { name: "Another seed" }).click();
  const second = await drawings(page);
  await page.waitForURL(({ searchParams }) => searchParams.get("seed") !== "1");
  await page.locator("#count").fill("2");
  await page.locator("#count").press("Enter");
  await page.waitForURL(/count=2/);
  assertEquals(await page.locator(".figure.time .names li").count(), 1 + 3);
  for (
    const [move, drawn, count] of [["goBack", second, "4"], ["goBack", first, "4"], [
      "goForward",
      second,
      "4",
    ]] as const
  ) {
    await page[move]();
    await page.waitForFunction((drawn) => lab.drawings().join() === drawn, drawn.join());
    assertEquals(await page.locator("#count").inputValue(), count);
  }
  assertNotEquals(first, second);
});

visit(
  "the address: a hundred changes in a moment harm nothing, also where a browser refuses them",
  async (page, server) => {
    await open(page, server, "?count=3");
    // As Safari does, after a hundred in 30 s.
    await page.evaluate(() => lab.refuseAddresses(3));
    await page.evaluate(() => lab.click("#another", 120));
    for (let change = 0; change < 5; change++) {
      await page.getByRole("button", { name: "Another seed" }).click();
      await delay(400);
    }
    const seed = await page.locator("#seed").inputValue();
    assertStringIncludes(
      (await page.locator(".output small").nth(COOPERATIVE).textContent())!,
      seed,
    );
  },
);

visit(
  "the page: a thousand coroutines are drawn by the browser, at no cost to the server",
  async (page, server) => {
    await open(page, server, "?count=1000&delay=60000");
    assertEquals(await page.locator(".taken").allTextContents(), ["60000.00 s", "60.00 s"]);
    assertEquals(
      await page.locator("#headline").textContent(),
      "1000 coroutines, one thread, 60 s",
    );
    const { response, html } = await (async () => {
      const response = await fetch(page.url(), { headers: HTML });
      return { response, html: await response.text() };
    })();
    assertEquals(response.status, 200);
    assert(!html.includes('class="past"'), "the server has drawn it");
  },
);

Deno.test("the page as HTML: its title and its preview are those of the run", async () => {
  await using server = await Server.start();
  const { html } = await page(server, "?count=3&delay=250");
  const title = "Three coroutines, one thread, 250 ms";
  assertStringIncludes(html, `<title>${title} · Tenfold</title>`);
  const og = Object.fromEntries(
    [...html.matchAll(/<meta property="og:(\w+)" content="([^"]*)">/g)].map((
      [, name, text],
    ) => [name, text]),
  );
  assertEquals(og.title, title);
  assertMatch(og.description!, /^Three functions each wait 250 ms, .* take 750 ms\. /);
  assertStringIncludes(og.url!, `${server.url}/?count=3&amp;delay=250`);
});

visit(
  "the page: embedded, it is the runs alone, and any site may show it",
  async (page, server) => {
    // A site of its own, by another name of this machine.
    const site = Deno.serve({ port: 0, onListen() {} }, (request) => {
      const query = new URL(request.url).search;
      return new Response(
        `<!DOCTYPE html><iframe src="${server.url}/${query}" width="900" height="700"></iframe>`,
        { headers: { "content-type": "text/html" } },
      );
    });
    try {
      const at = `http://127.0.0.1:${site.addr.port}/`;
      await page.goto(`${at}?embed&count=3&delay=50`);
      const frame = page.frameLocator("iframe");
      await frame.locator(".transport").first().waitFor();
      assertEquals(await frame.locator("#run-form").isVisible(), false);
      await frame.locator(".bench").nth(1).getByRole("button", { name: "To the start" }).click();
      await frame.locator(".bench").nth(1).getByText("before the first step").waitFor();
      await page.goto(`${at}?count=3`);
      await delay(500);
      assertEquals(await frame.locator(".transport").count(), 0);
    } finally {
      await site.shutdown();
    }
  },
  { expected: /frame-ancestors|ERR_BLOCKED_BY_RESPONSE|favicon|404/ },
);

visit(
  "the form: what was wrong with it is not said any more when it is mended",
  async (page, server) => {
    await open(page, server, "?count=4&delay=50&seed=1");
    for (const [count, says] of [["x", /can’t be drawn/], ["3", /^$/]] as const) {
      await page.locator("[name=count]").fill(count);
      await page.locator("#draw").click();
      await page.locator("#status").filter({ hasText: says }).waitFor({ state: "attached" });
    }
  },
);
