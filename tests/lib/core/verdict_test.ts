// A cleanup that throws and a catch that takes the cancel are what is tested here.
// deno-lint-ignore-file no-unsafe-finally tenfold/no-swallowed-cancel
import {
  chosen,
  type Coroutine,
  DeadlockError,
  Event,
  gather,
  LimitError,
  pause,
  Queue,
  race,
  record,
  run,
  shield,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { fail } from "../fixtures.ts";

// What tasks failed with is never replaced by what the loop has to say: it is the cause of that.

Deno.test("failure: a crash that would lead to a deadlock is what the run fails with", () => {
  const error = assertThrows(() =>
    simulate(function* () {
      const queue = new Queue<number>(1);
      yield* spawn(function* () {
        throw new Error("producer crashed");
      }());
      yield* queue.get();
    }())
  );
  assertEquals((error as Error).message, "producer crashed");
});

Deno.test("DeadlockError: a held crash is its cause, and the report names the task", () => {
  const error = assertThrows(() =>
    simulate(function* () {
      yield* spawn(fail(1, "held"), { name: "crashed", failure: "hold" });
      yield* new Event().wait();
    }()), DeadlockError);
  assertEquals((error.cause as Error).message, "held");
  assertMatch(error.message, /"crashed" has failed: Error: held/);
});

Deno.test("DeadlockError: what a cleanup throws is its cause", () => {
  const error = assertThrows(() =>
    simulate(function* () {
      yield* spawn(function* () {
        try {
          yield* new Event().wait();
        } finally {
          yield* fail(1, "child's cleanup");
        }
      }());
      try {
        yield* new Event().wait();
      } finally {
        throw new Error("in cleanup");
      }
    }()), DeadlockError);
  assertInstanceOf(error.cause, AggregateError);
  assertEquals(error.cause.errors.map(({ message }) => message), ["in cleanup", "child's cleanup"]);
});

Deno.test("LimitError: a crash before it and one in a cleanup are its cause", () => {
  const error = assertThrows(() =>
    simulate(
      function* () {
        yield* spawn(fail(0, "held"), { name: "crashed", failure: "hold" });
        yield* sleep(1);
        try {
          for (;;) yield* pause();
        } finally {
          throw new Error("in cleanup");
        }
      }(),
      { maxSteps: 100 },
    ), LimitError);
  assertInstanceOf(error.cause, AggregateError);
  assertEquals(error.cause.errors.map(({ message }) => message), ["held", "in cleanup"]);
  assertMatch(error.message, /"crashed" has failed: Error: held/);
});

Deno.test("chosen: what tasks fail with is the cause of an error of the order", () => {
  const error = assertThrows(
    () =>
      simulate(
        gather([fail(1, "one"), sleep(1), sleep(1)]),
        {
          order: chosen(() => {
            throw new Error("of the order");
          }),
        },
      ),
    Error,
    "of the order",
  );
  // Nothing had failed when the order did: the cause would be a cleanup's error.
  assertEquals(error.cause, undefined);
  const second = assertThrows(
    () =>
      simulate(
        function* () {
          try {
            yield* gather([sleep(1), sleep(1)]);
          } finally {
            throw new Error("in cleanup");
          }
        }(),
        {
          order: chosen(() => {
            throw new Error("of the order");
          }),
        },
      ),
    Error,
    "of the order",
  );
  assertEquals((second.cause as Error).message, "in cleanup");
});

Deno.test("trace: what tasks fail with is the cause of an error of the trace function", () => {
  const error = assertThrows(
    () =>
      simulate(
        function* () {
          yield* spawn(fail(1, "held"), { failure: "hold" });
          yield* sleep(10);
          yield* sleep(10);
        }(),
        {
          trace: ({ at }) => {
            if (at === 10) throw new Error("of the log");
          },
        },
      ),
    Error,
    "of the log",
  );
  assertEquals((error.cause as Error).message, "held");
});

Deno.test("DeadlockError: an error that can take no cause comes beside what tasks failed with", () => {
  const frozen = Object.freeze(new Error("of the log"));
  const error = assertThrows(() =>
    simulate(
      function* () {
        yield* spawn(fail(1, "held"), { failure: "hold" });
        yield* sleep(10);
      }(),
      {
        trace: ({ at }) => {
          if (at === 10) throw frozen;
        },
      },
    ), AggregateError);
  assertStrictEquals(error.errors[0], frozen);
  assertEquals(error.errors[1].message, "held");
});

Deno.test("DeadlockError: a second deadlock, in the cleanup, still reaches the rest", () => {
  const log: string[] = [];
  assertThrows(() =>
    simulate(function* () {
      const never = new Event();
      const child = yield* spawn(function* () {
        try {
          yield* never.wait();
        } finally {
          log.push("child cleaned");
        }
      }());
      try {
        yield* never.wait();
      } finally {
        try {
          yield* child;
        } finally {
          log.push("main cleaned");
        }
      }
    }()), DeadlockError);
  assertEquals(log.toSorted(), ["child cleaned", "main cleaned"]);
});

Deno.test("DeadlockError: a third and a fourth, behind shields and swallowed cancels, reach the rest", () => {
  const log: string[] = [];
  const never = new Event();
  function* deep(name: string, depth: number): Coroutine<void> {
    try {
      if (depth > 0) yield* shield(deep(name, depth - 1));
      else yield* never.wait();
    } finally {
      try {
        yield* never.wait();
      } finally {
        log.push(`${name} ${depth}`);
      }
    }
  }
  const trace = record();
  const error = assertThrows(() =>
    simulate(
      function* () {
        yield* spawn(deep("a", 2));
        yield* shield(function* () {
          yield* spawn(deep("b", 1));
          try {
            yield* never.wait();
          } catch {
            yield* never.wait();
          }
        }());
      }(),
      { trace },
    ), DeadlockError);
  assertEquals(log.toSorted(), ["a 0", "a 1", "a 2", "b 0", "b 1"]);
  assertEquals(error.message.split("\n").length, 4);
  assertEquals(trace.entries.filter(({ type }) => type === "exit").length, 3);
});

Deno.test("DeadlockError: a failure of a group whose loser never ends is its cause", () => {
  const error = assertThrows(() =>
    simulate(gather([
      fail(1, "of a member"),
      function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* new Event().wait();
        }
      }(),
    ])), DeadlockError);
  assertEquals((error.cause as Error).message, "of a member");
});

