import {
  type Coroutine,
  DeadlockError,
  emit,
  Event,
  gather,
  now,
  pause,
  record,
  shield,
  simulate,
  sleep,
  spawn,
  type Startable,
  type Task,
  taskGroup,
  type Trap,
} from "@tenfold/loop";
import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { outcome } from "../fixtures.ts";

// Iterators that are driven, or made, by hand: the loop must come to no harm.

type Iterated = Iterator<Trap, unknown, unknown>;

function byHand(coroutine: Coroutine<unknown>): Iterated {
  return coroutine[Symbol.iterator]();
}

Deno.test("by hand: a step that begins to wait by hand and throws leaves no timer", () => {
  const error = new Error("boom");
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(function* () {
        byHand(sleep(1000)).next();
        throw error;
      }());
      assertStrictEquals(yield* outcome(task), error);
      // Longer than the child would have slept.
      yield* sleep(2000);
    }(),
    { trace },
  );
  assertEquals(trace.entries.filter(({ task }) => task === 1).at(-1)?.type, "exit");
});

function* yielding(value: unknown, after: (mistake: unknown) => Coroutine<unknown>) {
  try {
    yield value as Trap;
  } catch (mistake) {
    return yield* after(mistake);
  }
}

Deno.test("yield: a task that catches the error of a wrong yield goes on as after any other", () => {
  const returns = yielding(1, function* (mistake) {
    return (mistake as Error).message;
  });
  assertEquals(
    simulate(returns),
    'expected yield* with a coroutine in task "main", received yield of 1',
  );

  const waits = yielding(1, function* () {
    yield* sleep(5);
    return yield* now();
  });
  assertEquals(simulate(waits), 5);
});

Deno.test("yield: a task that catches the error of a wrong yield may throw another, or yield wrongly again", () => {
  class ParseError extends TypeError {}
  for (const error of [new Error("another"), new ParseError("its own")]) {
    const throws = yielding(1, function* () {
      throw error;
    });
    assertStrictEquals(assertThrows(() => simulate(throws)), error);
  }

  const again = yielding(1, function* () {
    return yield* yielding(2, function* (mistake) {
      return (mistake as Error).message;
    });
  });
  assertEquals(
    simulate(again),
    'expected yield* with a coroutine in task "main", received yield of 2',
  );
});

Deno.test("by hand: an iterator can be a coroutine", () => {
  const inner = byHand(sleep(5));
  let calls = 0;
  const iterator = {
    next(sent: unknown) {
      calls++;
      return inner.next(sent);
    },
    throw: (error: unknown) => {
      throw error;
    },
  } as Iterated;
  const trace = record();
  simulate({ [Symbol.iterator]: () => iterator }, { trace });
  assertEquals([calls, trace.entries.at(-1)?.at], [2, 5]);
});

Deno.test("by hand: a generator with a next of its own is stepped by that, from the first step on", () => {
  function* body(): Coroutine<string> {
    yield* sleep(10);
    yield* pause();
    return "done";
  }
  const generator = body() as Generator;
  let steps = 0;
  const { next } = generator;
  generator.next = (...sent) => {
    steps++;
    return next.apply(generator, sent);
  };
  assertEquals(simulate(gather([generator as Coroutine<string>, body()])), ["done", "done"]);
  assertEquals(steps, 3);
});

Deno.test("by hand: the function of a task may make a generator, an operation or an iterator", () => {
  function* body(): Coroutine<string> {
    yield* sleep(10);
    yield* pause();
    return "done";
  }
  const byHand = () => {
    const generator = body() as Generator;
    return {
      next: (sent) => generator.next(sent),
      throw: (error) => generator.throw(error),
      [Symbol.iterator]() {
        return this;
      },
    } as Coroutine<string> & Generator;
  };
  const made = [body, () => sleep(5), byHand, pause];
  const program = function* () {
    const held = [];
    for (const make of made) held.push(yield* spawn<unknown>(make, { failure: "hold" }));
    const results = yield* gather<Startable<unknown>[]>(made);
    for (const task of held) results.push(yield* task);
    return results;
  };
  const results = ["done", undefined, "done", undefined];
  assertEquals(simulate(program), [...results, ...results]);
});

