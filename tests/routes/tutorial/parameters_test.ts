import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { readQuery, withDefaults } from "../../../routes/tutorial/parameters.ts";
import { Problem } from "../../../routes/problem.ts";

const STREAM = { trace: ["1"], lastEventId: null };

function refused(query: string): Problem {
  try {
    readQuery(new URLSearchParams(query), STREAM);
  } catch (error) {
    assertInstanceOf(error, Problem);
    assertEquals(error.status, 400);
    return error;
  }
  throw new Error(`accepted: ${query}`);
}

Deno.test("withDefaults(): ten coroutines sleep a second each, with a random seed", () => {
  const { seed, ...rest } = withDefaults(readQuery(new URLSearchParams(), STREAM).parameters);
  assertEquals(rest, {
    count: 10,
    delay: 1000,
    jitter: 0,
    mode: "cooperative",
    order: "shuffled",
  });
  const seeds = new Set(Array.from({ length: 20 }, () => withDefaults({}).seed));
  assert(seeds.size > 15 && Number.isInteger(seed));
});

Deno.test("readQuery(): both ends of a range are allowed", () => {
  for (const query of ["count=1", "count=1000", "delay=0", "delay=60000", "jitter=60000"]) {
    const [name, value] = query.split("=") as ["count", string];
    assertEquals(readQuery(new URLSearchParams(query), STREAM).parameters[name], Number(value));
  }
  for (const seed of ["0", "4294967295"]) {
    assertEquals(readQuery(new URLSearchParams({ seed }), STREAM).parameters.seed, Number(seed));
  }
});

Deno.test("readQuery(): a word must be one of those listed, in lower case", () => {
  assertStringIncludes(refused("mode=Blocking").message, "mode: expected cooperative or blocking");
  assertStringIncludes(refused("order=").message, "order: expected shuffled or fifo");
  assertStringIncludes(refused("trace=0").message, "trace: expected 1");
});

Deno.test("readQuery(): all unknown and repeated parameters are named at once", () => {
  const problem = refused("Count=1&count=2&count=3&__proto__=1&constructor=2&n[]=3&delay=x");
  assertEquals(problem.errors.map(({ parameter, detail }) => [parameter, detail.slice(0, 7)]), [
    ["Count", "unknown"],
    ["count", "given m"],
    ["__proto__", "unknown"],
    ["constructor", "unknown"],
    ["n[]", "unknown"],
    ["delay", "expecte"],
  ]);
  assertStringIncludes(problem.message, "known are count, delay, jitter, seed, mode, order, trace");
  assertEquals(refused("x".repeat(9000) + "=1").errors[0]!.parameter.length, 41);
});

Deno.test("readQuery(): it reports at most ten errors and forty characters of a name", () => {
  const query = Array.from({ length: 5000 }, (_, n) => `x${n}=1`).join("&");
  assertEquals(refused(query).errors.length, 10);
  const name = refused("💩".repeat(30) + "=1").errors[0]!.parameter;
  assert(name.isWellFormed() && name.length <= 41);
});

Deno.test("withDefaults(): a blocking run of more than ten minutes is an error", () => {
  withDefaults({ mode: "blocking", count: 600, delay: 1000 });
  withDefaults({ count: 1000, delay: 60_000, jitter: 60_000 });
  const given = { mode: "blocking", count: 600, delay: 1000, jitter: 1 } as const;
  const problem = assertThrows(() => withDefaults(given), Problem);
  assertStringIncludes(problem.message, "at most 600000 ms when blocking, not 600600");
  assertEquals(problem.errors.map(({ parameter }) => parameter), ["count", "delay", "jitter"]);
});
