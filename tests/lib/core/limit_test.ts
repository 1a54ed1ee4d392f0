import {
  block,
  type Cancelled,
  chosen,
  type Coroutine,
  EventLoop,
  fifo,
  gather,
  LimitError,
  pacedClock,
  pause,
  record,
  run,
  shuffled,
  simulate,
  sleep,
  sleepUntil,
  spawn,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";

Deno.test("maxSteps: ends a run that goes on for ever, after cleanup", async () => {
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

Deno.test("maxSteps: the error says at what time, and which task is next", () => {
  function* cron(): Coroutine<void> {
    yield* sleep(30);
    for (;;) yield* sleepUntil(30); // Due at once.
  }
  const program = () => simulate(gather([cron, sleep(31)]), { maxSteps: 100 });
  const where = `steps, at 30 ms, where "cron" is next; does it go on for ever?`;
  assertThrows(program, LimitError, where);
});

Deno.test("maxSteps: is exact in every order", () => {
  // Each task takes one step more than it pauses, and main takes two.
  const row = (pauses: number) => gather([pauses, 1].map(pausing));
  function* pausing(times: number): Coroutine<void> {
    for (let n = 0; n < times; n++) yield* pause();
  }
  for (const order of [fifo(), shuffled(1), chosen(() => 0)]) {
    for (const pauses of [0, 1, 1000]) {
      const steps = pauses + 5;
      simulate(row(pauses), { order, maxSteps: steps });
      const early = () => simulate(row(pauses), { order, maxSteps: steps - 1 });
      assertThrows(early, LimitError, `${steps - 1} steps`);
    }
  }
});

Deno.test("maxSteps: is exact in the middle of a round, and where a task blocks", () => {
  // Each takes two steps, as does main.
  const program = () => gather([block(1), block(1), pause(), pause()]);
  simulate(program(), { maxSteps: 10 });
  for (let maxSteps = 1; maxSteps < 10; maxSteps++) {
    const trace = record();
    assertThrows(() => simulate(program(), { maxSteps, trace }), LimitError);
    const { entries } = trace;
    const end = entries.findIndex(({ type }) => type === "cancel");
    const steps = entries.slice(0, end).filter(({ type }) => type === "step");
    assertEquals(steps.length, maxSteps);
  }
});

Deno.test("maxSteps: a task that is cancelled before its start takes no step", () => {
  simulate(
    function* () {
      (yield* spawn(sleep(1))).cancel();
      yield* pause();
    }(),
    { maxSteps: 2 },
  );
});

Deno.test("maxSteps: expects a whole number ≥ 1, or Infinity", () => {
  for (const maxSteps of [0, -1, 1.5, NaN, -Infinity, "5"]) {
    assertThrows(
      () => new EventLoop(sleep(1), { maxSteps: maxSteps as number }),
      RangeError,
      `maxSteps: expected a whole number ≥ 1, received ${
        typeof maxSteps === "string" ? `"${maxSteps}"` : maxSteps
      }`,
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

Deno.test("maxSteps: a cleanup that does not end is given up, and the error names its tasks", () => {
  const program = function* () {
    yield* spawn(stubborn(), { name: "stubborn" });
    for (;;) yield* pause();
  };
  const error = assertThrows(() => simulate(program(), { maxSteps: 10 }), LimitError, "10 steps");
  assertInstanceOf(error.cause, LimitError);
  assertEquals(error.cause.message, 'the cleanup of "stubborn" does not end');
});
