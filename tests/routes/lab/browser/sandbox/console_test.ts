import { assertEquals, assertMatch } from "@std/assert";
import { printed, run } from "./sandboxed.ts";

/** What is printed by statements. */
async function prints(...statements: string[]): Promise<unknown[]> {
  return printed(await run(`function* main() {\n${statements.join(";\n")};\n}`));
}

Deno.test("console: it counts, and takes times from the program's clock", async () => {
  assertEquals(
    await prints(
      'console.count("x")',
      'console.count("x")',
      "console.count()",
      'console.countReset("x")',
      'console.count("x")',
    ),
    ["x: 1", "x: 2", "default: 1", "x: 1"],
  );
  assertEquals(
    await prints(
      "yield* sleep(5)",
      'console.time("t")',
      "yield* sleep(20)",
      'console.timeLog("t", "so far")',
      "yield* sleep(30)",
      'console.timeEnd("t")',
      'console.timeEnd("t")',
    ),
    ["t: 20 ms so far", "t: 50 ms", 'There is no timer "t"'],
  );
});

Deno.test("console: what is in a group is indented, and what is not so is said as a text", async () => {
  assertEquals(
    await prints(
      'console.group("a")',
      'console.warn("b\\nc")',
      "console.groupCollapsed()",
      "console.error(1)",
      "console.groupEnd()",
      "console.groupEnd()",
      "console.groupEnd()",
      "console.info(2)",
    ),
    ["a", "  b\n  c", "    1", "2"],
  );
  assertEquals(
    await prints(
      "console.assert(true)",
      "console.assert(false)",
      'console.assert(0, "%s is no %s", 1, 2)',
      'console.trace("here")',
      "console.dir({ a: 1 }, { depth: 0 })",
    ),
    ["Assertion failed", "Assertion failed: 1 is no 2", "Trace: here", "{ a: 1 }"],
  );
});

Deno.test("console: a table has a line for each member, and a column for each name", async () => {
  const table = (lines: string[]) => lines.join("\n");
  assertEquals(
    await prints(
      'console.table([{ name: "Ann", n: 1 }, { name: "Bob" }, 7])',
      'console.table({ a: { n: 1, m: 2 } }, ["m"])',
      "console.table(5)",
    ),
    [
      table([
        "(index)  name   n  Values",
        '0        "Ann"  1',
        '1        "Bob"',
        "2                  7",
      ]),
      table(["(index)  m", "a        2"]),
      "5",
    ],
  );
});

Deno.test("console: what it does not have is an error, as in any console", async () => {
  const { ending } = await run("function* main() {\n  console.lgo(1);\n}");
  assertMatch(ending.text, /console\.lgo is not a function/);
  assertEquals(ending.line, 2);
});
