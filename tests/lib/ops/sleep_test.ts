import {
  block,
  type Coroutine,
  emit,
  gather,
  now,
  pause,
  record,
  run,
  simulate,
  sleep,
  sleepUntil,
  spawn,
  wallClock,
} from "@tenfold/loop";
import { assertEquals, assertGreaterOrEqual, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { busy } from "../fixtures.ts";

Deno.test("ten sleeps of a second side by side end at exactly 1000", () => {
  simulate(function* () {
    yield* gather(Array.from({ length: 10 }, () => sleep(1000)));
    assertEquals(yield* now(), 1000);
  }());
});

Deno.test("a thousand sleeps of 10 ms one after another end at exactly 10000", () => {
  simulate(function* () {
    for (let n = 0; n < 1000; n++) yield* sleep(10);
    assertEquals(yield* now(), 10_000);
  }());
});

Deno.test("sleepers wake by deadline, and at the same deadline in the order they fell asleep", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5 }), { maxLength: 40 }), (delays) => {
      const woken: number[] = [];
      simulate(gather(delays.map(function* (ms, index): Coroutine<void> {
        yield* sleep(ms);
        woken.push(index);
      })));
      const expected = [...delays.keys()].sort((a, b) => delays[a]! - delays[b]! || a - b);
      assertEquals(woken, expected);
    }),
    { seed: 1 },
  );
});

Deno.test("sleep(0) waits until nothing is ready, and takes no time", () => {
  const said: string[] = [];
  simulate(gather([
    function* () {
      yield* sleep(0);
      said.push(`slept at ${yield* now()}`);
    }(),
    function* () {
      for (let n = 0; n < 3; n++) yield* pause();
      said.push("paused three times");
    }(),
  ]));
  assertEquals(said, ["paused three times", "slept at 0"]);
});

Deno.test("fractions count", () => {
  simulate(function* () {
    yield* sleep(0.25);
    yield* sleep(0.5);
    assertEquals(yield* now(), 0.75);
  }());
});

Deno.test("sleepUntil wakes at that very time, and one that has passed is as sleep(0)", () => {
  const said: unknown[] = [];
  simulate(function* () {
    yield* sleepUntil(70);
    said.push(yield* now());
    yield* spawn(function* () {
      said.push("others first");
    }());
    yield* sleepUntil(10);
    said.push(yield* now());
  }());
  assertEquals(said, [70, "others first", 70]);
});

Deno.test("a metronome of sleepUntil does not drift by what is blocked in between", () => {
  const beats: number[] = [];
  simulate(function* () {
    for (let beat = 1; beat <= 3; beat++) {
      yield* block(30);
      yield* sleepUntil(beat * 100);
      beats.push(yield* now());
    }
  }());
  assertEquals(beats, [100, 200, 300]);
});

for (const [name, operation] of Object.entries({ sleep, sleepUntil, block })) {
  Deno.test(`${name} takes finite times from 0 up, and says so at the call`, () => {
    for (const ms of [NaN, -1, -Number.MIN_VALUE, Infinity, -Infinity]) {
      assertThrows(
        () => operation(ms),
        RangeError,
        `${name}: expected a finite number of milliseconds ≥ 0, received ${ms}`,
      );
    }
    for (const ms of ["5", null, undefined, {}, 5n, new Date()]) {
      const received = ms === null ? "null" : typeof ms;
      assertThrows(
        () => operation(ms as number),
        TypeError,
        `${name}: expected a finite number of milliseconds ≥ 0, received ${received}`,
      );
    }
  });

  Deno.test(`${name} reaches 2^53 - 1, and nothing goes beyond`, () => {
    simulate(function* () {
      yield* operation(2 ** 53 - 1);
      assertEquals(yield* now(), 2 ** 53 - 1);
      yield* sleep(0);
    }());
    assertThrows(() => simulate(operation(2 ** 53)), RangeError, "is past 2^53 - 1");
    assertThrows(() => simulate(operation(Number.MAX_VALUE)), RangeError, "is past 2^53 - 1");
  });
}

Deno.test("a delay counts together with the time of the loop, and the task may go on", () => {
  simulate(function* () {
    yield* sleep(1);
    let message = "";
    try {
      yield* sleep(2 ** 53 - 1);
    } catch (error) {
      message = (error as RangeError).message;
    }
    assertEquals(message, "sleep: 9007199254740991 ms from 1 is past 2^53 - 1");
    yield* sleep(1);
    assertEquals(yield* now(), 2);
  }());
});

Deno.test("-0 is 0", () => {
  const trace = record();
  simulate(sleep(-0), { trace });
  assertEquals(
    JSON.stringify(trace.entries.at(-1)),
    '{"seq":6,"at":0,"type":"exit","task":0,"outcome":"done"}',
  );
  assertEquals(Object.is(trace.entries.at(-1)!.at, 0), true);
});

Deno.test("one sleep can be used again, also by several at once", () => {
  const nap = sleep(10);
  simulate(function* () {
    yield* gather([nap, nap]);
    yield* nap;
    assertEquals(yield* now(), 20);
  }());
});

Deno.test("on the wall nobody wakes early, whatever was computed before", async () => {
  await run(
    gather([0, 1, 2, 3.5, 7].map(function* (ms) {
      for (let n = 0; n < 3; n++) {
        busy(1.3);
        const asleep = performance.now();
        yield* sleep(ms);
        assertGreaterOrEqual(performance.now() - asleep, ms);
      }
    })),
    { clock: wallClock() },
  );
});

Deno.test("a sleep that is longer than the host can count does not end at once", async () => {
  const signal = AbortSignal.timeout(15);
  const before = performance.now();
  for (const ms of [2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1e9]) {
    const error = await run(sleep(ms), { signal }).catch((error) => error);
    assertEquals(error.source, "host");
  }
  assertGreaterOrEqual(performance.now() - before, 14);
});

Deno.test("sleepUntil on the wall wakes at that time, not later by what was computed before", async () => {
  const trace = record();
  await run(
    function* () {
      busy(30);
      yield* sleepUntil(40);
    }(),
    { trace },
  );
  const asleep = trace.entries.find((entry) => entry.type === "suspend");
  assertEquals(asleep?.until, 40);
  assertLess(trace.entries[0]!.at, 1);
});

Deno.test("a coroutine that only emits takes no time", () => {
  const trace = record();
  simulate(emit(1), { trace });
  assertEquals(trace.entries.map(({ at }) => at), trace.entries.map(() => 0));
});
