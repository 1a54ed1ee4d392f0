import { assert, assertEquals } from "@std/assert";
import { coroutineBody, runsItself } from "../../../../../routes/lab/browser/sandbox/script.ts";

Deno.test("runsItself: a call of run or simulate outside of all functions, or an await", () => {
  for (
    const source of [
      "await run(main());",
      "run(main)",
      "simulate(main());",
      "const nums = await run(main());",
      "console.log(await run(main()));",
      "await main(program);",
      "main(program);",
      "try {\n  await run(main());\n} catch {}",
      "for (const n of [1]) {\n  run(main());\n}",
      "`${await run(main())}`;",
    ]
  ) assert(runsItself(`function* work() {}\n${source}`), source);
  for (
    const source of [
      "function* main() { yield* run(work); }",
      "function go() {\nrun(main);\n}",
      "class Job {\n  go(n) {\n    run(main);\n  }\n}",
      "run();",
      "async function load() { await x; }",
      "// await run(main())",
      "const rerun = 1; thread.run(main);",
      "const text = 'run(main)';",
      "class Job { run() { return 1; } }",
      "const job = { run(n) { return n; } };",
      "const go = () => run(main());",
      "const go = async (n) =>\n  await run(main());",
      "function* main() {}\nmain(1);",
      "const run = (n) => n + 1;\nconst two = run(1);",
    ]
  ) assert(!runsItself(source), source);
  const names = new Map([["go", "run"], ["run", "sleep"], ["loop", "*"]]);
  for (const source of ["go(work());", "loop.main(work());"]) assert(runsItself(source, names));
  for (const source of ["run(1);", "loop.sleep(1);", "a.go(1)"]) assert(!runsItself(source, names));
});

Deno.test("coroutineBody: what a script awaits or runs, it waits for, in the same places", () => {
  const same = (source: string, text: string) => assertEquals(coroutineBody(source), text);
  same("await run(main());", "yield*run(main());");
  same("const a = await run(main());", "const a = (yield*run(main()));");
  same("await main(program);", "yield*main(program);");
  same("run(main);", "yield*run(main);");
  same(
    "function* main() {\n  run(a);\n}\nrun(main);",
    "function* main() {\n  run(a);\n}\nyield*run(main);",
  );
  same("a\nrun(main)\nb", "a\nyield*run(main)\nb");
  same("void run(main);", "void (yield*run(main));");
  same("a(`${await run(b()[0])} c`);", "a(`${(yield*run(b()[0]))} c`);");
  same(
    "d = await run(a).then(b)\n+ await run(c);",
    "d = (yield*run(a).then(b))\n+ (yield*run(c));",
  );
  same("d =\n  await e;", "d =\n  (yield*e);");
  same("a(await run([await b, c]));", "a((yield*run([(yield*b), c])));");
  same("if (a) { await run(b); }", "if (a) { yield*run(b); }");
});
