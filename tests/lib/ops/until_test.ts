import {
  Cancelled,
  type Coroutine,
  currentTask,
  EventLoop,
  pause,
  record,
  run,
  simulate,
  sleep,
  spawn,
  summarize,
  type Task,
  until,
  virtualClock,
} from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { onStillClock, outcome } from "../fixtures.ts";

const clock = virtualClock();

Deno.test("until: gives what the promise resolves to, and throws what it rejects with", async () => {
  const error = new Error("boom");
  await run(function* () {
    assertEquals(yield* until(Promise.resolve(5)), 5);
    assertEquals(yield* until(() => Promise.resolve("made")), "made");
    let caught: unknown;
    try {
      yield* until(Promise.reject(error));
    } catch (error) {
      caught = error;
    }
    assertStrictEquals(caught, error);
  }());
});

Deno.test("until: throws undefined if the promise rejects with that", async () => {
  let caught: unknown[] = [];
  await run(function* () {
    try {
      yield* until(Promise.reject(undefined));
    } catch (error) {
      caught = [error];
    }
  }());
  assertEquals(caught, [undefined]);
});

Deno.test("until: a resolved promise wakes the task when no task is ready, not in between", async () => {
  const said: string[] = [];
  function* main(): Coroutine<void> {
    yield* spawn(function* () {
      for (let n = 0; n < 3; n++) {
        said.push(`turn ${n}`);
        yield* pause();
      }
    }());
    yield* until(Promise.resolve());
    said.push("resolved");
  }
  await onStillClock(() => run(main(), { clock }));
  assertEquals(said, ["turn 0", "turn 1", "turn 2", "resolved"]);
});

Deno.test('until: the log says "host", and the run is not replayable', async () => {
  const trace = record();
  await run(until(Promise.resolve()), { trace, clock });
  assertEquals(trace.entries.slice(3, 5).map(({ seq: _seq, ...entry }) => entry), [
    { at: 0, type: "suspend", task: 0, why: "host" },
    { at: 0, type: "ready", task: 0, by: "host" },
  ]);
  assertEquals(summarize(trace.entries).replayable, false);
});

Deno.test("until: calls the function when the task asks, and throws what the function throws", async () => {
  let calls = 0;
  const asked = until(() => {
    calls++;
    throw new Error("at once");
  });
  assertEquals(calls, 0);
  await assertRejects(() => run(asked), Error, "at once");
  assertEquals(calls, 1);
});

Deno.test("until: a method that is handed over without its object fails at its this", async () => {
  class Shop {
    readonly stock = 3;
    count(): Promise<number> {
      return Promise.resolve(this.stock);
    }
  }
  const shop = new Shop();
  await assertRejects(() => run(until(shop.count)), TypeError, "of undefined (reading 'stock')");
  assertEquals(await run(until(() => shop.count())), 3);
});

Deno.test("until: a cancel aborts the function's signal, with an AbortError caused by the Cancelled", async () => {
  let signal!: AbortSignal;
  await run(
    function* () {
      const task = yield* spawn(until((given) => {
        signal = given;
        return new Promise((_, reject) => given.onabort = () => reject(given.reason));
      }));
      yield* pause();
      yield* pause();
      assertEquals([task.state, signal.aborted], ["suspended", false]);
      task.cancel("leave");
      assert(signal.aborted);
      assertEquals(signal.reason.name, "AbortError");
      assertInstanceOf(signal.reason.cause, Cancelled);
      assertEquals(signal.reason.cause.reason, "leave");
      yield* pause();
      assertEquals(task.state, "cancelled");
    }(),
    { clock },
  );
});

Deno.test("until: a promise that settles after the cancel changes nothing, even when it rejects", async () => {
  for (const how of ["resolve", "reject"] as const) {
    const { promise, ...settle } = Promise.withResolvers<void>();
    const said: string[] = [];
    await run(
      function* () {
        const task = yield* spawn(function* () {
          try {
            yield* until(promise);
          } finally {
            settle[how](undefined);
            yield* until(Promise.resolve());
            yield* sleep(5);
            said.push("cleaned");
          }
        }());
        yield* pause();
        task.cancel();
      }(),
      { clock },
    );
    assertEquals(said, ["cleaned"]);
  }
});

