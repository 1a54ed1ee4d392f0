import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import axe from "axe-core";
import { toFragment } from "../../routes/lab/browser/share.ts";
import { type Page, seen, shot, visit } from "./browser.ts";
import { chips, download, openProgram, prints, ran, told } from "./program_page.ts";

// The sandbox: a program of the reader's own.

const COUNT = `function* count(name) {
  for (let n = 1; n <= 2; n++) {
    console.log(name + n);
    yield* pause();
  }
}

function* main() {
  yield* gather([count("a"), count("b")]);
}`;

const write = (page: Page, source: string) => page.locator("#source").fill(source);

visit(
  "sandbox: it runs what is typed, soon after the last key, and says later what is not done",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const before = await told(page);
    await write(page, "function* main() { console.log(1");
    // Its picture is of another program now.
    assert(await page.getByText("The program has changed.").isVisible());
    assertEquals(await page.locator("#unread").textContent(), "");
    await page.locator("#unread", { hasText: /^Line 1: This can’t be read: / }).waitFor();
    assertEquals(await page.evaluate(() => lab.isFresh()), false);
    // It is said, but not as an error.
    assertEquals(await page.locator("#wrong").textContent(), "");
    assertEquals(await page.locator(".editor li.wrong").count(), 0);
    assertEquals((await told(page)).lanes, before.lanes);
    await page.locator("#source").press("End");
    await page.keyboard.type("); }");
    await prints(page, "1");
    assertEquals(await page.locator("#unread").textContent(), "");
    assertEquals(await page.getByText("The program has changed.").isVisible(), false);
    assertEquals((await told(page)).lanes, ["main done"]);
  },
);

visit(
  "sandbox: who wants a run gets one at once, or what is wrong, at its line",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    await write(page, "function* main() {\n  yield* sleep(5;\n}");
    await page.locator("#run").click();
    await page.getByText("Line 2: This can’t be read").waitFor();
    assertEquals(await page.locator(".editor li.wrong").getAttribute("data-line"), "2");
    await shot(page, "sandbox-wrong-wide-light");
    await write(page, "function* main() {\n  yield* sleep(5);\n  throw new Error('no');\n}");
    assertEquals(await page.locator("#wrong").textContent(), "");
    await page.locator("#source").press("Control+Enter");
    await page.getByText("It failed at line 3: Error: no").waitFor();
    await page.locator("#order").selectOption("every");
    await page.getByText("1 order tried: it ends in an error.").waitFor();
    // None of that is said of what can't be run.
    await write(page, "function* main() {\n  throw new Error('no';\n}");
    await page.locator("#run").click();
    await page.getByText("Line 2: This can’t be read").waitFor();
    assertEquals(await page.locator("#outcome").textContent(), "");
    assertEquals(await page.locator(".ending").isVisible(), false);
    await page.locator("#order").selectOption("fifo");
    await write(page, "function* main() {\n  yield* sleep(5);\n  throw new Error('no');\n}");
    await page.locator("#run").click();
    await page.getByText("It failed at line 3: Error: no").waitFor();
    assertEquals(await page.locator(".editor li.wrong").getAttribute("data-line"), "3");
    await page.locator("#reset").click();
    await ran(page);
    assertEquals(await page.locator(".editor li.wrong").count(), 0);
  },
);

visit(
  "sandbox: what is wrong is read out, once, as soon as it is said",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const status = (hasText: string) => page.getByRole("status").filter({ hasText });
    await write(page, "function* main() {\n  yield* sleep(5;\n}");
    await status("Line 2: This can’t be read").waitFor();
    await write(page, "function* main() {\n  sleep(1);\n  throw new Error('no');\n}");
    await status("It failed at line 3: Error: no").waitFor();
    await page.locator("[aria-live] li", { hasText: "Line 2: sleep() only makes" }).waitFor();
    // As a text: the types of a page are not those of the tests.
    await page.evaluate(`new MutationObserver(() => document.body.dataset.again = "").observe(
      document.querySelector(".ending"), { childList: true })`);
    await page.evaluate(`document.querySelector("#remarks li").dataset.first = ""`);
    await page.setViewportSize({ width: 800, height: 800 });
    await page.locator("#run").click();
    await ran(page);
    await page.waitForTimeout(500);
    assertEquals(await page.locator("[data-again]").count(), 0);
    assertEquals(await page.locator("#remarks [data-first]").count(), 1);
  },
);

