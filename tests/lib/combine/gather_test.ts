import {
  Cancelled,
  type Coroutine,
  gather,
  pause,
  record,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { LoopTask } from "../../../lib/core/task.ts";
import { after, caught, fail, failInCleanup, namesIn, observersOf, slow } from "../fixtures.ts";

Deno.test("gather: of nothing gives nothing, and does not suspend", () => {
  const trace = record();
  simulate(
    function* () {
      assertEquals(yield* gather([]), []);
    }(),
    { trace },
  );
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "step", "exit"]);
});

Deno.test("gather: names its tasks by their index", () => {
  const trace = record();
  simulate(gather([sleep(1), sleep(1)], { name: "row" }), { trace });
  assertEquals(namesIn(trace.entries), ["main", "row[0]", "row[1]"]);
});

Deno.test("gather: one failure cancels the others, waits for their cleanup, and is thrown as it is", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(gather([slow(5, log), fail(10, "boom")], { name: "row" }));
    assertEquals([at, error.message], [15, "boom"]);
    const [cancelled, cleaned] = log as [Cancelled, string];
    assertEquals([cancelled.source, cancelled.by?.name], ["sibling", "row[1]"]);
    assertStrictEquals(cancelled.cause, error);
    assertEquals(cleaned, "cleaned at 15");
  }());
});

Deno.test("gather: two or more failures come together, in the order in which they happened", () => {
  simulate(function* () {
    const [at, error] = yield* caught(gather([
      failInCleanup(7, "third"),
      failInCleanup(3, "second"),
      fail(10, "first"),
    ]));
    assertInstanceOf(error, AggregateError);
    assertEquals(error.errors.map(({ message }) => message), ["first", "second", "third"]);
    assertStrictEquals(error.cause, error.errors[0]);
    assertEquals([at, error.message], [17, '3 failures in gather of "main"']);
  }());
});

Deno.test("gather: two failures at the same instant come together", () => {
  simulate(function* () {
    const [, error] = yield* caught(gather([fail(10, "a"), fail(10, "b")]));
    assertEquals((error as AggregateError).errors.map(({ message }) => message), ["a", "b"]);
  }());
});

Deno.test("gather: a task among them is only joined, and goes on when another fails", () => {
  simulate(function* () {
    const task = yield* spawn(after(100, "unharmed"));
    const [at, error] = yield* caught(gather([task, fail(10, "boom")]));
    assertEquals([at, error.message, task.state], [10, "boom", "suspended"]);
    assertEquals(yield* task, "unharmed");
  }());
});

Deno.test("gather: a task that has ended counts with its value or its cancel", () => {
  simulate(function* () {
    const done = yield* spawn(after(1, "value"));
    const cancelled = yield* spawn(sleep(1000), { name: "target" });
    cancelled.cancel("unwanted");
    yield* sleep(5);
    assertEquals(yield* gather([done, after(1, 2)]), ["value", 2]);
    const log: unknown[] = [];
    const [at, error] = yield* caught(gather([slow(0, log), cancelled]));
    assertEquals([at, (error as Cancelled).source], [6, "join"]);
    // It was cancelled before it started, so there was nothing to clean up.
    assertEquals(log, []);
  }());
});

Deno.test("gather: a failure of a task that it joined does not fail the task's parent", () => {
  const value = simulate(function* () {
    const task = yield* spawn(fail(10, "boom"));
    yield* caught(gather([task]));
    return "well";
  }());
  assertEquals(value, "well");
});

Deno.test("gather: a task that is given twice fails once", () => {
  simulate(function* () {
    const task = yield* spawn(fail(10, "boom"));
    const [, error] = yield* caught(gather([task, task]));
    assertEquals(error.message, "boom");
  }());
});

Deno.test("gather: the chain of causes of its error ends", () => {
  simulate(function* () {
    const task = yield* spawn(fail(10, "boom"));
    const [, error] = yield* caught(gather([
      task,
      function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* task;
        }
      }(),
    ]));
    const chain = new Set<unknown>();
    for (let link: unknown = error; link instanceof Error; link = link.cause) {
      assert(!chain.has(link));
      chain.add(link);
    }
  }());
});

Deno.test("gather: cancelled, it cancels all, and ends when they have cleaned up", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const task = yield* spawn(gather([slow(5, log), slow(9, log)]));
    yield* sleep(10);
    task.cancel("enough");
    const [at, error] = yield* caught(task);
    assertEquals([at, task.state], [19, "cancelled"]);
    const [first, second] = log;
    assertStrictEquals(first, error.cause);
    assertStrictEquals(second, first);
    assertEquals(log.slice(2), ["cleaned at 15", "cleaned at 19"]);
  }());
});

Deno.test("gather: cancelled, it throws what a cleanup throws, with the cancel as cause", () => {
  simulate(function* () {
    const task = yield* spawn(gather([failInCleanup(0)]));
    yield* sleep(10);
    task.cancel("enough");
    const [, error] = yield* caught(task);
    assertEquals([error.message, task.state], ["in cleanup", "failed"]);
    assertEquals((error.cause as Cancelled).reason, "enough");
  }());
});

Deno.test("gather: a cancel that comes while members clean up waits for the next suspension", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const task = yield* spawn(function* () {
      log.push(...yield* caught(gather([slow(20, []), fail(10, "boom")])));
      yield* pause();
      log.push("not reached");
    }());
    yield* sleep(15);
    assertEquals(task.cancel(), true);
    const [at] = yield* caught(task);
    const [caughtAt, error] = log as [number, Error];
    assertEquals([caughtAt, error.message, at, log.length], [30, "boom", 30, 2]);
    assertEquals(task.state, "cancelled");
  }());
});

