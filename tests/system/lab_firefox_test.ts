import { assert, assertEquals, assertMatch } from "@std/assert";
import { visitInFirefox } from "./firefox.ts";
import { Server } from "./server.ts";

// The path of a first visitor, in Firefox.

/** The marks in all pictures of both runs, to the letter. */
const DRAWN = `[...document.querySelectorAll(".bench .past")].map((part) => part.innerHTML)`;
const text = (selector: string, index: number) =>
  `document.querySelectorAll("${selector}")[${index}].textContent.trim()`;

visitInFirefox(
  "Firefox: both runs are drawn, stepped through with their lines, and run live",
  async (page) => {
    await using server = await Server.start();
    await page.goto(`${server.url}/?count=4&delay=300&seed=7`);
    await page.until(`document.querySelectorAll(".transport:not([data-scripted])").length === 2`);
    const whole = await page.evaluate<string[]>(DRAWN);
    assertEquals(whole.length, 4);
    assert(whole.every((marks) => marks.includes("<path")));
    assertEquals(await page.evaluate(text(".taken", 0)), "1.20 s");

    // Step by step, and each coroutine at its line: the stacks of SpiderMonkey are read, too.
    const press = (move: string) =>
      page.evaluate(
        `document.querySelectorAll("[data-mode=cooperative] [data-move=${move}]")[0].click()`,
      );
    await press("first");
    for (let step = 0; step < 3; step++) await press("forth");
    assertMatch(await page.evaluate(text(".position", 1)), /^step 3 of 10, at 0\.00 s: display/);
    const chips = await page.evaluate<string[]>(
      `[...document.querySelectorAll("[data-mode=cooperative] [data-language=Python] li")]
      .filter((line) => line.querySelector(".chip").textContent !== "")
      .map((line) => line.querySelector("code").textContent.trim() + " " + line.className)`,
    );
    assert(
      chips.some((line) => line.startsWith("await asyncio.sleep(0.3) parked")),
      chips.join("; "),
    );
    assert(
      chips.some((line) => line.startsWith("async def display(num): running")),
      chips.join("; "),
    );
    await press("last");

    await page.evaluate(`document.querySelector("#run").click()`);
    await page.until(
      `[...document.querySelectorAll(".connection")].some(({ dataset }) => dataset.connection === "live")`,
    );
    await page.until(
      `[...document.querySelectorAll(".connection")].every(({ textContent }) => textContent === "ran live")`,
    );
    assertEquals(await page.evaluate<string[]>(DRAWN), whole);
    assertEquals(await page.evaluate(text("samp", 0)), "0 1 2 3");
  },
);
