import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toTest } from "../../routes/lab/browser/as-test.ts";
import type { AskedProgram } from "../../routes/lab/view/ran.ts";
import { explore, run } from "../routes/lab/browser/sandbox/sandboxed.ts";
import { tested } from "./downloaded.ts";
import { asked } from "./sandbox_programs.ts";

// The tests that readers download, run as they would run them. That of a race is in
// `sandbox_race_test.ts`.

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

/** The test of a program, and of the order in which it is shown. */
async function testOf(source: string, options: Partial<AskedProgram> = {}): Promise<string> {
  const found = await explore(source, options);
  return toTest(asked(source, options), await run(source, options), found);
}

Deno.test("the downloaded test: it imports what the program uses without an import", async () => {
  const { passed, said } = await tested(await testOf(LOCKED));
  assert(passed, said);
  assertStringIncludes(said, "1 passed");
});

Deno.test("the downloaded test: a name in a template, or declared elsewhere, is imported", async () => {
  for (
    const source of [
      "function* main() {\n  yield* sleep(10);\n  console.log(`at ${yield* now()}`);\n}",
      "function* slow() {\n  const now = 5;\n  yield* sleep(now);\n}\n" +
      "function* main() {\n  yield* slow();\n  console.log(yield* now());\n}",
      `"use strict";\nfunction* main() {\n  yield* sleep(1);\n}`,
      "function* main() {\n  console.log(`${{ a: 1 }.a} ${[() => {}, yield* now()]}`);\n}",
      "#!/usr/bin/env node\nfunction* main() {\n  yield* sleep(1);\n}",
    ]
  ) {
    const { passed, said } = await tested(await testOf(source));
    assert(passed, said);
  }
});

Deno.test("the downloaded test: of a script, of waits of any length, of too many steps", async () => {
  for (const timing of ["exact", "any"] as const) {
    const { passed, said } = await tested(await testOf(SCRIPT, { timing }));
    assertEquals(passed, false);
    assertStringIncludes(said, "last is a");
    assertStringIncludes(said, "main: an order that fails ... FAILED");
  }
  const endless = "function* main() {\n  for (;;) yield* pause();\n}\n";
  const { passed, said } = await tested(await testOf(endless));
  assertEquals(passed, false);
  assertStringIncludes(said, "not ended after 2000 steps");
});

Deno.test("the downloaded test: what runs a program has any name, and the methods of a promise", async () => {
  const work = "function* work() {\n  yield* sleep(1);\n  return 1;\n}\n";
  for (
    const script of [
      'import { run as go } from "@tenfold/loop";\nawait go(work());',
      'import * as loop from "@tenfold/loop";\nawait loop.run(loop.gather([work]));',
      'import { main as start } from "@tenfold/loop";\nstart(work);',
      'import { run as go } from "@tenfold/loop";\nfunction* main() {\n  yield* go(work);\n}',
      "run(work()).then((n) => {\n  if (n !== 1) throw n;\n}).finally(console.log);",
      "run(work()).then(() => run(work())).then((n) => {\n  if (n !== 1) throw n;\n});",
      "const [a, b] = [await run(work()), await run(work)];\nif (a + b !== 2) throw a + b;",
    ]
  ) {
    const text = await testOf(work + script);
    const { passed, said } = await tested(text);
    assert(passed, text + said);
  }
  const { passed, said } = await tested(await testOf(`${work}run(work()).then((n) => n.no());`));
  assert(!passed && said.includes("n.no is not a function"), said);
});

/** Two tasks that change a number between a look at it and a change of it. */
const TURNS = `import { gather, pause } from "@tenfold/loop";

const shared = { n: 0 };

function* up(name) {
  for (let turn = 1; turn <= 2; turn++) {
    const seen = shared.n;
    yield* pause();
    shared.n = seen + 1;
    console.log(name + turn);
  }
}

function* main() {
  yield* gather([up("a"), up("b")]);
  if (shared.n === 4) throw new Error("nothing was lost");
}
`;

Deno.test("the downloaded test: replays the run that is shown, whatever else fails", async () => {
  const orders = [
    { by: "picks", picks: [0, 1, 0, 1, 0] },
    { by: "seed", seed: 3 },
    { by: "seed", seed: 6 },
  ] as const;
  for (const order of orders) {
    const { ending, picks, entries } = await run(TURNS, { order });
    assertEquals(ending.kind, "done");
    const text = await testOf(TURNS, { order });
    assertStringIncludes(text, `replay([${picks.join(", ")}])`);
    const { said } = await tested(text);
    assertStringIncludes(said, "main: the order that was shown ... ok");
    assertStringIncludes(said, "main: an order that fails ... FAILED");
    const values = entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
    // The search prints nothing.
    const printed = /order that was shown ...([^]*?)main: an order/.exec(said)![1]!;
    assertEquals(printed.match(/\b[ab][12]\b/g), values);
    const searched = /main: every order \.\.\.([^]*?)FAILED/.exec(said)![1]!;
    assertEquals(searched.match(/\b[ab][12]\b/g), null);
  }
});

Deno.test("the downloaded test: what imports leave is no gap", async () => {
  const gaps = `// Two.\nimport {\n  pause,\n  gather,\n} from "@tenfold/loop";\n\n${
    TURNS.slice(TURNS.indexOf("const"))
  }`;
  const text = await testOf(gaps);
  assertEquals(/\n[ \t]*\n[ \t]*\n/.test(text), false, text);
});
