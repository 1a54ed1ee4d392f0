import {
  Cancelled,
  type Coroutine,
  fifo,
  gather,
  now,
  pause,
  shuffled,
  simulate,
  sleep,
  spawn,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { after, caught, fail, failInCleanup, slow } from "../fixtures.ts";

Deno.test("timeout: work that ends in time gives its value, and leaves no timer", () => {
  simulate(function* () {
    assertEquals(yield* timeout(50, after(10, "value")), "value");
    assertEquals(yield* now(), 10);
    yield* sleep(1);
    assertEquals(yield* now(), 11);
  }());
});

Deno.test("timeout: work that fails in time throws its error as it is", () => {
  simulate(function* () {
    const [at, error] = yield* caught(timeout(50, fail(10, "boom")));
    assertEquals([at, error.message, error.cause], [10, "boom", undefined]);
  }());
});

Deno.test("timeout: cancels the work when time is up, waits for its cleanup, and throws a TimeoutError", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(timeout(50, slow(7, log)));
    assertInstanceOf(error, TimeoutError);
    assertEquals([at, error.name, error.message], [
      57,
      "TimeoutError",
      'timed out after 50 ms in task "main"',
    ]);
    const cancelled = log[0] as Cancelled;
    assertEquals([cancelled.source, cancelled.reason], ["timeout", "50 ms are over"]);
    assertEquals(log[1], "cleaned at 57");
  }());
});

Deno.test("timeout: throws what the cleanup throws, with the timeout's Cancelled as cause", () => {
  simulate(function* () {
    const [at, error] = yield* caught(timeout(50, failInCleanup(5)));
    assertEquals([at, error.message], [55, "in cleanup"]);
    assertEquals((error.cause as Cancelled).source, "timeout");
  }());
});

Deno.test("timeout: gives the value of work that catches its cancel and returns", () => {
  simulate(function* () {
    const value = yield* timeout(
      50,
      function* () {
        try {
          yield* sleep(1000);
        } catch {
          yield* sleep(5);
        }
        return "in the end";
      }(),
    );
    assertEquals([value, yield* now()], ["in the end", 55]);
  }());
});

Deno.test("timeout: work that ends at the instant of the timeout wins", () => {
  simulate(function* () {
    assertEquals(yield* timeout(100, after(100, "value")), "value");
    assertEquals(yield* timeout(0, after(0, "at once")), "at once");
    assertEquals(yield* now(), 100);
  }());
});

Deno.test("timeout: work that wakes before the timeout at the same instant wins, in any order", () => {
  simulate(function* () {
    const earlier = yield* spawn(after(100, "value"));
    yield* pause();
    assertEquals(yield* timeout(100, earlier), "value");
    assertEquals(yield* now(), 100);
  }());
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(simulate(timeout(9, after(9, "value")), { order: shuffled(seed) }), "value");
  }
});

Deno.test("timeout: work that takes several steps at the instant of the timeout wins", () => {
  assertEquals(simulate(timeout(100, gather([after(100, "value")]))), ["value"]);
  simulate(timeout(
    100,
    function* () {
      yield* sleep(100);
      yield* pause();
    }(),
  ));
});

Deno.test("timeout: work that wakes when time is up may pause and sleep(0) once, not twice, in any order", () => {
  function* work(ms: number, naps: number): Coroutine<string> {
    yield* sleep(ms);
    for (let n = 0; n < 50; n++) yield* pause();
    for (let n = 0; n < naps; n++) yield* sleep(0);
    return "in time";
  }
  const helped = (ms: number) =>
    gather([after(ms, 1), work(ms, 0), gather([after(ms, 2), gather([after(ms, 3)])])]);
  const orders = [fifo(), ...Array.from({ length: 20 }, (_, seed) => shuffled(seed))];
  for (const order of orders) {
    for (const ms of [0, 10]) {
      for (const naps of [0, 1]) {
        assertEquals(simulate(timeout(ms, work(ms, naps)), { order }), "in time");
      }
      for (const naps of [2, 3]) {
        assertThrows(() => simulate(timeout(ms, work(ms, naps)), { order }), TimeoutError);
      }
      // Whatever other tasks have to do for it before none is ready.
      simulate(timeout(ms, helped(ms)), { order });
    }
  }
});

