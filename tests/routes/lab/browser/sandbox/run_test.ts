import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { record, replay, shuffled, simulate } from "@tenfold/loop";
import type { AskedProgram } from "../../../../../routes/lab/view/ran.ts";
import { scopeOf } from "../../../../../routes/lab/browser/sandbox/scope.ts";
import { CACHE, explore, printed, program, run } from "./sandboxed.ts";

Deno.test("runProgram: an entry has its lines, the innermost first, and values are texts", async () => {
  const ran = await run(`function* main() {
  yield* nap();
  yield* emit({ a: 1 });
  const task = yield* spawn(nap, { name: "napper" });
  task.cancel(new Error("enough"));
  console.log("a", [1]);
}
function* nap() {
  yield* sleep(5);
}`);
  const said = ran.entries.flatMap((entry, index) => {
    const lines = ran.lines[index]!;
    switch (entry.type) {
      case "suspend":
        return [["suspend", entry.why, ...lines]];
      case "emit":
        return [["emit", entry.value, ...lines]];
      case "cancel":
        return [["cancel", entry.reason, ...lines]];
      case "spawn":
        return [["spawn", entry.name, ...lines]];
      default:
        assertEquals(lines, []);
        return [];
    }
  });
  assertEquals(said, [
    ["spawn", "main"],
    ["suspend", "sleep", 9, 2],
    ["emit", "{ a: 1 }", 3],
    ["spawn", "napper", 4],
    ["cancel", "Error: enough", 5],
    ["emit", "a [1]", 6],
  ]);
  assertEquals(ran.entries.map(({ seq }) => seq), ran.entries.map((_, index) => index));
  assertEquals(structuredClone(ran), ran);
});

Deno.test("runProgram: each run begins with a state of its own", async () => {
  const source = "let count = 0;\nfunction* main() { console.log(++count, Math.random()); }";
  const first = await run(source);
  assertEquals(first, await run(source));
  assertMatch(String(printed(first)), /^1 0\.\d+$/);
});

Deno.test("runProgram: what is printed before main runs is printed when it begins", async () => {
  const ran = await run(`console.log("early");\nfunction* main() { console.log("late"); }`);
  assertEquals(printed(ran), ["early", "late"]);
  const at = ran.entries.findIndex(({ type }) => type === "emit");
  assertEquals([ran.entries[at - 1]!.type, ran.lines[at]], ["step", [1]]);
});

Deno.test("runProgram: a deadlock ends the log, and what the loop does then is not in it", async () => {
  const ran = await run(`const lock = new Lock();
function* main() {
  yield* lock.acquire();
  try {
    yield* lock.acquire();
  } finally {
    console.log("cleaned up");
  }
}`);
  assertEquals(ran.ending.kind, "deadlock");
  assertEquals(ran.ending.line, 5);
  assertMatch(
    ran.ending.text,
    /^Nobody can go on: a circle: "main" waits for the lock, held by "main"\.$/,
  );
  // The pictures say that the loop ends it.
  const last = ran.entries.at(-1)!;
  assertEquals(last.type === "cancel" && last.source, "deadlock");
  assertEquals(printed(ran), []);
});

Deno.test("runProgram: a run of too many steps is endless, and one that prints too much is not", async () => {
  const steps = await run("function* main() {\n  for (;;) yield* pause();\n}");
  assertEquals([steps.ending.kind, steps.ending.line], ["endless", 2]);
  assertEquals(steps.entries.filter(({ type }) => type === "step").length, 2_000);
  const long = await run(
    "function* main() {\n  for (let n = 0; n < 20000; n++) console.log(n);\n}",
  );
  assertEquals(long.ending.kind, "done");
  assertMatch(long.ending.text, /^The log has more than 10,000 entries: what the program printed/);
  assertEquals([long.entries.length, long.entries.at(-1)!.type], [10_001, "exit"]);
  // One that only just ends.
  const short = await run(
    "function* main() {\n  for (let n = 0; n < 1900; n++) yield* pause();\n}",
  );
  assertEquals(short.ending.kind, "done");
});

const EIGHT = `const came = [];
function* go(name) {
  yield* pause();
  yield* sleepBetween(1, 9);
  came.push(name);
  if (name === "c") yield* block(3);
  yield* pause();
}
function* main() {
  const tasks = [];
  for (const name of "abcdefgh") tasks.push(yield* spawn(go(name)));
  tasks[5].cancel();
  yield* sleep(4);
  tasks[6].cancel();
  yield* wait(tasks);
  console.log(came.join(""));
}`;

