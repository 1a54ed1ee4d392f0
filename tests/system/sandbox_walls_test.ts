import { assert, assertEquals } from "@std/assert";
import { type Page, visit } from "./browser.ts";
import { page as pageOf } from "./lab_modules.ts";
import {
  ARRIVAL,
  attack,
  ATTACKS,
  type Between,
  between,
  EMPTY,
  withNames,
} from "./sandbox_attacks.ts";
import { asked } from "./sandbox_programs.ts";

// What a program may try, to reach a server, and what keeps it from that.

/** Opens the page there, and has the program run. Returns what was asked for after that. */
async function reached(page: Page, here: Between, there: Between): Promise<string[]> {
  const { base } = await pageOf(here.url);
  await page.goto(here.url + EMPTY);
  await page.evaluate(async ({ base, all }) => {
    const { Runner } = await import(`${base}routes/lab/browser/runner.ts`);
    globalThis.runner = new Runner(`${base}routes/lab/browser/sandbox/worker.ts`);
    await runner.explore(all);
  }, { base, all: asked("function* main() {}") });
  // All that the sandbox itself loads has been loaded.
  const seen = here.paths.length;
  const ran = await page.evaluate(
    (asked) => runner.run(asked),
    asked(attack(here.url, there.url)),
  );
  assertEquals(ran.ending.text, "");
  await page.waitForTimeout(ARRIVAL);
  return [...here.paths.slice(seen), ...there.paths];
}

/** A test in which a server's answers are changed. */
function attacked(
  name: string,
  change: (path: string, response: Response) => Response | Promise<Response>,
  check: (reached: string[]) => void,
): void {
  visit(name, async (page, server) => {
    const here = between(server.url, change);
    const there = between(undefined);
    try {
      check(await reached(page, here, there));
    } finally {
      await page.goto("about:blank");
      await Promise.all([here.close(), there.close()]);
    }
  }, { expected: /./ });
}

attacked(
  "the sandbox's walls: a program reaches no server",
  (_, response) => response,
  (reached) => assertEquals(reached, []),
);

attacked(
  "the sandbox's walls: the policy alone keeps a program from every server",
  withNames,
  (reached) => assertEquals(reached, []),
);

attacked(
  "the sandbox's walls: without them the same program reaches both servers",
  (path, response) => {
    response.headers.delete("content-security-policy");
    return withNames(path, response);
  },
  (reached) => {
    // So the attacks are attacks. The others are refused by the browser, or come to nothing.
    console.log(`${reached.length} of ${ATTACKS.length} arrive: ${reached.join(" ")}`);
    assert(reached.length >= 15, reached.join(" "));
  },
);

visit(
  "the sandbox's walls: nothing of the browser is left but the language",
  async (page, server) => {
    const { base } = await pageOf(server.url);
    await page.goto(`${server.url}/?count=1`);
    const left = await page.evaluate(async ({ base, asked }) => {
      const { Runner } = await import(`${base}routes/lab/browser/runner.ts`);
      globalThis.runner = new Runner(`${base}routes/lab/browser/sandbox/worker.ts`);
      return await runner.run(asked);
    }, {
      base,
      asked: asked(`function* main() {
  const found = new Set();
  // What the scope stands on is the global object.
  for (let object = Object.getPrototypeOf(globalThis); object; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) found.add(name);
  }
  const refused = "fetch postMessage indexedDB caches BroadcastChannel Worker URL Blob close onmessage";
  console.log(refused.split(" ").filter((name) => found.has(name)));
  console.log(found.has("Map"), found.has("performance"));
}`),
    });
    const texts = left.entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
    assertEquals(texts, ["[]", "true true"]);
  },
);

visit("the sandbox's walls: the policy is that of the worker alone", async (_, server) => {
  const { base } = await pageOf(server.url);
  const policyOf = async (path: string, headers: HeadersInit = {}) => {
    const response = await fetch(server.url + path, { headers });
    await response.body?.cancel();
    assertEquals(response.status, 200, path);
    return response.headers.get("content-security-policy");
  };
  const worker = `${base}routes/lab/browser/sandbox/worker.ts`;
  const policy = (await policyOf(worker))!;
  const { host } = new URL(server.url);
  const [none, scripts, workers] = policy.split("; ");
  assertEquals(none, "default-src 'none'");
  assertEquals(scripts!.replace("script-src", ""), workers!.replace("worker-src", ""));
  const sources = scripts!.split(" ").slice(1);
  const folders = ["lib/", "routes/lab/browser/sandbox/"].map((path) => `${host}${base}${path}`);
  assertEquals(sources.slice(0, 3), ["blob:", ...folders]);
  // The rest are single files.
  for (const source of sources.slice(3)) assert(source.endsWith(".ts"), source);
  for (const path of ["runner.ts", "sandbox/run.ts"]) {
    assertEquals(await policyOf(`${base}routes/lab/browser/${path}`), null);
  }
  // Behind a proxy it is the name that the browser knows, and an old page's folder.
  const old = await policyOf(`/assets/000000000000/routes/lab/browser/sandbox/worker.ts`, {
    "x-forwarded-host": "example.org",
  });
  assert(old!.includes(" example.org/assets/000000000000/lib/ "), old!);
});
