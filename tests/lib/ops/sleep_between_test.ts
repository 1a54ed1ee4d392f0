import {
  Cancelled,
  chosen,
  type Coroutine,
  EventLoop,
  gather,
  now,
  pause,
  race,
  record,
  replay,
  run,
  type RunOptions,
  shuffled,
  simulate,
  sleep,
  sleepBetween,
  spawn,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

/** How long each of some waits takes. */
function* lengths(count: number, min: number, max: number): Coroutine<number[]> {
  const found: number[] = [];
  for (let left = count; left > 0; left--) {
    const before = yield* now();
    yield* sleepBetween(min, max);
    found.push((yield* now()) - before);
  }
  return found;
}

Deno.test("sleepBetween: every length lies between the bounds, and both are drawn", () => {
  const drawn = simulate(lengths(1000, 3, 5));
  assertEquals([...new Set(drawn)].sort(), [3, 4, 5]);
  const parts = simulate(lengths(1000, 0.25, 0.75));
  assert(parts.every((ms) => ms > 0.2499 && ms < 0.7501));
  assert(new Set(parts.map((ms) => Math.round(ms * 100))).size > 30);
  assertEquals(simulate(lengths(3, 7, 7)), [7, 7, 7]);
});

Deno.test("sleepBetween: the same seed draws the same, another one something else", () => {
  const drawn = (seed: number) => simulate(lengths(20, 0, 1000), { seed });
  assertEquals(drawn(7), drawn(7));
  assertNotEquals(drawn(7), drawn(8));
  assertEquals(simulate(lengths(20, 0, 1000)), drawn(0));
});

Deno.test("sleepBetween: run draws as simulate does", async () => {
  for (const clock of [virtualClock(), wallClock()]) {
    const trace = record();
    await run(lengths(3, 0, 3), { clock, seed: 3, trace });
    const asked = trace.entries.flatMap((entry) => {
      return entry.type === "suspend" ? [Math.ceil(entry.until! - entry.at)] : [];
    });
    if (clock.mode === "virtual") assertEquals(asked, simulate(lengths(3, 0, 3), { seed: 3 }));
    assertEquals(asked.length, 3);
  }
});

Deno.test("sleepBetween: what a task draws does not depend on what others draw", () => {
  function drawn(others: number): number[] {
    return simulate(function* () {
      const first = yield* spawn(lengths(5, 0, 1000));
      for (let other = 0; other < others; other++) yield* spawn(lengths(5, 0, 1000));
      return yield* first;
    }());
  }
  assertEquals(drawn(3), drawn(0));
  const [one, two] = simulate(gather([lengths(5, 0, 1000), lengths(5, 0, 1000)]));
  assertNotEquals(one, two);
});

Deno.test("sleepBetween: bounds out of range are told", () => {
  assertThrows(() => sleepBetween(-1, 2), RangeError, "sleepBetween: min: expected");
  assertThrows(() => sleepBetween(1, NaN), RangeError, "sleepBetween: max: expected");
  assertThrows(() => sleepBetween(1, Infinity), RangeError, "received Infinity");
  assertThrows(() => sleepBetween(NaN, 1), RangeError, "received NaN");
  assertThrows(() => sleepBetween(2, 1), RangeError, "expected min ≤ max, received 2 and 1");
  assertThrows(() => sleepBetween(1, "2" as unknown as number), TypeError, "received string");
  assertThrows(() => sleepBetween(1, undefined as unknown as number), TypeError);
});

Deno.test("seed: out of range is told", async () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 32, "1" as unknown as number]) {
    assertThrows(() => simulate(pause(), { seed }), RangeError, "seed: expected a seed from 0");
    await assertRejects(() => run(pause(), { seed }), RangeError);
  }
});

Deno.test("sleepBetween: cancelled, it ends at once", () => {
  const at = simulate(function* () {
    yield* race([sleepBetween(100, 200), sleep(5)]);
    return yield* now();
  }());
  assertEquals(at, 5);
});

Deno.test("replay: gives the lengths in their order, then the least", () => {
  const order = replay([4, 2.5]);
  assertEquals(simulate(lengths(3, 1, 4), { order }), [4, 2.5, 1]);
  const message = "expected a length from 1 to 4 ms, received 5";
  assertThrows(() => simulate(lengths(1, 1, 4), { order: replay([5]) }), RangeError, message);
});

Deno.test("chosen: leaves the lengths to the seed", () => {
  const order = chosen(() => 0);
  const options = { order, seed: 5 };
  assertEquals(simulate(lengths(5, 0, 99), options), simulate(lengths(5, 0, 99), { seed: 5 }));
});

