import {
  asCompleted,
  Cancelled,
  type Coroutine,
  gather,
  now,
  pause,
  record,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { after, caught, fail } from "../fixtures.ts";

Deno.test("asCompleted: gives values in the order in which the coroutines end, each when it does", () => {
  simulate(function* () {
    const log: [string, number][] = [];
    for (const next of asCompleted([after(30, "c"), after(10, "a"), after(20, "b")])) {
      log.push([yield* next, yield* now()]);
    }
    assertEquals(log, [["a", 10], ["b", 20], ["c", 30]]);
  }());
});

Deno.test("asCompleted: starts all at once, before the first is awaited", () => {
  simulate(function* () {
    const nexts = asCompleted([after(10, "a"), after(20, "b")]);
    yield* sleep(50);
    const values: string[] = [];
    for (const next of nexts) values.push(yield* next);
    assertEquals([values, yield* now()], [["a", "b"], 50]);
  }());
});

Deno.test("asCompleted: throws a failure in its place, and the failure does not fail the parent", () => {
  simulate(function* () {
    const log: unknown[] = [];
    for (const next of asCompleted([after(30, "later"), fail(10, "boom")])) {
      try {
        log.push(yield* next);
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        log.push((error as Error).message);
      }
    }
    assertEquals(log, ["boom", "later"]);
  }());
});

Deno.test("asCompleted: a failure that is not caught fails the task that asked, and cancels the rest", () => {
  let rest: unknown;
  function* slow(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch (error) {
      rest = error;
      throw error;
    }
  }
  assertThrows(
    () =>
      simulate(function* () {
        for (const next of asCompleted([slow(), fail(10, "boom")])) yield* next;
      }()),
    Error,
    "boom",
  );
  assertInstanceOf(rest, Cancelled);
  assertEquals((rest.cause as Error).message, "boom");
});

Deno.test("asCompleted: coroutines that are not awaited go on, as children of the task that called", () => {
  simulate(function* () {
    const ended: string[] = [];
    function* noted(ms: number, name: string): Coroutine<string> {
      yield* sleep(ms);
      ended.push(name);
      return name;
    }
    yield* yield* spawn(function* () {
      for (const next of asCompleted([noted(10, "a"), noted(20, "b"), noted(30, "c")])) {
        if ((yield* next) === "b") break;
      }
      assertEquals([ended, yield* now()], [["a", "b"], 20]);
    }());
    assertEquals([ended, yield* now()], [["a", "b", "c"], 30]);
  }());
});

Deno.test("asCompleted: a failure that is not awaited fails the task that called, when it ends", () => {
  assertThrows(
    () =>
      simulate(function* () {
        for (const next of asCompleted([after(10, "a"), fail(20, "unseen")])) {
          yield* next;
          break;
        }
      }()),
    Error,
    "unseen",
  );
});

Deno.test("asCompleted: its results can be awaited side by side, and each is another's", () => {
  simulate(function* () {
    const nexts = [...asCompleted([after(30, "c"), after(10, "a"), after(20, "b")])];
    assertEquals(yield* gather(nexts), ["a", "b", "c"]);
    assertEquals(yield* now(), 30);
  }());
});

Deno.test("asCompleted: awaited in another order, the one that is awaited first gets the first value", () => {
  simulate(function* () {
    const [one, two] = asCompleted([after(10, "a"), after(20, "b")]);
    assertEquals([yield* two!, yield* one!], ["a", "b"]);
  }());
});

Deno.test("asCompleted: one that was given up takes no value away from the others", () => {
  simulate(function* () {
    const [one, two, three] = asCompleted([after(20, "a"), after(30, "b")]);
    assertEquals(three, undefined);
    assertInstanceOf((yield* caught(timeout(5, one!)))[1], TimeoutError);
    assertEquals([yield* two!, yield* now()], ["a", 20]);
  }());
});

Deno.test("asCompleted: a task among them is taken as it is, also when it has ended", () => {
  simulate(function* () {
    const done = yield* spawn(after(5, "done"));
    const going = yield* spawn(after(30, "going"));
    yield* sleep(10);
    const values: string[] = [];
    for (const next of asCompleted([going, after(10, "started"), done, done])) {
      values.push(yield* next);
    }
    assertEquals([values, yield* now()], [["done", "done", "started", "going"], 30]);
  }());
});

Deno.test("asCompleted: throws a Cancelled of the join for a cancelled task", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(50), { name: "target" });
    yield* pause();
    task.cancel("unwanted");
    const [next] = asCompleted([task]);
    const [, error] = yield* caught(next!);
    assertInstanceOf(error, Cancelled);
    assertEquals([error.source, error.reason], ["join", "unwanted"]);
  }());
});

