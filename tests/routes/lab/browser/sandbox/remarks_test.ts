import { assertEquals } from "@std/assert";
import { remarksOn } from "../../../../../routes/lab/browser/sandbox/remarks.ts";

const lines = (source: string) => remarksOn(source).map(({ line }) => line);

Deno.test("remarksOn: a coroutine that is made in a statement of its own is never run", () => {
  const source = `function* greet(name) {
  console.log(name);
}
const later = function* () {};
const lock = new Lock();
function* main() {
  greet("Ann");
  yield* greet("Bob");
  sleep(5);
  later();
  lock.acquire();
  lock.release();
}`;
  assertEquals(lines(source), [7, 9, 10, 11]);
  assertEquals(
    remarksOn(source)[0]!.text,
    "greet() only makes a coroutine here, and nobody runs it: write yield* before it.",
  );
});

Deno.test("remarksOn: one that is handed over, returned or kept is not", () => {
  const source = `function* greet() {}
function* main() {
  yield* gather([
    greet(1),
    greet(2),
  ]);
  const one =
    greet(3);
  yield*
    greet(4);
  return (
    greet(5)
  );
}
// greet(6)
const text = \`
greet(7)
\`;
`;
  assertEquals(lines(source), []);
});

Deno.test("remarksOn: Math.random is the same each time, which is said once", () => {
  assertEquals(lines("let a;\na = Math.random();\na = Math.random();"), [2]);
  assertEquals(lines("// Math.random()"), []);
});
