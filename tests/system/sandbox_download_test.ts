import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toTest } from "../../routes/lab/browser/as-test.ts";
import type { Explored } from "../../routes/lab/view/ran.ts";
import { explore } from "../routes/lab/browser/sandbox/sandboxed.ts";
import { tested } from "./downloaded.ts";
import { asked } from "./sandbox_programs.ts";

// The test that a reader downloads, run as he would run it. `sandbox_race_test.ts` has that of a race.

/** A program with a lock that nobody imports: in the sandbox all names are there. */
const LOCKED = `import { gather, sleep } from "@tenfold/loop";

const lock = new Lock();
let balance = 100;

export function* main() {
  yield* gather([withdraw(10), withdraw(20)]);
  if (balance !== 70) throw new Error("the balance is " + balance);
}

function* withdraw(amount) {
  using _permit = yield* lock.acquire();
  const seen = balance;
  yield* sleep(10);
  balance = seen - amount;
}
`;

const SCRIPT = `import { run, gather, pause as nap } from "@tenfold/loop";
let last;
function* set(name) {
  yield* nap();
  last = name;
}
await run(gather([set("a"), set("b")]));
if (last !== "b") throw new Error("last is " + last);
`;

Deno.test("the downloaded test: it imports what the program uses without an import", async () => {
  const found = await explore(LOCKED);
  const { passed, said } = await tested(toTest(asked(LOCKED), found));
  assert(passed, said);
  assertStringIncludes(said, "1 passed");
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
