import {
  Cancelled,
  type Coroutine,
  Event,
  EventLoop,
  pause,
  run,
  sleep,
  spawn,
  timeout,
  TimeoutError,
  until,
  virtualClock,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";

const clock = virtualClock();

type Then = (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void;

function thenable(then: Then): PromiseLike<unknown> {
  return { then } as PromiseLike<unknown>;
}

const boom = new Error("boom");

/** Thenables that break their contract, all of which `await` can bear. */
const thenables: Record<string, Then> = {
  "resolves twice": (resolve) => {
    resolve(1);
    resolve(2);
  },
  "resolves, then rejects": (resolve, reject) => {
    resolve(1);
    reject(boom);
  },
  "rejects, then resolves": (resolve, reject) => {
    reject(boom);
    resolve(1);
  },
  "resolves, then throws": (resolve) => {
    resolve(1);
    throw boom;
  },
  "throws": () => {
    throw boom;
  },
  "resolves later, twice": (resolve) => {
    queueMicrotask(() => resolve(1));
    queueMicrotask(() => resolve(2));
  },
  "resolves with a promise": (resolve) => resolve(Promise.resolve(5)),
  "resolves with a promise that rejects": (resolve) => resolve(Promise.reject(boom)),
  "resolves with a thenable that resolves with a thenable": (resolve) =>
    resolve(thenable((resolve) => resolve(thenable((resolve) => resolve(7))))),
  "rejects with a promise": (_, reject) => reject(Promise.resolve(9)),
};

for (const [what, then] of Object.entries(thenables)) {
  Deno.test(`until: a thenable that ${what} is taken as await takes it`, async () => {
    const settled = async (promise: PromiseLike<unknown>) => {
      const [result] = await Promise.allSettled([promise]);
      return result!;
    };
    const expected = await settled((async () => await thenable(then))());
    assertEquals(await settled(run(until(thenable(then)))), expected);
    assertEquals(await settled(run(until(() => thenable(then)))), expected);
    // Neither the task nor the loop is out of step afterwards: it waits for a promise, and for time.
    const after = await run(
      function* (): Coroutine<string> {
        try {
          yield* until(() => thenable(then));
        } catch { /* As above. */ }
        yield* sleep(1000);
        return yield* until(new Promise<string>((resolve) => setTimeout(resolve, 2, "host")));
      }(),
      { clock },
    );
    assertEquals(after, "host");
  });
}

Deno.test("until: a promise that is handed over and never reached may reject", async () => {
  // The test runner reports a rejection that is not handled.
  const reject = () => new Promise<never>((_, reject) => setTimeout(() => reject(boom), 1));
  const failing = function* (): Coroutine<void> {
    throw new Error("first");
  };
  await assertRejects(
    () =>
      run(function* () {
        yield* spawn(failing());
        yield* spawn(until(reject()));
      }()),
    Error,
    "first",
  );
  const options = { signal: AbortSignal.abort("enough") };
  await assertRejects(() => run(until(reject()), options), Cancelled, "enough");
  const unused = [until(reject()), until(thenable((_, reject) => reject(boom)))];
  await run(sleep(5));
  assertEquals(unused.length, 2);
});

Deno.test("until: with wait, a cancelled task ends when what was aborted has settled", async () => {
  const log: string[] = [];
  const rollsBack = async (signal: AbortSignal) => {
    await new Promise((resolve) => signal.onabort = resolve);
    await new Promise((resolve) => setTimeout(resolve, 5));
    log.push("rolled back");
    throw signal.reason;
  };
  const over = run(timeout(5, until(rollsBack, { wait: true })));
  await assertRejects(() => over.finally(() => log.push("over")), TimeoutError);
  assertEquals(log, ["rolled back", "over"]);
});

Deno.test("until: with wait, what the aborted one fails with is thrown, with the Cancelled as its cause", async () => {
  const error = new Error("rollback failed");
  const loop: EventLoop<void> = new EventLoop(until(async (signal) => {
    setTimeout(() => loop.cancel("enough"), 0);
    await new Promise((resolve) => signal.onabort = resolve);
    throw error;
  }, { wait: true }));
  const over = loop.run();
  assertStrictEquals(await over.catch((error) => error), error);
  assertInstanceOf(error.cause, Cancelled);
  assertEquals(error.cause.reason, "enough");
});

Deno.test("until: with wait, an aborted one that gives a value all the same leaves the task cancelled", async () => {
  const loop: EventLoop<number> = new EventLoop(until(async (signal) => {
    setTimeout(() => loop.cancel("enough"), 0);
    await new Promise((resolve) => signal.onabort = resolve);
    return 5;
  }, { wait: true }));
  const over = loop.run();
  await assertRejects(() => over, Cancelled, "enough");
});

Deno.test("until: with wait, a cancel by force waits as well", async () => {
  const log: string[] = [];
  const loop: EventLoop<void> = new EventLoop(function* () {
    try {
      yield* until(async (signal) => {
        setTimeout(() => loop.cancel("now", { force: true }), 0);
        await new Promise((resolve) => signal.onabort = resolve);
        await new Promise((resolve) => setTimeout(resolve, 3));
        log.push("settled");
      }, { wait: true });
      log.push("not here");
    } finally {
      log.push("cleaned");
    }
  }());
  const over = loop.run().catch((error) => error);
  assertInstanceOf(await over, Cancelled);
  assertEquals(log, ["settled", "cleaned"]);
});

Deno.test("until: with wait, a task that is cancelled before it begins has nothing to wait for", async () => {
  let begun = false;
  await run(
    function* () {
      const task = yield* spawn(until(() => {
        begun = true;
        return Promise.resolve();
      }, { wait: true }));
      task.cancel();
      yield* pause();
    }(),
    { clock },
  );
  assertEquals(begun, false);
});

Deno.test("until: with wait, one that settles in time is as without", async () => {
  assertEquals(await run(until(Promise.resolve(5), { wait: true })), 5);
  await assertRejects(() => run(until(Promise.reject(boom), { wait: true })), Error, "boom");
});

Deno.test("until: the abort of a library that looks for the name AbortError is seen as one", async () => {
  const event = new Event();
  let seen: unknown;
  await run(function* () {
    const task = yield* spawn(until(async (signal) => {
      try {
        await new Promise((_, reject) => signal.onabort = () => reject(signal.reason));
      } catch (error) {
        seen = error;
        event.set();
        throw error;
      }
    }));
    yield* sleep(1);
    task.cancel("leave");
    yield* event.wait();
  }());
  assertInstanceOf(seen, Error);
  assertEquals([seen.name, seen.message], ["AbortError", 'aborted: cancelled by "main": leave']);
  assertInstanceOf(seen.cause, Cancelled);
});
