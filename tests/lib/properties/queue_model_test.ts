import { type Coroutine, pause, Queue, shuffled, simulate, spawn, type Task } from "@tenfold/loop";
import { assertEquals } from "@std/assert";
import fc from "fast-check";

type Act = { act: "put" | "get" | "tryPut" | "tryGet" | "close" } | {
  act: "cancel";
  which: number;
};

/** The simplest queue: three lists. */
class Model {
  readonly size: number;
  values: number[] = [];
  getters: number[] = [];
  putters: { who: number; value: number }[] = [];
  closed = false;
  /** What has come of each that asked: nothing yet if it is not here. */
  readonly outcomes = new Map<number, string>();

  constructor(size: number) {
    this.size = size;
  }

  put(who: number, value: number): void {
    if (this.closed) this.outcomes.set(who, "closed");
    else {
      this.putters.push({ who, value });
      this.move();
    }
  }

  get(who: number): void {
    this.getters.push(who);
    this.move();
    if (this.closed && !this.outcomes.has(who)) this.leave(who, "closed");
  }

  leave(who: number, outcome: string): void {
    this.getters = this.getters.filter((getter) => getter !== who);
    this.putters = this.putters.filter((putter) => putter.who !== who);
    this.outcomes.set(who, outcome);
  }

  close(): void {
    this.closed = true;
    for (const who of [...this.getters, ...this.putters.map(({ who }) => who)]) {
      this.leave(who, "closed");
    }
  }

  /** Lets values go on as far as they can. */
  move(): void {
    for (;;) {
      if (this.getters.length > 0 && this.values.length > 0) {
        this.outcomes.set(this.getters.shift()!, `got ${this.values.shift()}`);
      } else if (
        this.putters.length > 0 && (this.values.length < this.size || this.getters.length > 0)
      ) {
        const { who, value } = this.putters.shift()!;
        this.values.push(value);
        this.outcomes.set(who, "put");
      } else return;
    }
  }
}

function* behave(size: number, acts: readonly Act[]): Coroutine<void> {
  const queue = new Queue<number>(size);
  const model = new Model(size);
  const tasks: Task<void>[] = [];
  const outcomes = new Map<number, string>();
  let value = 0;

  function* ask(who: number, asked: Coroutine<number | void>): Coroutine<void> {
    try {
      const got = yield* asked;
      outcomes.set(who, got === undefined ? "put" : `got ${got}`);
    } catch (error) {
      outcomes.set(who, (error as Error).name === "ClosedError" ? "closed" : "cancelled");
    }
  }

  for (const act of acts) {
    const who = tasks.length;
    if (act.act === "put") {
      tasks.push(yield* spawn(ask(who, queue.put(++value))));
      model.put(who, value);
    } else if (act.act === "get") {
      tasks.push(yield* spawn(ask(who, queue.get())));
      model.get(who);
    } else if (act.act === "cancel") {
      const waiting = [...tasks.keys()].filter((who) => !model.outcomes.has(who));
      const target = waiting[act.which % waiting.length];
      if (target !== undefined) {
        tasks[target]!.cancel();
        model.leave(target, "cancelled");
        model.move();
      }
    } else if (act.act === "tryGet") {
      const expected = model.values.shift();
      model.move();
      assertEquals(queue.tryGet()?.value, expected);
    } else if (act.act === "close") {
      queue.close();
      model.close();
    } else if (!model.closed) {
      const hasRoom = model.values.length < size;
      assertEquals(queue.tryPut(++value), hasRoom);
      if (hasRoom) model.put(-value, value);
    }
    // Two pauses: in the first the new task starts, in the second the one that it wakes goes on.
    yield* pause();
    yield* pause();
    for (const who of model.outcomes.keys()) if (who < 0) model.outcomes.delete(who);
    assertEquals([queue.length, queue.closed], [model.values.length, model.closed]);
    assertEquals(new Map([...outcomes].toSorted()), new Map([...model.outcomes].toSorted()));
  }
  for (const task of tasks) task.cancel();
}

Deno.test("Queue: behaves as three lists do: no value is lost, doubled or out of order", () => {
  const kinds = fc.constantFrom("put" as const, "put", "get", "get", "tryPut", "tryGet");
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 12, arbitrary: fc.record({ act: kinds }) },
    {
      weight: 4,
      arbitrary: fc.record({ act: fc.constant("cancel" as const), which: fc.nat({ max: 5 }) }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("close" as const) }) },
  );
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 3, Infinity),
      fc.array(act, { maxLength: 40, size: "max" }),
      (size, acts) => simulate(behave(size, acts)),
    ),
    { seed: 1, numRuns: 400 },
  );
});

Deno.test("Queue: in any order of steps each value comes out once, those of one task in order", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, Infinity),
      fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      (size, counts, consumers, seed) => {
        const queue = new Queue<[number, number]>(size);
        const got: [number, number][] = [];
        function* produce(who: number, count: number): Coroutine<void> {
          for (let n = 0; n < count; n++) yield* queue.put([who, n]);
        }
        function* consume(): Coroutine<void> {
          for (let next = yield* queue.next(); !next.done; next = yield* queue.next()) {
            got.push(next.value);
          }
        }
        simulate(
          function* () {
            const producers: Task<void>[] = [];
            for (const [who, count] of counts.entries()) {
              producers.push(yield* spawn(produce(who, count)));
            }
            for (let n = 0; n < consumers; n++) yield* spawn(consume());
            for (const task of producers) yield* task;
            queue.close();
          }(),
          { order: shuffled(seed) },
        );
        for (const [who, count] of counts.entries()) {
          const own = got.filter(([from]) => from === who).map(([, n]) => n);
          // Several consumers may note what they got in another order than they got it.
          assertEquals(consumers === 1 ? own : own.toSorted(), [...Array(count).keys()]);
        }
      },
    ),
    { seed: 2, numRuns: 200 },
  );
});
