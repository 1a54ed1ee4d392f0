import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toTest } from "../../routes/lab/browser/as-test.ts";
import type { Asked } from "../../routes/lab/view/ran.ts";
import { explore, run } from "../routes/lab/browser/sandbox/sandboxed.ts";
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

/** The test of a program, and of the order in which it is shown. */
async function testOf(source: string, options: Partial<Asked> = {}): Promise<string> {
  const found = await explore(source, options);
  return toTest(asked(source, options), await run(source, options), found);
}

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
  const order = { by: "picks", picks: found.failure.picks } as const;
  const shown = await run(RACE, { order });
  const race = await tested(toTest(asked(RACE, { order }), shown, found));
  assertEquals(race.passed, false);
  assertStringIncludes(race.said, "main: the order that failed ... FAILED");
  assertStringIncludes(race.said, "main: every order ... FAILED");
  assertStringIncludes(race.said, found.failure.text);
  // The reader's fix, in the file that he has.
  const fixed = await tested(toTest(asked(FIXED, { order }), shown, found));
  assert(fixed.passed, fixed.said);
  assertStringIncludes(fixed.said, "2 passed");
  const every = await tested(await testOf(FIXED));
  assert(every.passed, every.said);
  assertStringIncludes(every.said, "1 passed");
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