Deno.test("by hand: the report of a deadlock has no line for an iterator that throws when asked", () => {
  const inner = byHand(new Event().wait());
  let calls = 0;
  const iterator = {
    next(sent: unknown) {
      if (calls++ > 0) throw new Error("not again");
      return inner.next(sent);
    },
    throw: (error: unknown) => {
      throw error;
    },
  } as Iterated;
  const error = assertThrows(
    () =>
      simulate(function* () {
        yield* spawn({ [Symbol.iterator]: () => iterator }, { name: "handmade" });
      }()),
    DeadlockError,
  );
  assertMatch(error.message, /\n {2}"handmade" waits for the event$/);
});

Deno.test("by hand: a pause is a mistake", () => {
  const main = function* () {
    byHand(pause()).next();
    yield* pause();
  };
  assertThrows(() => simulate(main()), TypeError, "did you forget yield*?");
});

Deno.test("by hand: a group that cannot wait cancels what it has started", () => {
  const trace = record();
  const group = taskGroup(() => {
    byHand(sleep(1)).next();
    return sleep(1000);
  });
  assertThrows(() => simulate(group, { trace }), TypeError, "did you forget yield*?");
  const exits = trace.entries.filter((entry) => entry.type === "exit");
  assertEquals(exits.map(({ at, outcome }) => [at, outcome]), [[0, "cancelled"], [0, "failed"]]);
});

Deno.test("kernel: a suspension counts in a result of its own, which JavaScriptCore makes", () => {
  function* body() {
    yield* sleep(5);
    try {
      // Not a suspension, in whichever result it comes.
      yield 1 as unknown as Trap;
    } catch {
      yield* pause();
    }
    return yield* now();
  }
  const generator = body();
  const wrapped: Iterated = {
    next: (sent) => ({ ...generator.next(sent) }),
    throw: (error) => ({ ...generator.throw!(error) }),
  };
  assertEquals(simulate({ [Symbol.iterator]: () => wrapped }), 5);
});

Deno.test("by hand: after a suspension by hand an operation that does not suspend is a mistake, too", () => {
  const operations: (() => Coroutine<unknown>)[] = [
    () => emit(1),
    () => now(),
    () => spawn(sleep(1)),
    () => gather([sleep(1)]),
  ];
  for (const operation of operations) {
    const main = function* () {
      byHand(sleep(1)).next();
      yield* operation();
    };
    assertThrows(() => simulate(main()), TypeError, "did you forget yield*?");
  }
});

Deno.test("yield: a wrong one does not lose a cancel that is pending", () => {
  simulate(function* () {
    let went = "";
    function* self(): Coroutine<void> {
      task.cancel();
      yield* yielding(1, function* () {
        went += "on ";
      });
      yield* sleep(1);
      went += "too far";
    }
    const task: Task<void> = yield* spawn(self());
    yield* outcome(task);
    assertEquals([task.state, went], ["cancelled", "on "]);
  }());
});

Deno.test("yield: a wrong one inside a shield does not let the cancel in", () => {
  simulate(function* () {
    let went = "";
    function* self(): Coroutine<void> {
      yield* shield(function* () {
        task.cancel();
        yield* yielding(1, pause);
        yield* pause();
        went += "through";
      }());
      yield* pause();
      went += " too far";
    }
    const task: Task<void> = yield* spawn(self());
    yield* outcome(task);
    assertEquals([task.state, went], ["cancelled", "through"]);
  }());
});

Deno.test("by hand: a coroutine that suspended without yield* meets its cancel at the next suspension", () => {
  const log: string[] = [];
  function* waiting(): Coroutine<void> {
    try {
      yield sleep(100)[Symbol.iterator]().next().value as Trap;
      log.push("went on");
      yield* sleep(1);
      log.push("not here");
    } finally {
      log.push("cleaned");
    }
  }
  simulate(function* () {
    const task = yield* spawn(waiting());
    yield* sleep(1);
    task.cancel();
    log.push((yield* task.settled()).state);
  });
  assertEquals(log, ["went on", "cleaned", "cancelled"]);
});
