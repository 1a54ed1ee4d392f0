import { assertEquals, assertMatch } from "@std/assert";
import plugin from "@tenfold/loop/lint";
import { findings, fixed, marks } from "./findings.ts";

/** Finds what is marked, and nothing else. */
function assertMarked(source: string): void {
  assertEquals(findings(source), marks(source), source);
}

/** Mends a body of a coroutine. */
function mended(body: string): string {
  const [before, after] = [
    `import { Cancelled, pause, Queue, sleep } from "@tenfold/loop";\nfunction* main() {\n`,
    `\n}`,
  ];
  const text = fixed(before + body + after);
  assertEquals(findings(text), [], "it finds nothing in what it has mended");
  return text.slice(before.length, -after.length);
}

Deno.test("lint: finds an operation that is dropped, whatever it is imported as", () => {
  assertMarked(`
    import { sleep, pause as rest, spawn } from "@tenfold/loop";
    import * as loop from "@tenfold/loop";
    const nap = sleep;
    function* main() {
      sleep(1000); // tenfold/no-floating-coroutine
      rest(); // tenfold/no-floating-coroutine
      loop.gather([]); // tenfold/no-floating-coroutine
      nap(1); // tenfold/no-floating-coroutine
      spawn(sleep(1)); // tenfold/no-floating-coroutine
      (sleep(1) as unknown); // tenfold/no-floating-coroutine
      rest?.(); // tenfold/no-floating-coroutine
      yield* sleep(1000);
      const kept = rest();
      yield* kept;
      return loop.gather([sleep(1)]);
    }
  `);
});

Deno.test("lint: knows the library by name, version and address, and as a copy", () => {
  const ours = [
    "@tenfold/loop",
    "npm:@tenfold/loop",
    "jsr:@tenfold/loop@^0.1.0",
    "npm:@tenfold/loop@0.1",
    "./loop/mod.ts",
    "../vendor/loop/mod.js",
    "https://example.com/loop@0.1.0/mod.ts",
  ];
  const others = [
    "effection",
    "@tenfold/loops",
    "@tenfold/loop/testing",
    "./mod.ts",
    "./coop/mod.ts",
  ];
  const count = (specifier: string) =>
    findings(`import { Queue } from "${specifier}"; new Queue(1).get();`).length;
  assertEquals(ours.map(count), ours.map(() => 1));
  assertEquals(others.map(count), others.map(() => 0));
});

Deno.test("lint: a name that is declared nearer is not the library's", () => {
  assertMarked(`
    import { sleep, Queue, wait } from "@tenfold/loop";
    function one(sleep: () => void) { sleep(); }
    function two({ sleep, a: [wait = () => {}], ...rest }: any) { sleep(); wait(); }
    { const sleep = () => {}; sleep(); }
    { function sleep() {} sleep(); }
    { class Queue { get() {} } new Queue().get(); }
    for (const sleep of [() => {}]) sleep();
    try { sleep(1); } catch (sleep) { sleep(); } // tenfold/no-floating-coroutine
    switch (1) { case 1: const wait = () => {}; wait(); }
    (function wait() { wait(); });
    wait([]); // tenfold/no-floating-coroutine
  `);
});

Deno.test("lint: finds the call of a coroutine of the file that is dropped", () => {
  assertMarked(`
    import { type Coroutine, sleep } from "@tenfold/loop";
    function* work() { yield* sleep(1); }
    const later = function* () {};
    const nap = () => sleep(10);
    function load(id: number): Coroutine<void> { return sleep(id); }
    const save = (): Coroutine<void> => { return sleep(1); };
    function* ids() { yield 1; }
    async function* pages() { yield 1; }
    function plain() { return sleep(1); }
    function* main() {
      work(); // tenfold/no-floating-coroutine
      later(); // tenfold/no-floating-coroutine
      nap(); // tenfold/no-floating-coroutine
      load(1); // tenfold/no-floating-coroutine
      save(); // tenfold/no-floating-coroutine
      ids(); // tenfold/no-floating-coroutine
      pages();
      plain();
      for (const id of ids()) yield* load(id);
    }
  `);
});

