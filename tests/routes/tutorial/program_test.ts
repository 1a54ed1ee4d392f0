import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { record, simulate, summarize, type Summary } from "@tenfold/loop";
import { type Parameters, withDefaults } from "../../../routes/tutorial/parameters.ts";
import { orderOf, tutorial } from "../../../routes/tutorial/program.ts";

function ran(given: Partial<Parameters>): Summary & { at: number[] } {
  const parameters = withDefaults(given);
  const trace = record();
  simulate(tutorial(parameters), { order: orderOf(parameters), trace });
  const at = trace.entries.flatMap((entry) => entry.type === "emit" ? [entry.at] : []);
  return { ...summarize(trace.entries), at };
}

const IN_ORDER = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

Deno.test("tutorial(): blocking takes ten delays and holds the thread during all of them", () => {
  for (const delay of [0, 1, 250, 1000]) {
    const { elapsed, held, free, emitted, at } = ran({ mode: "blocking", delay });
    assertEquals({ elapsed, held, free }, { elapsed: 10 * delay, held: 10 * delay, free: 0 });
    assertEquals(emitted, IN_ORDER);
    assertEquals(at, IN_ORDER.map((num) => (num + 1) * delay));
  }
});

Deno.test("tutorial(): cooperative takes one delay and leaves the thread free", () => {
  for (const delay of [1, 250, 1000]) {
    const { elapsed, waited, overlap, free, steps } = ran({ delay, seed: 42 });
    assertEquals({ elapsed, waited, overlap, free, steps }, {
      elapsed: delay,
      waited: 10 * delay,
      overlap: 10,
      free: delay,
      steps: 22,
    });
  }
});

Deno.test("orderOf(): shuffled gives the same order for the same seed", () => {
  assertEquals(ran({ seed: 42 }), ran({ seed: 42 }));
  const orders = new Set(Array.from({ length: 100 }, (_, seed) => String(ran({ seed }).emitted)));
  assertEquals(orders.size, 100);
  for (const { emitted } of [ran({ seed: 1 }), ran({ seed: 2 })]) {
    assertEquals(emitted.toSorted(), IN_ORDER);
    assertNotEquals(emitted, IN_ORDER);
  }
});

Deno.test("orderOf(): fifo gives the order in which the coroutines were made", () => {
  for (const seed of [1, 2, 3]) assertEquals(ran({ order: "fifo", seed }).emitted, IN_ORDER);
});

Deno.test("tutorial(): jitter spreads the wakes evenly over delay to delay + jitter, by the seed", () => {
  const { at, elapsed } = ran({ jitter: 1000, seed: 42 });
  assertEquals(new Set(at).size, 10);
  assert(at.every((ms) => ms >= 1000 && ms <= 2000 && Number.isInteger(ms)));
  assertEquals(elapsed, at.at(-1)!);
  assertEquals(ran({ jitter: 1000, seed: 42 }).at, at);
  assertNotEquals(ran({ jitter: 1000, seed: 43 }).at, at);
  // Over many seeds all delays of the range are equally likely, both ends included.
  const counts = [0, 0, 0];
  for (let seed = 0; seed < 300; seed++) {
    counts[ran({ count: 1, delay: 0, jitter: 2, seed }).elapsed]!++;
  }
  assert(counts.every((count) => count > 70), String(counts));
});
