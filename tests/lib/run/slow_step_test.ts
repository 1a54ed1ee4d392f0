import { type Coroutine, pause, run, simulate, sleep, spawn, virtualClock } from "@tenfold/loop";
import { assertEquals, assertMatch } from "@std/assert";

/**
 * Gives the warnings of the console while `test` runs. That gets a way to keep the thread busy that takes no
 * time: the host's clock stands still but for that, or goes `on` besides.
 */
async function warningsIn(
  test: (busy: (ms: number) => void) => Promise<unknown>,
  { on = false } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const { warn } = console;
  const { now } = performance;
  // A whole number, so that sums are exact.
  const begun = Math.ceil(performance.now());
  let skew = 0;
  let [looked, passed] = [begun, 0];
  console.warn = (line: string) => lines.push(line);
  performance.now = () => {
    const real = now.call(performance);
    // At most so much between two looks: a machine that stalls is not a step that is slow.
    if (on) passed += Math.min(real - looked, 5);
    looked = real;
    return begun + skew + passed;
  };
  try {
    await test((ms) => skew += ms);
  } finally {
    console.warn = warn;
    performance.now = now;
  }
  return lines;
}

/** Runs in virtual time, so that the host's clock counts for nothing but the reports. */
async function warningsOf(program: (busy: (ms: number) => void) => Coroutine<unknown>) {
  return await warningsIn((busy) => run(program(busy), { clock: virtualClock() }));
}

Deno.test("slow steps: a step that holds the thread for long is reported, with its task and its time", async () => {
  const lines = await warningsOf(function* (busy) {
    busy(149.6);
  });
  assertEquals(lines, ['Tenfold: "main" held the thread for 150 ms without a yield*']);
});

Deno.test("slow steps: a step is reported from more than 100 ms on", async () => {
  for (const [ms, count] of [[99, 0], [100, 0], [101, 1]] as const) {
    const lines = await warningsOf(function* (busy) {
      busy(ms);
    });
    assertEquals(lines.length, count, `${ms} ms`);
  }
});

Deno.test("slow steps: if several steps ran since the last look, the report says how many", async () => {
  const lines = await warningsOf(function* (busy) {
    for (let n = 0; n < 1000; n++) yield* pause();
    busy(5000);
    for (let n = 0; n < 1000; n++) yield* pause();
  });
  assertEquals(lines.length, 1);
  assertMatch(
    lines[0]!,
    /^Tenfold: one of \d+ steps, the last by "main" held the thread for 5000 ms without/,
  );
});

Deno.test("slow steps: each slow step is reported", async () => {
  const lines = await warningsIn(async (busy) => {
    await run(function* () {
      for (const ms of [150, 250, 350]) {
        yield* sleep(2);
        busy(ms);
      }
      // The thread is looked at when it is given back.
      yield* sleep(0);
    }());
  }, { on: true });
  assertEquals(lines.length, 3);
});

Deno.test("slow steps: a task that is slow again and again is named", async () => {
  const lines = await warningsOf(function* (busy) {
    for (let n = 0; n < 10; n++) yield* spawn(pausing(50));
    function* greedy(): Coroutine<void> {
      for (let n = 0; n < 10; n++) {
        busy(150);
        yield* pause();
      }
    }
    yield* spawn(greedy(), { name: "greedy" });
  });
  const named = lines.filter((line) =>
    line.startsWith('Tenfold: "greedy" held the thread for 150')
  );
  assertEquals(named.length >= 8, true, lines.join("\n"));
});

function* pausing(times: number): Coroutine<void> {
  for (let n = 0; n < times; n++) yield* pause();
}

Deno.test("slow steps: a loop of many short steps is not reported", async () => {
  const lines = await warningsOf(function* (busy) {
    function* works(): Coroutine<void> {
      for (let n = 0; n < 200; n++) {
        busy(0.7);
        yield* pause();
      }
    }
    for (let n = 0; n < 10; n++) yield* spawn(works());
  });
  assertEquals(lines, []);
});

Deno.test("slow steps: a loop whose steps get slower, each a little, is not reported", async () => {
  for (let fast = 1400; fast < 1700; fast += 20) {
    const lines = await warningsOf(function* (busy) {
      yield* pausing(fast);
      for (let n = 0; n < 600; n++) {
        busy(0.5);
        yield* pause();
      }
    });
    assertEquals(lines, [], `after ${fast}`);
  }
});

Deno.test("slow steps: time in which the loop is idle is not reported", async () => {
  const lines = await warningsIn(async (busy) => {
    setTimeout(() => busy(500), 1);
    await run(sleep(10));
  }, { on: true });
  assertEquals(lines, []);
});

Deno.test("slow steps: simulate() reports none", async () => {
  const lines = await warningsIn((busy) => {
    const over = simulate(function* () {
      for (let n = 0; n < 1000; n++) {
        busy(150);
        yield* pause();
      }
    }());
    return Promise.resolve(over);
  });
  assertEquals(lines, []);
});

Deno.test("slow steps: of loops that wake together none is reported for the time of the others", async () => {
  const lines = await warningsIn(async (busy) => {
    await Promise.all(Array.from({ length: 30 }, () =>
      run(function* () {
        // Until its windows are so long that it does not look at the clock when it wakes.
        for (let n = 0; n < 5000; n++) yield* pause();
        yield* sleep(20);
        busy(10);
      }())));
  }, { on: true });
  assertEquals(lines, []);
});

Deno.test("slow steps: a task that is slow when it wakes is named, although another is due by then", async () => {
  const lines = await warningsIn(async (busy) => {
    await run(function* () {
      yield* spawn(
        function* () {
          yield* sleep(1);
          busy(600);
        }(),
        { name: "cruncher" },
      );
      yield* sleep(10);
    }());
  }, { on: true });
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /^Tenfold: "cruncher" held the thread for 60\d ms without a yield\*$/);
});