Deno.test("lint: finds it in the branches of an expression, and in callbacks that are ignored", () => {
  assertMarked(`
    import * as loop from "@tenfold/loop";
    import { forEach, type Queue, sleep, run } from "@tenfold/loop";
    function* work() {}
    function start(ready: boolean, queue: Queue<number>, button: EventTarget) {
      ready && work(); // tenfold/no-floating-coroutine
      ready ? work() : sleep(1); // tenfold/no-floating-coroutine // tenfold/no-floating-coroutine
      ready, work(); // tenfold/no-floating-coroutine
      [1].forEach((n) => queue.put(n)); // tenfold/no-floating-coroutine
      [1].forEach(function* (n) { yield* queue.put(n); }); // tenfold/no-floating-coroutine
      setTimeout(work, 10); // tenfold/no-floating-coroutine
      button.addEventListener("click", () => work()); // tenfold/no-floating-coroutine
      button.addEventListener("click", () => run(work()));
      [1].map((n) => queue.put(n));
      run(loop.forEach(source, function* () {}));
      run(forEach(source, () => work()));
    }
  `);
});

Deno.test("lint: knows the methods of what the file makes, annotates or is handed", () => {
  assertMarked(`
    import { type Coroutine, Event, Lock, Queue, sleep, spawn, type Task, taskGroup, TaskGroup } from "@tenfold/loop";
    import type * as loop from "@tenfold/loop";
    const queue = new Queue<number>(1);
    const lock = new Lock(), event = new Event();
    function* work(): Coroutine<void> {}
    function* main(given: Queue<number>, tasks: TaskGroup, it: Task<void>, other: Map<string, string>) {
      queue.put(1); // tenfold/no-floating-coroutine
      lock.acquire(); // tenfold/no-floating-coroutine
      event.wait(); // tenfold/no-floating-coroutine
      given.get(); // tenfold/no-floating-coroutine
      tasks.spawn(work()); // tenfold/no-floating-coroutine
      it.halt(); // tenfold/no-floating-coroutine
      const task = yield* spawn(work());
      task.settled(); // tenfold/no-floating-coroutine
      new Queue(1).next(); // tenfold/no-floating-coroutine
      yield* taskGroup(function* (group) {
        group.spawn(work()); // tenfold/no-floating-coroutine
        const member = yield* group.spawn(work());
        member.halt(); // tenfold/no-floating-coroutine
        member.cancel();
        group.cancel();
      });
      queue.tryPut(1);
      queue.close();
      event.set();
      task.cancel();
      other.get("key");
      unknown.acquire();
    }
  `);
});

Deno.test("lint: knows the methods and fields of a class of the file", () => {
  assertMarked(`
    import { type Coroutine, Lock, Queue } from "@tenfold/loop";
    class Base {
      *begin() {}
    }
    class Pool extends Base {
      readonly #lock = new Lock();
      readonly jobs: Queue<number>;
      *work() {
        this.#lock.acquire(); // tenfold/no-floating-coroutine
        this.jobs.put(1); // tenfold/no-floating-coroutine
        this.#rest(); // tenfold/no-floating-coroutine
        this.begin(); // tenfold/no-floating-coroutine
        const again = () => { this.work(); }; // tenfold/no-floating-coroutine
        const other = function (this: any) { this.work(); };
        this.log();
      }
      *#rest() {}
      log() {}
      stop = (): Coroutine<void> => this.work(); 
      static make() { this.work(); }
    }
    new Pool().stop(); // tenfold/no-floating-coroutine
    class Ours extends Queue<number> {}
    new Ours(1).put(1); // tenfold/no-floating-coroutine
  `);
});