Deno.test("gather: a cancel that comes just after a failure waits until the others have cleaned up", () => {
  simulate(function* () {
    const task = yield* spawn(gather([slow(5, []), fail(10, "boom")]));
    yield* spawn(function* () {
      yield* sleep(10);
      yield* pause();
      assertEquals([task.state, task.cancel()], ["ready", true]);
    }());
    const [at, error] = yield* caught(task);
    assertEquals([at, error.message], [15, "boom"]);
  }());
});

Deno.test("gather: a task with a pending cancel that gathers what has failed goes on to its next suspension", () => {
  simulate(function* () {
    const other = yield* spawn(sleep(1000));
    other.cancel();
    const log: string[] = [];
    function* self(): Coroutine<void> {
      task.cancel();
      const [, error] = yield* caught(gather([other]));
      log.push((error as Cancelled).source);
      yield* pause();
      log.push("not reached");
    }
    const task: Task<void> = yield* spawn(self());
    yield* caught(task);
    assertEquals([log, task.state], [["join"], "cancelled"]);
  }());
});

Deno.test("gather: a task that it was given is not observed any more after a failure", () => {
  simulate(function* () {
    const task = (yield* spawn(sleep(100))) as LoopTask<void>;
    for (let n = 0; n < 3; n++) yield* caught(gather([task, fail(1)]));
    assertEquals(observersOf(task), 0);
  }());
});

Deno.test("gather: with a limit starts no more at a time, and reads an iterable no further", () => {
  let [running, most, read] = [0, 0, 0];
  function* works(): Generator<() => Coroutine<number>> {
    for (let n = 0; n < 7; n++) {
      read++;
      yield function* () {
        most = Math.max(most, ++running);
        yield* sleep(10 * (7 - n));
        running--;
        return n;
      };
    }
  }
  simulate(function* () {
    const task = yield* spawn(gather(works(), { limit: 3, name: "work" }));
    yield* sleep(1);
    assertEquals([running, read], [3, 3]);
    assertEquals(yield* task, [0, 1, 2, 3, 4, 5, 6]);
    assertEquals(most, 3);
  });
});

Deno.test("gather: a limit costs no more than there are coroutines", () => {
  const limit = Number.MAX_SAFE_INTEGER;
  const trace = record();
  const works = new Set([after(10, 1), after(20, 2), after(10, 3)]);
  assertEquals(simulate(gather(works, { limit }), { trace }), [1, 2, 3]);
  assertEquals(trace.entries.at(-1)!.at, 20);
  assert(trace.entries.filter(({ type }) => type === "spawn").length < 10);
});

Deno.test("gather: with a limit, a failure ends what runs, and the iterable", () => {
  const log: string[] = [];
  function* works(): Generator<() => Coroutine<void>> {
    try {
      yield () => sleep(1000);
      yield function* () {
        yield* sleep(5);
        throw new Error("boom");
      };
      yield () => sleep(1);
    } finally {
      log.push("closed");
    }
  }
  assertThrows(() => simulate(gather(works(), { limit: 2 })), Error, "boom");
  assertEquals(log, ["closed"]);
  const promises = [Promise.resolve(1)] as never;
  const message = "gather: expected a coroutine, received a promise";
  assertThrows(() => simulate(gather(promises, { limit: 2 })), TypeError, message);
  for (const limit of [0, 1.5, Infinity]) {
    assertThrows(() => gather([], { limit }), RangeError, "gather: expected limit to be");
  }
  for (
    const [wrong, received] of [[undefined, "undefined"], [{}, "an object"], [5, "5"]] as const
  ) {
    assertThrows(
      () => gather(wrong as never, { limit: 2 }),
      TypeError,
      `gather: expected an iterable of coroutines, received ${received}`,
    );
  }
});

Deno.test("gather: takes a hundred thousand coroutines", () => {
  const many = Array.from({ length: 100_000 }, () => sleep(1));
  assertEquals(simulate(gather(many)).length, 100_000);
});

Deno.test("gather: with a limit, nothing more is taken at the instant of a failure or a cancel", () => {
  const taken: number[] = [];
  function* works(): Generator<() => Coroutine<void>> {
    for (let n = 1; n <= 9; n++) {
      taken.push(n);
      yield function* () {
        yield* sleep(10);
        if (n === 3) throw new Error("boom");
      };
    }
  }
  assertThrows(() => simulate(gather(works(), { limit: 2 })), Error, "boom");
  assertEquals(taken.splice(0), [1, 2, 3, 4]);
  simulate(function* () {
    const task = yield* spawn(gather(works(), { limit: 2 }));
    yield* spawn(function* () {
      yield* sleep(10);
      task.cancel();
    });
  });
  assertEquals(taken, [1, 2]);
});

Deno.test("gather: with a limit, an iterator that throws is not returned from, and no error is lost", () => {
  let returned = 0;
  function iterableOf(next: () => IteratorResult<() => Coroutine<void>>) {
    const iterator = {
      next,
      return(): never {
        returned++;
        throw new Error("return");
      },
    };
    return { [Symbol.iterator]: () => iterator };
  }
  const fails = iterableOf(() => {
    throw new Error("next");
  });
  assertThrows(() => simulate(gather(fails, { limit: 2 })), Error, "next");
  assertEquals(returned, 0);
  const member = iterableOf(() => ({ done: false, value: () => fail(1, "member") }));
  const error = assertThrows(() => simulate(gather(member, { limit: 1 })), AggregateError);
  assertEquals(error.errors.map(String), ["Error: member", "Error: return"]);
});
