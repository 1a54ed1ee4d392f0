import {
  type Coroutine,
  gather,
  type Order,
  pause,
  record,
  shuffled,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { preemptionsIn, underEveryOrder } from "./every_order.ts";

// Small programs as plain data: what explore does with them is compared with brute force.

type Wait = "pause" | "sleep 0" | "sleep 1" | "join";
type Program = (note: (steps: string) => void) => Coroutine<void>;

/** A task for each list, which waits as that says; at the end it notes whose each step was. */
function programOf(lists: readonly Wait[][]): Program {
  return function* (note) {
    let steps = "";
    const tasks: Task<void>[] = [];
    function* play(waits: readonly Wait[], letter: string, before?: Task<void>): Coroutine<void> {
      steps += letter;
      for (const wait of waits) {
        if (wait === "pause") yield* pause();
        else if (wait === "join") yield* before ?? pause();
        else yield* sleep(wait === "sleep 0" ? 0 : 1);
        steps += letter;
      }
    }
    for (const [index, waits] of lists.entries()) {
      tasks.push(yield* spawn(play(waits, "abc"[index]!, tasks.at(-1))));
    }
    yield* gather(tasks);
    note(steps);
  };
}

const programs = fc.array(
  fc.array(fc.constantFrom<Wait>("pause", "pause", "sleep 0", "sleep 1", "join"), { maxLength: 3 }),
  { minLength: 1, maxLength: 3 },
).map((lists) => programOf(lists));

function stepsUnder(program: Program, order: Order): { steps: string; preemptions: number } {
  const trace = record();
  let steps = "";
  simulate(program((noted) => steps = noted), { order, trace });
  return { steps, preemptions: preemptionsIn(trace.entries) };
}

Deno.test("explore: runs every schedule, and none twice", () => {
  const counts: number[] = [];
  fc.assert(
    fc.property(programs, (program) => {
      const orders = underEveryOrder((order) => stepsUnder(program, order).steps, 2000);
      fc.pre(orders !== null);
      const explored: string[] = [];
      const { schedules, complete } = explore(() => program((steps) => explored.push(steps)));
      assertEquals([schedules, complete], [orders.length, true]);
      assertEquals(new Set(explored).size, schedules);
      assertEquals(explored.sort(), orders.sort());
      counts.push(schedules);
    }),
    { seed: 1, numRuns: 50 },
  );
  // That there was something to compare: many programs of many schedules.
  assert(counts.filter((count) => count >= 20).length >= 10, `${counts}`);
});

Deno.test("explore: runs schedules in the order of their preemptions", () => {
  const program = programOf([["pause", "pause"], ["pause", "sleep 0"], ["pause"]]);
  const preemptions = new Map(
    underEveryOrder((order) => stepsUnder(program, order), 2000)!.map((found) => {
      return [found.steps, found.preemptions] as const;
    }),
  );
  const order: number[] = [];
  explore(() => program((steps) => order.push(preemptions.get(steps)!)));
  assertEquals(order, order.toSorted((a, b) => a - b));
  assertEquals([order[0], order.at(-1)], [0, Math.max(...preemptions.values())]);
});

Deno.test("explore: finds a failure with the fewest preemptions", () => {
  let found = 0;
  fc.assert(
    fc.property(programs, fc.integer({ min: 1, max: 50 }), fc.nat(), (program, every, from) => {
      const all = underEveryOrder((order) => stepsUnder(program, order), 500);
      fc.pre(all !== null);
      const bad = all.filter((_, index) => (index + from) % every === 0);
      const isBad = new Set(bad.map(({ steps }) => steps));
      const { failure, complete } = explore(() => {
        return program((steps) => assert(!isBad.has(steps), steps));
      });
      if (bad.length === 0) return assertEquals([failure, complete], [undefined, true]);
      assertEquals(failure!.preemptions, Math.min(...bad.map(({ preemptions }) => preemptions)));
      if (failure!.preemptions > 0) found++;
    }),
    { seed: 1, numRuns: 100 },
  );
  assert(found >= 10, `${found}`);
});

Deno.test("explore: covers every schedule that shuffled can produce", () => {
  const program = programOf([["pause"], ["pause", "sleep 1"], ["sleep 1"]]);
  const explored = new Set<string>();
  explore(() => program((steps) => explored.add(steps)));
  const seen = new Set(
    Array.from({ length: 500 }, (_, seed) => stepsUnder(program, shuffled(seed)).steps),
  );
  assert(seen.size > 50, `${seen.size}`);
  assertEquals([...seen].filter((steps) => !explored.has(steps)), []);
});
