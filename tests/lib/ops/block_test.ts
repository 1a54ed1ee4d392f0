import {
  block,
  Cancelled,
  type Coroutine,
  EventLoop,
  gather,
  now,
  pacedClock,
  record,
  run,
  simulate,
  sleep,
  spawn,
  summarize,
  type Task,
  virtualClock,
} from "@tenfold/loop";
import { assertEquals, assertLess, assertRejects } from "@std/assert";

function* stamp(ms: number, said: string[]): Coroutine<void> {
  yield* sleep(ms);
  said.push(`${ms} at ${yield* now()}`);
}

Deno.test("block: sleepers whose deadline passes meanwhile wake after it, in the order of deadlines", () => {
  const said: string[] = [];
  const trace = record();
  simulate(
    gather([
      stamp(20, said),
      stamp(10, said),
      stamp(60, said),
      function* () {
        yield* block(50);
        said.push("the blocker goes on first");
      }(),
    ]),
    { trace },
  );
  assertEquals(said, ["the blocker goes on first", "10 at 50", "20 at 50", "60 at 60"]);
  const { held, free, waited } = summarize(trace.entries);
  // The lateness is waiting, too: 50 + 50 + 60, and the block's own 50.
  assertEquals({ held, free, waited }, { held: 50, free: 10, waited: 210 });
});

Deno.test("block: what is ready waits until it ends", () => {
  const said: string[] = [];
  simulate(gather([
    function* () {
      yield* block(10);
      said.push("blocker");
      yield* sleep(0);
      said.push("blocker after sleep(0)");
    }(),
    function* () {
      said.push(`ready at ${yield* now()}`);
    }(),
  ]));
  assertEquals(said, ["blocker", "ready at 10", "blocker after sleep(0)"]);
});

Deno.test("block: late sleepers go before a sleep(0) that follows it", () => {
  const said: string[] = [];
  simulate(gather([
    stamp(5, said),
    function* () {
      yield* block(10);
      yield* sleep(0);
      said.push("blocker");
    }(),
  ]));
  assertEquals(said, ["5 at 10", "blocker"]);
});

Deno.test("block: the log has no ready entry for the step that follows it", () => {
  const trace = record();
  simulate(block(7), { trace });
  assertEquals(trace.entries.slice(3).map(({ at, type }) => [at, type]), [
    [0, "suspend"],
    [7, "step"],
    [7, "exit"],
  ]);
});

Deno.test("block: no task of the loop can cancel it, as none runs", () => {
  simulate(function* () {
    const blocker = yield* spawn(block(100));
    const canceller = yield* spawn(function* () {
      return [yield* now(), blocker.cancel()];
    }());
    assertEquals(yield* canceller, [100, false]);
  }());
});

Deno.test("block: a sleeper that is due but not awake can still be cancelled", () => {
  simulate(function* () {
    const sleeper = yield* spawn(sleep(10));
    yield* block(30);
    // It is due, but not yet awake: the cancel still reaches it where it waits.
    assertEquals(sleeper.cancel("late"), true);
    yield* sleep(0);
    assertEquals(sleeper.state, "cancelled");
  }());
});

Deno.test("block: on a paced clock the host goes on, and its cancel ends the block at once", async () => {
  const trace = record();
  const before = performance.now();
  const loop: EventLoop<void> = new EventLoop(function* () {
    setTimeout(() => loop.cancel("gone"), 5);
    yield* block(60_000);
  }, { trace, clock: pacedClock() });
  await assertRejects(() => loop.run(), Cancelled, "cancelled by the host: gone");
  assertLess(performance.now() - before, 30_000);
  const [cancel, ready, , exit] = trace.entries.slice(-4);
  assertEquals(cancel?.type === "cancel" && cancel.by, "host");
  assertEquals(ready?.type === "ready" && ready.by, "host");
  assertEquals(exit?.type === "exit" && exit.outcome, "cancelled");
});

Deno.test("block: the host's cancel of an ancestor ends it", async () => {
  const cleaned: string[] = [];
  function* held(name: string, inner: Coroutine<unknown>): Coroutine<void> {
    try {
      yield* inner;
    } catch (error) {
      cleaned.push(`${name}: ${(error as Cancelled).source}`);
      throw error;
    }
  }
  const controller = new AbortController();
  function* blocking(): Coroutine<void> {
    setTimeout(() => controller.abort(), 5);
    yield* block(60_000);
  }
  const over = run(held("main", gather([held("member", gather([blocking()]))])), {
    signal: controller.signal,
  });
  await assertRejects(() => over, Cancelled);
  assertEquals(cleaned, ["member: host", "main: host"]);
});

Deno.test("block: the host's cancel of another task does not end it", async () => {
  let bystander!: Task<void>;
  const trace = record();
  await run(
    function* () {
      bystander = yield* spawn(sleep(60_000));
      yield* sleep(0);
      setTimeout(() => bystander.cancel("you"), 3);
      yield* block(20);
      assertEquals(bystander.state, "ready");
    }(),
    { clock: pacedClock(), trace },
  );
  const after = trace.entries.filter((entry) => entry.type === "step" && entry.task === 0).at(-1);
  assertEquals(after?.at, 20);
});

Deno.test("block: the host's cancel of a parent that sleeps ends it", async () => {
  const trace = record();
  const loop: EventLoop<void> = new EventLoop(
    function* () {
      yield* spawn(function* () {
        setTimeout(() => loop.cancel("gone"), 3);
        yield* block(60_000);
      }());
      yield* sleep(60_000);
    }(),
    { clock: pacedClock(), trace },
  );
  await assertRejects(() => loop.run(), Cancelled, "cancelled by the host: gone");
  const exits = trace.entries.flatMap((entry) => entry.type === "exit" ? [entry.outcome] : []);
  assertEquals(exits, ["cancelled", "cancelled"]);
});

Deno.test("block: one in a cleanup that a cancel started is not interrupted", async () => {
  const said: string[] = [];
  const loop: EventLoop<void> = new EventLoop(
    function* () {
      try {
        setTimeout(() => loop.cancel(), 2);
        yield* sleep(60_000);
      } finally {
        setTimeout(() => said.push(String(loop.cancel())), 0);
        yield* block(8);
        said.push("cleaned");
      }
    }(),
    { clock: pacedClock() },
  );
  await assertRejects(() => loop.run(), Cancelled);
  assertEquals(said, ["false", "cleaned"]);
});

Deno.test("block: a task that blocks again and again lets the host's timers fire", async () => {
  let rang = false;
  const timer = setTimeout(() => rang = true, 1);
  await run(
    function* () {
      for (let n = 0; n < 10_000_000 && !rang; n++) yield* block(1);
    }(),
    { clock: virtualClock(), maxSteps: Infinity },
  );
  clearTimeout(timer);
  assertEquals(rang, true);
});
