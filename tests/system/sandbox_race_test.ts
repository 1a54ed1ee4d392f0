import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { seen, shot, visit } from "./browser.ts";
import { tested } from "./downloaded.ts";
import { chips, download, openProgram, prints, told } from "./program_page.ts";

// What a developer does with a race: paste it, find it, step through it, take the test away, mend it.

/** The token is looked at before the lock is taken, and not again after. */
const RACE = `import { gather, Lock, sleep } from "@tenfold/loop";

const lock = new Lock({ name: "refresh" });
let token;
let refreshes = 0;

export function* main() {
  yield* gather([request("/cart", 0), request("/user", 50), request("/news", 80)]);
  if (refreshes > 1) throw new Error(\`the token was refreshed \${refreshes} times\`);
}

function* request(path, after) {
  if (after > 0) yield* sleep(after);
  if (token === undefined) yield* refresh();
  console.log(\`\${path} with \${token}\`);
}

function* refresh() {
  using _permit = yield* lock.acquire();
  yield* sleep(50);
  refreshes++;
  token = \`token \${refreshes}\`;
}`;

/** Looks again once it has the lock. It is made of the program, and of the file that has it. */
const mended = (text: string) =>
  text.replace(/^( *)using .*$/m, "$&\n$1if (token !== undefined) return;");

visit(
  "sandbox: a race that is pasted is found, stepped through, taken away as a test, and mended",
  async (page, server) => {
    await openProgram(page, server, "/sandbox");
    const paste = async (text: string) => {
      await page.evaluate((text) => lab.copy(text), text);
      await page.locator("#source").press("Control+a");
      await page.keyboard.press("Control+v");
      assertEquals(await page.locator("#source").inputValue(), text);
    };
    await paste(RACE);
    // First come, first served, nothing is wrong.
    await prints(page, "/cart with token 1", "/user with token 1", "/news with token 1");
    assertEquals((await told(page)).ending, "");

    await page.locator("#order").selectOption("every");
    await page.locator("#outcome", {
      hasText: /^2 orders tried: number 2 is the first that ends in an error\.$/,
    }).waitFor();
    const error = "Error: the token was refreshed 2 times";
    assertEquals((await told(page)).ending, `It failed at line 9: ${error}`);
    assertEquals(await page.locator(".editor li.wrong").getAttribute("data-line"), "9");

    // Back to where the second has looked at the token, and waits while the first gets one.
    for (let steps = 7; steps > 0; steps--) await page.locator("[data-move=back]").click();
    const { position } = (await seen(page))[0]!;
    assertEquals(position, "step 6 of 10, at 0.05 s: task 1 runs");
    assertEquals(await chips(page), [
      [8, "main"],
      [13, "task 3"],
      [15, "▶︎ task 1"],
      [19, "task 2"],
    ]);
    await shot(page, "sandbox-race-wide-light");

    // The order that failed is in the file: it fails there, too.
    const { name, text } = await download(page, "test");
    assertEquals(name, "program_test.js");
    assertStringIncludes(text, `  // ${error}\n`);
    const race = await tested(text);
    assertEquals(race.passed, false);
    assertStringIncludes(race.said, "main: the order that failed ... FAILED");
    assertStringIncludes(race.said, "main: every order ... FAILED");
    assertStringIncludes(race.said, error);
    const after = await tested(mended(text));
    assert(after.passed, after.said);
    assertStringIncludes(after.said, "2 passed");

    await paste(mended(RACE));
    await page.locator("#outcome", { hasText: /^All 12 orders tried: none ends in an error\.$/ })
      .waitFor();
    assertEquals((await told(page)).ending, "");
  },
  { permissions: ["clipboard-read", "clipboard-write"] },
);
