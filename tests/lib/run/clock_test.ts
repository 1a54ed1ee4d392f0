import {
  block,
  Cancelled,
  type Clock,
  type Coroutine,
  emit,
  EventLoop,
  gather,
  now,
  pacedClock,
  pause,
  record,
  run,
  simulate,
  sleep,
  spawn,
  until,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { onStillClock } from "../fixtures.ts";

/** A paced clock whose wall is moved by hand. */
function moved(): { clock: Clock; wall: { reading: number } } {
  const wall = { reading: 0 };
  return { wall, clock: { mode: "paced", start: () => () => wall.reading } };
}

Deno.test("pacedClock: catches up with an origin in the past at once, and then keeps pace", async () => {
  const origin = Date.now() - 60_000;
  const before = performance.now();
  await run(
    function* () {
      yield* sleep(59_000);
      // A minute ago it was due; how long the machine takes does not matter.
      assertLess(performance.now() - before, 30_000);
      yield* sleep(1010);
      assertGreaterOrEqual(Date.now() - origin, 60_010);
      assertEquals(yield* now(), 60_010);
    }(),
    { clock: pacedClock({ origin }) },
  );
});

Deno.test("pacedClock: expects an origin that is a finite number", () => {
  for (const origin of [NaN, Infinity, -Infinity]) {
    assertThrows(() => pacedClock({ origin }), RangeError, `received ${origin}`);
  }
  assertThrows(() => pacedClock({ origin: "0" as unknown as number }), RangeError);
});

Deno.test("pacedClock: waits for an origin in the future", async () => {
  const origin = Date.now() + 20;
  await run(
    function* () {
      assertGreaterOrEqual(Date.now(), origin);
    }(),
    { clock: pacedClock({ origin }) },
  );
});

Deno.test("pacedClock: reads the system's clock once, at the start of a run", () => {
  const [wall, monotonic] = [Date.now, performance.now];
  try {
    // The system's clock is set back by an hour, then forward by a day; the other goes on.
    const times = [1500, -3_600_000, 86_400_000];
    let ms = 70;
    Date.now = () => times.shift()!;
    performance.now = () => ms;
    const reading = pacedClock({ origin: 1000 }).start();
    const readings = [0, 10, 20.5].map((passed) => {
      ms = 70 + passed;
      return reading();
    });
    assertEquals([readings, times.length], [[500, 510, 520.5], 2]);
    const own = pacedClock().start();
    ms += 30;
    assertEquals(own(), 30);
  } finally {
    Date.now = wall;
    performance.now = monotonic;
  }
});

Deno.test("pacedClock: the host's answer enters the run at the wall's time", async () => {
  const { clock, wall } = moved();
  const trace = record();
  await run(
    until(async () => {
      await Promise.resolve();
      wall.reading = 12.5;
    }),
    { clock, trace },
  );
  assertEquals(trace.entries.slice(-3).map(({ at, type }) => [type, at]), [
    ["ready", 12.5],
    ["step", 12.5],
    ["exit", 12.5],
  ]);
});

Deno.test("pacedClock: the host's cancel enters the run at the wall's time, but not past a deadline", async () => {
  for (const [reading, at] of [[12.5, 12.5], [50, 20]] as const) {
    const { clock, wall } = moved();
    const trace = record();
    await onStillClock(async () => {
      const loop = new EventLoop(sleep(20), { clock, trace });
      const over = loop.run();
      // The loop has gone to sleep.
      await Promise.resolve();
      wall.reading = reading;
      loop.cancel();
      await assertRejects(() => over, Cancelled);
    });
    assertEquals(trace.entries.find(({ type }) => type === "cancel")?.at, at);
  }
});

Deno.test("pacedClock: the host's answer does not enter the run past the next deadline", async () => {
  const { clock, wall } = moved();
  const times = await run(
    gather([
      function* (): Coroutine<number> {
        yield* until(Promise.resolve().then(() => wall.reading = 50));
        return yield* now();
      }(),
      function* (): Coroutine<number> {
        yield* sleep(20);
        return yield* now();
      }(),
    ]),
    { clock },
  );
  assertEquals(times, [20, 20]);
});

Deno.test("virtualClock: stands still while a task waits for the host, and sleep(0) ends", async () => {
  const said: string[] = [];
  await run(
    gather([
      function* () {
        yield* until(new Promise((resolve) => setTimeout(resolve, 5)), { label: "the host" });
        said.push(`host at ${yield* now()}`);
      }(),
      function* () {
        yield* sleep(0);
        said.push(`no time at ${yield* now()}`);
        yield* sleep(1);
        said.push(`some time at ${yield* now()}`);
      }(),
    ]),
    { clock: virtualClock() },
  );
  assertEquals(said, ["no time at 0", "host at 0", "some time at 1"]);
});

Deno.test("virtualClock: a block ends although a task waits for the host", async () => {
  const said: string[] = [];
  await run(
    gather([
      function* () {
        yield* until(new Promise((resolve) => setTimeout(resolve, 2)));
        said.push(`host at ${yield* now()}`);
      }(),
      function* () {
        yield* block(10);
        said.push(`blocker at ${yield* now()}`);
      }(),
    ]),
    { clock: virtualClock() },
  );
  assertEquals(said, ["blocker at 10", "host at 10"]);
});

Deno.test("wallClock: is the default of run, and its time passes by itself", async () => {
  const before = performance.now();
  const ended = await run(function* () {
    yield* sleep(5);
    return yield* now();
  }());
  assertGreaterOrEqual(performance.now() - before, 5);
  assertGreaterOrEqual(ended, 5);
});

Deno.test("wallClock: deadlines are whole numbers, so that equal sleeps end together", async () => {
  const trace = record();
  await run(gather([sleep(3), sleep(3), sleep(2.5)]), { clock: wallClock(), trace });
  for (const entry of trace.entries) {
    if (entry.type === "suspend" && entry.why === "sleep") assert(Number.isInteger(entry.until));
  }
});

Deno.test("wallClock: a task that pauses for ever does not starve the sleepers", async () => {
  await run(function* () {
    let over = false;
    yield* spawn(function* () {
      yield* sleep(3);
      over = true;
    }());
    while (!over) yield* pause();
  }());
});

Deno.test("simulate: gives what run gives in virtual time", async () => {
  function* program(): Coroutine<number[]> {
    yield* emit("begin");
    return yield* gather([now(), now()]);
  }
  assertEquals(simulate(program()), await run(program(), { clock: virtualClock() }));
});

Deno.test("Clock: logical time does not go back when a reading does", async () => {
  for (const mode of ["paced", "wall"] as const) {
    let reading = 0;
    const trace = record();
    await run(
      function* () {
        yield* until(Promise.resolve().then(() => reading = 12));
        yield* until(Promise.resolve().then(() => reading = 3));
      }(),
      { clock: { mode, start: () => () => reading }, trace },
    );
    const times = trace.entries.map(({ at }) => at);
    assertEquals(times, times.toSorted((a, b) => a - b), mode);
    assertEquals(times.at(-1), 12);
  }
});
