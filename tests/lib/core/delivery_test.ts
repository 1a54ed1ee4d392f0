import {
  Cancelled,
  type Coroutine,
  now,
  pause,
  record,
  shield,
  shuffled,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  wait,
} from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { after, caught, fail, failWith, outcome } from "../fixtures.ts";

// A child that fails while no task joins or watches it: when its parent hears of that, and how.

/** What the program throws, and when each word was said. */
function failing(program: (say: (word: string) => void) => Coroutine<unknown>): [Error, string[]] {
  const said: string[] = [];
  let error!: Error;
  simulate(function* () {
    const begun = yield* now();
    const task = yield* spawn(program((word) => said.push(word)), { name: "parent" });
    error = (yield* outcome(task)) as Error;
    said.push(`${task.state} at ${(yield* now()) - begun}`);
  }());
  return [error, said];
}

Deno.test("failure: is thrown into a parent that is suspended, at once, with the error as its cause", () => {
  const seen: Cancelled[] = [];
  const [error, said] = failing(function* () {
    yield* spawn(fail(10), { name: "child" });
    try {
      yield* sleep(60_000);
    } catch (thrown) {
      seen.push(thrown as Cancelled);
      throw thrown;
    }
  });
  assertEquals([error.message, said], ["boom", ["failed at 10"]]);
  assertInstanceOf(seen[0], Cancelled);
  assertEquals([seen[0].source, seen[0].by?.name], ["child", "child"]);
  assertStrictEquals(seen[0].cause, error);
});

Deno.test("failure: a parent fails with it even if it catches what is thrown", () => {
  const [error, said] = failing(function* (say) {
    yield* spawn(fail(10));
    try {
      yield* sleep(1000);
    } catch {
      say("caught");
    }
    yield* sleep(5);
    say("went on");
  });
  assertEquals([error.message, said], ["boom", ["caught", "went on", "failed at 15"]]);
});

Deno.test("failure: an error that a parent throws instead comes with it", () => {
  const [error] = failing(function* () {
    yield* spawn(fail(10));
    try {
      yield* sleep(1000);
    } catch {
      throw new Error("another");
    }
  });
  assertInstanceOf(error, AggregateError);
  assertEquals(error.errors.map(({ message }) => message), ["boom", "another"]);
});

Deno.test("failure: a parent that throws the very error fails with that, once", () => {
  const [error] = failing(function* () {
    yield* spawn(fail(10));
    try {
      yield* sleep(1000);
    } catch (thrown) {
      throw (thrown as Cancelled).cause;
    }
  });
  assertEquals(error.message, "boom");
});

Deno.test("failure: is thrown at the next suspension of a parent that is ready", () => {
  const [error, said] = failing(function* (say) {
    yield* spawn(fail(10));
    yield* pause();
    // Asleep after the child is, so awake after it, at the same instant.
    yield* sleep(10);
    say("woke");
    yield* sleep(10);
    say("not reached");
  });
  assertEquals([error.message, said], ["boom", ["woke", "failed at 10"]]);
});

Deno.test("failure: is thrown after the shield of a parent that is in one", () => {
  const [error, said] = failing(function* (say) {
    yield* spawn(fail(10));
    yield* shield(sleep(20));
    say("whole");
    yield* sleep(5);
    say("not reached");
  });
  assertEquals([error.message, said], ["boom", ["whole", "failed at 20"]]);
});

Deno.test("failure: cancels the siblings when it is thrown, and not before", () => {
  const [, said] = failing(function* (say) {
    yield* spawn(fail(10));
    yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } catch (error) {
        say(`sibling at ${yield* now()} by the ${(error as Cancelled).source}`);
        throw error;
      }
    }());
    yield* shield(sleep(20));
    yield* sleep(1000);
  });
  assertEquals(said, ["sibling at 20 by the child", "failed at 20"]);
});