Deno.test("lint: finds a coroutine or a task that is awaited", () => {
  assertMarked(`
    import { gather, Queue, run, sleep, spawn, type Task } from "@tenfold/loop";
    function* work() { yield* sleep(1); }
    async function main(task: Task<number>, ready: boolean) {
      await sleep(1); // tenfold/no-await-coroutine
      const done = await work(); // tenfold/no-await-coroutine
      await (ready ? work() : null); // tenfold/no-await-coroutine
      const later = work();
      await later; // tenfold/no-await-coroutine
      await task; // tenfold/no-await-coroutine
      await new Queue(1).get(); // tenfold/no-await-coroutine
      await Promise.all([work(), fetch("/")]); // tenfold/no-await-coroutine
      await Promise.resolve(sleep(1)); // tenfold/no-await-coroutine
      await run(work());
      await task.promise();
      await Promise.all([run(work()), task.promise()]);
    }
  `);
});

Deno.test("lint: finds a list that is mapped to coroutines for Promise.all", () => {
  assertMarked(`
    import { sleep } from "@tenfold/loop";
    function* work(n) { yield* sleep(n); }
    function* pages(n) { for (;;) yield fetch(n++); }
    async function main(list) {
      await Promise.all(list.map((n) => work(n))); // tenfold/no-await-coroutine
      await Promise.allSettled(list.filter(Boolean).map(work)); // tenfold/no-await-coroutine
      await Promise.all(list.map((n) => fetch(n)));
      await Promise.all(list.map(async (n) => await run(work(n))));
      await Promise.all(list.map(pages));
      await Promise.all(list.reduce(work));
      await Promise.all(map(work));
    }
  `);
});

Deno.test("lint: lets Promise.all take a generator of promises, also one that yields itself", () => {
  assertMarked(`
    function* requests(urls) { for (const url of urls) yield fetch(url); }
    function* walk(node) {
      if (!node) return;
      yield* walk(node.left);
      yield node.promise;
      yield* walk(node.right);
    }
    async function main(urls, root) {
      await Promise.all(requests(urls));
      await Promise.race(walk(root));
      await Promise.all([requests(urls)]); // tenfold/no-await-coroutine
    }
  `);
});

Deno.test("lint: finds a yield without its star, but not where coroutines are handed out", () => {
  assertMarked(`
    import { type Coroutine, gather, run, sleep } from "@tenfold/loop";
    function* work() {
      yield* sleep(1);
      yield sleep(2); // tenfold/require-yield-star
      const value = yield work(); // tenfold/require-yield-star
    }
    function* annotated(): Coroutine<void> {
      yield sleep(2); // tenfold/require-yield-star
    }
    run(function* () {
      yield sleep(2); // tenfold/require-yield-star
    });
    run(gather([function* () {
      yield work(); // tenfold/require-yield-star
    }]));
    function* jobs() {
      for (let id = 0; id < 10; id++) yield work();
    }
    function* more(): Generator<Coroutine<void>> {
      yield* jobs();
      yield work();
    }
  `);
});

Deno.test("lint: finds a catch in a loop that takes a cancel, and goes on", () => {
  assertMarked(`
    import { sleep } from "@tenfold/loop";
    function* forever() {
      for (;;) {
        try { yield* sleep(10); } catch { /* again */ } // tenfold/no-swallowed-cancel
      }
    }
    function* retry() {
      for (let attempt = 1; attempt <= 5; attempt++) {
        try {
          return yield* sleep(10);
        } catch (error) { // tenfold/no-swallowed-cancel
          if (attempt === 5) throw error;
          yield* sleep(attempt * 100);
        }
      }
    }
    function* logs(sources: Iterable<number>) {
      for (const source of sources) {
        try { if (source) { yield* sleep(source); } } catch (error) { console.error(error); } // tenfold/no-swallowed-cancel
      }
      while (true) {
        try { yield* sleep(1); } catch (e) { switch (e) { case 1: break; } } // tenfold/no-swallowed-cancel
      }
    }
  `);
});

