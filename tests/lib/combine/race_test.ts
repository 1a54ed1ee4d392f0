import {
  any,
  Cancelled,
  type Coroutine,
  now,
  race,
  record,
  shuffled,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { after, caught, fail, failInCleanup, namesIn, slow } from "../fixtures.ts";

Deno.test("race: gives the value of the first to end, and cancels the others", () => {
  const cancels: unknown[] = [];
  simulate(function* () {
    function* late(): Coroutine<string> {
      try {
        return yield* after(80, "late");
      } catch (error) {
        cancels.push(error);
        throw error;
      }
    }
    assertEquals(yield* race([late(), after(20, "fast"), late()]), "fast");
    assertEquals(yield* now(), 20);
  }());
  const [one, other] = cancels as Cancelled[];
  assertEquals([one!.source, one!.by?.name, one!.reason], [
    "sibling",
    "task 2",
    "another was first",
  ]);
  assertStrictEquals(other, one);
});

Deno.test("race: waits for the others to clean up", () => {
  simulate(function* () {
    const log: unknown[] = [];
    yield* race([slow(7, log), sleep(20)]);
    assertEquals(log.slice(1), ["cleaned at 27"]);
  }());
});

Deno.test("race: throws if the first to end fails", () => {
  simulate(function* () {
    const [at, error] = yield* caught(race([after(80, 1), fail(20, "boom")]));
    assertEquals([at, error.message], [20, "boom"]);
  }());
});

Deno.test("race: throws what the cleanup of the others throws, instead of the value", () => {
  simulate(function* () {
    const [at, error] = yield* caught(race([
      failInCleanup(1, "one"),
      after(20, "value"),
      failInCleanup(1, "two"),
    ]));
    assertInstanceOf(error, AggregateError);
    assertEquals(error.errors.map(({ message }) => message), ["one", "two"]);
    assertStrictEquals(error.cause, error.errors[0]);
    assertEquals([at, error.message], [21, '2 failures in race of "main"']);
  }());
});

Deno.test("race: of two that end at the same instant the one that takes its step first wins", () => {
  assertEquals(simulate(race([after(5, "a"), after(5, "b")])), "a");
  const winners = new Set(Array.from(
    { length: 20 },
    (_, seed) => simulate(race([after(5, "a"), after(5, "b")]), { order: shuffled(seed) }),
  ));
  assertEquals([...winners].toSorted(), ["a", "b"]);
});

Deno.test("race: a member that has not started when another ends never runs", () => {
  simulate(function* () {
    let started = 0;
    function* count(): Coroutine<number> {
      return ++started;
    }
    assertEquals(yield* race([after(0, "later"), count(), count()]), 1);
    assertEquals([started, yield* now()], [1, 0]);
  }());
});

Deno.test("race: a task among them is only joined, and goes on when another is first", () => {
  simulate(function* () {
    const task = yield* spawn(after(50, "unharmed"));
    assertEquals(yield* race([task, after(20, "fast")]), "fast");
    assertEquals(task.state, "suspended");
    assertEquals(yield* race([task, after(90, "slow")]), "unharmed");
    assertEquals(yield* race([after(90, "slow"), task]), "unharmed");
    assertEquals(yield* now(), 50);
  }());
});

Deno.test("race: a member that another task cancels has failed", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(50), { name: "target" });
    yield* spawn(function* () {
      yield* sleep(10);
      task.cancel("unwanted");
    }());
    const [at, error] = yield* caught(race([task, after(20, 1)]));
    assertInstanceOf(error, Cancelled);
    assertEquals([at, error.source, error.reason], [10, "join", "unwanted"]);
  }());
});

Deno.test("race: names its tasks by their index", () => {
  const trace = record();
  simulate(race([sleep(1), sleep(2)], { name: "runner" }), { trace });
  assertEquals(namesIn(trace.entries), ["main", "runner[0]", "runner[1]"]);
});

Deno.test("race: expects an array of at least one coroutine, and throws at the call", () => {
  assertThrows(() => race([]), TypeError, "race: expected at least one coroutine");
  assertThrows(
    () => race(sleep(1) as unknown as []),
    TypeError,
    "race: expected an array of coroutines",
  );
  assertThrows(
    () => race([5 as unknown as Coroutine<void>]),
    TypeError,
    "race: expected a coroutine, received 5",
  );
});

Deno.test("race: of an object gives the key of the first, too, and names tasks by key", () => {
  const trace = record();
  const first = simulate(race({ slow: after(20, 1), fast: after(10, "one") }), { trace });
  assertEquals(first, { key: "fast", value: "one" });
  const names = trace.entries.flatMap((entry) => entry.type === "spawn" ? [entry.name] : []);
  assertEquals(names, ["main", "slow", "fast"]);
  assertThrows(() => race({}), TypeError, "race: expected at least one coroutine");
});

for (const [name, combine] of Object.entries({ race, any })) {
  Deno.test(`${name}: leaves a task that has lost, so its failure is its parent's`, () => {
    function* crash(ms: number, ...others: Coroutine<unknown>[]): Coroutine<void> {
      const first = yield* spawn(sleep(10));
      const server = yield* spawn(fail(ms, "crashed"));
      yield* combine([server, first, ...others]);
      yield* sleep(1000);
    }
    // Later, at the same instant, and while another that has lost cleans up.
    assertThrows(() => simulate(crash(15)), Error, "crashed");
    assertThrows(() => simulate(crash(10)), Error, "crashed");
    assertThrows(() => simulate(crash(15, slow(20, []))), Error, "crashed");
  });
}