Deno.test("failure: of a child of a parent that is cleaning up joins the parent's failures", () => {
  const [error, said] = failing(function* (say) {
    try {
      yield* fail(5, "first");
    } finally {
      yield* spawn(fail(5, "second"), { failure: "hold" });
      yield* sleep(10);
      say("cleaned");
    }
  });
  assertInstanceOf(error, AggregateError);
  assertEquals(said, ["cleaned", "failed at 15"]);
  assertEquals(error.errors.map(({ message }) => message), ["second", "first"]);
});

Deno.test("failure: of a child of a cancelled parent that is cleaning up does not interrupt that", () => {
  const said: string[] = [];
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* spawn(fail(5));
        yield* sleep(10);
        said.push("cleaned");
      }
    }());
    yield* sleep(1);
    task.cancel();
    const error = yield* outcome(task);
    assertEquals([(error as Error).message, task.state, yield* now()], ["boom", "failed", 11]);
  }());
  assertEquals(said, ["cleaned"]);
});

Deno.test("failure: a pending one is no cancel: nothing is logged, and cancel() still works", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(function* () {
        yield* spawn(fail(10));
        yield* shield(sleep(20));
        yield* sleep(1000);
      }());
      yield* sleep(15);
      assertEquals(trace.entries.filter(({ type }) => type === "cancel"), []);
      assertEquals(task.cancel("a real one"), true);
      const error = yield* outcome(task);
      // The cancel comes first, and keeps the failure.
      assertInstanceOf(error, Cancelled);
      assertEquals([error.reason, task.state], ["a real one", "cancelled"]);
      assertEquals(((error.cause as Cancelled).cause as Error).message, "boom");
    }(),
    { trace },
  );
});

Deno.test("failure: a cancel that waits behind a shield keeps the failures that come meanwhile", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* shield(function* () {
        yield* spawn(fail(10, "one"));
        yield* spawn(fail(11, "two"));
        yield* sleep(20);
      }());
      yield* sleep(1000);
    }());
    yield* sleep(5);
    task.cancel();
    const error = yield* outcome(task) as Coroutine<Cancelled>;
    const { cause } = error.cause as Cancelled;
    assertInstanceOf(cause, AggregateError);
    assertEquals(cause.errors.map(({ message }) => message), ["one", "two"]);
    assertEquals(task.state, "cancelled");
  }());
});

Deno.test("failure: a parent that swallows a cancel fails with what came before it", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(fail(10));
      yield* shield(sleep(20));
      try {
        yield* sleep(1000);
      } catch {
        // Gone on.
      }
    }());
    yield* sleep(15);
    task.cancel();
    assertEquals(((yield* outcome(task)) as Error).message, "boom");
  }());
});

Deno.test("failure: joining the child before it is thrown takes it away, and throws it there", () => {
  const [value, said] = failing(function* (say) {
    const child = yield* spawn(fail(10));
    yield* shield(sleep(20));
    const [at, error] = yield* caught(child);
    say(`${error.message} at ${at}`);
    yield* sleep(5);
    say("went on");
    return "well";
  });
  assertEquals([value as unknown, said], ["well", ["boom at 20", "went on", "done at 25"]]);
});

Deno.test("failure: a sibling survives a join in time", () => {
  for (let seed = 0; seed < 20; seed++) {
    const value = simulate(
      function* () {
        const sibling = yield* spawn(after(30, "survivor"));
        const child = yield* spawn(fail(10));
        yield* shield(sleep(20));
        yield* outcome(child);
        return yield* sibling;
      }(),
      { order: shuffled(seed) },
    );
    assertEquals(value, "survivor");
  }
});

