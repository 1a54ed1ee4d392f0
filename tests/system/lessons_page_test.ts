import { assert, assertEquals, assertLessOrEqual, assertMatch } from "@std/assert";
import axe from "axe-core";
import { COURSE } from "../../routes/lab/lessons/course.ts";
import { edited } from "../../routes/lab/lessons/edited.ts";
import { drawings, focus, type Page, shot, tab, visit } from "./browser.ts";
import { HTML } from "./lab_modules.ts";
import { openProgram, ran, told } from "./program_page.ts";
import { ROOT, Server } from "./server.ts";
import { firstView, weigh } from "./weight.ts";

// The lessons, from the first visit to the last.

const answer = (page: Page, index: number) => page.locator("[name=answer]").nth(index).check();

visit("lessons: a first visitor answers, sees, changes, and goes on", async (page, server) => {
  await page.goto(`${server.url}/lessons`);
  assertEquals(await page.locator("[data-lesson]").count(), COURSE.length);
  await page.locator("[data-lesson] a").first().click();
  for (
    const [index, { name, title, question, answer: text, edit }] of COURSE.slice(0, 3).entries()
  ) {
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    await page.locator("#run").waitFor();
    // Nothing answers the question before the reader does.
    for (const part of [".pictures", ".transport", ".printed", "#answer", "#edit", "#elsewhere"]) {
      assertEquals(await page.locator(part).first().isVisible(), false, `${name}: ${part}`);
    }
    const isRight = index !== 1;
    await answer(page, isRight ? question.right : (question.right + 1) % 2);
    assertMatch((await page.locator("#verdict").textContent())!, isRight ? /^Right/ : /^Not so/);
    assert(await page.getByText(text).isVisible());
    await ran(page);
    assert(await page.locator(".figure.steps svg.run").isVisible());
    const [before] = await drawings(page);
    await page.locator("#edit").click();
    await page.waitForFunction((before) => lab.drawings()[0] !== before, before);
    // What was said of the program as it was does not stand beside the new run as if it were of it.
    await page.locator("#changed", { hasText: edit.outcome }).waitFor();
    assertMatch(
      (await page.locator("#changed").textContent())!,
      /^Changed: now .* s, before .* s\./,
    );
    assertMatch((await page.locator("#verdict").textContent())!, /, of the program as it was\.$/);
    assertEquals(await page.getByText(text).isVisible(), false);
    assert(await page.getByText("in the program as it was", { exact: true }).isVisible());
    const source = await Deno.readTextFile(new URL(`routes/lab/lessons/${name}.js`, ROOT));
    assertEquals(await page.locator("#source").inputValue(), edited(source.trimEnd(), edit));
    await page.locator("#reset").click();
    await page.waitForFunction((before) => lab.drawings()[0] === before, before);
    assertEquals(await page.locator("#changed").textContent(), "");
    assert(await page.getByText(text).isVisible());
    await page.locator("[rel=next]").click();
  }
  await page.goto(`${server.url}/lessons`);
  const answered = page.locator(".answered:not(:empty)");
  assertEquals(await answered.allTextContents(), ["right", "answered", "right"]);
  // What was answered is still answered.
  await openProgram(page, server, `/lessons/${COURSE[1]!.name}`);
  assertMatch((await page.locator("#verdict").textContent())!, /^Not so/);
  await page.goto(`${server.url}/lessons`);
  await page.locator("#forget").click();
  assertEquals(await answered.count(), 0);
});

visit("lessons: the browser runs each as the server has drawn it", async (page, server) => {
  for (const { name } of COURSE) {
    const html = await (await fetch(`${server.url}/lessons/${name}`, { headers: HTML })).text();
    await openProgram(page, server, `/lessons/${name}`);
    await page.locator("[name=answer]").last().check();
    const drawn = await told(page, html);
    // You choose: what is shown stops at the first choice.
    if (await page.locator("#choice").isVisible()) {
      await page.locator("#order").selectOption("fifo");
      await page.locator("#choice").waitFor({ state: "hidden" });
    }
    const here = await told(page);
    // The worker knows the line of an error.
    const ending = here.ending.replace(/^Line \d+: | at line \d+(?=:)/, "");
    assertEquals({ ...here, ending }, drawn, name);
    assertEquals(drawn.verdict.length > 0, name === "two-locks", name);
  }
});

