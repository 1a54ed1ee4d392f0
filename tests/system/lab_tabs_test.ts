import { assert, assertEquals } from "@std/assert";
import { live, open, over, visit } from "./browser.ts";

// Several tabs of one browser, and tabs that are hidden.

visit(
  "tabs: five that are live have three streams, and the next page loads beside them",
  async (page, server) => {
    const tabs = [page];
    while (tabs.length < 5) tabs.push(await page.context().newPage());
    for (const tab of tabs) {
      await open(tab, server, "?count=3&delay=20000");
      await tab.getByRole("button", { name: "Run both live" }).click();
      await tab.waitForFunction(() =>
        lab.connections.every((heard) => /live|refused/.test(heard.at(-1)!))
      );
    }
    await server.hasOpen(3);
    const texts =
      (await Promise.all(tabs.map((tab) => tab.locator(".connection").allTextContents()))).flat();
    assertEquals(texts.filter((text) => text.startsWith("live")).length, 3);
    assertEquals(
      texts.filter((text) => /^other tabs have all live streams: your browser runs it/.test(text))
        .length,
      7,
    );
    // They run the same: the thread is held, and now moves on.
    await tabs[4]!.locator(".position").getByText(/[1-9][\d.]* s: main waits and holds the thread/)
      .waitFor();
    const next = await page.context().newPage();
    await open(next, server, "?count=2&delay=20000");
    assertEquals(await next.locator(".taken").first().textContent(), "40.00 s");
    // A stream that is given back is the next one's.
    await tabs[0]!.close();
    await server.hasOpen(1);
    await next.getByRole("button", { name: "Run both live" }).click();
    await live(next);
    await server.hasOpen(3);
  },
);

visit(
  "tabs: one that is hidden has no stream, and resumes its run when it is shown",
  async (page, server) => {
    await open(page, server, "?count=3&delay=2000");
    const uncut = await page.evaluate(() => lab.drawings());
    await page.getByRole("button", { name: "Run both live" }).click();
    await live(page);
    await server.hasOpen(2);
    await page.evaluate(() => lab.hide(true));
    await server.hasOpen(0);
    await page.evaluate(() => lab.hide(false));
    await over(page);
    assertEquals(await page.evaluate(() => lab.drawings()), uncut);
    const { opened } = await server.streams();
    // What was over by then needed no other stream.
    assert(opened === 3 || opened === 4, `${opened} streams were opened`);
  },
);