Deno.test("asCompleted: each result can be awaited once", () => {
  simulate(function* () {
    const [next] = asCompleted([after(1, "a")]);
    assertEquals(yield* gather([next!]), ["a"]);
    assertThrows(() => gather([next!]), TypeError, "started before");
  }());
});

Deno.test("asCompleted: a task that the host cancels before its start is one of the results", () => {
  let target: Task<void>;
  const seen: Error[] = [];
  simulate(
    function* () {
      target = yield* spawn(sleep(50));
      for (const next of asCompleted([target])) seen.push((yield* caught(next))[1]);
    }(),
    {
      // The log is the host's: what it asks for comes when no task runs.
      trace({ type, task }) {
        if (type === "suspend" && task === 0) target?.cancel("by the host");
      },
    },
  );
  assertEquals(seen.map((error) => (error as Cancelled).reason), ["by the host"]);
});

Deno.test("asCompleted: expects to be called inside a coroutine, with an array of coroutines", () => {
  assertThrows(() => asCompleted([sleep(1)]), TypeError, "asCompleted: no coroutine is running");
  simulate(function* () {
    assertThrows(
      () => asCompleted(5 as unknown as []),
      TypeError,
      "asCompleted: expected an array of coroutines",
    );
    assertEquals([...asCompleted([])], []);
  }());
});

Deno.test('asCompleted: suspends with "queue", and not at all for what has ended', () => {
  const trace = record();
  simulate(
    function* () {
      const [one, two] = asCompleted([pause(), sleep(1)]);
      yield* pause();
      yield* pause();
      yield* one!;
      yield* two!;
    }(),
    { trace },
  );
  const waits = trace.entries.flatMap((entry) =>
    entry.type === "suspend" && entry.task === 0 ? [entry.why] : []
  );
  assertEquals(waits, ["pause", "pause", "queue"]);
});

Deno.test("asCompleted: a second for-of goes on with the results that the first has left", () => {
  simulate(function* () {
    const results = asCompleted([after(30, "c"), after(10, "a"), after(20, "b")]);
    const values: string[] = [];
    for (const next of results) {
      values.push(yield* next);
      break;
    }
    yield* sleep(15);
    for (const next of results) values.push(yield* next);
    for (const next of results) values.push(yield* next);
    assertEquals([values, yield* now()], [["a", "b", "c"], 30]);
  });
});

Deno.test("asCompleted: when a for-of was left, a task fails the one that spawned it at once", () => {
  function* leaving(leave: (results: Iterable<Coroutine<unknown>>) => Coroutine<void>) {
    const task = yield* spawn(fail(50, "boom"));
    yield* leave(asCompleted([after(10, "a"), task]));
    yield* sleep(10_000);
  }
  const ways: ((results: Iterable<Coroutine<unknown>>) => Coroutine<void>)[] = [
    function* (results) {
      for (const next of results) {
        yield* next;
        break;
      }
    },
    function* ([first]) {
      yield* first!;
    },
    function* (results) {
      try {
        yield* timeout(20, function* () {
          for (const next of results) yield* next;
        });
      } catch (error) {
        assertInstanceOf(error, TimeoutError);
      }
    },
  ];
  for (const way of ways) {
    const trace = record();
    assertThrows(() => simulate(leaving(way), { trace }), Error, "boom");
    assertEquals(trace.entries.at(-1)!.at, 50);
  }
});
