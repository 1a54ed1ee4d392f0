import {
  block,
  gather,
  now,
  record,
  run,
  simulate,
  sleep,
  sleepUntil,
  spawn,
  wallClock,
} from "@tenfold/loop";
import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertThrows } from "@std/assert";
import { busy } from "../fixtures.ts";

Deno.test("sleep: a thousand sleeps of 10 ms, one after another, end at exactly 10000", () => {
  simulate(function* () {
    for (let n = 0; n < 1000; n++) yield* sleep(10);
    assertEquals(yield* now(), 10_000);
  }());
});

Deno.test("sleep: fractions of a millisecond count", () => {
  simulate(function* () {
    yield* sleep(0.25);
    yield* sleep(0.5);
    assertEquals(yield* now(), 0.75);
  }());
});

Deno.test("sleepUntil: wakes at that very time, and a time that has passed is as sleep(0)", () => {
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

for (const [name, operation] of Object.entries({ sleep, sleepUntil, block })) {
  Deno.test(`${name}: expects a finite time ≥ 0, and throws at the call`, () => {
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

  Deno.test(`${name}: can last until 2^53 - 1, and not longer`, () => {
    simulate(function* () {
      yield* operation(2 ** 53 - 1);
      assertEquals(yield* now(), 2 ** 53 - 1);
      yield* sleep(0);
    }());
    assertThrows(() => simulate(operation(2 ** 53)), RangeError, "is past 2^53 - 1");
    assertThrows(() => simulate(operation(Number.MAX_VALUE)), RangeError, "is past 2^53 - 1");
  });
}

Deno.test("sleep: the error for Infinity says how to wait until cancelled", () => {
  const message =
    "received Infinity; to wait until cancelled, use new Event({ host: true }).wait()";
  for (const operation of [sleep, sleepUntil]) {
    assertThrows(() => operation(Infinity), RangeError, message);
  }
  const error = assertThrows(() => block(Infinity), RangeError);
  assert(error.message.endsWith("received Infinity"), error.message);
});

Deno.test("sleep: a delay that ends after 2^53 - 1 is refused, and the task can go on", () => {
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

Deno.test("sleep: -0 is 0", () => {
  const trace = record();
  simulate(sleep(-0), { trace });
  assertEquals(
    JSON.stringify(trace.entries.at(-1)),
    '{"seq":6,"at":0,"type":"exit","task":0,"outcome":"done"}',
  );
  assertEquals(Object.is(trace.entries.at(-1)!.at, 0), true);
});

Deno.test("sleep: one operation can be awaited again, also by several tasks at once", () => {
  const nap = sleep(10);
  simulate(function* () {
    yield* gather([nap, nap]);
    yield* nap;
    assertEquals(yield* now(), 20);
  }());
});

Deno.test("sleep: on the wall a task that was busy before does not wake early", async () => {
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

Deno.test("sleepUntil: on the wall a task that was busy before wakes at that time, not later", async () => {
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