Deno.test("explore: a program that reads now fixes the time, to the least there", () => {
  const times = new Set<number>();
  const { schedules, complete } = explore(function* () {
    yield* sleepBetween(10, 500);
    times.add(yield* now());
  });
  assertEquals([schedules, complete, [...times]], [1, true, [10]]);
  // After another wait, the least is later.
  const orders = new Set<string>();
  explore(function* () {
    let order = "";
    yield* gather([
      function* () {
        yield* sleep(100);
        order += "sleep ";
      }(),
      function* () {
        yield* sleepBetween(10, 500);
        order += `${yield* now()} `;
      }(),
    ]);
    orders.add(order);
  });
  assertEquals(orders, new Set(["10 sleep ", "sleep 100 "]));
});

function* failing(): Coroutine<void> {
  yield* gather([pause(), pause()]);
  throw new Error("boom");
}

Deno.test("simulate: what fails under a shuffled order names the seed, as the last cause", () => {
  const error = assertThrows(() => simulate(failing(), { order: shuffled(42) }), Error, "boom");
  assertStringIncludes(String(error.cause), "{ order: shuffled(42) }");
  const fifo = assertThrows(() => simulate(failing()), Error, "boom");
  assertEquals(fifo.cause, undefined);
});

Deno.test("simulate: what fails after a draw names the seed, with that of the order", () => {
  function* program(): Coroutine<void> {
    yield* sleepBetween(1, 2);
    throw new Error("boom", { cause: new Error("first cause") });
  }
  const error = assertThrows(() => simulate(program(), { seed: 9 }), Error, "boom");
  const { cause } = error.cause as Error;
  assertStringIncludes(String(cause), "{ seed: 9 }");
  const order = shuffled(3);
  const both = assertThrows(() => simulate(program(), { seed: 9, order }), Error);
  assertStringIncludes(String((both.cause as Error).cause), "{ order: shuffled(3), seed: 9 }");
});

Deno.test("simulate: an error that is thrown in two runs names the seed of the last", () => {
  const error = new Error("shared");
  function* program(): Coroutine<void> {
    yield* pause();
    throw error;
  }
  for (const seed of [1, 2]) {
    assertThrows(() => simulate(program(), { order: shuffled(seed) }), Error, "shared");
    assertStringIncludes(String(error.cause), `shuffled(${seed})`);
  }
});

Deno.test("simulate: what can't take a cause is thrown as it is", () => {
  const order = shuffled(1);
  for (const value of [7, null, Object.freeze(new Error("frozen"))]) {
    let caught: unknown;
    try {
      simulate(
        function* () {
          throw value;
        }(),
        { order },
      );
    } catch (error) {
      caught = error;
    }
    assertEquals(caught, value);
  }
});

Deno.test("timing: any is for virtual time, and nothing else is known", async () => {
  const timing = "any";
  assertThrows(() => simulate(pause(), { timing: "all" as "any" }), TypeError, `"exact" or "any"`);
  await assertRejects(() => run(pause(), { timing }), TypeError, `"exact" with this clock`);
  await run(pause(), { timing, clock: virtualClock() });
});

Deno.test("timing any: by default, sleeps end in the order of their deadlines", () => {
  const ended: number[] = [];
  function* after(ms: number): Coroutine<void> {
    yield* sleep(ms);
    ended.push(ms, yield* now());
  }
  simulate(gather([after(30), after(10), after(20)]), { timing: "any" });
  assertEquals(ended, [10, 10, 20, 20, 30, 30]);
});

Deno.test("timing any: an order is shown the sleepers behind the ready", () => {
  const shown: string[] = [];
  const order = chosen((tasks) => {
    shown.push(tasks.map(({ name, state }) => `${name} ${state}`).join(", "));
    return tasks.length - 1;
  });
  const at = simulate(
    function* () {
      const nap = yield* spawn(sleep(7), { name: "nap" });
      yield* pause();
      yield* pause();
      yield* nap;
      return yield* now();
    }(),
    { order, timing: "any" },
  );
  assertEquals(
    shown,
    ["nap ready, main ready", "nap ready, main ready", "main ready, nap suspended"]
      .slice(0, shown.length),
  );
  assertEquals(at, 7);
});

Deno.test("sleepBetween: on the wall each run has lengths of its own, unless it is given a seed", async () => {
  async function lengthsOf(options: RunOptions): Promise<number> {
    const lengths = new Set<number>();
    for (let n = 0; n < 8; n++) {
      const loop: EventLoop<void> = new EventLoop(sleepBetween(0, 2 ** 30), {
        ...options,
        trace(entry) {
          if (entry.type !== "suspend") return;
          // A sum with the time of the wall is not exact.
          lengths.add(Math.round((entry.until! - entry.at) / 1000));
          loop.cancel();
        },
      });
      await assertRejects(() => loop.run(), Cancelled);
    }
    return lengths.size;
  }
  assertEquals(await lengthsOf({ seed: 5 }), 1);
  assertNotEquals(await lengthsOf({}), 1);
});
