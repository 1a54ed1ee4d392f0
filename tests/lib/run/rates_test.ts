import {
  type Clock,
  type Coroutine,
  gather,
  now,
  pause,
  run,
  simulate,
  sleep,
  sleepUntil,
  spawn,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { onFakeHost } from "../fixtures.ts";

/** A clock of which so many ms pass in one of the host's. */
function clockOf(mode: "wall" | "paced", pace: number, rate?: number): Clock {
  return {
    mode,
    ...(rate !== undefined && { rate }),
    start() {
      const origin = performance.now();
      return () => (performance.now() - origin) * pace;
    },
  };
}

function* nap(ms: number): Coroutine<number> {
  yield* sleep(ms);
  return yield* now();
}

/** How many ms of the host a program takes, to a whole one. */
async function durationOf(
  pass: (ms: number) => Promise<void>,
  program: Coroutine<unknown>,
  clock?: Clock,
): Promise<number> {
  let isOver = false;
  const over = run(program, clock && { clock }).finally(() => isOver = true);
  let ms = 0;
  for (await pass(0); !isOver && ms < 100_000; ms++) await pass(1);
  await over;
  return ms;
}

for (const mode of ["wall", "paced"] as const) {
  Deno.test(`Clock: 1000 ms of a ${mode} clock that is ten times as fast are 100 of the host's`, async () => {
    await onFakeHost(async (pass) => {
      assertEquals(await durationOf(pass, nap(1000), clockOf(mode, 10, 10)), 100);
    });
  });

  Deno.test(`Clock: a ${mode} clock that does not say how fast it is, is found out, some ms late at most`, async () => {
    await onFakeHost(async (pass) => {
      for (const pace of [0.1, 1, 10, 100]) {
        const ms = await durationOf(pass, nap(1000), clockOf(mode, pace));
        assertEquals([ms >= 1000 / pace, ms < 1000 / pace + 6], [true, true], `${pace}: ${ms}`);
      }
    });
  });
}

Deno.test("Clock: a loop whose clock does not say how fast it is looks at it seldom", async () => {
  await onFakeHost(async (pass) => {
    let looks = 0;
    const clock: Clock = {
      mode: "paced",
      start() {
        const origin = performance.now();
        return () => {
          looks++;
          return performance.now() - origin;
        };
      },
    };
    await durationOf(pass, nap(60_000), clock);
    assertLess(looks, 300);
  });
});

Deno.test("sleep: on the wall sleep(0) takes no time of the host's", async () => {
  await onFakeHost(async (pass) => {
    const log: string[] = [];
    const program = function* (): Coroutine<void> {
      yield* spawn(function* () {
        for (let n = 0; n < 3; n++) yield* pause();
        log.push("paused");
      }());
      yield* sleep(0);
      log.push("slept");
      for (let n = 0; n < 100; n++) yield* sleep(0);
    };
    assertEquals(await durationOf(pass, program()), 0);
    assertEquals(log, ["paused", "slept"]);
  });
});

Deno.test("sleepUntil: a time of the system's clock is refused, and the error says what was meant", () => {
  for (const time of [Date.now(), Date.now() + 3_600_000, new Date("2031-05-06").getTime()]) {
    assertThrows(
      () => sleepUntil(time),
      RangeError,
      `sleepUntil: ${time} looks like a Date.now(); expected ms since the run began, as now() gives`,
    );
  }
  // A year is a time in a run.
  simulate(sleepUntil(365 * 86_400_000));
});

Deno.test("timeout: on the wall its time is the host's, and an abort signal's time limit is its reason", async () => {
  await onFakeHost(async (pass) => {
    const over = assertRejects(() => run(timeout(20, gather([sleep(60_000)]))), TimeoutError);
    await pass(19);
    await pass(1);
    await over;
  });
  const error = await run(sleep(60_000), { signal: AbortSignal.timeout(1) }).catch((error) =>
    error
  );
  assertEquals([error instanceof DOMException, error.name], [true, "TimeoutError"]);
});
