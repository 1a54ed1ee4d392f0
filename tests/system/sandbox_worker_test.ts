import { CACHE } from "../routes/lab/browser/sandbox/sandboxed.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import type { AskedProgram } from "../../routes/lab/view/ran.ts";
import { type Page, visit } from "./browser.ts";
import { page as pageOf } from "./lab_modules.ts";
import { asked, CASES, differences, HELD, printed } from "./sandbox_programs.ts";

/** Opens a page of ours, with a runner. */
async function begin(page: Page, url: string): Promise<void> {
  const { base } = await pageOf(url);
  await page.goto(`${url}/?count=1`);
  await page.evaluate(async (base) => {
    const { Runner } = await import(`${base}routes/lab/browser/runner.ts`);
    globalThis.runner = new Runner(`${base}routes/lab/browser/sandbox/worker.ts`);
  }, base);
}

const run = (page: Page, source: string, rest?: Partial<AskedProgram>) =>
  page.evaluate((asked) => runner.run(asked), asked(source, rest));
const explore = (page: Page, source: string, rest?: Partial<AskedProgram>) =>
  page.evaluate((asked) => runner.explore(asked), asked(source, rest));
const parses = (page: Page, source: string) =>
  page.evaluate(async (source) => await runner.mistakeIn(source) === undefined, source);

visit(
  "sandbox: what readers write runs, or a sentence with the line says why not",
  async (page, server) => {
    await begin(page, server.url);
    const wrong: string[] = [];
    for (const one of CASES) wrong.push(...differences(await run(page, one.source), one));
    assertEquals(wrong, []);
    for (const { source, kind, what } of CASES) {
      // What has no `main` is a program, and one that says so when it is run.
      const isProgram = kind !== "syntax" || what === "no main" || what === "an async function";
      assertEquals(await parses(page, source), isProgram, what);
    }
  },
);

visit(
  "sandbox: an unhandled rejection is remarked",
  async (page, server) => {
    await begin(page, server.url);
    const source = `async function load() {
  await null;
  throw new Error("no answer");
}
function* main() {
  load();
  Promise.reject("nor here").catch(() => {});
  console.log("done");
}`;
    const { ending, remarks } = await run(page, source);
    assertEquals(ending.kind, "done");
    assertEquals(remarks, [{
      line: 3,
      text: "A promise was rejected, and nothing handles that: Error: no answer.",
    }]);
    const again = "function* main() {\n  [1, 2].map(async () => {\n    throw 3;\n  });\n}";
    assertEquals((await run(page, again)).remarks.length, 1);
    // It is no remark on the next one.
    assertEquals((await run(page, CASES[0]!.source)).remarks, []);
    assertEquals((await run(page, "async function quiet() {}\nfunction* main() {}")).remarks, []);
  },
);

visit(
  "sandbox: nothing that a program does holds up the page or the next program",
  async (page, server) => {
    await begin(page, server.url);
    const wrong: string[] = [];
    for (const one of HELD) {
      wrong.push(...differences(await run(page, one.source), one));
      wrong.push(...differences(await run(page, CASES[0]!.source), CASES[0]!));
    }
    assertEquals(wrong, []);
  },
);

visit(
  "sandbox: programs that were asked for together run one after another",
  async (page, server) => {
    await begin(page, server.url);
    const held = HELD[0]!.source;
    const kinds = await page.evaluate(async ([held, fine]) => {
      const runs = [runner.run(fine!), runner.run(held!), runner.run(fine!), runner.run(fine!)];
      return (await Promise.all(runs)).map(({ ending }) => ending.kind);
    }, [asked(held), asked(CASES[0]!.source)]);
    assertEquals(kinds, ["done", "endless", "done", "done"]);
  },
);

visit(
  "sandbox: a program that changes the language changes it for itself alone",
  async (page, server) => {
    await begin(page, server.url);
    for (
      const change of [
        "Array.prototype.push = null",
        "Object.prototype.inherited = 1",
        "Lock.prototype.acquire = null",
        "delete Object.getPrototypeOf(function* () {}).prototype.next",
        "Object.setPrototypeOf(Object.getPrototypeOf([].values()), null)",
        // After it has ended.
        "(function later(left) { if (left > 0) Promise.resolve(left - 1).then(later); " +
        "else Array.prototype.push = null; })(99)",
      ]
    ) {
      await run(page, `function* main() { ${change}; }`);
      const { ending } = await run(
        page,
        `function* main() {
  const all = [];
  for (const key in {}) all.push(key);
  yield* new Lock().acquire();
  if (all.length > 0) throw new Error("it is another language");
}`,
      );
      assertEquals(ending, { kind: "done", text: "" }, change);
    }
  },
);

visit(
  "sandbox: a runner that was closed, while it runs or not, runs again",
  async (page, server) => {
    await begin(page, server.url);
    const [given, after] = await page.evaluate(async ([held, fine]) => {
      const running = runner.run(held!);
      setTimeout(() => runner.close(), 100);
      return [(await running).ending.text, (await runner.run(fine!)).ending.kind];
    }, [asked(HELD[0]!.source), asked(CASES[0]!.source)]);
    assertEquals([given, after], ["The run was given up.", "done"]);
  },
);

