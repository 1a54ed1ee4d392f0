import {
  Cancelled,
  type Coroutine,
  fifo,
  now,
  type Order,
  pause,
  record,
  shuffled,
  simulate,
  sleep,
  spawn,
  type Task,
  wait,
} from "@tenfold/loop";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { LoopTask } from "../../../lib/core/task.ts";
import { after, caught, fail, observersOf } from "../fixtures.ts";

function names(tasks: Task<unknown>[]): string {
  return tasks.map(({ name }) => name).join(" ");
}

Deno.test("wait: all-completed waits for all, and gives them in the order in which they ended", () => {
  simulate(function* () {
    const { done, pending } = yield* wait([after(30, "a"), after(10, "b"), after(20, "c")]);
    assertEquals([yield* now(), pending], [30, []]);
    const values: string[] = [];
    for (const task of done) values.push(yield* task);
    assertEquals(values, ["b", "c", "a"]);
  }());
});

Deno.test("wait: first-completed returns with the first, whether it failed or not", () => {
  simulate(function* () {
    for (const quick of [after(10, "value"), fail(10, "boom")]) {
      const begun = yield* now();
      const { done, pending } = yield* wait([sleep(30), quick, sleep(20)], {
        returnWhen: "first-completed",
        name: "t",
      });
      assertEquals([names(done), names(pending)], ["t[1]", "t[0] t[2]"]);
      assertEquals((yield* now()) - begun, 10);
      if (done[0]!.state === "failed") yield* caught(done[0]!);
    }
  }());
});

Deno.test("wait: first-exception returns with the first failure, or when all are done", () => {
  simulate(function* () {
    const options = { returnWhen: "first-exception", name: "t" } as const;
    const failed = yield* wait([sleep(30), fail(20, "boom"), sleep(10)], options);
    assertEquals([names(failed.done), names(failed.pending)], ["t[2] t[1]", "t[0]"]);
    assertEquals(yield* now(), 20);
    assertEquals((yield* caught(failed.done[1]!))[1].message, "boom");
    const { done } = yield* wait([sleep(10), sleep(5)], options);
    assertEquals([names(done), yield* now()], ["t[1] t[0]", 30]);
  }());
});

Deno.test("wait: for first-exception a cancelled task is no exception", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(100));
    yield* spawn(function* () {
      yield* sleep(10);
      task.cancel();
    }());
    const { done, pending } = yield* wait([after(20, 1), task], { returnWhen: "first-exception" });
    assertEquals([done[0], done.length, pending, yield* now()], [task, 2, [], 20]);
  }());
});

Deno.test("wait: a timeout ends the waiting and not the tasks", () => {
  const trace = record();
  simulate(
    function* () {
      const { done, pending } = yield* wait([after(10, "a"), after(100, "b")], { timeout: 50 });
      assertEquals([done.length, pending.length, yield* now()], [1, 1, 50]);
      assertEquals([yield* pending[0]!, yield* now()], ["b", 100]);
    }(),
    { trace },
  );
  const waits = trace.entries.filter((entry) => entry.type === "suspend" && entry.why === "wait");
  assertEquals(
    waits.map(({ at, ...rest }) => [at, "until" in rest && rest.until]),
    // The second wait is for what still ends at the instant of the deadline.
    [[0, 50], [50, 50]],
  );
});

Deno.test("wait: one that is over before its timeout leaves no timer", () => {
  simulate(function* () {
    yield* wait([sleep(10)], { timeout: 1000 });
    assertEquals(yield* now(), 10);
    yield* sleep(5);
  }());
  assertEquals(simulate(wait([sleep(1)], { timeout: 5 })).done.length, 1);
});

Deno.test("wait: a timeout of 0 lets the ready tasks run", () => {
  simulate(function* () {
    const { done, pending } = yield* wait([pause(), sleep(1)], { timeout: 0 });
    assertEquals([done.length, pending.length, yield* now()], [1, 1, 0]);
  }());
});

Deno.test("wait: a task that ends at the instant of the timeout is done, in any order", () => {
  const done = (order: Order) =>
    simulate(
      function* () {
        const earlier = yield* spawn(sleep(10), { name: "earlier" });
        yield* pause();
        const later = yield* spawn(sleep(10), { name: "later" });
        const { done, pending } = yield* wait([earlier, later], { timeout: 10 });
        assertEquals(yield* now(), 10);
        assertEquals(new Set([...done, ...pending]), new Set<Task<void>>([earlier, later]));
        return names(done);
      }(),
      { order },
    );
  assertEquals(done(fifo()), "earlier later");
  const results = new Set(Array.from({ length: 20 }, (_, seed) => done(shuffled(seed))));
  assertEquals([...results].toSorted(), ["earlier later", "later earlier"]);
});

