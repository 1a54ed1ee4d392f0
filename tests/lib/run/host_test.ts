import { EventLoop, gather, pause, run, sleep, spawn, until } from "@tenfold/loop";
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { onStillClock } from "../fixtures.ts";
import { clearTimer, HostTimer, setTimer, yieldToHost } from "../../../lib/run/host.ts";

/** The host's timers and clock, moved by hand. */
class FakeHost {
  now = 1000;
  /** The delays that were asked for, in order. */
  readonly asked: number[] = [];
  readonly pending = new Map<number, { callback: () => void; due: number }>();
  #next = 1;

  setTimeout(callback: () => void, delay: number): number {
    this.asked.push(delay);
    this.pending.set(this.#next, { callback, due: this.now + delay });
    return this.#next++;
  }

  /** Lets time pass, and fires the timer if it is due, up to `early` ms before its time. */
  pass(ms: number, early = 0): void {
    this.now += ms;
    for (const [id, { callback, due }] of [...this.pending]) {
      if (due - early > this.now) continue;
      this.pending.delete(id);
      callback();
    }
  }
}

/** Runs a test on a fake host, and sees to it that no timer is left. */
function onFakeHost(test: (host: FakeHost) => void): () => void {
  return () => {
    const host = new FakeHost();
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = performance;
    try {
      globalThis.setTimeout = host.setTimeout.bind(host) as unknown as typeof setTimeout;
      globalThis.clearTimeout = ((id: number) => host.pending.delete(id)) as typeof clearTimeout;
      performance.now = () => host.now;
      test(host);
      assertEquals(host.pending.size, 0);
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      performance.now = now;
    }
  };
}

/** An alarm that notes when it rings. */
function ringing(name: string, log: string[]): HostTimer {
  return new HostTimer(() => log.push(`${name} at ${performance.now()}`));
}

Deno.test(
  "setTimer: many alarms share one timer, that of the earliest",
  onFakeHost((host) => {
    const log: string[] = [];
    const alarms = ["a", "b", "c", "d"].map((name) => ringing(name, log));
    [50, 50, 80, 20].forEach((delay, index) => setTimer(alarms[index]!, delay));
    // The second and third change nothing; the fourth is earlier than all.
    assertEquals([host.asked, host.pending.size], [[50, 20], 1]);
    host.pass(20);
    assertEquals([log, host.asked], [["d at 1020"], [50, 20, 30]]);
    host.pass(30);
    assertEquals([log.slice(1), host.asked], [["a at 1050", "b at 1050"], [50, 20, 30, 30]]);
    host.pass(30);
    assertEquals(log.at(-1), "c at 1080");
  }),
);

Deno.test(
  "setTimer: a delay beyond what setTimeout can count is waited for in parts",
  onFakeHost((host) => {
    const log: string[] = [];
    setTimer(ringing("far", log), 2 ** 32);
    const longest = 2 ** 31 - 1;
    assertEquals(host.asked, [longest]);
    host.pass(longest);
    assertEquals([log, host.asked], [[], [longest, longest]]);
    host.pass(longest);
    assertEquals([log, host.asked], [[], [longest, longest, 2]]);
    host.pass(2);
    assertEquals(log, [`far at ${1000 + 2 ** 32}`]);
  }),
);

Deno.test(
  "setTimer: rounds fractions up, so that no alarm rings early",
  onFakeHost((host) => {
    const log: string[] = [];
    host.now = 1000.7;
    setTimer(ringing("a", log), 1.2);
    // It is due at 1001.9, so at 1002, which is 1.3 ms away.
    assertEquals(host.asked, [2]);
    host.pass(2);
    assertEquals(log.length, 1);
  }),
);

Deno.test(
  "setTimer: a timer that the host fires early rings no alarm, and is set again",
  onFakeHost((host) => {
    const log: string[] = [];
    setTimer(ringing("a", log), 10);
    host.pass(9, 1);
    assertEquals([log, host.asked], [[], [10, 1]]);
    host.pass(1);
    assertEquals(log, ["a at 1010"]);
  }),
);

Deno.test(
  "setTimer: an alarm that is set again rings once, at the new time",
  onFakeHost((host) => {
    const log: string[] = [];
    const alarm = ringing("a", log);
    setTimer(alarm, 10);
    setTimer(alarm, 30);
    host.pass(10);
    setTimer(alarm, 5);
    host.pass(5);
    host.pass(50);
    assertEquals(log, ["a at 1015"]);
  }),
);

Deno.test(
  "clearTimer: an alarm does not ring, and with the last the timer is cleared",
  onFakeHost((host) => {
    const log: string[] = [];
    const [a, b] = [ringing("a", log), ringing("b", log)];
    setTimer(a, 10);
    setTimer(b, 20);
    clearTimer(a);
    assertEquals([host.asked, host.pending.size], [[10, 20], 1]);
    clearTimer(b);
    clearTimer(b);
    assertEquals(host.pending.size, 0);
    setTimer(a, Infinity);
    host.pass(100);
    assertEquals([log, host.pending.size], [[], 0]);
  }),
);

Deno.test(
  "setTimer: an alarm that is due rings with the next timer, and may be set again",
  onFakeHost((host) => {
    let rings = 0;
    const alarm = new HostTimer(() => {
      if (++rings < 3) setTimer(alarm, -5);
    });
    setTimer(alarm, 0);
    for (let n = 0; n < 5; n++) host.pass(0);
    assertEquals([rings, host.asked], [3, [0, 0, 0]]);
  }),
);

Deno.test("host: loops that sleep share one timer, and leave none at their end", async () => {
  const { setTimeout, clearTimeout } = globalThis;
  const active = new Set<unknown>();
  let [most, calls] = [0, 0];
  try {
    globalThis.setTimeout = ((callback: () => void, delay: number) => {
      const id = setTimeout(() => {
        active.delete(id);
        callback();
      }, delay);
      calls++;
      most = Math.max(most, active.add(id).size);
      return id;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      active.delete(id);
      clearTimeout(id);
    };
    await Promise.all(Array.from({ length: 100 }, () => run(gather([sleep(5), sleep(8)]))));
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
  assertEquals([most, active.size], [1, 0]);
  // Two deadlines, whose rounding may differ from loop to loop; not one for each of 100 loops.
  assertLessOrEqual(calls, 50);
});

Deno.test("host: loops that yield to the host at once share one callback and its slice", async () => {
  const shares = await new Promise<number[]>((resolve) => {
    const shares: number[] = [];
    for (let n = 0; n < 4; n++) {
      yieldToHost((share) => {
        if (shares.push(share) === 4) resolve(shares);
      });
    }
    assertEquals(shares, [], "not within the call");
  });
  assertEquals(shares, [2, 2, 2, 2]);
});

Deno.test("host: of many loops that have yielded, a slice resumes as many as it has time for, and the next one goes on", async () => {
  await onStillClock(async (pass) => {
    const resumed: number[] = [];
    const shares = new Set<number>();
    const inFirst = new Promise<number>((resolve) => {
      for (let n = 0; n < 20; n++) {
        yieldToHost((share) => {
          // Before the callback of the next slice.
          if (n === 0) setImmediate(() => resolve(resumed.length));
          resumed.push(n);
          shares.add(share);
          pass(1);
        });
      }
    });
    assertEquals(await inFirst, 8);
    await new Promise<unknown>(yieldToHost);
    assertEquals(resumed, Array.from({ length: 20 }, (_, n) => n));
    // Of 20; of 13, with the one that was just added; and of the 5 that are left.
    assertEquals([...shares], [0.5, 8 / 13, 8 / 5]);
  });
});

Deno.test("host: every fourth yield in a row is by a timer, so that the host polls its sockets", async () => {
  const { setTimeout } = globalThis;
  const asked: number[] = [];
  try {
    globalThis.setTimeout = ((callback: () => void, delay: number) => {
      asked.push(delay);
      return setTimeout(callback, delay);
    }) as unknown as typeof setTimeout;
    // Another instance: it takes the `setTimeout` that is there when it is loaded.
    const { yieldToHost } = await import("../../../lib/run/host.ts?counted");
    for (let n = 0; n < 8; n++) await new Promise<unknown>(yieldToHost);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assertEquals(asked, [0, 0]);
});

Deno.test("host: busy loops yield to the host and to one another", async () => {
  const seen: number[] = [];
  await Promise.all([0, 1].map((who) =>
    run(function* () {
      // Ends with the fifth turn, and in any case.
      for (let n = 0; n < 50_000_000 && seen.length < 5; n++) {
        yield* pause();
        if (seen.at(-1) !== who) seen.push(who);
      }
    }())
  ));
  assertEquals(seen.slice(0, 5), [0, 1, 0, 1, 0]);
});

Deno.test("host: a loop that was idle for long ends at once when the host cancels it", async () => {
  await onStillClock(async (pass) => {
    const loop = new EventLoop(gather(Array.from({ length: 600 }, () => sleep(60_000))));
    let over = false;
    const run = loop.run().catch(() => over = true);
    // It has gone to sleep.
    await new Promise((resolve) => setTimeout(resolve, 5));
    // Longer than a slice: the one in which it went idle must not count for the one that wakes it.
    pass(20);
    loop.cancel();
    const first = new Promise((resolve) => setImmediate(() => resolve(over)));
    assertEquals(await first, true, "it has yielded to the host first");
    await run;
  });
});

Deno.test("host: a loop that takes in one answer after another lets the host's timers fire", async () => {
  let fired = false;
  const timer = setTimeout(() => fired = true, 1);
  await onStillClock((pass) =>
    run(function* () {
      // The promise is resolved, so the loop is woken by a microtask each time.
      for (let n = 0; n < 200_000 && !fired; n++) {
        yield* until(Promise.resolve());
        pass(0.01);
      }
    }())
  );
  clearTimeout(timer);
  assertEquals(fired, true);
});

Deno.test("host: a busy loop has one turn at a time, although deadlines pass and answers come", async () => {
  let over = false;
  const running = run(function* () {
    yield* spawn(sleep(2));
    for (const ms of [4, 8]) {
      yield* spawn(until(new Promise<void>((resolve) => setTimeout(resolve, ms))));
    }
    yield* until(new Promise<void>((resolve) => setTimeout(resolve, 0)));
    while (!over) yield* pause();
  }());
  await new Promise((resolve) => setTimeout(resolve, 30));
  // Shared with the loop: half of a slice of 8 ms.
  const share = await new Promise<number>((resolve) => yieldToHost(resolve));
  over = true;
  await running;
  assert(Math.abs(share - 4) < 1e-6, `${share} ms`);
});

/** Runs a test with timers that nobody fires, as fake ones are that are taken away again. */
async function onLostTimers(test: () => unknown): Promise<void> {
  const { setTimeout, clearTimeout } = globalThis;
  try {
    globalThis.setTimeout = (() => 1) as unknown as typeof setTimeout;
    globalThis.clearTimeout = () => {};
    await test();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}

Deno.test("host: a loop that was left with fake timers does not keep others from waking", async () => {
  const log: string[] = [];
  await onLostTimers(() => setTimer(ringing("left", log), 20));
  await run(sleep(30));
  assertEquals(log.length, 1);
});

Deno.test("host: busy loops go on when fake timers don't", async () => {
  await onLostTimers(async () => {
    for (let n = 0; n < 8; n++) await new Promise<unknown>(yieldToHost);
  });
});
