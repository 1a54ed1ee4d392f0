import {
  Cancelled,
  type Coroutine,
  currentTask,
  now,
  retry,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

function failing(times: number): (attempt: number) => Coroutine<number> {
  return function* (attempt) {
    yield* sleep(1);
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return attempt;
  };
}

Deno.test("retry: delays grow by the factor, up to the limit", () => {
  const took = (options: Parameters<typeof retry>[1]) =>
    simulate(function* () {
      yield* retry(failing(4), { times: 5, ...options });
      return yield* now();
    });
  assertEquals(took({ delay: 10 }), 5 + 10 + 20 + 40 + 80);
  assertEquals(took({ delay: 10, factor: 1 }), 5 + 40);
  assertEquals(took({ delay: 10, limit: 30 }), 5 + 10 + 20 + 30 + 30);
});

Deno.test("retry: jitter makes a delay shorter by at most that part, by the run's seed", () => {
  const took = (seed: number) =>
    simulate(function* () {
      yield* retry(failing(1), { delay: 100, jitter: 0.5 });
      return yield* now();
    }, { seed });
  const times = Array.from({ length: 50 }, (_, seed) => took(seed));
  assert(times.every((ms) => ms >= 52 && ms <= 102), times.join());
  assert(new Set(times).size > 10);
  assertEquals(took(7), took(7));
});

Deno.test("retry: throws the last failure, with the one before as its cause", () => {
  const error = assertThrows(() => simulate(retry(failing(9), { times: 2 })), Error, "attempt 2");
  assertEquals((error.cause as Error).message, "attempt 1");
});

Deno.test("retry: asks `when` after each failure but the last", () => {
  const asked: unknown[] = [];
  const when = (error: unknown, attempt: number) => {
    asked.push([(error as Error).message, attempt]);
    return attempt < 2;
  };
  assertThrows(() => simulate(retry(failing(9), { times: 5, when })), Error, "attempt 2");
  assertEquals(asked, [["attempt 1", 1], ["attempt 2", 2]]);
});

Deno.test("retry: a cancel is never retried", () => {
  simulate(function* () {
    let attempts = 0;
    const task = yield* spawn(retry(function* () {
      attempts++;
      yield* sleep(100);
    }, { times: Infinity }));
    yield* sleep(10);
    task.cancel("enough");
    const result = yield* task.settled();
    assertEquals([result.state, attempts, yield* now()], ["cancelled", 1, 10]);
    if (result.state === "cancelled") assertStrictEquals(result.error.constructor, Cancelled);
  });
});

Deno.test("retry: an attempt that fails in its cleanup after a cancel is the last", () => {
  simulate(function* () {
    let attempts = 0;
    const task = yield* spawn(
      retry(function* () {
        attempts++;
        try {
          yield* sleep(100);
        } finally {
          yield* failing(9)(attempts);
        }
      }, { times: Infinity }),
      { failure: "hold" },
    );
    yield* sleep(10);
    task.cancel("enough");
    const result = yield* task.settled();
    assertEquals([result.state, attempts], ["failed", 1]);
    if (result.state !== "failed") return;
    assertStrictEquals(((result.error as Error).cause as Cancelled).reason, "enough");
  });
});

Deno.test("retry: a cleanup that a cancel has begun may retry", () => {
  simulate(function* () {
    let closed = 0;
    const task = yield* spawn(function* () {
      try {
        yield* sleep(100);
      } finally {
        closed = yield* retry(failing(2));
      }
    });
    yield* sleep(10);
    yield* task.halt();
    assertEquals(closed, 3);
  });
});

Deno.test("retry: what an attempt has spawned has ended before the next one begins", () => {
  let alive = 0;
  function* child(): Coroutine<void> {
    alive++;
    try {
      yield* sleep(1000);
    } finally {
      alive--;
    }
  }
  const before: number[] = [];
  assertThrows(() =>
    simulate(retry(function* (attempt) {
      before.push(alive);
      yield* spawn(child());
      yield* failing(9)(attempt);
    }))
  );
  assertEquals([before, alive], [[0, 0, 0], 0]);
});

Deno.test("retry: the failure of a child is one of its attempt", () => {
  simulate(function* () {
    const value = yield* retry(function* (attempt) {
      yield* spawn(failing(2)(attempt));
      yield* sleep(10);
      return attempt;
    });
    assertEquals(value, 3);
  });
});

Deno.test("retry: refuses what is no function, and options that are out of range", () => {
  const anything = (value: unknown) => value as never;
  assertThrows(
    () => retry(anything(sleep(1))),
    TypeError,
    "retry: expected a function that makes a coroutine for each attempt, received a coroutine;",
  );
  for (const times of [0, -1, 1.5, NaN]) {
    assertThrows(() => retry(failing(0), { times }), RangeError, "times to be a whole number");
  }
  assertThrows(() => retry(failing(0), { delay: -1 }), RangeError, "retry: delay: expected");
  assertThrows(() => retry(failing(0), { limit: NaN }), RangeError, "retry: limit: expected");
  assertThrows(() => retry(failing(0), { factor: 0.5 }), RangeError, "factor to be a number ≥ 1");
  assertThrows(() => retry(failing(0), { jitter: 2 }), RangeError, "jitter to be from 0 to 1");
});

Deno.test("retry: what makes no coroutine, or one that was started, is thrown at once", () => {
  const anything = (value: unknown) => value as never;
  assertThrows(() => retry(anything(async () => {})), TypeError, "received an async function");
  const started = failing(9)(1);
  const wrong: [() => unknown, number, string][] = [
    [() => Promise.resolve(), 1, "retry: expected a coroutine, received a promise"],
    [() => undefined, 1, "retry: expected a coroutine, received undefined"],
    [() => started, 2, "retry: this coroutine was started before"],
  ];
  for (const [make, calls, message] of wrong) {
    let called = 0;
    const work = anything(() => {
      called++;
      return make();
    });
    assertThrows(() => simulate(retry(work)), TypeError, message);
    assertEquals(called, calls);
  }
});

Deno.test("retry: an attempt is named after the function that makes it", () => {
  const names: string[] = [];
  simulate(retry(function* request() {
    names.push(currentTask().name);
    yield* sleep(1);
  }));
  assertEquals(names, ["request"]);
});

Deno.test("retry: a when that answers by a promise or a coroutine is thrown at once", () => {
  const later: [unknown, string][] = [
    [async () => await Promise.resolve(false), "received a promise"],
    [function* () {}, "received a coroutine"],
    [() => sleep(1), "received a coroutine"],
  ];
  for (const [when, received] of later) {
    const error = assertThrows(
      () => simulate(retry(failing(9), { when: when as () => boolean })),
      TypeError,
      `retry: expected when to return true or false, ${received}`,
    );
    assertEquals((error.cause as Error).message, "attempt 1");
  }
  assertThrows(
    () => retry(failing(9), { when: true as never }),
    TypeError,
    "retry: expected when to be a function",
  );
});
