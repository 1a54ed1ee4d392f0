import { assert, assertEquals, assertMatch } from "@std/assert";
import { visitInFirefox } from "./firefox.ts";
import { Server } from "./server.ts";

// A lesson in Firefox: its worker, its editor, its links.

visitInFirefox("Firefox: a lesson is answered, run, changed and shared", async (page) => {
  await using server = await Server.start();
  await page.goto(`${server.url}/lessons/the-last-seat`);
  await page.until(`document.querySelector(".transport:not([data-scripted])") !== null`);
  await page.evaluate(`document.querySelector("[data-right]").click()`);
  await page.until(`/ends in an error/.test(document.querySelector("#outcome").textContent)`);
  assertMatch(
    await page.evaluate<string>(`document.querySelector(".ending").textContent`),
    /^It failed at line \d+: Error: /,
  );
  // The text in colour is as high as the field that lies over it.
  const [field, painted] = await page.evaluate<[number, number]>(
    `[document.querySelector("#source").scrollHeight,
      document.querySelector(".editor ol").getBoundingClientRect().height]`,
  );
  assert(Math.abs(field - painted) <= 2, `${field} and ${painted}`);
  await page.evaluate(`document.querySelector("#edit").click()`);
  await page.until(
    `/orders tried: none ends in an error/.test(document.querySelector("#outcome").textContent)`,
  );
  await page.until(`location.hash.startsWith("#p=")`);
  const link = await page.evaluate<string>(`location.href`);
  await page.goto("about:blank");
  await page.goto(link);
  await page.until(`document.querySelector("[data-untrusted]") !== null`);
  assertEquals(await page.evaluate(`document.querySelector("[data-stale]") !== null`), true);
  await page.evaluate(`document.querySelector("#run").click()`);
  await page.until(
    `/orders tried: none ends in an error/.test(document.querySelector("#outcome").textContent)`,
  );
});
