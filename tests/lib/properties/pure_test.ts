import { type Clock, type Order, pacedClock, record, run, simulate } from "@tenfold/loop";
import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { Kernel } from "../../../lib/core/kernel.ts";
import { toIterator } from "../../../lib/core/iterator.ts";
import { assertKeepsGrammar } from "./grammar.ts";
import { type Action, orders, programs, start, textOf } from "./programs.ts";
import type { World } from "./world.ts";

/** All that a run shows of itself, as text. */
interface Account {
  log: string;
  outcome: string;
}

function simulated(body: readonly Action[], order: Order): Account {
  const trace = record();
  let outcome;
  try {
    outcome = JSON.stringify(simulate(start(body).main, { order, trace }));
  } catch (error) {
    outcome = textOf(error);
  }
  return { log: JSON.stringify(trace.entries), outcome };
}

async function paced(body: readonly Action[], order: Order, clock: Clock): Promise<Account> {
  const trace = record();
  const outcome = await run(start(body).main, { order, trace, clock })
    .then((value) => JSON.stringify(value), (error) => textOf(error));
  return { log: JSON.stringify(trace.entries), outcome };
}

/** What the tasks of a program share, after the program has ended, in whatever way. */
function worldAfter(body: readonly Action[], order: Order): World {
  const { main, world } = start(body);
  try {
    simulate(main, { order });
  } catch {
    // Other tests check how it ends.
  }
  return world;
}

const past = () => pacedClock({ origin: Date.now() - 60_000 });

Deno.test("pacedClock: a run that catches up writes the virtual log, byte for byte, and ends alike", async () => {
  await fc.assert(
    fc.asyncProperty(programs, orders, async (body, order) => {
      assertEquals(await paced(body, order, past()), simulated(body, order));
    }),
    { seed: 10, numRuns: 1000 },
  );
});

Deno.test("pacedClock: runs that wait side by side write the virtual log, and end alike", async () => {
  const cases = fc.sample(fc.tuple(programs, orders), { seed: 20, numRuns: 60 });
  await Promise.all(cases.map(async ([body, order]) => {
    assertEquals(await paced(body, order, pacedClock()), simulated(body, order));
  }));
});

Deno.test("pacedClock: a run that yields to the host after every step writes the virtual log", () => {
  const jumps = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(programs, orders, jumps, (body, order, jumps) => {
      let [reading, reads] = [0, 0];
      const clock: Clock = {
        mode: "paced",
        start: () => () => reading += jumps[reads++ % jumps.length]! + 0.25,
      };
      const trace = record();
      const { main } = start(body);
      const kernel = new Kernel({
        main: toIterator(main, "run"),
        clock,
        order,
        trace,
        maxSteps: Infinity,
        hostTime: () => performance.now(),
        newAbort: () => ({ signal: new AbortController().signal, abort() {} }),
      });
      kernel.begin();
      while (kernel.drain(performance.now() + 0.002) !== "over");
      assertEquals(JSON.stringify(trace.entries), simulated(body, order).log);
    }),
    { seed: 30, numRuns: 500 },
  );
});

function keepsGrammar(body: readonly Action[], order: Order): void {
  assertKeepsGrammar(JSON.parse(simulated(body, order).log));
}

Deno.test("trace: the log of any program keeps the grammar, and each task has an exit", () => {
  fc.assert(fc.property(programs, orders, keepsGrammar), { seed: 40, numRuns: 1000 });
});

Deno.test("trace: a program does the same with a trace and without", () => {
  fc.assert(
    fc.property(programs, orders, (body, order) => {
      let outcome;
      try {
        outcome = JSON.stringify(simulate(start(body).main, { order }));
      } catch (error) {
        outcome = textOf(error);
      }
      assertEquals(outcome, simulated(body, order).outcome);
    }),
    { seed: 50, numRuns: 300 },
  );
});

Deno.test("errors: no program gets an error that nothing threw", () => {
  fc.assert(
    fc.property(programs, orders, (body, order) => {
      const { log, outcome } = simulated(body, order);
      for (const mistake of (log + outcome).matchAll(/(?:Type|Range)Error: (.{0,60})/g)) {
        assertMatch(mistake[1]!, /cannot join itself|cannot halt/);
      }
    }),
    { seed: 60, numRuns: 1000 },
  );
});

Deno.test("errors: no error that a program throws is dropped", () => {
  fc.assert(
    fc.property(programs, orders, (body, order) => {
      const { main, world } = start(body);
      const trace = record();
      try {
        simulate(main, { order, trace });
      } catch (error) {
        world.see(error);
      }
      assertEquals(world.lost(trace.entries), []);
    }),
    { seed: 70, numRuns: 3000 },
  );
});

Deno.test("sync: no program loses a permit or an item, or gets one twice", () => {
  fc.assert(
    fc.property(programs, orders, (body, order) => {
      const world = worldAfter(body, order);
      assertEquals([world.lock.available, world.semaphore.available], [1, 2]);
      const { queue, put, got } = world;
      for (let left = queue.tryGet(); left !== undefined; left = queue.tryGet()) {
        got.push(left.value);
      }
      assertEquals(new Set(got).size, got.length);
      // A task that was ended by force may not have learnt that its value was taken.
      assertEquals(put.filter((value) => !got.includes(value)), []);
    }),
    { seed: 80, numRuns: 3000 },
  );
});

Deno.test("sync: no program leaves a condition locked, a place at a barrier, or work undone", () => {
  fc.assert(
    fc.property(programs, orders, (body, order) => {
      const world = worldAfter(body, order);
      const { queue, barrier, condition } = world;
      assertEquals(barrier.waiting, 0);
      while (queue.tryGet() !== undefined) queue.taskDone();
      simulate(queue.join());
      simulate(condition.acquire()).release();
    }),
    { seed: 90, numRuns: 1000 },
  );
});

Deno.test("combinators: in no program is a cancel retried, or a limit exceeded", () => {
  fc.assert(
    fc.property(programs, orders, (body, order) => {
      const world = worldAfter(body, order);
      assertEquals(world.wrong, []);
    }),
    { seed: 100, numRuns: 2000 },
  );
});