visit(
  "sandbox: a program that never lets go is stopped, and the next one runs",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    await write(page, "function* main() {\n  console.log('on');\n  while (true);\n}");
    await page.locator("#run").click();
    await page.getByText("Line 2: main still runs, and was last seen here").waitFor();
    assertMatch((await seen(page))[0]!.position, /^still running at 0\.00 s, after 1 step$/);
    await page.locator("#order").selectOption("every");
    await page.locator("#wrong:not(:empty)").waitFor();
    assertEquals((await told(page)).outcome, "");
    await page.locator("#order").selectOption("fifo");
    await page.locator("#reset").click();
    await ran(page);
    assertMatch((await told(page)).ending, /^$/);
  },
);

visit(
  "sandbox: what is printed is there as it is, and a long list scrolls in its own box",
  async (page, server) => {
    const long = "all that is known of it: " + "x".repeat(200) + "\n  and a second line";
    await openProgram(page, server, "/sandbox");
    await write(page, `function* main() {\n  console.log(${JSON.stringify(long)});\n}`);
    await prints(page, long);
    await write(page, "function* main() {\n  for (let n = 0; n < 400; n++) console.log(n);\n}");
    await prints(page, ...Array.from({ length: 400 }, (_, n) => `${n}`));
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const { height, needed } = await page.locator(".printed").evaluate((box) => ({
        height: box.clientHeight,
        needed: box.scrollHeight,
      }));
      assertLess(height, needed);
      assert(await page.evaluate(() => lab.width()) <= width);
    }
  },
);

visit(
  "sandbox: a search that takes a while says how far it has come, and nothing of the last one",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    await write(page, COUNT);
    await page.locator("#order").selectOption("every");
    await page.locator("#outcome", { hasText: "All 20 orders tried: none ends in an error." })
      .waitFor();
    // As a text: the types of a page are not those of the tests.
    await page.evaluate(`new MutationObserver(([{ target }]) => {
      target.dataset.said = (target.dataset.said ?? "") + "\\n" + target.textContent;
    }).observe(document.querySelector("#outcome"), { childList: true })`);
    const names = '["a", "b", "c", "d", "e", "f"]';
    await write(page, COUNT.replace('[count("a"), count("b")]', `${names}.map(count)`));
    await page.locator("#outcome", { hasText: "orders tried, and there are more" }).waitFor();
    const said = (await page.locator("#outcome").getAttribute("data-said"))!.split("\n");
    assertEquals(said.slice(0, 2), ["", ""]);
    assertMatch(said.at(-2)!, /^Trying every order: [\d,]+ so far…$/);
  },
);

visit(
  "sandbox: a program has no place to keep things, and what it keeps does not reach the page",
  async (page, server) => {
    await openProgram(page, server, "/lessons/ten-at-once");
    await page.locator("[name=answer]").first().check();
    await write(page, "function* main() {\n  localStorage.clear();\n}");
    await page.locator("#run").click();
    await page.locator(".ending", { hasText: "localStorage" }).waitFor();
    await page.reload();
    await page.locator("#verdict:not(:empty)").waitFor();
    assertEquals(await page.locator("[name=answer]").first().isChecked(), true);
  },
);

visit("sandbox: step by step, the lines say where each coroutine is", async (page, server) => {
  await openProgram(page, server, "/sandbox");
  await write(page, COUNT);
  await prints(page, "a1", "b1", "a2", "b2");
  const last = await page.evaluate(() => lab.end(0));
  await page.evaluate((position) => lab.go(0, position), last - 3);
  assertEquals((await chips(page)).map(([line]) => line), [4, 9]);
  assertMatch((await seen(page))[0]!.position, /^step \d of \d/);
  await page.locator("details.table summary").click();
  await page.locator("tbody tr").first().waitFor();
  const [row] = (await seen(page))[0]!.rows;
  assertEquals(row!["at the line"], 'yield* gather([count("a"), count("b")]);');
});

visit(
  "sandbox: what an error says breaks where there is no room, and the controls are as wide as it",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const long = "x".repeat(300);
    for (const wrong of [`${long}()`, `throw new Error("${long}")`, `import "${long}"`]) {
      await write(page, `function* main() {\n${wrong}\n}`);
      await page.locator("#run").click();
      await page.locator(".ending, #wrong", { hasText: "xxx" }).first().waitFor();
      for (const width of [360, 800, 1280]) {
        await page.setViewportSize({ width, height: 700 });
        assertEquals(await page.evaluate(() => lab.width()), width, wrong.slice(0, 20));
      }
    }
    await page.setViewportSize({ width: 800, height: 700 });
    const [controls, pictures] = await Promise.all(
      [".transport", ".pictures"].map((part) => page.locator(part).boundingBox()),
    );
    assertEquals(controls!.width, pictures!.width);
  },
);

