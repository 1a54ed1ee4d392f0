import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toTest } from "../../routes/lab/browser/as-test.ts";
import type { Explored } from "../../routes/lab/view/ran.ts";
import { explore } from "../routes/lab/browser/sandbox/sandboxed.ts";
import { asked } from "./sandbox_programs.ts";
import { ROOT } from "./server.ts";

// The test that a reader downloads, run as he would run it.

const RACE = `import { gather, sleep } from "@tenfold/loop";

let balance = 100;

export function* main() {
  yield* gather([withdraw(10), withdraw(20)]);
  if (balance !== 70) throw new Error("the balance is " + balance);
}

function* withdraw(amount) {
  const seen = balance;
  yield* sleep(10);
  balance = seen - amount;
}
`;

/** The same, with a lock that nobody imports: in the sandbox all names are there. */
const FIXED = RACE.replace("let balance", "const lock = new Lock();\nlet balance")
  .replace("  const seen", "  using _permit = yield* lock.acquire();\n  const seen");

const SCRIPT = `import { run, gather, pause as nap } from "@tenfold/loop";
let last;
function* set(name) {
  yield* nap();
  last = name;
}
await run(gather([set("a"), set("b")]));
if (last !== "b") throw new Error("last is " + last);
`;

/** Runs a file as a test. Returns whether it passed, and what was said. */
async function tested(text: string): Promise<{ passed: boolean; said: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const imports = Object.fromEntries(
      ["mod.ts", "testing/mod.ts"].map((path) => [
        path === "mod.ts" ? "@tenfold/loop" : "@tenfold/loop/testing",
        new URL(`lib/${path}`, ROOT).href,
      ]),
    );
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(`${folder}/program_test.js`, text);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--no-lock", "-A", "program_test.js"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { passed: success, said: decode(stdout) + decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the downloaded test: fails in the order that failed and in the search, until it is fixed", async () => {
  const found = await explore(RACE);
  assert(found.failure !== undefined);
  const race = await tested(toTest(asked(RACE), found));
  assertEquals(race.passed, false);
  assertStringIncludes(race.said, "main: the order that failed ... FAILED");
  assertStringIncludes(race.said, "main: every order ... FAILED");
  assertStringIncludes(race.said, found.failure.text);
  // The reader's fix, in the file that he has.
  const fixed = await tested(toTest(asked(FIXED), found));
  assert(fixed.passed, fixed.said);
  assertStringIncludes(fixed.said, "2 passed");
  const every = await tested(toTest(asked(FIXED), await explore(FIXED)));
  assert(every.passed, every.said);
  assertStringIncludes(every.said, "1 passed");
});

Deno.test("the downloaded test: of a script, of waits of any length, of too many steps", async () => {
  for (const timing of ["exact", "any"] as const) {
    const found = await explore(SCRIPT, { timing });
    const { passed, said } = await tested(toTest(asked(SCRIPT, { timing }), found));
    assertEquals(passed, false);
    assertStringIncludes(said, "last is a");
    assertStringIncludes(said, "main: the order that failed ... FAILED");
  }
  const endless = "function* main() {\n  for (;;) yield* pause();\n}\n";
  const found: Explored = await explore(endless);
  const { passed, said } = await tested(toTest(asked(endless), found));
  assertEquals(passed, false);
  assertStringIncludes(said, "not ended after 2000 steps");
});
