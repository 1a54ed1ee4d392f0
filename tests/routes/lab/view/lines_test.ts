import { assert, assertEquals } from "@std/assert";
import { type Entry, simulate } from "@tenfold/loop";
import { firstLinesOf, linesIn, locate } from "../../../../routes/lab/view/lines.ts";
import { locatedLogOf } from "../../../../routes/lab/view/tutorial-log.ts";
import { typeScript } from "../../../../routes/lab/view/listing.ts";
import { withDefaults } from "../../../../routes/tutorial/parameters.ts";
import { logOf } from "../../../../routes/tutorial/program.ts";
import { at, HERE, main } from "../napping.ts";
import { MODES } from "../../../../routes/lab/view/text.ts";

const log = locate(HERE, (trace) => simulate(main(), { trace }));
const found = log.entries.map((entry, index) => [entry, log.lines[index]!] as const);
const of = (type: Entry["type"], task: number) =>
  found.filter(([entry]) => entry.type === type && entry.task === task).map(([, lines]) => lines);

Deno.test("locate: an entry has the line that caused it, and those that called it, innermost first", () => {
  assertEquals(of("suspend", 0)[0], [at.nap, at.call]);
  assertEquals(of("emit", 0), [[at.say, at.call]]);
  assertEquals(of("suspend", 1), [[at.nap]]);
  assertEquals(of("spawn", 1), [[at.spawn]]);
});

Deno.test("locate: what the loop does between two steps has no line", () => {
  assertEquals(of("spawn", 0), [[]]);
  for (const task of [0, 1]) assert([...of("step", task)].every(({ length }) => length === 0));
});

Deno.test("locate: the limit of stacks is as it was afterwards, even if the run throws", () => {
  const before = (Error as { stackTraceLimit?: number }).stackTraceLimit;
  try {
    locate(HERE, () => {
      throw new Error("thrown");
    });
  } catch { /* Only the limit counts here. */ }
  assertEquals((Error as { stackTraceLimit?: number }).stackTraceLimit, before);
});

Deno.test("firstLinesOf: a task's first line is one that it ran, not the one that spawned it", () => {
  assertEquals(firstLinesOf(log), [at.spawn, at.nap]);
});

Deno.test("locatedLogOf: the entries are those of logOf", () => {
  for (const { mode } of MODES) {
    const parameters = withDefaults({ count: 3, jitter: 50, seed: 7, mode });
    assertEquals(locatedLogOf(parameters).entries, logOf(parameters));
  }
});

Deno.test("linesIn: stacks of Chromium and of Firefox are read alike", () => {
  const url = "http://localhost:8000/assets/0123456789ab/routes/tutorial/program.ts";
  const chromium = `Error\n    at trace (http://localhost:8000/lines.ts:9:2)\n` +
    `    at display (${url}:22:3)\n    at display.next (<anonymous>)\n    at ${url}:28:10`;
  const firefox = `trace@http://localhost:8000/lines.ts:9:2\ndisplay@${url}:22:3\n@${url}:28:10\n`;
  for (const stack of [chromium, firefox]) {
    assertEquals(linesIn(stack, "routes/tutorial/program.ts"), [22, 28]);
  }
});

Deno.test("typeScript: the functions that a run was in are listed whole, each line by its number", () => {
  const source = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`);
  const [head, end] = [at.nap - 2, at.say + 1];
  source[head - 1] = "function* nap() {";
  source[end - 1] = "}";
  source[at.spawn - 3] = "function* main() {";
  source[at.call + 1] = "}";
  const { lines, roles } = typeScript(source.join("\n"), log);
  assertEquals(roles, { start: head, wait: at.nap, emit: at.say, main: at.spawn });
  const numbers = lines.map(({ number }) => number);
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  assertEquals(numbers, [...range(head, end), undefined, ...range(at.spawn - 2, at.call + 2)]);
  for (const { text, number } of lines) if (number) assertEquals(text, source[number - 1]);
});
