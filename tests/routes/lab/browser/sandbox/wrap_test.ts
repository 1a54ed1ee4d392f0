import { assert, assertEquals, assertMatch } from "@std/assert";
import { bodyOf } from "../../../../../routes/lab/browser/sandbox/imports.ts";
import { LIBRARY } from "../../../../../routes/lab/browser/sandbox/scope.ts";
import { asCoroutine, runsItself } from "../../../../../routes/lab/browser/sandbox/wrap.ts";
import type { Ending } from "../../../../../routes/lab/view/ran.ts";
import { printed, run } from "./sandboxed.ts";

function body(source: string): { text: string; names: [string, string][] } {
  const found = bodyOf(source, LIBRARY);
  assert("names" in found, JSON.stringify(found));
  assertEquals(found.text.length, source.length);
  assertEquals(found.text.split("\n").length, source.split("\n").length);
  return { text: found.text, names: [...found.names] };
}

Deno.test("bodyOf: imports of the library are blanked out, and what they name is known", () => {
  assertEquals(body(`import { sleep } from "@tenfold/loop";\na`), {
    text: " ".repeat(38) + "\na",
    names: [["sleep", "sleep"]],
  });
  assertEquals(
    body(`import {\n  sleep as nap, // don't\n  /* all */ race,\n} from '@tenfold/loop' // it\na`)
      .names,
    [["nap", "sleep"], ["race", "race"]],
  );
  assertEquals(body(`import * as loop from "@tenfold/loop"; a`).names, [["loop", "*"]]);
  assertEquals(body(`import "@tenfold/loop";`).names, []);
  // These are no import statements.
  for (const source of [`// import "fs"`, `\`\nimport "fs"\n\``, `import("fs")`, `import.meta`]) {
    assertEquals(body(source), { text: source, names: [] });
  }
});

Deno.test("bodyOf: exports are taken away, and what they export stays", () => {
  for (
    const [source, text] of [
      ["export function* main() {}", "       function* main() {}"],
      ["  export const a = 1;", "         const a = 1;"],
      ["export default function* main() {}", "               function* main() {}"],
      ["export default function* () {}", "const main   = function* () {}"],
      ["export default main;", "               main;"],
      ["export { main };\nb", " ".repeat(16) + "\nb"],
      [`"export default"; exported`, `"export default"; exported`],
    ] as const
  ) {
    assertEquals(body(source).text, text);
  }
});

Deno.test("bodyOf: any other import is refused, at its line", () => {
  for (
    const [source, says] of [
      [`import fs from "node:fs"`, /Only "@tenfold\/loop"/],
      [`import { check } from "@tenfold/loop/testing"`, /to try every order/],
      [`import { slep } from "@tenfold/loop"`, /has no "slep"/],
      [`import loop from "@tenfold/loop"`, /no default export/],
      [`import type { Coroutine } from "@tenfold/loop"`, /Types are not run/],
      [`import { type Coroutine } from "@tenfold/loop"`, /Types are not run/],
    ] as const
  ) {
    const { kind, line, text } = bodyOf(`\n\n${source};`, LIBRARY) as Ending;
    assertEquals([kind, line], ["syntax", 3]);
    assertMatch(text, says);
  }
});

Deno.test("runsItself: a call of run or simulate outside of all functions, or an await", () => {
  for (
    const source of [
      "await run(main());",
      "run(main)",
      "simulate(main());",
      "const nums = await run(main());",
      "console.log(await run(main()));",
      "await main(program);",
    ]
  ) assert(runsItself(`function* main() {}\n${source}`), source);
  for (
    const source of [
      "function* main() { yield* run(work); }",
      "  run(main);",
      "async function load() { await x; }",
      "// await run(main())",
      "const rerun = 1; thread.run(main);",
      "const text = 'run(main)';",
      "class Job { run() { return 1; } }",
      "const job = { run(n) { return n; } };",
      "const go = () => run(main());",
      "const run = (n) => n + 1;\nconst two = run(1);",
    ]
  ) assert(!runsItself(source), source);
});

Deno.test("asCoroutine: what a script awaits or runs, it waits for, in the same places", () => {
  const same = (source: string, text: string) => assertEquals(asCoroutine(source), text);
  same("await run(main());", "yield*run(main());");
  same("const a = await run(main());", "const a = yield*run(main());");
  same("await main(program);", "yield*main(program);");
  same("run(main);", "yield*run(main);");
  same(
    "function* main() {\n  run(a);\n}\nrun(main);",
    "function* main() {\n  run(a);\n}\nyield*run(main);",
  );
});

Deno.test("wrap: a program may declare again what the sandbox names, and has all names by itself", async () => {
  const ran = await run(`var sleep = 1; const gather = 2; class Lock {}
function fetch() { return 3; }
function* main() {
  console.log(sleep, gather, fetch(), typeof pause, typeof window, globalThis.Map === Map);
}`);
  assertEquals(printed(ran), ["1 2 3 function object true"]);
});

Deno.test("wrap: a function may run what a script waits for later", async () => {
  const ran = await run(`class Job { run() { return 2; } }
function* work() {
  yield* sleep(1);
  return new Job().run();
}
const go = () => run(work());
console.log(await go());`);
  assertEquals(printed(ran), ["2"]);
});

Deno.test("wrap: a script runs part after part, with what each returns", async () => {
  const ran = await run(`import { run, simulate, sleep, now } from "@tenfold/loop";
function* later(n) {
  yield* sleep(5);
  return [n, yield* now()];
}
const first = await run(later(1));
const second = simulate(later);
console.log(first, second);
throw new Error("the end");`);
  assertEquals(printed(ran), ["[1, 5] [undefined, 10]"]);
  assertEquals(ran.ending, { kind: "failed", text: "Error: the end", line: 9 });
});

Deno.test("wrap: names of an import can be others, and the whole library can have one", async () => {
  const ran = await run(`import { sleep as nap, race as first } from "@tenfold/loop";
import * as loop from "@tenfold/loop";
function* main() {
  console.log(nap === loop.sleep, first === loop.race, typeof sleep);
}`);
  assertEquals(printed(ran), ["true true function"]);
});
