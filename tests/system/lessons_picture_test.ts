import { assert, assertEquals } from "@std/assert";
import { type Page, visit } from "./browser.ts";
import { openProgram, prints, ran } from "./program_page.ts";

/** The names of the tasks that have ended, in the order of the stage. */
function finished(page: Page): Promise<string[]> {
  return page.evaluate(() => lab.stages()[0]!.finished!);
}

visit("a failure: its line is marked, and its text drawn, when it comes", async (page, server) => {
  await openProgram(page, server, "/lessons/lost-update");
  await page.locator("[name=answer]").last().check();
  await page.locator("[data-move=last][aria-disabled=true]").waitFor();
  const background = () =>
    page.evaluate<string>(
      "getComputedStyle(document.querySelector('.editor li.wrong')).backgroundColor",
    );
  const failures = () => page.locator("text.failure:visible").count();
  assert(await background() !== "rgba(0, 0, 0, 0)");
  assert(await failures() > 0);
  await page.locator("[data-move=back]").click();
  await page.locator(".bench.partial").waitFor();
  assertEquals([await background(), await failures()], ["rgba(0, 0, 0, 0)", 0]);
  await page.locator("[data-move=last]").click();
  await page.locator(".bench:not(.partial)").waitFor();
  assert(await background() !== "rgba(0, 0, 0, 0)");
});

visit(
  "the stage: tasks that have ended are in that order, under this run’s names",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const program = (names: string) =>
      `import { sleep, spawn } from "@tenfold/loop";
export function* main() {
  for (const name of ${names}) yield* spawn(work(name), { name });
}
function* work(name) {
  yield* sleep(10);
  console.log(name);
}`;
    for (const names of [["one", "two"], ["three", "four"]]) {
      await page.locator("#source").fill(program(JSON.stringify(names)));
      await page.locator("#run").click();
      await prints(page, ...names);
      await ran(page);
      await page.waitForFunction(() => lab.stages()[0]!.finished!.length === 3);
      assertEquals(await finished(page), [...names, "main"]);
    }
  },
);
