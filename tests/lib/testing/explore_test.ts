import {
  type Coroutine,
  DeadlockError,
  gather,
  Lock,
  pause,
  replay,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

type Program = () => Coroutine<unknown>;

/** Tasks that take `steps` steps each; `seen` gets the letter of each step, in order. */
function inSteps(tasks: number, steps: number, seen: (order: string) => void = () => {}): Program {
  return function* () {
    let order = "";
    yield* gather(Array.from({ length: tasks }, function* (_, task): Coroutine<void> {
      for (let step = 1; step <= steps; step++) {
        order += "abcdefgh"[task];
        if (step < steps) yield* pause();
      }
    }));
    seen(order);
  };
}

/** How often the letter changes. */
function changes(order: string): number {
  return [...order].filter((letter, index) => index > 0 && letter !== order[index - 1]).length;
}

/** Two that each read a number, let others go first, and write it back, one more. */
function counting({ locked = false } = {}): Program {
  return function* () {
    let count = 0;
    const lock = new Lock();
    function* increment(): Coroutine<void> {
      using _permit = locked ? yield* lock.acquire() : undefined;
      const read = count;
      yield* pause();
      count = read + 1;
    }
    yield* gather([increment(), increment()]);
    assertEquals(count, 2);
  };
}

Deno.test("explore: runs as many schedules as there are ways to interleave the steps", () => {
  assertEquals(explore(inSteps(2, 2)), { schedules: 6, complete: true });
  assertEquals(explore(inSteps(3, 3)), { schedules: 1680, complete: true });
  assertEquals(explore(inSteps(2, 5)), { schedules: 252, complete: true });
  assertEquals(explore(inSteps(4, 1)), { schedules: 24, complete: true });
  assertEquals(explore(inSteps(1, 5)), { schedules: 1, complete: true });
  assertEquals(explore(() => sleep(1)), { schedules: 1, complete: true });
});

Deno.test("replay: after the last pick the task that became ready first runs", () => {
  const orders: string[] = [];
  const program = inSteps(3, 1, (order) => orders.push(order));
  for (const picks of [[], [2], [2, 1]]) simulate(program(), { order: replay(picks) });
  assertEquals(orders, ["abc", "cab", "cba"]);
});

Deno.test("explore: a program that reads its own stack finds it in every schedule", () => {
  const { failure, schedules } = explore(function* () {
    if (!new Error().stack?.includes("explore_test.ts")) throw new Error("no stack");
    yield* counting()();
  });
  assert(schedules > 1);
  assertStringIncludes((failure!.error as Error).stack!, "explore_test.ts");
  assertEquals((failure!.error as Error).message.includes("no stack"), false);
});

Deno.test("explore: finds a bug that needs two preemptions with two", () => {
  const relay = function* (): Coroutine<void> {
    let baton = 0;
    function* take(from: number): Coroutine<void> {
      if (baton === from) baton++;
      yield* pause();
      if (baton === from + 2) baton++;
    }
    yield* gather([take(0), take(1)]);
    assert(baton !== 4, "the baton went to and fro");
  };
  const { failure } = explore(relay);
  assertEquals(failure?.preemptions, 2);
  assertThrows(() => simulate(relay(), { order: replay(failure!.picks) }), Error, "to and fro");
});

/** Two tasks of eight steps: 12,870 schedules. It fails if they take turns nearly all the time. */
const alternating: Program = inSteps(2, 8, (order) => assert(changes(order) < 12, "zigzag"));

Deno.test("explore: stops after maxSchedules, and says that there are more", () => {
  let runs = 0;
  const program = inSteps(2, 5, () => runs++);
  for (const maxSchedules of [1, 2, 7, 100]) {
    runs = 0;
    const { schedules, complete } = explore(program, { maxSchedules });
    assertEquals([schedules, complete], [maxSchedules, false]);
    assertEquals(runs, maxSchedules);
  }
});

Deno.test("explore: tries half of maxSchedules by chance, and some seed finds what needs many preemptions", () => {
  const found = Array.from({ length: 20 }, (_, seed) => ({
    seed,
    ...explore(alternating, { maxSchedules: 200, seed }),
  })).filter(({ failure }) => failure !== undefined);
  assert(found.length > 0 && found.length < 20, `${found.length} of 20`);
  for (const { seed, schedules, complete, failure } of found) {
    assert(schedules > 100);
    assertEquals(complete, false);
    assert(failure!.preemptions > 9);
    const again = explore(alternating, { maxSchedules: 200, seed });
    assertEquals([again.schedules, again.failure?.picks], [schedules, failure!.picks]);
    const replayed = () => simulate(alternating(), { order: replay(failure!.picks) });
    assertThrows(replayed, Error, "zigzag");
  }
  assertNotEquals(found[0]!.failure!.picks, found[1]!.failure!.picks);
});

Deno.test("explore: is complete when maxSchedules is the number of schedules", () => {
  assertEquals(explore(inSteps(2, 2), { maxSchedules: 6 }), { schedules: 6, complete: true });
});

Deno.test("explore: expects maxSchedules ≥ 1", () => {
  const expected = "expected maxSchedules ≥ 1, received";
  for (const maxSchedules of [0, -1, 0.5, NaN, Infinity]) {
    const message = `${expected} ${maxSchedules}`;
    assertThrows(() => explore(inSteps(2, 2), { maxSchedules }), RangeError, message);
  }
  const maxSchedules = "7" as unknown as number;
  assertThrows(() => explore(inSteps(2, 2), { maxSchedules }), RangeError, `${expected} "7"`);
});

Deno.test("explore: expects a seed that is a whole number", () => {
  for (const seed of [0.5, NaN, Infinity, "7" as unknown as number]) {
    assertThrows(() => explore(inSteps(2, 2), { seed }), RangeError);
  }
});

const DIFFERS = "the program does not do the same under the same order";

/** A program that is another one from its second run on. */
function unlike(first: Program, others: Program): Program {
  let runs = 0;
  return () => runs++ === 0 ? first() : others();
}

Deno.test("explore: a program that has fewer choices another time is an error", () => {
  const narrower = unlike(inSteps(3, 1), inSteps(2, 1));
  assertThrows(() => explore(narrower), Error, DIFFERS);
});

Deno.test("explore: a program that ends early another time is an error", () => {
  assertThrows(() => explore(unlike(inSteps(2, 2), pause)), Error, DIFFERS);
});

Deno.test("explore: a program that fails only once is an error", () => {
  const failure = new Error("only once");
  const flaky = unlike(() => {
    throw failure;
  }, pause);
  const error = assertThrows(() => explore(flaky), Error, DIFFERS);
  assertStrictEquals(error.cause, failure);
});

Deno.test("explore: finds a deadlock of some orders, and its story names it", () => {
  function* program(): Coroutine<void> {
    const [left, right] = [new Lock(), new Lock()];
    function* leftHanded(): Coroutine<void> {
      using _left = yield* left.acquire();
      yield* pause();
      using _right = yield* right.acquire();
    }
    function* rightHanded(): Coroutine<void> {
      yield* pause();
      using _right = yield* right.acquire();
      using _left = yield* left.acquire();
    }
    yield* spawn(leftHanded(), { name: "left-handed" });
    yield* spawn(rightHanded(), { name: "right-handed" });
  }
  simulate(program());
  const { failure } = explore(program);
  assertInstanceOf(failure?.error, DeadlockError);
  const story = String(failure);
  assertMatch(story, /^ScheduleFailure: DeadlockError: nothing is ready, and nothing will be:\n/);
  assertMatch(story, /"left-handed" waits for the lock at leftHanded \(.*explore_test\.ts/);
  assertMatch(story, /"right-handed" waits for the lock at rightHanded \(.*explore_test\.ts/);
  assertMatch(story, /, with 1 preemption, after 3 schedules:\n/);
  assertMatch(story, /0 ms {2}main +is cancelled \(the run is deadlocked\)\n/);
  assertMatch(story, /\nreplay: simulate\(program\(\), \{ order: replay\(\[[\d, ]+\]\) \}\)$/);
});

Deno.test("explore: a program function that throws is a failure with no picks", () => {
  const error = new Error("no program");
  const { schedules, failure } = explore(() => {
    throw error;
  });
  assertStrictEquals(failure?.error, error);
  assertEquals([schedules, failure.picks, failure.preemptions], [1, [], 0]);
});
