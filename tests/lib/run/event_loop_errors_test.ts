import {
  type Clock,
  type Entry,
  EventLoop,
  fifo,
  now,
  type Order,
  record,
  run,
  type RunOptions,
  shuffled,
  simulate,
  sleep,
  spawn,
  until,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";

// What a loop is given may be wrong, or fail: then the promise of the run rejects, and nothing is
// left over.

/** A wall clock whose reading throws from some moment on. */
function breaking(error: Error, mode: Clock["mode"], isBroken: () => boolean): Clock {
  return {
    mode,
    start() {
      const origin = Date.now();
      return () => {
        if (isBroken()) throw error;
        return Date.now() - origin;
      };
    },
  };
}

Deno.test("EventLoop: `trace: record`, without the call, is an error", async () => {
  const trace = record as unknown as () => void;
  assertThrows(() => simulate(sleep(1), { trace }), TypeError, "did you mean record()?");
  await assertRejects(() => run(sleep(1), { trace }), TypeError, "did you mean record()?");
});

Deno.test("EventLoop: a trace that is no function is an error", () => {
  const trace = [] as unknown as () => void;
  assertThrows(
    () => simulate(sleep(1), { trace }),
    TypeError,
    "trace: expected a function, record",
  );
});

Deno.test("EventLoop: a clock, an order or a signal that is none is an error that says so", async () => {
  const wrong: [RunOptions, string][] = [
    [{ clock: virtualClock as unknown as Clock }, "clock: did you mean virtualClock()?"],
    [{ clock: "wall" as unknown as Clock }, "clock: did you mean virtualClock()?"],
    [{ order: shuffled as unknown as Order }, "order: did you mean shuffled()?"],
    [{ order: null as unknown as Order }, "order: did you mean fifo()?"],
    [{ signal: new AbortController() as unknown as AbortSignal }, "expected an AbortSignal"],
    [{ signal: null as unknown as AbortSignal }, "expected an AbortSignal"],
  ];
  for (const [options, message] of wrong) {
    await assertRejects(() => run(sleep(1), options), TypeError, message);
  }
});

Deno.test("Clock: a reading that throws ends the run with its error, at any time", async () => {
  const error = new Error("no time");
  for (const mode of ["paced", "wall"] as const) {
    for (let calls = 0; calls < 4; calls++) {
      const main = function* () {
        yield* spawn(sleep(30));
        for (let n = 0; n < 5; n++) yield* sleep(2);
      };
      let left = calls;
      const loop = new EventLoop(main(), { clock: breaking(error, mode, () => left-- <= 0) });
      assertStrictEquals(await loop.run().catch((error) => error), error, `${mode}, ${calls}`);
      assertEquals(loop.isIdle, true);
    }
  }
});

Deno.test("Clock: a reading that throws when the host wakes the loop ends the run with its error", async () => {
  const error = new Error("no time");
  for (const mode of ["paced", "wall"] as const) {
    let isBroken = false;
    const answer = new Promise<void>((resolve) =>
      setTimeout(() => {
        isBroken = true;
        resolve();
      }, 2)
    );
    const over = run(until(answer), { clock: breaking(error, mode, () => isBroken) });
    assertStrictEquals(await over.catch((error) => error), error, mode);
  }
});

Deno.test("EventLoop.cancel: comes too late after the clock has ended the run", async () => {
  const loop = new EventLoop(sleep(1), { clock: breaking(new Error("no"), "wall", () => true) });
  await assertRejects(() => loop.run(), Error, "no");
  assertEquals(loop.cancel(), false);
});

Deno.test("run: a clock or an order that cannot start ends it with its error", async () => {
  const error = new Error("no start");
  const start = () => {
    throw error;
  };
  const clock: Clock = { mode: "wall", start };
  const order: Order = { start };
  assertStrictEquals(await run(sleep(1), { clock }).catch((error) => error), error);
  assertStrictEquals(await run(sleep(1), { order }).catch((error) => error), error);
  assertStrictEquals(assertThrows(() => simulate(sleep(1), { order })), error);
});

Deno.test("run: starts its clock and its order once", async () => {
  let starts = 0;
  const order: Order = { start: () => (starts++, fifo().start()) };
  const clock: Clock = { mode: "wall", start: () => (starts++, wallClock().start()) };
  await run(now(), { clock, order });
  await run(now(), { clock, order });
  assertEquals(starts, 4);
});

Deno.test("run: leaves no listener on its signal", async () => {
  const { signal } = new AbortController();
  const listeners: unknown[] = [];
  const heard = signal.addEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: EventListener) => {
    listeners.push(listener);
    heard(type, listener);
  };
  signal.removeEventListener = (_type: string, listener: EventListener) => {
    listeners.splice(listeners.indexOf(listener), 1);
  };
  await run(sleep(1), { signal, clock: virtualClock() });
  const fails = function* () {
    throw new Error("boom");
  };
  await assertRejects(() => run(fails(), { signal, clock: virtualClock() }), Error, "boom");
  assertEquals(listeners, []);
});

Deno.test("EventLoop.cancel: in the last step changes nothing", async () => {
  const trace = (entry: Entry) => {
    if (entry.type === "step") assertEquals(loop.cancel(), true);
  };
  const loop: EventLoop<number> = new EventLoop(now(), { clock: virtualClock(), trace });
  assertEquals(await loop.run(), 0);
  assertEquals(loop.cancel(), false);
});

Deno.test("EventLoop: refuses a trace that is no function, and a clock of an unknown mode", () => {
  for (const [trace, received] of [[[], "an array"], ["log", '"log"'], [null, "null"]]) {
    assertThrows(
      () => new EventLoop(sleep(1), { trace: trace as never }),
      TypeError,
      `trace: expected a function, record() for example, received ${received}`,
    );
  }
  const clock = { mode: "jump" as never, start: () => () => 0 };
  assertThrows(
    () => new EventLoop(sleep(1), { clock }),
    TypeError,
    'clock: expected mode to be virtual, paced or wall, received "jump"',
  );
});