visit(
  "you choose: each choice runs to the next, and the verdict says what they changed",
  async (page, server) => {
    await openProgram(page, server, "/lessons/who-goes-first");
    await page.locator("[name=answer]").last().check();
    for (let choice = 1; await page.locator("[data-pick]").count() > 0; choice++) {
      await page.locator("#choice").getByText(`Choice ${choice}: 2 are ready.`).waitFor();
      await page.getByRole("button", { name: "Bob" }).and(page.locator("[data-pick]")).click();
      await page.locator("#choice").getByText(RegExp(`Choice ${choice + 1}:|every choice`))
        .waitFor();
    }
    assert((await told(page)).printed.includes("Bob wins"));
    await page.locator("#outcome", {
      hasText: /^Your order is one of 70\. First come, first served, it prints .*Ann wins/,
    }).waitFor();
    await shot(page, "lesson-chosen-wide-light");
    // Back, and the other way.
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator("[data-pick]").first().waitFor();
    assertEquals(await page.locator("#outcome").textContent(), "");
    assert(!(await told(page)).printed.includes("Bob wins"));
    await page.getByRole("button", { name: "Start again" }).click();
    await page.locator("#choice").getByText("Choice 1: 2 are ready.").waitFor();
  },
);

visit(
  "try every order: the first that fails is shown, and after the edit none does",
  async (page, server) => {
    await openProgram(page, server, "/lessons/the-last-seat");
    await page.locator("[name=answer]").last().check();
    await page.getByText(/^\d+ orders tried: number \d+ is the first that ends in an error\.$/)
      .first().waitFor();
    await page.getByText(/^It failed at line \d+: Error: /).waitFor();
    assertEquals(await page.locator(".editor li.wrong").count(), 1);
    await shot(page, "lesson-failing-wide-light");
    // The first run, to compare, and back.
    await page.getByRole("button", { name: "Show the first run" }).click();
    await page.locator(".printed", { hasText: "Bob: sold out" }).waitFor();
    assertEquals(await page.locator(".ending").textContent(), "");
    await page.getByRole("button", { name: "Show the run that ends in an error" }).click();
    await page.getByText(/^It failed at line \d+: Error: /).waitFor();
    await page.locator("#edit").click();
    await page.locator("#outcome", { hasText: /^All \d+ orders tried: none ends in an error\.$/ })
      .waitFor();
    assertEquals(await page.locator("#swap").isVisible(), false);
    assertEquals(await page.locator(".editor li.wrong").count(), 0);
  },
);

visit("a lesson: without JavaScript all of it is there", async (page, server) => {
  for (const { name, title, question, edit } of COURSE) {
    await page.goto(`${server.url}/lessons/${name}`);
    assertEquals(await page.locator("h1").textContent(), title);
    for (const text of question.answers) assert(await page.getByText(text).first().isVisible());
    assertEquals(await page.locator(".bench svg.run:visible").count() > 0, true, name);
    assert(await page.locator(".printed").isVisible());
    await page.locator("#answer summary").click();
    assert(await page.locator("#answer p").isVisible());
    assert(await page.getByText(edit.text).isVisible());
    assertEquals(await page.locator(".elsewhere .listing:visible").count(), 2);
    for (const dead of ["#run", "#edit", ".transport", "#source", "#order", ".cover"]) {
      assertEquals(await page.locator(dead).first().isVisible(), false, `${name}: ${dead}`);
    }
  }
  await shot(page, "lesson-no-script-wide-light");
}, { javaScriptEnabled: false, expected: / csp$/ });