Deno.test("runProgram: an order by a seed is that of shuffled, and so are the lengths", async () => {
  const { make } = await program(EIGHT);
  const outputs = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    const trace = record();
    const main = make(scopeOf(() => {}, false).values) as () => Generator<never>;
    simulate(main as never, { order: shuffled(seed), seed, trace });
    const ran = await run(EIGHT, { order: { by: "seed", seed } });
    const steps = (entries: typeof ran.entries) =>
      entries.filter(({ type }) => type === "step").map(({ at, task }) => `${at}:${task}`);
    assertEquals(steps(ran.entries), steps(trace.entries), `seed ${seed}`);
    outputs.add(String(printed(ran)));
  }
  assert(outputs.size > 5);
});

Deno.test("runProgram: the picks of a run lead to the same run, and a choice says who was ready", async () => {
  const orders: AskedProgram["order"][] = [{ by: "fifo" }, { by: "seed", seed: 7 }];
  for (const order of orders) {
    for (const timing of ["exact", "any"] as const) {
      const ran = await run(EIGHT, { order, timing });
      const again = await run(EIGHT, { order: { by: "picks", picks: ran.picks }, timing });
      assertEquals(again, ran);
      for (const { at, before, ready, picked } of ran.choices) {
        assertEquals(ran.picks[at], picked);
        const next = ran.entries.slice(before).find(({ type }) => type === "step")!;
        assertEquals(next.task, ready[picked]);
      }
      assert(ran.choices.length > 5);
    }
  }
  const { choices, picks } = await run(EIGHT);
  // The lengths are among the picks, but no choices of an order.
  assert(picks.length > choices.length);
  assertNotEquals(choices[0]!.ready.length, 1);
});

Deno.test("runProgram: picks that can't be made are as if there were none", async () => {
  const first = await run(EIGHT);
  const most = Array(first.picks.length).fill(999);
  const ran = await run(EIGHT, { order: { by: "picks", picks: most } });
  assertEquals(ran.ending.kind, "done");
  assertEquals(ran, await run(EIGHT, { order: { by: "picks", picks: [] } }));
});

Deno.test("exploreProgram: a failure's picks lead to it, in the sandbox and in the library", async () => {
  const { failure, schedules } = await explore(CACHE);
  assertEquals(failure!.text, "Error: loaded twice");
  assert(schedules >= 1);
  const ran = await run(CACHE, { order: { by: "picks", picks: failure!.picks } });
  assertEquals(ran.ending, { kind: "failed", text: "Error: loaded twice", line: 11 });
  const { make } = await program(CACHE);
  let thrown: unknown;
  try {
    const main = make(scopeOf(() => {}, false).values);
    simulate(main as never, { order: replay(failure!.picks) });
  } catch (error) {
    thrown = error;
  }
  assertEquals(String(thrown), "Error: loaded twice");
});

Deno.test("exploreProgram: all orders, each with a state and a chance of its own", async () => {
  const source = `let count = 0;
function* go() { yield* pause(); count++; }
function* main() {
  const chance = Math.random();
  yield* gather([go(), go(), go()]);
  if (count !== 3) throw new Error("it is " + count);
  if (chance > 0.3 || chance < 0.2) throw new Error("another chance: " + chance);
}`;
  assertEquals(await explore(source), { schedules: 90, isComplete: true });
});

Deno.test("exploreProgram: a length that is not certain is explored, and its failure can be run", async () => {
  const source = `const came = [];
function* ask(name, least, most) {
  yield* sleepBetween(least, most);
  came.push(name);
}
function* main() {
  yield* gather([ask("a", 10, 20), ask("b", 15, 30)]);
  if (came[0] !== "a") throw new Error("b came first");
}`;
  const { failure } = await explore(source);
  const ran = await run(source, { order: { by: "picks", picks: failure!.picks } });
  assertEquals(ran.ending.text, "Error: b came first");
});

Deno.test("exploreProgram: what can't be explored says why", async () => {
  assertEquals((await explore("const a = 1;")).ending?.kind, "syntax");
  const top = await explore("null.x;\nfunction* main() {}");
  assertEquals([top.ending?.kind, top.ending?.line], ["failed", 1]);
});