Deno.test("timeout: one of 0 lets the work run until it waits for a time", () => {
  assertEquals(
    simulate(timeout(
      0,
      function* () {
        yield* pause();
        return "value";
      }(),
    )),
    "value",
  );
  assertThrows(() => simulate(timeout(0, sleep(1))), TimeoutError, "timed out after 0 ms");
});

Deno.test("timeout: of nested ones the shorter fires, and its error names its task", () => {
  simulate(function* () {
    const [inner, first] = yield* caught(timeout(50, timeout(20, sleep(100))));
    assertEquals([inner, first.message], [20, 'timed out after 20 ms in task "task 1"']);
    const [outer, second] = yield* caught(timeout(50, timeout(70, sleep(100))));
    assertEquals([outer, second.message], [70, 'timed out after 50 ms in task "main"']);
  }());
});

Deno.test("timeout: an outer one that fires while the inner one's work cleans up does not interrupt it", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(timeout(15, timeout(10, slow(20, log))));
    assertEquals([at, log[1]], [30, "cleaned at 30"]);
    assertEquals(error.message, 'timed out after 10 ms in task "task 1"');
    assertEquals((log[0] as Cancelled).reason, "10 ms are over");
  }());
});

Deno.test("timeout: one that fires while the work cleans up after an error lets that error through", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(timeout(12, gather([slow(20, log), fail(10, "boom")])));
    assertEquals([at, error.message], [30, "boom"]);
    assertEquals([(log[0] as Cancelled).source, log[1]], ["sibling", "cleaned at 30"]);
  }());
});

Deno.test("timeout: cancelled by another task, it cancels the work and ends cancelled", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const task = yield* spawn(timeout(15, slow(20, log)));
    yield* sleep(10);
    task.cancel("enough");
    const [at, error] = yield* caught(task);
    assertEquals([at, task.state], [30, "cancelled"]);
    assertStrictEquals(log[0], error.cause);
    assertEquals((log[0] as Cancelled).reason, "enough");
  }());
});

Deno.test("timeout: a task is only joined, and goes on when time is up", () => {
  simulate(function* () {
    const task = yield* spawn(after(100, "unharmed"));
    const [at, error] = yield* caught(timeout(50, task));
    assertInstanceOf(error, TimeoutError);
    assertEquals([at, task.state, yield* task], [50, "suspended", "unharmed"]);
  }());
});

Deno.test("timeout: work that another task cancels in time throws a Cancelled", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(100));
    yield* spawn(function* () {
      yield* sleep(10);
      task.cancel("unwanted");
    }());
    const [at, error] = yield* caught(timeout(50, task));
    assertInstanceOf(error, Cancelled);
    assertEquals([at, error.source, error.reason], [10, "join", "unwanted"]);
  }());
});

Deno.test("timeout: expects a time ≥ 0 and a coroutine, and throws at the call", () => {
  for (const ms of [-1, NaN, -Infinity]) {
    assertThrows(() => timeout(ms, sleep(1)), RangeError, "timeout: expected a finite number");
  }
  assertThrows(() => timeout("5" as unknown as number, sleep(1)), TypeError, "received string");
  assertThrows(
    () => timeout(5, 5 as unknown as Coroutine<void>),
    TypeError,
    "timeout: expected a coroutine, received 5",
  );
  assertThrows(
    () =>
      simulate(function* () {
        yield* sleep(1);
        yield* timeout(2 ** 53 - 1, sleep(1));
      }()),
    RangeError,
    "timeout: 9007199254740991 ms from 1 is past 2^53 - 1",
  );
});

Deno.test("timeout: gives `else` when its own time is up, not that of another", () => {
  simulate(function* () {
    assertEquals(yield* timeout(10, sleep(50), { else: "late" }), "late");
    assertEquals(yield* timeout(50, sleep(10), { else: "late" }), undefined);
    assertEquals(yield* timeout(10, sleep(50), { else: undefined }), undefined);
    const [, error] = yield* caught(timeout(1000, timeout(10, sleep(50)), { else: "moved on" }));
    assertInstanceOf(error, TimeoutError);
  });
});