visit(
  "sandbox: without a server it says that it could not be loaded, and later tries again",
  async (page, server) => {
    await begin(page, server.url);
    assertEquals((await run(page, CASES[0]!.source)).ending.kind, "done");
    const blocked = "**/sandbox/worker.ts";
    await page.route(blocked, (route) => route.abort());
    await page.evaluate(() => runner.close());
    assertEquals((await run(page, CASES[0]!.source)).ending.kind, "failed");
    await page.unroute(blocked);
    assertEquals((await run(page, CASES[0]!.source)).ending.kind, "done");
  },
  { expected: /ERR_FAILED/ },
);

visit(
  "sandbox: an order that fails is found, and its run shows the lines",
  async (page, server) => {
    await begin(page, server.url);
    const { failure, isComplete } = await explore(page, CACHE);
    assertEquals([failure!.text, isComplete], ["Error: loaded twice", false]);
    const failed = await run(page, CACHE, { order: { by: "picks", picks: failure!.picks } });
    assertEquals(failed.ending, { kind: "failed", text: failure!.text, line: 11 });
    const both = failed.entries.map((entry, index) =>
      entry.type === "suspend" && entry.why === "pause" ? failed.lines[index] : []
    ).flat();
    assertEquals(both, [5, 5]);
    const guarded = CACHE.replace("yield* pause();", "");
    assertEquals(await explore(page, guarded), { schedules: 2, isComplete: true });
  },
);

visit("sandbox: waits of any length are explored, if that is asked for", async (page, server) => {
  await begin(page, server.url);
  const source = `function* main() {
  const came = [];
  function* ask(name, ms) {
    yield* sleep(ms);
    came.push(name);
  }
  yield* gather([ask("a", 10), ask("b", 500)]);
  if (came[0] !== "a") throw new Error("b came first");
}`;
  assertEquals((await explore(page, source)).isComplete, true);
  const { failure } = await explore(page, source, { timing: "any" });
  assertEquals(failure!.text, "Error: b came first");
  const again = { order: { by: "picks", picks: failure!.picks }, timing: "any" } as const;
  assertEquals((await run(page, source, again)).ending.text, failure!.text);
});

visit("sandbox: a search that does not end says so", async (page, server) => {
  await begin(page, server.url);
  const spins = await explore(page, HELD[1]!.source);
  assertEquals([spins.ending?.kind, spins.schedules], ["endless", 0]);
  // Only if the second is first.
  const sometimes = await explore(
    page,
    `let first;
function* go(name) {
  first ??= name;
  while (first === "b");
}
function* main() {
  yield* gather([go("a"), go("b")]);
}`,
  );
  assertEquals(sometimes.ending?.kind, "endless");
  assertEquals((await explore(page, "function* main() {")).ending?.kind, "syntax");
  // More orders than there is time for.
  const many = await explore(
    page,
    `function* go() { for (let i = 0; i < 9; i++) yield* pause(); }
function* main() { yield* gather([go(), go(), go(), go()]); }`,
  );
  assertEquals([many.isComplete, many.ending, many.failure], [false, undefined, undefined]);
  assert(many.schedules > 10);
});

visit("sandbox: how long it takes", async (page, server) => {
  const { base } = await pageOf(server.url);
  await page.goto(`${server.url}/?count=1`);
  const times = await page.evaluate(async ({ base, first, orders }) => {
    const { Runner } = await import(`${base}routes/lab/browser/runner.ts`);
    const timed = async (act: () => Promise<unknown>) => {
      const before = performance.now();
      await act();
      return Math.round(10 * (performance.now() - before)) / 10;
    };
    const cold = await timed(() => {
      globalThis.runner = new Runner(`${base}routes/lab/browser/sandbox/worker.ts`);
      return runner.run(first);
    });
    const warm: number[] = [];
    for (let left = 9; left > 0; left--) warm.push(await timed(() => runner.run(first)));
    const other: number[] = [];
    for (let left = 9; left > 0; left--) {
      const source = `${first.source}// ${left}`;
      other.push(await timed(() => runner.run({ ...first, source })));
    }
    const all: number[] = [];
    for (let left = 3; left > 0; left--) all.push(await timed(() => runner.explore(orders)));
    const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1];
    return {
      cold,
      again: median(warm),
      "another text": median(other),
      "1,680 orders": median(all),
    };
  }, {
    base,
    first: asked(CASES[0]!.source),
    orders: asked(`function* go() { yield* pause(); yield* pause(); }
function* main() { yield* gather([go(), go(), go()]); }`),
  });
  console.log("ms:", times);
  assertEquals(printed(await run(page, CASES[0]!.source)), CASES[0]!.printed);
});

visit(
  "sandbox: a search that is loaded slowly is waited for, and one that can't be loaded says so",
  async (page, server) => {
    await begin(page, server.url);
    const searching = "**/sandbox/explore.ts";
    await page.route(searching, async (route) => {
      await delay(2_500);
      await route.continue();
    });
    const fine = "function* main() { yield* gather([pause(), pause()]); }";
    assertEquals((await explore(page, fine)).isComplete, true);
    await page.unroute(searching);
    await page.route(searching, (route) => route.abort());
    await page.evaluate(() => runner.close());
    assertMatch((await explore(page, fine)).ending!.text, /could not be loaded/);
    await page.unroute(searching);
  },
  { expected: /ERR_FAILED/ },
);
