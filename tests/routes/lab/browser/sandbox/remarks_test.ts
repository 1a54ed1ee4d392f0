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
    "greet() only makes a coroutine here, and nothing runs it: write yield* before it.",
  );
});

Deno.test("remarksOn: outside of functions, main runs what is to be run, and nothing calls main", () => {
  const source = "function* greet() {}\nfunction* main() {}\ngreet();\nmain();";
  assertEquals(remarksOn(source), [{
    line: 3,
    text:
      "greet() only makes a coroutine here, and nothing runs it: call it in main, with yield* " +
      "before it.",
  }, {
    line: 4,
    text: "This call of main does nothing: leave it out. main is run without it.",
  }]);
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

Deno.test("remarksOn: a name of the library may be a function or a method of the program", () => {
  for (
    const source of [
      'const emit = (text) => console.log(text);\nfunction* main() {\n  emit("a");\n}',
      "function wait(n) {}\nfunction* main() {\n  wait(3);\n}",
      "class Clock {\n  now() {\n    return 1;\n  }\n  timeout(ms) {\n    return ms;\n  }\n}",
      "function* each(list, emit) {\n  emit(list);\n}",
    ]
  ) assertEquals(lines(source), [], source);
  const imported = 'import { gather, sleep, spawn } from "@tenfold/loop";';
  for (const head of ["function* sleep() {}", imported]) {
    assertEquals(lines(`${head}\nfunction* main() {\n  sleep(5);\n}`), [3]);
  }
});

Deno.test("remarksOn: forEach runs no coroutine", () => {
  const source =
    "function* main() {\n  [1].forEach(function* (n) {\n    yield* sleep(n);\n  });\n}";
  assertEquals(lines(source), [2]);
  assertEquals(lines(source.replace("function* (n)", "function (n)")), []);
});

Deno.test("remarksOn: Math.random is the same each time, which is said once", () => {
  assertEquals(lines("let a;\na = Math.random();\na = Math.random();"), [2]);
  assertEquals(lines("// Math.random()"), []);
});

Deno.test("remarksOn: one that is used as if it were what it returns is remarked", () => {
  const main = (body: string) => lines(`function* load() {}\nfunction* main() {\n${body}\n}`);
  for (
    const use of ["x + 1", "2 * x", "x === 1", "console.log(x)", "console.log(`it is ${x}`)"]
  ) assertEquals(main(`  const x = load();\n  ${use};`), [3], use);
  for (
    const use of [
      "yield* x",
      "yield* gather([x, load()])",
      "const task = yield* spawn(x)",
      "all.push(x)",
      "return x",
      "take(() => x)",
      "x.return()",
      "xx + 1",
    ]
  ) assertEquals(main(`  const x = load();\n  ${use};`), [], use);
  assertEquals(main("  const x = yield* load();\n  x + 1;"), []);
});