visit("a lesson: the keyboard is enough, and Tab leaves the program", async (page, server) => {
  await openProgram(page, server, "/lessons/one-after-another");
  await tab(page, "answer-0");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assertMatch((await page.locator("#verdict").textContent())!, /^Right/);
  await tab(page, "source");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("// the end");
  await page.keyboard.press("Control+Enter");
  await ran(page);
  assertEquals(await focus(page), "source");
  await page.keyboard.press("Tab");
  assertEquals(await focus(page), "run");
  await tab(page, "lane 0");
  await tab(page, "edit");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => lab.told().lanes.length === 4);
  assertEquals(await focus(page), "edit");
});

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const STATES: Record<string, (page: Page, server: Server) => Promise<void>> = {
  "list": async (page, server) => void await page.goto(`${server.url}/lessons`),
  "asked": (page, server) => openProgram(page, server, "/lessons/ten-at-once"),
  "chosen": async (page, server) => {
    await openProgram(page, server, "/lessons/who-goes-first");
    await answer(page, 0);
    await page.locator("[data-pick]").first().waitFor();
  },
  "every": async (page, server) => {
    await openProgram(page, server, "/lessons/two-locks");
    await answer(page, 0);
  },
  "changed": async (page, server) => {
    await openProgram(page, server, "/lessons/nothing-happened");
    await answer(page, 0);
    await page.locator("#source").fill("function* main() { yield* sleep(5; }");
    await page.keyboard.press("Control+Enter");
    await page.locator("#wrong:not(:empty)").waitFor();
  },
};

for (const [state, reach] of Object.entries(STATES)) {
  visit(
    `lessons: axe finds nothing, wide or narrow, light or dark: ${state}`,
    async (page, server) => {
      await reach(page, server);
      // By evaluation, which the page's policy does not restrict.
      await page.evaluate(axe.source);
      for (const [size, width, height] of [["wide", 1280, 900], ["narrow", 320, 800]] as const) {
        await page.setViewportSize({ width, height });
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await shot(page, `lesson-${state}-${size}-${colorScheme}`);
          assertLessOrEqual(await page.evaluate(() => lab.width()), width, state);
          const { violations, passes }: axe.AxeResults = await page.evaluate(
            `axe.run({ runOnly: ${JSON.stringify(RULES)} })`,
          );
          assertEquals(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
          assert(passes.some(({ id }) => id === "target-size"));
        }
      }
      assertEquals(await page.evaluate(() => lab.small(24)), []);
    },
    { reducedMotion: "reduce" },
  );
}

visit(
  "a lesson: on a phone, its controls stay on the screen beside each of its pictures",
  async (page, server) => {
    await openProgram(page, server, "/lessons/start-then-wait");
    await answer(page, 0);
    for (const picture of [0, 1]) {
      const [figure, controls] = await page.evaluate((picture) => lab.bring(picture), picture);
      assert(0 <= controls!.top && controls!.bottom <= 844, `controls from ${controls!.top}`);
      const visible = Math.min(figure!.bottom, controls!.top) - Math.max(figure!.top, 0);
      assert(visible > 0.8 * (figure!.bottom - figure!.top), `picture ${picture} is covered`);
    }
    const small = await page.evaluate(() => lab.small(44));
    // A lane is 24 pixels high beside its picture, and can be hit there, too.
    assertEquals(small.filter((name) => !/^(main|A|B|C)\b/.test(name)), []);
  },
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
);

visit(
  "a lesson: its pictures are drawn for their room as soon as they are to be seen",
  async (page, server) => {
    await openProgram(page, server, "/lessons/who-goes-first");
    await answer(page, 0);
    await page.waitForFunction(() => {
      const { width, marks } = lab.drawn()[0]!.steps;
      return width > 300 && marks.length > 0 &&
        lab.drawings()[0]!.includes(`viewBox="0 0 ${width} `);
    });
  },
);

visit("a lesson: nothing moves when its scripts come", async (page, server) => {
  await openProgram(page, server, "/lessons/lost-update");
  const shifts = await page.evaluate(() => lab.shifts);
  const sum = shifts.reduce((sum, [value]) => sum + value, 0);
  assertLessOrEqual(sum, 0.01, JSON.stringify(shifts));
});

