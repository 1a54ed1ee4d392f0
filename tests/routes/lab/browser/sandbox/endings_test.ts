import { assertEquals, assertMatch } from "@std/assert";
import { cleaned } from "../../../../../routes/lab/browser/sandbox/endings.ts";
import { heldThread } from "../../../../../routes/lab/browser/sandbox/stopped.ts";
import { notJavaScript } from "../../../../../routes/lab/browser/sandbox/not-javascript.ts";
import { run } from "./sandboxed.ts";

Deno.test("cleaned: the places of stacks are lines, in Chromium's form and in Firefox's", () => {
  const url = "blob:http://localhost:8000/0f1e2d3c-0000-4000-8000-0123456789ab";
  assertEquals(
    cleaned(`"a" waits for the lock at eat (${url}:14:7), held by "b"`),
    '"a" waits for the lock at line 14, held by "b"',
  );
  assertEquals(cleaned(`waits at ${url}:14:7`), "waits at line 14");
  assertEquals(cleaned(`waits eat@${url}:14:7`), "waits at line 14");
  assertEquals(cleaned(`can't load ${url}`), "can't load");
  assertEquals(cleaned("at home, a@b.c:1:2"), "at home, a@b.c:1:2");
});

Deno.test("notJavaScript: the likely reason is told, else what the engine says", () => {
  const text = (source: string, line: number) => notJavaScript("Unexpected x", source, line).text;
  assertMatch(text("function* main() {\n  const n: number = 1;\n}", 2), /Types are not run/);
  for (
    const line of [
      "interface A {}",
      "type A = 1;",
      "const lock: Lock = new Lock();",
      "function* ask(): Generator {}",
      "const queue = new Queue<number>(1);",
      "const all = [] as const;",
      "first!.cancel();",
    ]
  ) assertMatch(text(line, 1), /Types are not run/);
  assertMatch(text("function* main() {\n  await sleep(1);\n}", 2), /write yield\* instead/);
  assertMatch(text("function main() {\n  yield* sleep(1);\n}", 2), /lost its star/);
  for (
    const line of [
      "async def main():",
      "def main(",
      "for n in range(3):",
      "import asyncio",
      "from asyncio import sleep",
      "# a comment",
    ]
  ) assertMatch(text(line, 1), /^This looks like Python/);
  assertMatch(
    notJavaScript(
      "Unexpected strict mode reserved word",
      "function* main() {\n  [1].forEach((n) => {\n    yield* sleep(n);\n  });\n}",
      3,
    ).text,
    /not in a callback within it, such as that of forEach: use for/,
  );
  const plain = "This can’t be read: Unexpected x.";
  assertEquals(text("function* main() {\n  yield* sleep(1;\n}", 2), plain);
  assertEquals(text("async function main() {\n  await sleep(1;\n}", 2), plain);
  assertEquals(text("const a = { b: c, d: 'e: string' };", 1), plain);
  assertEquals(text("const a = { b: Lock( };", 1), plain);
  assertEquals(text("a ? b : c; (", 1), plain);
  // The text that a program is wrapped in is behind its last line.
  assertEquals(notJavaScript("SyntaxError: end", "a(\n", 3).line, 2);
});

Deno.test("endingOf: what a program throws is said as it is, with its line", async () => {
  const ending = async (body: string) => (await run(`function* main() {\n${body}\n}`)).ending;
  assertEquals(await ending("null.x"), {
    kind: "failed",
    text: "TypeError: Cannot read properties of null (reading 'x')",
    line: 2,
  });
  assertEquals((await ending("throw { a: 1 }")).text, "the program threw { a: 1 }");
  assertEquals((await ending("throw undefined")).text, "the program threw undefined");
  const two = await ending(
    "const fail = function* () {\n  throw new Error('no');\n};\nyield* gather([fail, fail]);",
  );
  assertMatch(two.text, /^(Error: no|AggregateError: .*: Error: no; Error: no)$/);
  assertEquals(two.line, 3);
  assertEquals(
    (await ending("const later = yield* spawn(sleep(1));\nlater.cancel();\nyield* later;")).kind,
    "failed",
  );
});

Deno.test("endingOf: yield* of an async function is said to be that", async () => {
  for (const load of ["async function load() {}", "const load = async () => {};"]) {
    const { ending } = await run(`${load}\nfunction* main() {\n  yield* load();\n}`);
    assertMatch(ending.text, /^load is an async function, .*write function\* load/);
    assertEquals(ending.line, 3);
  }
});

Deno.test("endingOf: yield* of what is no coroutine is said to be that, at its line", async () => {
  const main = (body: string) => `function* main() {\n  ${body}\n}`;
  for (
    const [source, says] of [
      [
        "yield* load();\n}\nfunction load() {",
        /^load\(\) makes no coroutine.* write function\* load/,
      ],
      ["yield* load;\n}\nfunction* load() {", /^load is a function.* as in yield\* load\(\)/],
      ["const load = () => sleep(1);  yield* load;", /^load is a function/],
      ["yield* [sleep(1), sleep(2)];", /several coroutines; did you mean gather/],
      ["yield* new Map().get(1);", /^TypeError: /],
    ] as const
  ) {
    const { ending } = await run(main(source));
    assertMatch(ending.text, says);
    assertEquals(ending.line, 2, source);
  }
});

Deno.test("heldThread: the line is the last that the coroutine came by", async () => {
  const source = "function* main() {\n  yield* sleep(1);\n  console.log(1);\n}";
  const { entries, lines } = await run(source);
  const until = (length: number) =>
    heldThread({ entries: entries.slice(0, length), lines: lines.slice(0, length) }, source);
  assertEquals(until(0).text, "The program holds the thread before main begins.");
  const first = entries.findIndex(({ type }) => type === "step") + 1;
  assertEquals(until(first).line, 1);
  const second = entries.findLastIndex(({ type }) => type === "step") + 1;
  assertEquals(until(second).line, 2);
  assertEquals(until(second + 1).line, 3);
  assertMatch(
    until(second).text,
    /^main still runs, and was last seen here: look for a loop after it/,
  );
});