visit("an order: by a seed it is repeated, and each is in the address", async (page, server) => {
  await openProgram(page, server, "/sandbox");
  await write(page, COUNT);
  await prints(page, "a1", "b1", "a2", "b2");
  await page.locator("#order").selectOption("seed");
  const printed = new Set<string>();
  for (const seed of ["3", "4", "5", "6", "3"]) {
    await page.locator("#seed").fill(seed);
    await page.locator("#seed").press("Enter");
    await page.waitForURL(RegExp(`order=seed\\.${seed}`));
    printed.add((await told(page)).printed.join());
  }
  assert(printed.size > 1 && printed.size < 5, [...printed].join("; "));
  const shown = await told(page);
  // The address is this page's own, and no link.
  await page.reload();
  await ran(page);
  assertEquals(await told(page), shown);
});

visit(
  "a link: its program is shown, and not run until the reader says so",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    await write(page, COUNT);
    await prints(page, "a1", "b1", "a2", "b2");
    await page.locator("#order").selectOption("every");
    await page.locator("#outcome", { hasText: "All 20 orders tried: none ends in an error." })
      .waitFor();
    await page.evaluate(() => lab.go(0, 3));
    await page.waitForURL(/at=3/);
    const link = page.url();
    assertLess(link.length, 400);
    // Somebody else opens it.
    const other = await page.context().browser()!.newPage();
    try {
      const asked: string[] = [];
      other.on("request", (request) => void asked.push(request.url()));
      await other.goto(link);
      await other.getByText("This program came with the link").waitFor();
      assertEquals(await other.locator("#source").inputValue(), COUNT);
      // Neither a key nor another order runs it.
      await other.locator("#source").press("End");
      await other.keyboard.type(" // mine");
      await other.locator("#order").selectOption("fifo");
      await other.waitForTimeout(1000);
      for (const part of [".figure.steps", ".printed", ".transport", ".key"]) {
        assertEquals(await other.locator(part).isVisible(), false, part);
      }
      assert(await other.getByText("This program came with the link").isVisible());
      assertEquals(other.url(), link);
      await other.locator("#order").selectOption("every");
      await other.locator("#run").click();
      await other.locator("#outcome", { hasText: "All 20 orders tried: none ends in an error." })
        .waitFor();
      assertEquals(await other.locator(".printed samp").allTextContents(), [
        "a1",
        "b1",
        "a2",
        "b2",
      ]);
      // No server sees a program.
      assert(asked.every((url) => !url.includes("p=")), asked.join(" "));
    } finally {
      await other.close();
    }
  },
);

visit(
  "a link: opened while another program is typed or tried, it waits, and nothing else is shown",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const link = await toFragment({ source: `function* main() {\n  console.log("theirs");\n}` });
    const open = (hash: string) => page.evaluate((hash) => void (location.hash = hash), hash);
    const waits = async () => {
      await page.getByText("This program came with the link").waitFor();
      await page.waitForTimeout(3000);
      assertEquals(await page.locator("[data-untrusted]").count(), 1);
      assertEquals(await page.locator(".printed", { hasText: /theirs|f2/ }).count(), 0);
    };
    await page.locator("#source").press("Control+End");
    await page.keyboard.type(" // mine");
    await open(link);
    await waits();
    await openProgram(page, server, "/sandbox?again");
    await page.locator("#order").selectOption("every");
    await write(page, COUNT.replace('[count("a"), count("b")]', '[..."abcdef"].map(count)'));
    await page.locator("#outcome", { hasText: "so far" }).waitFor();
    await open(link);
    await waits();
  },
);

