import {
  Cancelled,
  type Coroutine,
  EventLoop,
  gather,
  Lock,
  now,
  pause,
  Queue,
  shield,
  simulate as simulateLong,
  sleep,
  spawn,
  type Task,
  taskGroup,
  timeout,
} from "@tenfold/loop";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { fail, outcome, settled } from "../fixtures.ts";

const FORCE = { force: true };

/** What these tests run would never end if force did not. */
function simulate<T>(main: Coroutine<T>): T {
  return simulateLong(main, { maxSteps: 10_000 });
}

/** Tries again whatever comes, as a careless loop does. */
function* poll(log: string[] = []): Coroutine<void> {
  for (;;) {
    try {
      yield* sleep(10);
      throw new Error("flaky");
    } catch (error) {
      if (error instanceof Cancelled) log.push("caught");
    } finally {
      log.push("finally");
    }
  }
}

Deno.test("cancel by force: passes catch, and runs finally", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(poll(log), { name: "poll" });
    yield* sleep(5);
    assertEquals(task.cancel("please"), true);
    yield* sleep(5);
    assertEquals([task.state, task.cancel("again")], ["suspended", false]);
    assertEquals(task.cancel("now", FORCE), true);
    const error = yield* outcome(task) as Coroutine<Cancelled>;
    assertEquals([task.state, yield* now(), log], [
      "cancelled",
      10,
      ["caught", "finally", "finally"],
    ]);
    assertMatch(error.message, /now.*"poll" had caught its cancel and gone on/);
  }());
});

Deno.test("cancel by force: a task that has not been cancelled before ends without a mention of that", () => {
  simulate(function* () {
    const task = yield* spawn(poll(), { name: "poll" });
    yield* sleep(5);
    task.cancel("now", FORCE);
    const error = yield* outcome(task) as Coroutine<Cancelled>;
    assertEquals(error.message, '"poll" was cancelled: now');
  }());
});

Deno.test("cancel by force: works each time, also on a cleanup that suspends", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(1000);
          log.push("not reached");
        }
      } finally {
        yield* sleep(7);
        log.push("outer");
      }
    }());
    for (let n = 0; n < 2; n++) {
      yield* sleep(1);
      assertEquals(task.cancel("now", FORCE), true);
    }
    yield* settled(task);
    assertEquals([log, yield* now(), task.state], [["outer"], 9, "cancelled"]);
    assertEquals(task.cancel("late", FORCE), false);
  }());
});

Deno.test("cancel by force: reaches everything below, whatever has been cancelled before", () => {
  simulate(function* () {
    const logs: string[][] = [[], [], []];
    const tasks: Task<void>[] = [];
    const root = yield* spawn(function* () {
      yield* spawn(function* () {
        for (const log of logs) tasks.push(yield* spawn(poll(log)));
        yield* poll();
      }());
    }());
    yield* sleep(5);
    root.cancel();
    yield* sleep(17);
    assertEquals(tasks.map(({ state }) => state), Array(3).fill("suspended"));
    root.cancel("now", FORCE);
    yield* settled(root);
    assertEquals([root.state, yield* now()], ["cancelled", 22]);
  }());
});

Deno.test("cancel by force: stops at a shield, and gets through when that ends, also to children", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } catch {
        log.push("swallowed");
      }
      yield* shield(function* () {
        yield* spawn(poll(log));
        yield* sleep(10);
        log.push("whole");
      }());
      yield* sleep(1000);
    }());
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    task.cancel("now", FORCE);
    yield* settled(task);
    assertEquals([task.state, yield* now()], ["cancelled", 11]);
    assertEquals(log.filter((word) => word !== "finally"), ["swallowed", "whole"]);
  }());
});

Deno.test("cancel by force: waits for the members of a group, and reaches them", () => {
  for (
    const combine of [
      (body: () => Coroutine<void>) => gather([body(), sleep(1000)]),
      (body: () => Coroutine<void>) => timeout(1000, body()),
      (body: () => Coroutine<void>) => taskGroup(body),
      (body: () => Coroutine<void>) => taskGroup(() => gather([timeout(500, body())])),
    ] as ((body: () => Coroutine<void>) => Coroutine<unknown>)[]
  ) {
    simulate(function* () {
      const log: string[] = [];
      const task = yield* spawn(function* () {
        yield* combine(function* () {
          try {
            yield* poll();
          } finally {
            yield* sleep(5);
            log.push(`cleaned at ${yield* now()}`);
          }
        });
        log.push("went on");
      }());
      yield* sleep(12);
      task.cancel("now", FORCE);
      yield* settled(task);
      assertEquals([task.state, log], ["cancelled", ["cleaned at 17"]]);
    }());
  }
});

Deno.test("cancel by force: ends a retry under a timeout that has fired", async () => {
  simulate(function* () {
    const task = yield* spawn(timeout(100, poll()));
    yield* sleep(200);
    assertEquals(task.state, "suspended");
    task.cancel("now", FORCE);
    yield* outcome(task);
    assertEquals(yield* now(), 200);
  }());
  const asleep = Promise.withResolvers<void>();
  const loop = new EventLoop(poll(), {
    trace: ({ type }) => type === "suspend" && asleep.resolve(),
  });
  const over = loop.run();
  await asleep.promise;
  loop.cancel("once");
  loop.cancel("twice", FORCE);
  await assertRejects(() => over, Cancelled, "twice");
});

