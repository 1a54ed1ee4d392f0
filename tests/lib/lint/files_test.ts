import { givenBy } from "../../../lib/lint/files.ts";
import { assertEquals } from "@std/assert";

/** What `/src/main.ts` gets when it imports a name from `./work.ts`. */
function imported(name: string, files: Record<string, string> | string): string | undefined {
  const all = typeof files === "string" ? { "/src/work.ts": files } : files;
  return givenBy(name, "./work.ts", "/src/main.ts", (path) => all[path]);
}

Deno.test("lint: sees generator functions and annotated functions that another file exports", () => {
  const programs: [name: string, text: string, gives: string | undefined][] = [
    ["work", "export function* work() {}", "generator"],
    ["work", "export  function *work(): Coroutine<void> {}", "coroutine"],
    ["work", "export function work(id: number): Coroutine<void> {}", "coroutine"],
    ["work", "export const work = function* () {};", "generator"],
    ["default", "export default function* () {}", "generator"],
    ["default", "export default function* work() {}", "generator"],
    ["work", "function* work() {}\nexport { work };", "generator"],
    ["go", "export { work as go };\nfunction* work() {}", "generator"],
    ["default", "function* work() {}\nexport { work as default };", "generator"],
    [
      "work",
      "export function work<T extends () => void>(\n  a: { b: T } = { b: f() },\n  ...c: [() => void][]\n): Coroutine<T> {",
      "coroutine",
    ],
    ["work", "function* work() {}", undefined],
    ["work", "export async function* work() {}", undefined],
    ["work", "export function work() {}", undefined],
    ["work", "export function work(): void {}\nexport function* other() {}", undefined],
    ["work", "/*\nexport function* work() {}\n*/", undefined],
    ["work", "// export function* work() {}", undefined],
    ["work", "const text = `\nexport function* work() {}\n`;", undefined],
    ["work", "export type { work };", undefined],
    ["work", "", undefined],
  ];
  for (const [name, text, gives] of programs) assertEquals(imported(name, text), gives, text);
});

Deno.test("lint: follows what a file exports from another one, to the library as well", () => {
  const deep = "export function* work() {}";
  assertEquals(
    imported("go", { "/src/work.ts": `export { work as go } from "../far.ts";`, "/far.ts": deep }),
    "generator",
  );
  assertEquals(
    imported("work", { "/src/work.ts": `export * from "./a/far.js";`, "/src/a/far.ts": deep }),
    "generator",
  );
  assertEquals(imported("nap", `export { sleep as nap } from "@tenfold/loop";`), "coroutine");
  assertEquals(imported("sleep", `export * from "@tenfold/loop";`), "coroutine");
  assertEquals(imported("run", `export * from "@tenfold/loop";`), undefined);
  assertEquals(imported("work", `export * from "./work.ts";`), undefined, "a circle ends");
});

Deno.test("lint: tries the endings that compilers and bundlers know", () => {
  const text = "export function* work() {}";
  const given = (specifier: string, path: string) =>
    givenBy("work", specifier, "/src/main.ts", (asked) => asked === path ? text : undefined);
  assertEquals(given("./work.js", "/src/work.ts"), "generator");
  assertEquals(given("./work", "/src/work.ts"), "generator");
  assertEquals(given("./work", "/src/work.js"), "generator");
  assertEquals(given("work", "/src/work.ts"), undefined);
});