visit(
  "a link: its first run has the choices that were made, the next one has none",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    await write(page, COUNT);
    await prints(page, "a1", "b1", "a2", "b2");
    await page.locator("#order").selectOption("choose");
    await page.getByText(/^Choice 1: /).first().waitFor();
    for (const [made, pick] of [1, 0, 1].entries()) {
      await page.locator(`#choice [data-pick="${pick}"]`).click();
      const next = made < 2 ? `Choice ${made + 2}: ` : /Choice 4: |every choice/;
      await page.locator("#choice", { hasText: next }).waitFor();
    }
    const question = (await page.locator("#choice .question").textContent())!;
    const { printed } = await told(page);
    await page.waitForURL(/order=choose\.1\.0\.1/);
    const link = page.url();
    const other = await page.context().browser()!.newPage();
    try {
      await other.goto(link);
      await other.getByText("This program came with the link").waitFor();
      await other.locator("#run").click();
      await other.locator("#choice", { hasText: question }).waitFor();
      assertEquals(await other.locator(".printed samp").allTextContents(), printed);
      await other.locator("#run").click();
      await other.locator("#choice", { hasText: "Choice 1: " }).waitFor();
      // What would come of it is not told either.
      await other.locator("#status", { hasText: "Choice 1: " }).waitFor({ state: "attached" });
    } finally {
      await other.close();
    }
  },
);

visit(
  "a link: choices of another program are not made, and a seed is the number that is used",
  async (page, server) => {
    await openProgram(page, server, "/sandbox#order=choose.1.9.0");
    await page.getByText("Not all choices of this link can be made").waitFor();
    await page.locator("#choice", { hasText: "Choice 2: " }).waitFor();
    assertEquals((await told(page)).ending, "");
    for (const [given, used] of [["4294967296", "0"], ["7", "7"]] as const) {
      await openProgram(page, server, `/sandbox?${given}#order=seed.${given}`);
      assertEquals(await page.locator("#seed").inputValue(), used);
    }
    await page.locator("#seed").fill("much");
    await page.locator("#seed").press("Enter");
    await page.waitForURL(/order=seed\.0/);
    assertEquals(await page.locator("#seed").inputValue(), "0");
  },
);

visit(
  "a link: one that was cut shows the page's own program, and says so",
  async (page, server) => {
    await page.goto(`${server.url}/sandbox#p=TY9NCsIwEIX3`);
    await page.getByText("The program in this link can’t be read").waitFor();
    await ran(page);
    assert((await told(page)).printed.includes("dinner"));
  },
);

visit(
  "a link: of a program that is too long for one there is none, and a reload keeps the program",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const long = `// ${"long ".repeat(5_000)}\nfunction* main() {\n  console.log("mine");\n}`;
    await write(page, long);
    await prints(page, "mine");
    await page.locator("#share").click();
    await page.locator("#share", { hasText: "Too long for a link" }).waitFor();
    await page.waitForURL(/p=/);
    await page.reload();
    await prints(page, "mine");
    assertEquals(await page.locator("#source").inputValue(), long);
  },
);

visit(
  "a link: the place in the run of the page's own program is where it was",
  async (page, server) => {
    await openProgram(page, server, "/sandbox#at=4");
    const { position } = (await seen(page))[0]!;
    assertMatch(position, /^step 4 of /);
  },
);

visit(
  "the editor: the text in colour lies where the field has it, whatever it is",
  async (page, server) => {
    const texts = [
      "",
      "\n\n\n",
      "x".repeat(400),
      `${"word ".repeat(120)}\n  ${"a.b(c)/d ".repeat(60)}`,
      "\tconst tab = 1;\n\t\tindented\n  ",
      "日本語のプログラム ".repeat(20) + "🙂".repeat(40),
      `${"// " + "long ".repeat(100)}\n\`${"${x} ".repeat(50)}\``,
      "trailing   \n   " + " ".repeat(200) + "\nend",
    ];
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await openProgram(page, server, "/sandbox");
      for (const text of texts) {
        await write(page, text);
        const [height, needed, sideways, painted, isSame] = await page.evaluate(() => lab.editor());
        const label = JSON.stringify(text.slice(0, 20));
        assertEquals([isSame, sideways], [true, 0], label);
        // Half a pixel of each is rounded; a line has 21.
        assert(
          Math.abs(needed - height) <= 2 && Math.abs(painted + 16 - height) <= 2,
          `${label}: ${height} ${needed} ${painted}`,
        );
      }
      assert(await page.evaluate(() => lab.width()) <= width);
    }
  },
);

visit(
  "the editor: a new line is indented as the one before, and can be undone",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    await write(page, "function* main() {");
    await page.locator("#source").press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("a();");
    await page.keyboard.press("Enter");
    await page.keyboard.type("b();");
    assertEquals(await page.locator("#source").inputValue(), "function* main() {\n  a();\n  b();");
    await page.keyboard.press("Control+z");
    assert(!(await page.locator("#source").inputValue()).includes("b();"));
    await write(page, "function* main() {\n\tif (true) {");
    await page.locator("#source").press("Control+End");
    await page.keyboard.press("Enter");
    assertMatch(await page.locator("#source").inputValue(), /\n\t\t$/);
  },
);