Deno.test("wait: hands failures over, and does not throw them", () => {
  simulate(function* () {
    const { done } = yield* wait([fail(10, "one"), fail(20, "two")]);
    assertEquals(done.map(({ state }) => state), ["failed", "failed"]);
    const messages: string[] = [];
    for (const task of done) messages.push((yield* caught(task))[1].message);
    assertEquals(messages, ["one", "two"]);
  }());
});

Deno.test("wait: a failure that no task joins fails the task that waited, when it ends", () => {
  const log: string[] = [];
  function* program(): Coroutine<void> {
    yield* wait([fail(10, "unseen")]);
    yield* sleep(10);
    log.push(`went on until ${yield* now()}`);
  }
  assertThrows(() => simulate(program()), Error, "unseen");
  assertEquals(log, ["went on until 20"]);
});

Deno.test("wait: two failures that no task joins come together, in the order in which they happened", () => {
  const error = assertThrows(
    () => simulate(wait([fail(20, "two"), fail(10, "one")])),
    AggregateError,
  );
  assertEquals(error.errors.map(({ message }) => message), ["one", "two"]);
  assertStrictEquals(error.cause, error.errors[0]);
});

Deno.test("wait: the task that waited ends when the pending have ended", () => {
  simulate(function* () {
    yield* yield* spawn(function* () {
      yield* wait([sleep(10), sleep(100)], { returnWhen: "first-completed" });
    }());
    assertEquals(yield* now(), 100);
  }());
});

Deno.test("wait: cancelled, the task cancels what it started, and not the tasks it was given", () => {
  simulate(function* () {
    const given = yield* spawn(after(100, "unharmed"));
    let started!: Cancelled;
    const waiter = yield* spawn(wait([
      given,
      function* () {
        try {
          yield* sleep(100);
        } catch (error) {
          started = error as Cancelled;
          throw error;
        }
      }(),
    ]));
    yield* sleep(10);
    waiter.cancel("enough");
    assertEquals((yield* caught(waiter))[0], 10);
    assertEquals([started.reason, waiter.state, given.state], ["enough", "cancelled", "suspended"]);
    assertEquals(yield* given, "unharmed");
  }());
});

Deno.test("wait: a task that is given twice is handed over once", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(10));
    const { done } = yield* wait([task, task]);
    assertEquals([done.length, done[0] === task], [1, true]);
    const { pending } = yield* wait([yield* spawn(sleep(9)), task], { timeout: 1 });
    assertEquals(pending.length, 1);
  }());
});

Deno.test("wait: for tasks that have ended does not suspend", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(sleep(10));
      yield* task;
      const { done, pending } = yield* wait([task], { timeout: 5 });
      assertEquals([done[0] === task, done.length, pending.length, yield* now()], [true, 1, 0, 10]);
    }(),
    { trace },
  );
  assertEquals(
    trace.entries.some((entry) => entry.type === "suspend" && entry.why === "wait"),
    false,
  );
});

Deno.test("wait: what ends at the instant of its timeout has ended in time", () => {
  simulate(function* () {
    const { done } = yield* wait([sleep(100)], { timeout: 100 });
    assertEquals([done.length, yield* now()], [1, 100]);
  }());
});

Deno.test("wait: throws at the call if an argument is wrong", () => {
  assertThrows(
    () => wait([], { returnWhen: "someday" as "all-completed" }),
    TypeError,
    'expected returnWhen to be "all-completed" or "first-completed" or "first-exception", ' +
      'received "someday"',
  );
  for (const timeout of [-1, NaN, -Infinity]) {
    assertThrows(() => wait([], { timeout }), RangeError, `wait: timeout: expected`);
  }
  assertThrows(() => wait([]), TypeError, "wait: expected at least one coroutine");
  assertThrows(() => wait([], { timeout: "5" as unknown as number }), TypeError, "received string");
  assertThrows(() => wait({} as []), TypeError, "wait: expected an array of coroutines");
});

Deno.test("wait: a task that it was given is not observed any more after a cancel", () => {
  simulate(function* () {
    const task = (yield* spawn(sleep(100))) as LoopTask<void>;
    const waiters = [yield* spawn(wait([task])), yield* spawn(wait([task], { timeout: 50 }))];
    yield* sleep(1);
    for (const waiter of waiters) waiter.cancel();
    yield* sleep(1);
    assertEquals(observersOf(task), 0);
  }());
});

Deno.test("wait: a task that it was given is not observed any more after a timeout", () => {
  simulate(function* () {
    const task = (yield* spawn(sleep(100))) as LoopTask<void>;
    for (let n = 0; n < 3; n++) yield* wait([task, sleep(1)], { timeout: 5 });
    assertEquals(observersOf(task), 0);
  }());
});
