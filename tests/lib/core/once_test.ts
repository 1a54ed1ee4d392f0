import {
  type Coroutine,
  Event,
  gather,
  Lock,
  pause,
  Queue,
  run,
  simulate,
  sleep,
  spawn,
  until,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { outcome } from "../fixtures.ts";

/** Two tasks that await one coroutine, the second of them 5 ms later: what comes of them. */
function* shared(coroutine: Coroutine<unknown>): Coroutine<unknown[]> {
  function* user(ms: number): Coroutine<unknown> {
    yield* sleep(ms);
    return yield* coroutine;
  }
  const first = yield* spawn(user(0), { name: "first", failure: "hold" });
  const second = yield* spawn(user(5), { name: "second", failure: "hold" });
  return [yield* outcome(first), yield* outcome(second)];
}

function assertFirstGoesOn([first, second]: unknown[]): void {
  assertEquals(first, "value");
  assertInstanceOf(second, TypeError);
  assertMatch(second.message, /"second" await(s|ed) what another task/);
}

/** Coroutines that give "value" at 10 ms if they begin at once. */
const coroutines: Record<string, () => Coroutine<unknown>> = {
  *"a sleep"() {
    yield* sleep(10);
    return "value";
  },
  *"two sleeps"() {
    yield* sleep(7);
    yield* sleep(3);
    return "value";
  },
  *"a queue"() {
    const queue = new Queue<string>(1);
    yield* spawn(function* () {
      yield* sleep(10);
      queue.tryPut("value");
    }());
    return yield* queue.get();
  },
  *"an event"() {
    const event = new Event();
    yield* spawn(function* () {
      yield* sleep(10);
      event.set();
    }());
    yield* event.wait();
    return "value";
  },
  *"a lock"() {
    const lock = new Lock();
    const permit = yield* lock.acquire();
    yield* spawn(function* () {
      yield* sleep(10);
      permit.release();
    }());
    yield* lock.acquire();
    return "value";
  },
  *"a group"() {
    yield* gather([sleep(10), sleep(2)]);
    return "value";
  },
  *"a join"() {
    return yield* yield* spawn(function* () {
      yield* sleep(10);
      return "value";
    }());
  },
};

for (const [what, make] of Object.entries(coroutines)) {
  Deno.test(`once: of two tasks that await one coroutine with ${what} in it, the second fails`, () => {
    assertFirstGoesOn(simulate(shared(make())));
  });
}

Deno.test("once: of two tasks that await one coroutine with a promise in it, the second fails", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = function* () {
    return yield* until(promise);
  }();
  function* user(): Coroutine<string> {
    return yield* waiting;
  }
  const over = run(function* () {
    const first = yield* spawn(user(), { name: "first" });
    yield* pause();
    const second = yield* spawn(user(), { name: "second", failure: "hold" });
    const failed = yield* outcome(second);
    resolve("value");
    return [yield* outcome(first), failed];
  }());
  assertFirstGoesOn(await over);
});

Deno.test("once: a task whose coroutine another task has ended is told at its next suspension", () => {
  const log: unknown[] = [];
  const again = function* () {
    yield* sleep(10);
    return "value";
  }();
  simulate(function* () {
    const first = yield* spawn(function* () {
      return yield* again;
    }());
    const second = yield* spawn(
      function* () {
        try {
          log.push(yield* again);
          yield* sleep(1);
          log.push("not here");
        } finally {
          log.push("cleaned");
        }
      }(),
      { name: "second", failure: "hold" },
    );
    log.push(yield* first);
    log.push((yield* outcome(second) as Coroutine<Error>).message);
  }());
  assertEquals(log, [
    undefined,
    "cleaned",
    "value",
    'sleep: "second" awaited what another task has ended; make one for each',
  ]);
});