visit(
  "the editor: what Reset takes away comes back by Ctrl+Z",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const own = await page.locator("#source").inputValue();
    await write(page, COUNT);
    await prints(page, "a1", "b1", "a2", "b2");
    await page.locator("#reset").click();
    await page.waitForFunction(() => lab.isFresh() && lab.told().printed[0] !== "a1");
    assertEquals(await page.locator("#source").inputValue(), own);
    assertEquals(await page.locator("#reset:focus").count(), 1);
    await page.locator("#source").press("Control+z");
    assertEquals(await page.locator("#source").inputValue(), COUNT);
    await prints(page, "a1", "b1", "a2", "b2");
  },
);

visit(
  "downloads: the program is the one in the editor, whether it can be run or not",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const written = "function* main() {\n  yield* sleep(5;\n}";
    await write(page, written);
    assertEquals((await download(page, "program")).text, `${written}\n`);
    await page.locator("[data-take=test]").click();
    await page.locator("#status", { hasText: "run it first" }).waitFor();
    const source = "function* main() {\n  console.log(1);\n}";
    await page.goto(`${server.url}/sandbox?other#${await toFragment({ source })}`);
    await page.getByText("This program came with the link").waitFor();
    assertEquals((await download(page, "program")).text, `${source}\n`);
  },
);

visit("downloads: the trace, a test and the program are files", async (page, server) => {
  await openProgram(page, server, "/sandbox");
  await write(page, COUNT);
  await prints(page, "a1", "b1", "a2", "b2");
  const files: Record<string, string> = {};
  for (const what of ["perfetto", "test", "program"]) {
    const { name, text } = await download(page, what);
    files[name] = text;
  }
  assertEquals(Object.keys(files), ["run-perfetto.json", "program_test.js", "program.js"]);
  assert(JSON.parse(files["run-perfetto.json"]!).traceEvents.length > 10);
  assertMatch(files["program_test.js"]!, /check\(/);
  assertEquals(files["program.js"], `${COUNT}\n`);
});

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const STATES: Record<string, (page: Page) => Promise<void>> = {
  "start": async () => {},
  "failed": async (page) => {
    await write(page, "function* main() {\n  throw new Error('no');\n}");
    await page.locator("#run").click();
    await page.locator(".ending:not(:empty)").waitFor();
    await page.locator("details.table summary").click();
  },
  "printed": async (page) => {
    await write(
      page,
      "function* main() {\n  for (let n = 0; n < 120; n++) console.log(n * 1e9);\n}",
    );
    await page.locator("#run").click();
    await page.locator(".printed samp", { hasText: "119000000000" }).waitFor();
  },
  "cancelled": async (page) => {
    await write(
      page,
      `function* clean() {
  try {
    yield* sleep(100);
  } finally {
    yield* sleep(10);
  }
}
function* main() {
  const task = yield* spawn(clean);
  yield* block(5);
  yield* pause();
  task.cancel();
  yield* wait([task]);
}`,
    );
    await page.locator("#run").click();
    await page.locator(".key", { hasText: "cancelled" }).waitFor();
  },
  "stale": (page) => write(page, "function* main() {"),
  "seeded": async (page) => void await page.locator("#order").selectOption("seed"),
};

for (const [state, reach] of Object.entries(STATES)) {
  visit(
    `sandbox: axe finds nothing, wide or narrow, light or dark: ${state}`,
    async (page, server) => {
      await openProgram(page, server, "/sandbox");
      await reach(page);
      // By evaluation, which the page's policy does not restrict.
      await page.evaluate(axe.source);
      for (const [size, width, height] of [["wide", 1280, 900], ["narrow", 320, 800]] as const) {
        await page.setViewportSize({ width, height });
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await shot(page, `sandbox-${state}-${size}-${colorScheme}`);
          assert(await page.evaluate(() => lab.width()) <= width, state);
          const tooWide = await page.locator(".key li").evaluateAll((items) =>
            items.filter((item) => item.scrollWidth > item.clientWidth)
              .map((item) => item.textContent)
          );
          assertEquals(tooWide, []);
          const { violations }: axe.AxeResults = await page.evaluate(
            `axe.run({ runOnly: ${JSON.stringify(RULES)} })`,
          );
          assertEquals(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
        }
      }
      assertEquals(await page.evaluate(() => lab.small(24)), []);
    },
    { reducedMotion: "reduce" },
  );
}