Deno.test("lessons as HTML: nothing is inline but the import map, and the policy allows no more", async () => {
  await using server = await Server.start();
  for (const path of ["/lessons", "/sandbox", ...COURSE.map(({ name }) => `/lessons/${name}`)]) {
    const response = await fetch(server.url + path, { headers: HTML });
    const html = await response.text();
    assertEquals(response.status, 200, path);
    assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
    assertEquals(response.headers.get("cache-control"), "no-cache");
    assertEquals(response.headers.get("vary"), "Accept, Accept-Encoding");
    for (const tag of html.match(/<[a-z][^>]*>/gi)!) {
      assert(!/[\s"'/](?:on\w+|style|srcdoc)\s*=/i.test(tag.replace(/="[^"]*"/g, '=""')), tag);
      assert(!/^<(?:style|iframe|object|embed|base)\b/i.test(tag), tag);
      if (/^<script/i.test(tag)) assert(/ src="\/assets\/| type="importmap"/.test(tag), tag);
    }
    const [, map] = /<script type="importmap">([^]*?)<\/script>/.exec(html)!;
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(map));
    const policy = response.headers.get("content-security-policy")!;
    const scripts = `script-src 'self' 'sha256-${new Uint8Array(hash).toBase64()}'`;
    assert(policy.startsWith(`default-src 'none'; ${scripts}; `), policy);
    assert(!/unsafe|\*|http|data:|blob:/.test(policy), policy);
    const head = await fetch(server.url + path, { method: "HEAD", headers: HTML });
    assertEquals([head.status, await head.text()], [200, ""]);
    assertEquals(head.headers.get("content-security-policy"), policy);
  }
});

Deno.test("lessons as HTML: what is no lesson is 404, as a page for browsers, else as a problem", async () => {
  await using server = await Server.start();
  for (const name of ["nope", "ten-at-once.js", "Ten-at-once", "__proto__", "%00"]) {
    const page = await fetch(`${server.url}/lessons/${name}`, { headers: HTML });
    assertEquals(page.status, 404, name);
    assertMatch(await page.text(), /There is no such lesson[^]*href="\/lessons\/ten-at-once"/);
    const problem = await fetch(`${server.url}/lessons/${name}`);
    assertEquals([problem.status, problem.headers.get("content-type")], [
      404,
      "application/problem+json",
    ]);
    assertMatch((await problem.json()).detail, /^no such lesson; there are ten-at-once, /);
  }
  const text = await (await fetch(`${server.url}/lessons/ten-at-once`)).text();
  assertMatch(text, /^Ten at once\n[^]*export function\* main/);
});

Deno.test("lessons: the first view of each takes at most 20 kB on the wire", async () => {
  await using server = await Server.start();
  let most = 0;
  for (const path of ["/lessons", ...COURSE.map(({ name }) => `/lessons/${name}`)]) {
    most = Math.max(most, await weigh(server.url, await firstView(server.url, path), "gzip"));
  }
  console.log(`the heaviest first view of a lesson: ${most} bytes`);
  assertLessOrEqual(most, 20_000);
});

visit(
  "sandbox: its first view takes at most 20 kB on the wire, all that it loads at most 175 kB",
  async (page, server) => {
    const first = await firstView(server.url, "/sandbox");
    const all = new Set<string>(["/sandbox"]);
    page.on("request", (request) => {
      if (/^http/.test(request.url())) all.add(new URL(request.url()).pathname);
    });
    await openProgram(page, server, "/sandbox");
    await page.locator("#order").selectOption("every");
    await page.locator("#outcome", { hasText: /^All \d+ orders tried: none ends in an error\.$/ })
      .waitFor();
    assert([...all].some((path) => path.endsWith("/lib/testing/explore.ts")));
    const [before, whole, smaller] = [
      await weigh(server.url, first, "gzip"),
      await weigh(server.url, all, "gzip"),
      await weigh(server.url, all, "br"),
    ];
    console.log(
      `the sandbox: ${before} bytes, then ${whole} in ${all.size} answers; ${smaller} with Brotli`,
    );
    assertLessOrEqual(before, 20_000);
    // Most of it is the library, in a file for each idea. A fifth of it is headers.
    assertLessOrEqual(whole, 175_000);
  },
);