Deno.test("failure: joined, watched by wait, by settled or by a promise it does not fail the parent", () => {
  const hear: ((child: Task<never>) => Coroutine<unknown>)[] = [
    outcome,
    (child) => wait([child]),
    (child) => child.settled(),
    (child) => caught(child.halt()),
    function* (child) {
      child.promise().catch(() => {});
      yield* sleep(20);
    },
  ];
  for (const [index, listen] of hear.entries()) {
    const program = function* () {
      const child = yield* spawn(fail(10));
      // The halt comes when it has failed.
      if (index === 3) yield* shield(sleep(10));
      yield* listen(child);
      yield* sleep(5);
      // What wait has handed over is to be joined.
      if (index === 1) yield* outcome(child);
      return "well";
    };
    assertEquals(simulate(program()), "well", `${index}`);
  }
});

Deno.test("failure: is thrown into the parent if the tasks that joined the child have all left", () => {
  for (const joiners of [1, 2, 3]) {
    const [error, said] = failing(function* (say) {
      const child = yield* spawn(fail(10));
      for (let left = joiners; left > 0; left--) {
        yield* spawn(timeout(5, child.settled(), { else: undefined }));
      }
      yield* sleep(1000);
      say("not reached");
    });
    assertEquals([error.message, said], ["boom", ["failed at 10"]]);
  }
});

Deno.test("failure: of a held child is thrown when the parent ends, and touches nobody before", () => {
  const [error, said] = failing(function* (say) {
    yield* spawn(fail(10), { failure: "hold" });
    yield* sleep(50);
    say("went on");
  });
  assertEquals([error.message, said], ["boom", ["went on", "failed at 50"]]);
});

Deno.test("failure: two at one instant come together, in order", () => {
  const [error] = failing(function* () {
    yield* spawn(fail(10, "one"));
    yield* spawn(fail(10, "two"));
    yield* sleep(1000);
  });
  assertInstanceOf(error, AggregateError);
  assertEquals(error.errors.map(({ message }) => message), ["one", "two"]);
});

Deno.test("failure: goes up generation by generation, in one instant", () => {
  const trace = record();
  function* nest(depth: number): Coroutine<void> {
    if (depth === 0) yield* fail(7);
    yield* spawn(nest(depth - 1));
    yield* sleep(60_000);
  }
  const error = assertThrows(() => simulate(nest(5), { trace }), Error, "boom");
  assertEquals(error.cause, undefined);
  assertEquals(trace.entries.at(-1)!.at, 7);
  const exits = trace.entries.filter((entry) => entry.type === "exit");
  assertEquals(
    exits.map(({ outcome, failure }) => [outcome, failure]),
    Array(6).fill([
      "failed",
      "Error: boom",
    ]),
  );
});

Deno.test("failure: any error harms nobody, whatever its cause does", () => {
  const hostile: [string, unknown][] = [
    ["unsettable", Object.defineProperty(new Error("mine"), "cause", { value: undefined })],
    ["unreadable", Object.defineProperty(new Error("mine"), "cause", { get: refuse })],
    ["proxy of an error", new Proxy(new Error("mine"), { defineProperty: refuse, get: refuse })],
    ["proxy of nothing", new Proxy({}, { getPrototypeOf: refuse, get: refuse, has: refuse })],
    ["revoked proxy", revoked()],
    ["frozen", Object.freeze(new Error("mine"))],
    ["null", null],
    ["a function", () => {}],
  ];
  function refuse(): never {
    throw new TypeError("refused");
  }
  function revoked(): unknown {
    const { proxy, revoke } = Proxy.revocable(new Error("mine"), {});
    revoke();
    return proxy;
  }
  for (const [kind, mine] of hostile) {
    let cleaned = 0;
    const thrown = (() => {
      try {
        simulate(
          function* () {
            yield* spawn(function* () {
              try {
                yield* sleep(1000);
              } finally {
                cleaned++;
              }
            }());
            const task = yield* spawn(function* () {
              yield* spawn(failWith(1, mine));
              try {
                yield* sleep(1000);
              } catch {
                throw mine;
              }
            }());
            yield* task;
          }(),
          { order: shuffled(1) },
        );
      } catch (error) {
        return error;
      }
    })();
    assert(thrown === mine, kind);
    assertEquals(cleaned, 1, kind);
  }
});
