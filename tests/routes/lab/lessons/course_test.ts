import { explore } from "@tenfold/loop/testing";
import { assertEquals } from "@std/assert";
import { COURSE } from "../../../../routes/lab/lessons/course.ts";
import { logAsEmit } from "../../../../routes/lab/lessons/log-as-emit.ts";
import { PROGRAMS } from "../../../../routes/lab/lessons/programs.ts";
import { PINS } from "./pins.ts";
import { show } from "./runs.ts";

Deno.test("course: each lesson has a name of its own, a program and a pin", () => {
  const names = COURSE.map(({ name }) => name);
  assertEquals(Object.keys(PROGRAMS), names);
  assertEquals(Object.keys(PINS), names);
  assertEquals(new Set(names).size, 15);
});

for (const { name, timing } of COURSE) {
  Deno.test(`lesson ${name}: shows what its texts say, first come, first served and in its orders`, () => {
    assertEquals(show(PROGRAMS[name]!, timing), PINS[name]!.before);
  });
}

Deno.test("course: one of two or three different answers is right, and not always the same", () => {
  for (const { name, question: { answers, right } } of COURSE) {
    assertEquals([2, 3].includes(new Set(answers).size), true, name);
    assertEquals(answers[right] !== undefined, true, name);
  }
  assertEquals(new Set(COURSE.map(({ question }) => question.right)).size, 3);
});

Deno.test("course: an answer has two sentences, an outcome and what differs elsewhere one or two", () => {
  const count = (text: string) => text.match(/\.(?= |$)/g)?.length;
  for (const { name, answer, edit, python, javaScript } of COURSE) {
    assertEquals(count(answer), 2, name);
    for (const text of [edit.outcome, python.differs, javaScript.differs]) {
      if (text !== undefined) assertEquals([1, 2].includes(count(text)!), true, name);
    }
  }
});

Deno.test("course: each time in an outcome is one at which something happens", () => {
  const times = COURSE.flatMap(({ name, edit: { outcome } }) => {
    const { before, after } = PINS[name]!;
    const happen = [...before.lines, ...after.lines].map((line) => parseInt(line));
    return [...outcome.matchAll(/(\d+(?:\.\d+)?) s\b/g)].map(([, seconds]) => {
      assertEquals(
        happen.includes(Math.round(1000 * Number(seconds))),
        true,
        `${name}: ${seconds}`,
      );
    });
  });
  assertEquals(times.length > 5, true);
});

Deno.test("course: the files elsewhere are named after the lesson", () => {
  for (const { name, python, javaScript } of COURSE) {
    assertEquals([python.file, javaScript.file], [`${name}.py`, `${name}.promises.js`]);
  }
});

Deno.test("lesson who-goes-first: Bob wins in half of the orders", () => {
  const wins = { Ann: 0, Bob: 0 };
  const { log } = console;
  console.log = (text: string) => {
    if (text === "Ann wins") wins.Ann++;
    if (text === "Bob wins") wins.Bob++;
  };
  try {
    explore(PROGRAMS["who-goes-first"]!);
  } finally {
    console.log = log;
  }
  assertEquals(wins, { Ann: 35, Bob: 35 });
});

Deno.test("logAsEmit: gives the console back, also if the work throws", () => {
  const { log } = console;
  for (const work of [() => {}, () => JSON.parse("no JSON")]) {
    try {
      logAsEmit(work);
    } catch { /* The second does. */ }
    assertEquals(console.log, log);
  }
});
