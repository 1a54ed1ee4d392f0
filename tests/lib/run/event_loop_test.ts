import {
  Cancelled,
  type Coroutine,
  EventLoop,
  fifo,
  now,
  pacedClock,
  pause,
  record,
  run,
  shuffled,
  sleep,
  spawn,
  until,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { busy } from "../fixtures.ts";

Deno.test("run: begins with the next microtask, never inside its caller", async () => {
  const said: string[] = [];
  const over = run(function* () {
    said.push("run");
  }());
  said.push("caller");
  await over;
  assertEquals(said, ["caller", "run"]);
});

Deno.test("run: resolves to what main returns, and rejects with what it throws", async () => {
  const error = new Error("boom");
  assertEquals(await run(now(), { clock: virtualClock() }), 0);
  const rejected = run(function* () {
    throw error;
  }());
  assertStrictEquals(await rejected.catch((error) => error), error);
});

Deno.test("EventLoop: runs once", async () => {
  const loop = new EventLoop(sleep(1), { clock: virtualClock() });
  loop.simulate();
  assertThrows(() => loop.simulate(), TypeError, "this loop was used before");
  await assertRejects(async () => await loop.run(), TypeError, "this loop was used before");
});

Deno.test("EventLoop.simulate: expects the virtual clock", () => {
  for (const clock of [wallClock(), pacedClock()]) {
    const loop = new EventLoop(sleep(1), { clock });
    assertThrows(() => loop.simulate(), TypeError, "expected clock to be virtualClock()");
  }
});

Deno.test("EventLoop.now: is logical time, before and after the run", async () => {
  const loop = new EventLoop(sleep(1000), { clock: virtualClock() });
  assertEquals(loop.now, 0);
  await loop.run();
  assertEquals(loop.now, 1000);
});

for (const [name, order] of Object.entries({ fifo: fifo(), shuffled: shuffled(1) })) {
  Deno.test(`EventLoop.isIdle: is true while no task is ready, in the order ${name}`, async () => {
    const seen: boolean[] = [];
    function* program(): Coroutine<void> {
      yield* spawn(pause());
      seen.push(loop.isIdle);
      yield* pause();
      yield* pause();
      seen.push(loop.isIdle);
      // It stays in the queue, and is not ready.
      (yield* spawn(pause())).cancel();
      seen.push(loop.isIdle);
      yield* pause();
      yield* until(
        new Promise<void>((resolve) =>
          setTimeout(() => {
            seen.push(loop.isIdle);
            resolve();
          }, 0)
        ),
      );
    }
    const loop: EventLoop<void> = new EventLoop(program(), { clock: virtualClock(), order });
    await loop.run();
    assertEquals([...seen, loop.isIdle], [false, true, true, true, true]);
  });
}

Deno.test("EventLoop.isIdle: is true after the end, although a cancelled task is in the queue", () => {
  const loop = new EventLoop(
    function* () {
      yield* spawn(sleep(1));
      throw new Error("boom");
    }(),
    { clock: virtualClock() },
  );
  assertThrows(() => loop.simulate(), Error, "boom");
  assertEquals(loop.isIdle, true);
});

Deno.test("run: an aborted signal cancels main with its reason, and the run ends after cleanup", async () => {
  const controller = new AbortController();
  const said: unknown[] = [];
  const error = await run(
    function* () {
      // From here: on a busy machine a timer may fire before the first step.
      setTimeout(() => controller.abort("closed"), 3);
      try {
        yield* sleep(60_000);
      } catch (error) {
        said.push((error as Cancelled).source, (error as Cancelled).reason);
        throw error;
      } finally {
        yield* sleep(2);
        said.push("cleaned");
      }
    }(),
    { signal: controller.signal },
  ).catch((error) => error);
  assertInstanceOf(error, Cancelled);
  assertEquals([error.source, error.by, error.reason], ["host", null, "closed"]);
  assertEquals(said, ["host", "closed", "cleaned"]);
});

Deno.test("run: a signal that was aborted before ends the run without a step", async () => {
  const signal = AbortSignal.abort("before");
  const trace = record();
  await assertRejects(() => run(sleep(60_000), { signal, trace }), Cancelled, "before");
  assertEquals(trace.entries.some(({ type }) => type === "step"), false);
});

Deno.test("EventLoop.cancel: before the run ends it without a step, and works once", async () => {
  const trace = record();
  const loop = new EventLoop(sleep(1), { trace });
  assertEquals([loop.cancel("never mind"), loop.cancel()], [true, false]);
  await assertRejects(() => loop.run(), Cancelled, "cancelled by the host: never mind");
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "cancel", "exit"]);
});

Deno.test("EventLoop.cancel: reaches a busy loop between its slices", async () => {
  for (const clock of [wallClock(), virtualClock(), pacedClock()]) {
    const loop = new EventLoop(
      function* () {
        for (;;) yield* pause();
      }(),
      { clock, maxSteps: Infinity },
    );
    setTimeout(() => assertEquals([loop.cancel("stop"), loop.cancel("again")], [true, false]), 2);
    await assertRejects(() => loop.run(), Cancelled, "cancelled by the host: stop");
    assertEquals(loop.cancel(), false);
  }
});

Deno.test("EventLoop.cancel: a main that catches it and returns resolves the run", async () => {
  const loop: EventLoop<string | undefined> = new EventLoop(function* () {
    try {
      setTimeout(() => loop.cancel(), 0);
      yield* sleep(60_000);
    } catch {
      return "survived";
    }
  }());
  assertEquals(await loop.run(), "survived");
});

Deno.test("EventLoop: many run side by side in one process", async () => {
  const ends = await Promise.all(Array.from({ length: 200 }, (_, n) =>
    run(
      function* () {
        for (let step = 0; step < 3; step++) yield* sleep(n % 4);
        return yield* now();
      }(),
      { clock: pacedClock() },
    )));
  assertEquals(ends, ends.map((_, n) => (n % 4) * 3));
});

Deno.test("run: settles when it ends at the end of a slice", async () => {
  await assertRejects(
    () =>
      run(
        function* () {
          const first = yield* spawn(sleep(1));
          yield* spawn(function* () {
            yield* sleep(1);
            for (let n = 0; n < 10; n++) yield* spawn(sleep(1));
          }());
          yield* first;
          busy(20);
          throw new Error("over");
        }(),
        { clock: virtualClock() },
      ),
    Error,
    "over",
  );
});