Deno.test("DeadlockError: a failure behind the shield of a group that can't end is its cause", () => {
  const error = assertThrows(() =>
    simulate(function* () {
      yield* spawn(fail(5, "unheard"));
      yield* race([
        sleep(1),
        function* () {
          try {
            yield* sleep(1000);
          } catch {
            yield* new Event().wait();
          }
        }(),
      ]);
    }()), DeadlockError);
  assertEquals((error.cause as Error).message, "unheard");
});

Deno.test("DeadlockError, LimitError: every task cleans up, however many there are", () => {
  for (const wait of [() => new Event().wait(), endless]) {
    let cleaned = 0;
    const count = 15_000;
    const error = assertThrows(() =>
      simulate(
        function* () {
          for (let n = 0; n < count; n++) {
            yield* spawn(function* () {
              try {
                yield* wait();
              } finally {
                yield* pause();
                cleaned++;
              }
            }());
          }
        }(),
        { maxSteps: 50_000 },
      )
    );
    assert(error instanceof DeadlockError || error instanceof LimitError);
    assertEquals([cleaned, error.cause], [count, undefined]);
  }
  function* endless(): Coroutine<void> {
    for (;;) yield* pause();
  }
});

Deno.test("LimitError: a cleanup that does not end leaves the others theirs, and is named", () => {
  let cleaned = 0;
  function* stubborn(): Coroutine<void> {
    for (;;) {
      try {
        yield* pause();
      } catch {
        // Tries again.
      }
    }
  }
  const error = assertThrows(() =>
    simulate(
      function* () {
        yield* spawn(stubborn(), { name: "stubborn" });
        yield* spawn(fail(1, "held"), { failure: "hold" });
        for (let n = 0; n < 10; n++) {
          yield* spawn(function* () {
            try {
              yield* sleep(1000);
            } finally {
              for (let n = 0; n < 100; n++) yield* pause();
              cleaned++;
            }
          }());
        }
        yield* sleep(5);
      }(),
      { maxSteps: 2000 },
    ), LimitError);
  assertEquals(cleaned, 10);
  assertMatch(String(error.cause), /AggregateError|the cleanup of "stubborn" does not end/);
});

Deno.test("maxSteps, DeadlockError: name a task that was cancelled and went on", () => {
  function* poll(): Coroutine<void> {
    for (;;) {
      try {
        yield* sleep(10);
        throw new Error("flaky");
      } catch {
        // Tries again.
      }
    }
  }
  const program = (body: Coroutine<void>) =>
    function* () {
      const task: Task<void> = yield* spawn(body, { name: "poll" });
      yield* sleep(25);
      task.cancel();
      yield* task;
    };
  const limit = assertThrows(() => simulate(program(poll())(), { maxSteps: 1000 }), LimitError);
  assertMatch(limit.message, /"poll" was cancelled and went on/);
  const stuck = function* () {
    try {
      yield* sleep(1000);
    } catch {
      yield* new Event().wait();
    }
  };
  const deadlock = assertThrows(() => simulate(program(stuck())()), DeadlockError);
  assertMatch(deadlock.message, /"poll" waits for the event .*; it was cancelled and went on/);
});

Deno.test("trace: an exit entry tells what the task failed with", () => {
  const trace = record();
  assertThrows(() => simulate(gather([fail(1, "boom\nand more"), sleep(5)]), { trace }));
  const exits = trace.entries.flatMap((entry) =>
    entry.type === "exit" ? [[entry.task, entry.outcome, entry.failure]] : []
  );
  assertEquals(exits, [
    [1, "failed", "Error: boom"],
    [2, "cancelled", undefined],
    [0, "failed", "Error: boom"],
  ]);
});

Deno.test("DeadlockError: on the wall, too, what failed is its cause", async () => {
  const error = await assertRejects(() =>
    run(function* () {
      yield* spawn(fail(1, "held"), { failure: "hold" });
      const tasks: Task<void>[] = [];
      function* join(other: number): Coroutine<void> {
        yield* pause();
        yield* tasks[other]!;
      }
      tasks.push(yield* spawn(join(1)), yield* spawn(join(0)));
      yield* gather(tasks);
    }()), DeadlockError);
  assertEquals((error.cause as Error).message, "held");
});
