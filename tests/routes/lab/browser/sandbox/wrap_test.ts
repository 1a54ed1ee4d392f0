import { assert, assertEquals, assertMatch } from "@std/assert";
import { bodyOf } from "../../../../../routes/lab/browser/sandbox/imports.ts";
import { LIBRARY } from "../../../../../routes/lab/browser/sandbox/scope.ts";
import type { Ending, Ran } from "../../../../../routes/lab/view/ran.ts";
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

Deno.test("bodyOf: a line for a shell is blanked out, and a module is the one that was started", () => {
  assertEquals(body("#!/usr/bin/env deno\na").text, " ".repeat(19) + "\na");
  assertEquals(body("a(import.meta.main, '#!')").text, "a(true            , '#!')");
});

Deno.test("bodyOf: what marks a program in a text is refused", () => {
  const found = bodyOf("```js\nfunction* main() {}\n```", LIBRARY) as Ending;
  assertMatch(found.text, /^A line of ``` marks a program in a text/);
  assertEquals([found.kind, found.line], ["syntax", 1]);
});

Deno.test("bodyOf: any other import is refused, at its line", () => {
  for (
    const [source, says] of [
      [`import fs from "node:fs"`, /Only "@tenfold\/loop"/],
      [`import { check } from "@tenfold/loop/testing"`, /choose “try every order”/],
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

Deno.test("wrap: a script runs what it runs in any statement, by any name, with or without await", async () => {
  const work = `import { main, run as go } from "@tenfold/loop";
import * as loop from "@tenfold/loop";
function* work(n) {
  yield* sleep(n);
  console.log(n);
  return n;
}
`;
  for (
    const script of [
      "go(work(1));",
      "main(work(1));",
      "loop.run(work(1));",
      "await loop.run(work(1));",
      "void run(work(1));",
      "if (import.meta.main) await run(work(1));",
      "try {\n  await run(work(1));\n} finally {}",
      "for (const n of [1]) {\n  run(work(n));\n}",
      "`${await run(work(1))}`;",
      "if (await run(work(1)) + await run(sleep(1)) === 2) throw 1;",
    ]
  ) {
    const ran = await run(work + script);
    assertEquals([printed(ran), ran.ending.text], [["1"], ""], script);
  }
});

Deno.test("wrap: what a script runs has the methods of a promise", async () => {
  const { ending, entries } = await run(`function* work(n) {
  yield* sleep(n);
  if (n > 1) throw new RangeError("too long");
  return n;
}
run(work(1)).then((n) => n + 1).then(console.log);
const two = await run(work(2)).catch((error) => error.message).finally(() => console.log("end"));
console.log(two);
run(work(0)).then(() => run(work(1))).then((n) => console.log("once", n));
run(work(3)).then(console.log);`);
  assertEquals(printed({ entries } as Ran), ["2", "end", "too long", "once 1"]);
  assertEquals(ending, { kind: "failed", text: "RangeError: too long", line: 3 });
});

Deno.test("wrap: what run gives is a coroutine wherever one is taken", async () => {
  const work = "function* work() {\n  yield* sleep(1);\n  return 7;\n}\n";
  for (
    const main of [
      "const main = () => run(work).then(console.log);",
      "function* main() {\n  console.log(yield* yield* spawn(run(work())));\n}",
      "function* main() {\n  console.log(...yield* gather([run(work())]));\n}",
    ]
  ) assertEquals(printed(await run(work + main)), ["7"], main);
});

Deno.test("wrap: options that have no use here are remarked", async () => {
  const source =
    "run(sleep(1));\nconst trace = record();\nsimulate(sleep(1), { trace });\nrun(sleep(1), {});";
  const { ending, remarks } = await run(source);
  assertEquals([ending.kind, remarks.length, remarks[0]?.line], ["done", 1, 3]);
  assertMatch(remarks[0]!.text, /^The page chooses the order and keeps the log/);
});

Deno.test("wrap: what a script can't run or wait for is said, at its line", async () => {
  const wrong = await run("\nrun(5);");
  assertEquals(wrong.ending.text, "TypeError: run: expected a coroutine, received 5");
  assertEquals(wrong.ending.line, 2);
  const within = "async function go() {\n  await run(sleep(1));\n}\ngo();";
  assertMatch((await run(within)).ending.text, /run is called only within a function/);
  const both = "await Promise.all([run(sleep(1)), run(sleep(2))]);";
  assertMatch((await run(both)).ending.text, /^await waits here for what run starts/);
});

Deno.test("wrap: names of an import can be others, and the whole library can have one", async () => {
  const ran = await run(`import { sleep as nap, race as first } from "@tenfold/loop";
import * as loop from "@tenfold/loop";
function* main() {
  console.log(nap === loop.sleep, first === loop.race, typeof sleep);
}`);
  assertEquals(printed(ran), ["true true function"]);
});
