import { assert, assertEquals } from "@std/assert";
import { chromium } from "playwright-core";
import { installed } from "./installed.ts";
import { output, Server } from "./server.ts";
import { check } from "../../routes/fixtures/check.js";

Deno.test("check.js: Deno's EventSource passes all fixtures but those that it is known to fail", async () => {
  await using server = await Server.start();
  const fixtures = await (await fetch(`${server.url}/fixtures`)).json();
  const results = await Promise.all(fixtures.map((fixture: unknown) => check(fixture)));
  const failed = fixtures.filter((_: unknown, index: number) => results[index].wrong !== "");
  // Deno also obeys `retry: 5x`; on a busy machine it is then late enough to pass.
  const names = failed.map(({ name }: { name: string }) => name);
  assertEquals(
    names.filter((name: string) => name !== "again-retry-wrong"),
    ["cr-waits", "other-type"],
  );
  await server.hasOpen(0);
});

Deno.test({
  name: "check.py: a client of Python's own library passes all fixtures",
  ignore: installed("python3") === undefined,
  async fn() {
    await using server = await Server.start();
    const { code, stdout, stderr } = await output(
      "python3",
      "routes/fixtures/check.py",
      server.url,
    );
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout), []);
  },
});

Deno.test("/fixtures: what the page links to is the list with its bytes, not the page again", async () => {
  await using server = await Server.start();
  const headers = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
  const page = await (await fetch(`${server.url}/fixtures`, { headers })).text();
  const link = /<a href="([^"]+)">this list</.exec(page)![1]!;
  const list = await (await fetch(new URL(link, server.url), { headers })).json();
  assertEquals(list[0].parts, ["data: a\ndata: b\ndata:\ndata: c\n\n"]);
});

const path = installed("chromium");

Deno.test({
  name: "/fixtures: the page runs the visitor's browser through all of them and shows which fail",
  ignore: path === undefined,
  async fn() {
    await using server = await Server.start();
    // Its sandbox refuses to run as root, which is the user in containers.
    const browser = await chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const wrong: string[] = [];
      page.on("pageerror", (error) => wrong.push(String(error)));
      await page.goto(`${server.url}/fixtures`);
      await page.locator("#summary[data-done]").waitFor({ timeout: 120_000 });
      const failed = await page.locator("tr:has(td.fails) th").allTextContents();
      assertEquals([failed, wrong], [["charset"], []]);
      const passed = await page.locator("td.passes").count();
      assertEquals(
        await page.locator("#summary").textContent(),
        `${passed + 1} of ${passed + 1} done: ${passed} pass, 1 fail`,
      );
      // The row that fails has the bytes, what was expected and what was heard.
      await page.locator("details summary").click();
      const shown = await page.locator("details pre").allTextContents();
      assertEquals(shown.length, 3);
      assert(shown[1]!.includes("message") && shown[2]!.includes("[]"));
    } finally {
      await browser.close();
    }
  },
});
