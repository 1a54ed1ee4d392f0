import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Link } from "../../../lib/core/list.ts";
import { Timers } from "../../../lib/core/timers.ts";

class Sleeper implements Link {
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** The same in the simplest way: an array, sorted when asked. */
class Model {
  #waiting: { sleeper: Sleeper; deadline: number; sequence: number }[] = [];
  #sequence = 0;

  get size(): number {
    return this.#waiting.length;
  }

  add(sleeper: Sleeper, deadline: number): void {
    this.#waiting.push({ sleeper, deadline, sequence: this.#sequence++ });
  }

  removeAt(index: number): Sleeper {
    return this.#waiting.splice(index, 1)[0]!.sleeper;
  }

  peek(): number {
    return Math.min(Infinity, ...this.#waiting.map(({ deadline }) => deadline));
  }

  take(): number[] {
    const next = this.peek();
    const due = this.#waiting.filter(({ deadline }) => deadline === next);
    this.#waiting = this.#waiting.filter(({ deadline }) => deadline !== next);
    return due.sort((a, b) => a.sequence - b.sequence).map(({ sleeper }) => sleeper.number);
  }
}

type Act = { act: "add"; deadline: number; times: number } | { act: "remove"; index: number } | {
  act: "take" | "peek";
};

function behave(acts: readonly Act[]): void {
  const timers = new Timers<Sleeper>();
  const model = new Model();
  let number = 0;
  const take = () => {
    const woken: number[] = [];
    timers.take((sleeper) => {
      assert(sleeper.nextLink === null && sleeper.prevLink === null);
      woken.push(sleeper.number);
    });
    assertEquals(woken, model.take());
  };
  for (const act of acts) {
    if (act.act === "add") {
      for (let n = 0; n < act.times; n++) {
        const sleeper = new Sleeper(number++);
        timers.add(sleeper, act.deadline);
        model.add(sleeper, act.deadline);
      }
    } else if (act.act === "remove") {
      if (model.size > 0) timers.remove(model.removeAt(act.index % model.size));
    } else if (act.act === "take") {
      take();
    } else {
      assertEquals(timers.peek(), model.peek());
    }
  }
  while (model.size > 0) take();
  assertEquals(timers.peek(), Infinity);
  take();
}

const deadline = fc.oneof(
  fc.nat({ max: 4 }),
  fc.nat(),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
);

Deno.test("Timers: behave as a sorted list does", () => {
  const act: fc.Arbitrary<Act> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        act: fc.constant("add" as const),
        deadline,
        times: fc.nat({ max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ act: fc.constant("remove" as const), index: fc.nat() }),
    },
    fc.record({ act: fc.constantFrom("take" as const, "peek") }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: "max" }), behave),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("Timers: behave as a sorted list does when most of many leave early", () => {
  const many = fc.array(deadline, { minLength: 100, maxLength: 200, size: "max" });
  fc.assert(
    fc.property(many, fc.array(fc.nat(), { minLength: 90, maxLength: 200, size: "max" }), (
      deadlines,
      leaving,
    ) =>
      behave([
        ...deadlines.map((deadline): Act => ({ act: "add", deadline, times: 1 })),
        ...leaving.map((index): Act => ({ act: "remove", index })),
        ...deadlines.slice(0, 20).map((deadline): Act => ({ act: "add", deadline, times: 2 })),
        { act: "peek" },
      ])),
    { seed: 2, numRuns: 100 },
  );
});

Deno.test("Timers: what is removed can be added again, with the same deadline", () => {
  const timers = new Timers<Sleeper>();
  const [a, b] = [new Sleeper(1), new Sleeper(2)];
  timers.add(a, 10);
  timers.remove(a);
  assertEquals(timers.peek(), Infinity);
  timers.add(b, 10);
  timers.add(a, 10);
  const woken: number[] = [];
  timers.take((sleeper) => woken.push(sleeper.number));
  assertEquals(woken, [2, 1]);
});

Deno.test("Timers: what is taken can be added again with the same deadline, and is taken next time", () => {
  const timers = new Timers<Sleeper>();
  timers.add(new Sleeper(1), 5);
  let again = 0;
  timers.take((sleeper) => {
    if (again++ < 1) timers.add(sleeper, 6);
  });
  assertEquals([again, timers.peek()], [1, 6]);
});

Deno.test("Timers: what has left early does not pile up", () => {
  const timers = new Timers<Sleeper>();
  let most = 0;
  // Each sleeps for long, is the last with its deadline, and leaves before the next one comes.
  for (let n = 0; n < 10_000; n++) {
    const sleeper = new Sleeper(n);
    timers.add(sleeper, 1e6 + n);
    timers.remove(sleeper);
    most = Math.max(most, timers.size);
  }
  assert(most < 100, `${most} buckets of none`);
});