Deno.test("cancel by force: of oneself takes effect at the next suspension", () => {
  simulate(function* () {
    const log: string[] = [];
    function* self(): Coroutine<void> {
      try {
        task.cancel("me", FORCE);
        log.push("going on");
        yield* pause();
        log.push("not reached");
      } catch {
        log.push("not caught");
      } finally {
        log.push("finally");
      }
    }
    const task: Task<void> = yield* spawn(self());
    yield* settled(task);
    assertEquals([log, task.state], [["going on", "finally"], "cancelled"]);
  }());
});

Deno.test("cancel by force: a task that returns before it takes effect is done", () => {
  simulate(function* () {
    function* self(): Coroutine<string> {
      task.cancel("me", FORCE);
      return "value";
    }
    const task: Task<string> = yield* spawn(self());
    assertEquals([yield* task, task.state], ["value", "done"]);
  }());
});

Deno.test("cancel by force: of a task that waits for its children ends it cancelled", () => {
  for (const first of [true, false]) {
    simulate(function* () {
      const task = yield* spawn(function* () {
        yield* spawn(poll());
      }());
      yield* sleep(5);
      if (first) task.cancel();
      yield* sleep(1);
      task.cancel("now", FORCE);
      const error = yield* outcome(task);
      assert(error instanceof Cancelled);
      assertEquals([task.state, error.reason, yield* now()], ["cancelled", "now", 6]);
    }());
  }
});

Deno.test("cancel by force: gives back what was granted and not received", () => {
  simulate(function* () {
    const [queue, lock] = [new Queue<number>(1), new Lock()];
    using _held = yield* lock.acquire();
    const getter = yield* spawn(queue.get());
    const locker = yield* spawn(lock.acquire());
    yield* sleep(1);
    queue.tryPut(1);
    _held.release();
    getter.cancel("now", FORCE);
    locker.cancel("now", FORCE);
    yield* settled(getter);
    yield* settled(locker);
    assertEquals([queue.length, lock.available], [1, 1]);
  }());
});

Deno.test("cancel by force: a failure that the task was to be thrown by a join is its parent's", () => {
  for (const join of ["join", "halt", "settled"] as const) {
    const error = (() => {
      try {
        simulate(function* () {
          const failing = yield* spawn(fail(5, "unheard"));
          const joiner = yield* spawn(function* () {
            if (join === "join") yield* failing;
            else if (join === "halt") yield* failing.halt();
            else yield* failing.settled();
          }());
          // Awake at the instant of the failure, before the joiner.
          yield* sleep(5);
          while (failing.state !== "failed" && failing.state !== "cancelled") yield* pause();
          joiner.cancel("now", FORCE);
          yield* settled(joiner);
          yield* sleep(100);
        }());
      } catch (thrown) {
        return thrown;
      }
    })();
    if (join !== "halt") assertEquals((error as Error | undefined)?.message, "unheard", join);
  }
});

Deno.test("cancel by force: a finally of a called coroutine that suspends ends there, and its caller goes on", () => {
  // The generator's own rule: `yield*` forgets that it was to return.
  simulate(function* () {
    const log: string[] = [];
    function* inner(): Coroutine<void> {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(5);
      }
    }
    const task = yield* spawn(function* () {
      yield* inner();
      log.push("went on");
      yield* sleep(1000);
      log.push("not reached");
    }());
    yield* sleep(1);
    task.cancel("now", FORCE);
    yield* sleep(10);
    task.cancel("again", FORCE);
    yield* settled(task);
    assertEquals([log, task.state, yield* now()], [["went on"], "cancelled", 11]);
  }());
});

Deno.test("run: a signal that was swallowed leaves the run to force", async () => {
  const controller = new AbortController();
  const log: string[] = [];
  const asleep = Promise.withResolvers<void>();
  const loop = new EventLoop(poll(log), {
    signal: controller.signal,
    trace: ({ type }) => type === "suspend" && asleep.resolve(),
  });
  const over = loop.run();
  await asleep.promise;
  controller.abort("please");
  while (!log.includes("caught")) await new Promise((resolve) => setTimeout(resolve, 1));
  loop.cancel("now", FORCE);
  await assertRejects(() => over, Cancelled, "now");
});

Deno.test("cancel by force: a failure that ended a group at that instant comes through", () => {
  simulate(function* () {
    const task = yield* spawn(gather([fail(5, "of a member"), sleep(1000)]));
    // Asleep after the member is, so awake after it, and before the task.
    yield* pause();
    yield* pause();
    yield* sleep(5);
    task.cancel("now", FORCE);
    assertEquals([((yield* outcome(task)) as Error).message, task.state], [
      "of a member",
      "failed",
    ]);
  }());
});
