import { type Order, record, replay, shuffled, simulate } from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { underEveryOrder } from "./every_order.ts";
import {
  helpedPrograms,
  helpedWaits,
  ordersByBruteForce,
  programOf,
  uncertainPrograms,
  type Wait,
  type Waits,
  waits,
} from "./uncertain_programs.ts";

// What explore finds out by reasoning about lengths is compared with what brute force finds that
// knows nothing of it.

/** Every order that explore tries, `null` if there are too many. */
function explored(lists: Wait[][], timing?: "any", ways: Waits = waits): Set<string> | null {
  const found = new Set<string>();
  const program = () => programOf(lists, ways, (steps) => found.add(steps));
  const options = { maxSchedules: 5000, ...(timing === undefined ? {} : { timing }) };
  const { complete, failure } = explore(program, options);
  assertEquals(failure, undefined);
  return complete ? found : null;
}

Deno.test("explore: sleepBetween leads to exactly the orders that some choice of lengths does", () => {
  let compared = 0;
  const counts: number[] = [];
  fc.assert(
    fc.property(uncertainPrograms, (lists) => {
      const expected = ordersByBruteForce(lists, 0.5, 1000);
      fc.pre(expected !== null);
      assertEquals(explored(lists), expected);
      counts.push(expected.size);
      compared++;
    }),
    { seed: 1, numRuns: 100 },
  );
  assert(compared >= 75, `${compared}`);
  // That there was something to compare.
  assert(counts.filter((count) => count > 4).length >= 25, `${counts}`);
});

const between = (min: number, max: number): Wait => ({ do: "between", min, max });
const sleeping = (ms: number): Wait => ({ do: "sleep", ms });

/** Programs that only one of the rules gets right. */
const HARD: Record<string, Wait[][]> = {
  "a wait of no length can't end before an elder one of the same instant": [
    [sleeping(2), between(0, 2)],
    [sleeping(2)],
  ],
  "waits of no length end together after others that ended together, one by one": [
    [between(2, 4), sleeping(0)],
    [sleeping(2), sleeping(0)],
  ],
  "a wait of no length does not end with one that was there before": [
    [sleeping(0), { do: "timeout", ms: 2, body: [between(0, 2), sleeping(0)] }],
  ],
  "a cancel may find a sleeper woken or asleep": [
    [{ do: "timeout", ms: 4, body: [sleeping(4), between(0, 2)] }],
  ],
  "a cancel finds a sleeper asleep only if its deadline is later": [
    [{ do: "race", bodies: [[{ do: "sleepUntil", ms: 2 }], [between(2, 4)]] }],
  ],
  "a cancel finds a sleeper that fell asleep in this very instant": [
    [{ do: "race", bodies: [[between(2, 4)], [between(2, 2), { do: "sleepUntil", ms: 2 }]] }],
  ],
  "a cancel finds a sleeper of the same instant after a wait of no length": [
    [
      { do: "sleepUntil", ms: 4 },
      { do: "race", bodies: [[between(0, 0), sleeping(0)], [between(0, 4)]] },
      sleeping(4),
    ],
  ],
  "a second wait of no length ends after a first": [
    [sleeping(0)],
    [between(0, 2), between(0, 2), { do: "pause" }],
  ],
  "a deadline that has passed when a time limit strikes": [
    [between(2, 2), { do: "timeout", ms: 0, body: [between(0, 2)] }],
    [{ do: "sleepUntil", ms: 2 }, { do: "sleepUntil", ms: 0 }],
  ],
  "sleepers whose deadlines pass in a block wake one after another": [
    [{ do: "block", ms: 2 }, { do: "pause" }],
    [between(0, 4), { do: "pause" }],
    [sleeping(2)],
  ],
  "a time to sleep until may have passed": [
    [between(0, 4), { do: "sleepUntil", ms: 2 }],
    [sleeping(2), sleeping(0)],
  ],
  "sleepers that are woken together go among each other's pauses": [
    [between(0, 4), { do: "pause" }, { do: "pause" }],
    [sleeping(2), { do: "pause" }],
  ],
};

for (const [name, lists] of Object.entries(HARD)) {
  Deno.test(`explore: the orders are those of brute force: ${name}`, () => {
    assertEquals(explored(lists), ordersByBruteForce(lists, 0.5, 100_000));
  });
}

Deno.test("explore: waits of one length have the same orders as exact ones", () => {
  const fixed: Waits = { ...waits, sleep: (ms) => waits.between(0, ms, ms) };
  fc.assert(
    fc.property(uncertainPrograms, (lists) => {
      const exact = lists.map((list) =>
        list.map((wait): Wait => wait.do === "between" ? { do: "sleep", ms: wait.min } : wait)
      );
      const expected = explored(exact);
      fc.pre(expected !== null);
      assertEquals(explored(exact, undefined, fixed), expected);
    }),
    { seed: 2, numRuns: 25 },
  );
});

Deno.test("explore: timing any lets every wait end at any time", () => {
  let compared = 0;
  fc.assert(
    fc.property(helpedPrograms, (lists) => {
      const expected = new Set<string>();
      const run = (order: Order) => {
        simulate(programOf(lists, helpedWaits, (steps) => expected.add(steps)), { order });
      };
      fc.pre(underEveryOrder(run, 500) !== null);
      assertEquals(explored(lists, "any"), expected);
      compared++;
    }),
    { seed: 1, numRuns: 40 },
  );
  assert(compared >= 20, `${compared}`);
});

Deno.test("explore: timing any covers what the lengths allow", () => {
  fc.assert(
    fc.property(uncertainPrograms, (lists) => {
      const some = explored(lists);
      const any = explored(lists, "any");
      fc.pre(some !== null && any !== null);
      assertEquals([...some].filter((steps) => !any.has(steps)), []);
    }),
    { seed: 3, numRuns: 25 },
  );
});

Deno.test("explore: it covers whatever a seed draws", () => {
  fc.assert(
    fc.property(uncertainPrograms, (lists) => {
      const found = explored(lists);
      fc.pre(found !== null);
      for (let seed = 0; seed < 20; seed++) {
        const note = (steps: string) => assert(found.has(steps), steps);
        simulate(programOf(lists, waits, note), { order: shuffled(seed), seed });
      }
    }),
    { seed: 4, numRuns: 25 },
  );
});

for (const timing of ["exact", "any"] as const) {
  Deno.test(`explore: with timing ${timing}, whatever fails is run again by its replay`, () => {
    let failed = 0;
    fc.assert(
      fc.property(uncertainPrograms, fc.nat(), (lists, which) => {
        const all = explored(lists, timing === "any" ? "any" : undefined);
        fc.pre(all !== null);
        const bad = [...all][which % all.size]!;
        const program = () =>
          programOf(lists, waits, (steps) => {
            if (steps === bad) throw new Error(bad);
          });
        const { failure } = explore(program, { timing });
        assertEquals((failure!.cause as Error).message, bad);
        const order = replay(failure!.picks);
        const trace = record();
        assertThrows(() => simulate(program(), { order, timing, trace }), Error, bad);
        // Logical time never goes back.
        const times = trace.entries.map(({ at }) => at);
        assertEquals(times, times.toSorted((a, b) => a - b));
        failed++;
      }),
      { seed: 5, numRuns: 25 },
    );
    assert(failed >= 15, `${failed}`);
  });
}