Deno.test("until: a cancel by the host wins over an answer that has not woken the task yet", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await run(
    function* () {
      const task = yield* spawn(until(promise));
      yield* pause();
      // This reaction comes after the task's own, and before the loop's next turn.
      promise.then(() => assertEquals(task.cancel(), true));
      resolve();
      yield* until(new Promise((resolve) => setTimeout(resolve, 0)));
      assertEquals(task.state, "cancelled");
    }(),
    { clock },
  );
});

Deno.test("until: after a cancel virtual time no longer stands still for the promise", async () => {
  await run(
    function* () {
      const task = yield* spawn(until(new Promise(() => {})));
      yield* pause();
      task.cancel();
      yield* sleep(1000);
    }(),
    { clock },
  );
});

Deno.test("until: simulate() refuses it", () => {
  assertThrows(
    () => simulate(until(Promise.resolve())),
    TypeError,
    "until: simulate() can't wait for the host; use run()",
  );
});

Deno.test("until: expects a promise or a function, and throws at the call", () => {
  const wrongs: [unknown, string][] = [
    [undefined, "undefined"],
    [null, "null"],
    [5, "5"],
    ["text", '"text"'],
    [{}, "an object"],
    [[], "an array"],
    [sleep(1), "a coroutine"],
    [(async function* () {})(), "an async iterable"],
  ];
  for (const [wrong, received] of wrongs) {
    const { message } = assertThrows(() => until(wrong as Promise<void>), TypeError);
    assertEquals(
      message,
      `until: expected a promise, or a function that returns one, received ${received}`,
    );
  }
});

Deno.test("until: takes a thenable", async () => {
  const thenable: PromiseLike<number> = Promise.resolve(3);
  assertEquals(await run(until({ then: thenable.then.bind(thenable) })), 3);
});

Deno.test("until: one operation can be awaited again after it has ended", async () => {
  let calls = 0;
  const asked = until(() => Promise.resolve(++calls));
  assertEquals(
    await run(function* (): Coroutine<number[]> {
      return [yield* asked, yield* asked];
    }()),
    [1, 2],
  );
});

Deno.test("until: a second task that waits in the same operation fails, and the first goes on", async () => {
  const asked = until(Promise.resolve(5));
  await run(function* () {
    const first = yield* spawn(asked);
    const second = yield* spawn(asked);
    const error = yield* outcome(second);
    assertInstanceOf(error, TypeError);
    assertEquals(
      error.message,
      'host: "task 2" awaits what another task awaits already; make one for each',
    );
    assertEquals(yield* first, 5);
  }());
});

Deno.test("until: a task with a pending cancel does not call the function", async () => {
  let begun = false;
  await run(
    function* () {
      function* self(): Coroutine<void> {
        task.cancel();
        yield* until(() => {
          begun = true;
          return Promise.resolve();
        });
      }
      const task: Task<void> = yield* spawn(self());
    }(),
    { clock },
  );
  assertEquals(begun, false);
});

Deno.test("until: a function that returns no promise is an error, and the task can go on", async () => {
  await run(function* () {
    const message = yield* spawn(function* () {
      try {
        yield* until((() => 5) as unknown as () => Promise<number>);
      } catch (error) {
        yield* sleep(0);
        return (error as TypeError).message;
      }
    }());
    assertEquals(
      yield* message,
      "until: expected a promise, or a function that returns one, received 5",
    );
  }());
});

Deno.test("until: a promise that settles after the cancel does not let virtual time go on for others", async () => {
  const log: string[] = [];
  await run(
    function* () {
      const { promise, resolve } = Promise.withResolvers<void>();
      const task = yield* spawn(until(promise));
      yield* pause();
      task.cancel();
      resolve();
      yield* until(promise);
      yield* spawn(function* () {
        yield* sleep(1);
        log.push("slept");
      }());
      yield* until(new Promise<void>((resolve) => setTimeout(resolve, 5)));
      log.push("host");
    }(),
    { clock },
  );
  assertEquals(log, ["host", "slept"]);
});

Deno.test("until: a function that cancels its own task is aborted, and its promise is heard", async () => {
  let aborted = false;
  const task = new EventLoop(until((signal) => {
    signal.addEventListener("abort", () => aborted = true);
    currentTask().cancel("by itself");
    return Promise.reject(new Error("late"));
  }));
  await assertRejects(() => task.run(), Cancelled, "by itself");
  await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(aborted, true);
});
