import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type { Explored, Ran } from "../../routes/lab/view/ran.ts";
import { visitInFirefox } from "./firefox.ts";
import { page as pageOf } from "./lab_modules.ts";
import { ARRIVAL, attack, between, EMPTY, withNames } from "./sandbox_attacks.ts";
import { asked, CASES, differences, HELD } from "./sandbox_programs.ts";
import { Server } from "./server.ts";

visitInFirefox(
  "Firefox, sandbox: the same programs come to the same ends, at the same lines",
  async (page) => {
    await using server = await Server.start();
    const { base } = await pageOf(server.url);
    await page.goto(`${server.url}/?count=1`);
    await page.evaluate(`import("${base}routes/lab/browser/runner.ts").then(({ Runner }) => {
      window.runner = new Runner("${base}routes/lab/browser/sandbox/worker.ts");
      return 0;
    })`);
    const wrong: string[] = [];
    for (const one of [...CASES, ...HELD.slice(0, 1), CASES[0]!]) {
      const ran = await page.evaluate<Ran>(`runner.run(${JSON.stringify(asked(one.source))})`);
      wrong.push(...differences(ran, one));
    }
    assertEquals(wrong, []);
    const orders = `function* go() { yield* pause(); yield* pause(); }
function* main() { yield* gather([go(), go(), go()]); }`;
    const found = await page.evaluate<Explored>(`runner.explore(${JSON.stringify(asked(orders))})`);
    assertEquals(found, { schedules: 1680, isComplete: true });
  },
);

visitInFirefox(
  "Firefox, sandbox: the policy alone keeps a program from every server",
  async (page) => {
    await using server = await Server.start();
    const [here, there] = [between(server.url, withNames), between(undefined)];
    try {
      const { base } = await pageOf(here.url);
      await page.goto(here.url + EMPTY);
      await page.evaluate(`import("${base}routes/lab/browser/runner.ts").then(({ Runner }) => {
        window.runner = new Runner("${base}routes/lab/browser/sandbox/worker.ts");
        return runner.explore(${JSON.stringify(asked("function* main() {}"))});
      })`);
      const seen = here.paths.length;
      const program = JSON.stringify(asked(attack(here.url, there.url)));
      const ran = await page.evaluate<Ran>(`runner.run(${program})`);
      assertEquals(ran.ending, { kind: "done", text: "" });
      await delay(ARRIVAL);
      assertEquals([...here.paths.slice(seen), ...there.paths], []);
      await page.goto("about:blank");
    } finally {
      await Promise.all([here.close(), there.close()]);
    }
  },
  // What it tried is told to the console of the page.
  /./,
);