Deno.test("lint: the body of forEach is a loop, that of other functions is none", () => {
  assertMarked(`
    import { forEach, Queue, sleep, spawn } from "@tenfold/loop";
    function* worker(jobs: Queue<number>) {
      yield* forEach(jobs, function* (ms) {
        try { yield* sleep(ms); } catch { /* the next */ } // tenfold/no-swallowed-cancel
      });
      yield* spawn(function* () {
        try { yield* sleep(1); } catch { /* it ends */ }
      });
    }
    function own(list: number[], forEach: (list: number[], body: unknown) => void) {
      forEach(list, function* () {
        try { yield* sleep(1); } catch { /* not the library's */ }
      });
    }
  `);
});

Deno.test("lint: finds no fault with a catch that lets a cancel through, or looks at the error, or ends the loop", () => {
  const handlers = [
    "(error) { if (error instanceof Cancelled) throw error; }",
    "(error) { if (!(error instanceof TypeError)) throw error; }",
    "(error) { if (isTransient(error)) continue; else throw error; }",
    "(error) { if (error.code === 503) { yield* sleep(1); } else { throw error; } }",
    "(error) { switch (error.code) { case 503: break; default: throw error; } }",
    "(error) { rethrowIfCancelled(error); }",
    "(error) { console.error(error); throw error; }",
    "{ return; }",
    "{ break; }",
    "{ if (tries) break; else return; }",
    "{ try { return; } finally {} }",
  ];
  for (const handler of handlers) {
    assertMarked(`
      import { Cancelled, sleep } from "@tenfold/loop";
      function* main() { for (;;) { try { yield* sleep(1); } catch ${handler} } }
    `);
  }
  assertMarked(`
    import { sleep } from "@tenfold/loop";
    function* once() { try { yield* sleep(1); } catch {} }
    function* suspendsElsewhere() {
      for (;;) {
        try { JSON.parse(""); } catch {}
        try { const body = function* () { yield* sleep(1); }; } catch {}
        yield* sleep(1);
      }
    }
    async function promises() { for (;;) { try { await 1; } catch {} } }
    const body = () => { for (;;) { list.push(function* () { try { yield* sleep(1); } catch {} }); } };
  `);
  assertMarked(`function* lines() { for (;;) { try { yield* read(); } catch {} } }`);
});

Deno.test("lint: mends a call in a coroutine with yield*, in parentheses where it must have them", () => {
  assertEquals(mended("sleep(1);"), "yield* sleep(1);");
  assertEquals(
    mended("if (a) sleep(1); else pause()"),
    "if (a) yield* sleep(1); else yield* pause()",
  );
  assertEquals(mended("a && sleep(1);"), "a && (yield* sleep(1));");
  assertEquals(mended("a ? sleep(1) : pause();"), "a ? yield* sleep(1) : yield* pause();");
  assertEquals(mended("new Queue(1).put(1)"), "yield* new Queue(1).put(1)");
  assertEquals(mended("yield* pause(); yield sleep(1);"), "yield* pause(); yield* sleep(1);");
});

Deno.test("lint: does not touch what it can't mend: outside coroutines, and generators", () => {
  for (
    const body of [
      "sleep(1);",
      "function main() { sleep(1); }",
      "async function main() { await sleep(1); }",
      "function* main() { const f = () => { sleep(1); }; }",
      "function* main() { [1].forEach(() => sleep(1)); }",
      "async function* main() { sleep(1); }",
      "function* ids() { yield 1; } function* main() { ids(); }",
      "function* ids() { sleep(1); yield 1; }",
    ]
  ) {
    const source = `import { sleep } from "@tenfold/loop"; ${body}`;
    assertEquals(findings(source).length, 1, body);
    assertEquals(fixed(source), source);
  }
});

