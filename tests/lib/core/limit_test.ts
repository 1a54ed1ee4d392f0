import {
  type Cancelled,
  type Coroutine,
  EventLoop,
  fifo,
  LimitError,
  pacedClock,
  pause,
  run,
  simulate,
  sleep,
  spawn,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";

Deno.test("maxSteps ends a run that goes on for ever, after cleanup", async () => {
  let cleaned = 0;
  function* forever(): Coroutine<void> {
    try {
      for (;;) yield* pause();
    } catch (error) {
      assertEquals((error as Cancelled).source, "limit");
      yield* pause();
      cleaned++;
      throw error;
    }
  }
  const message = "maxSteps: the run has not ended after 100 steps";
  assertThrows(() => simulate(forever(), { maxSteps: 100 }), LimitError, message);
  for (const clock of [wallClock(), virtualClock(), pacedClock()]) {
    await assertRejects(() => run(forever(), { maxSteps: 100, clock }), LimitError, message);
  }
  assertEquals(cleaned, 4);
});

Deno.test("maxSteps is exact", () => {
  function* steps(count: number): Coroutine<void> {
    for (let n = 1; n < count; n++) yield* pause();
  }
  for (const count of [1, 2, 1000]) {
    simulate(steps(count), { maxSteps: count });
    assertThrows(() => simulate(steps(count + 1), { maxSteps: count }), LimitError);
  }
});

Deno.test("a task that never runs takes no step", () => {
  simulate(
    function* () {
      (yield* spawn(sleep(1))).cancel();
      yield* pause();
    }(),
    { maxSteps: 2 },
  );
});

Deno.test("cleanup that goes on for ever is given up", () => {
  assertThrows(
    () =>
      simulate(
        function* () {
          for (;;) {
            try {
              for (;;) yield* pause();
            } catch { /* on */ }
          }
        }(),
        { maxSteps: 10, order: fifo() },
      ),
    LimitError,
    "10 steps",
  );
});

Deno.test("maxSteps is a whole number from 1, or Infinity", () => {
  for (const maxSteps of [0, -1, 1.5, NaN, -Infinity, "5"]) {
    assertThrows(
      () => new EventLoop(sleep(1), { maxSteps: maxSteps as number }),
      RangeError,
      `maxSteps: expected a whole number ≥ 1, received ${maxSteps}`,
    );
  }
});

function* stubborn(): Coroutine<void> {
  try {
    for (;;) yield* pause();
  } finally {
    for (;;) yield* pause();
  }
}

Deno.test("cleanup that does not end is given up, and told of by the names of its tasks", () => {
  const program = function* () {
    yield* spawn(stubborn(), { name: "stubborn" });
    for (;;) yield* pause();
  };
  const error = assertThrows(() => simulate(program(), { maxSteps: 10 }), LimitError, "10 steps");
  assertInstanceOf(error.cause, LimitError);
  assertEquals(error.cause.message, 'the cleanup of "main", "stubborn" does not end');
});