Deno.test("lint: mends a catch by throwing a cancel again, and imports Cancelled once", () => {
  assertEquals(
    mended("for (;;) { try { yield* pause(); } catch {} }"),
    "for (;;) { try { yield* pause(); } catch (error) { if (error instanceof Cancelled) throw error;} }",
  );
  assertEquals(
    mended("for (;;) { try { yield* pause(); } catch (e) {\n  log(e);\n} }"),
    "for (;;) { try { yield* pause(); } catch (e) { if (e instanceof Cancelled) throw e;\n  log(e);\n} }",
  );
  const loop = "for (;;) { try { yield* pause(); } catch {} }";
  const text = fixed(
    `import { type Coroutine, pause } from "@tenfold/loop"; function* main() { ${loop} ${loop} }`,
  );
  assertMatch(text, /^import \{ type Coroutine, Cancelled, pause \} from/);
  assertEquals(findings(text).length, 1, "the second is mended when the first has the import");
  assertEquals(findings(fixed(text)), []);
  for (
    const [imports, body] of [
      [`import type { Coroutine } from "@tenfold/loop";`, "catch {}"],
      [`import { pause } from "@tenfold/loop";`, "catch ({ message }) {}"],
      [`import { pause } from "@tenfold/loop";`, "catch { error.count++; }"],
      [`import { pause } from "@tenfold/loop"; class Cancelled {}`, "catch {}"],
    ]
  ) {
    const source = `${imports} function* main() { for (;;) { try { yield* pause(); } ${body} } }`;
    assertEquals(findings(source).length, 1, source);
    assertEquals(fixed(source), source);
  }
});

Deno.test("lint: says what is wrong, and what to write instead", () => {
  const message = (source: string) =>
    Deno.lint.runPlugin(
      plugin,
      "main.ts",
      `import { sleep, spawn } from "@tenfold/loop"; ${source}`,
    )
      .map(({ message }) => message).join();
  assertEquals(
    message("sleep(1000);"),
    "sleep() does nothing: it only makes a coroutine; use yield* in a coroutine, or pass it to run()",
  );
  assertEquals(
    message("function* ids() { yield 1; } ids();"),
    "ids() does nothing: it only makes a generator, and nothing iterates it",
  );
  assertEquals(
    message("await sleep(1000);"),
    "await does not run sleep(); use yield* in a function*, or await run()",
  );
  assertEquals(
    message("function* f() { const task = yield* spawn(sleep(1)); async () => { await task; }; }"),
    "await does not join task; use yield* in a coroutine, or await its promise()",
  );
  assertEquals(
    message("await Promise.all([sleep(1)]);"),
    "Promise.all does not run sleep(); use gather()",
  );
});

Deno.test("lint: a name that leads to itself leads nowhere", () => {
  assertMarked(`
    const a = b; const b = a; a(); a.put(); await a;
    const c = c; c(); class D extends D {} new D().put();
    function* one() { yield two(); } function* two() { yield one(); }
    const f = () => f(); f(); const g = () => h(); const h = () => g(); g();
  `);
});

Deno.test("lint: reads JavaScript, declarations and the oddest programs", () => {
  for (const name of ["main.js", "main.tsx", "main.d.ts", "main.mjs"]) findings("", name);
  assertEquals(
    findings(`import { sleep } from "@tenfold/loop"; sleep(1); <p>{sleep(1)}</p>`, "main.jsx"),
    ["1 no-floating-coroutine"],
  );
  assertMarked(`
    import { pause } from "@tenfold/loop";
    class Inside {
      static { pause(); const rest = pause; rest(); } // tenfold/no-floating-coroutine // tenfold/no-floating-coroutine
      static { const pause = () => {}; pause(); }
    }
    namespace Outer { const pause = () => {}; pause(); }
    declare function load(): import("@tenfold/loop").Coroutine<void>;
    export default class { *work() { this["work"](); this.work(); } } // tenfold/no-floating-coroutine
    declare module "a" { const sleep: () => void; }
    enum E { A } namespace N { export const a = 1; a; } abstract class A { abstract work(): void; m() { this.work(); } }
    label: for (;;) { break label; } import.meta; new.target; \`\${1}\`; a\`b\`; ({ ...a, get b() { return 1; } });
  `);
});
