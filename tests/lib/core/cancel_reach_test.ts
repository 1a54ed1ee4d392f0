import {
  Cancelled,
  type Coroutine,
  currentTask,
  gather,
  now,
  pause,
  Queue,
  record,
  run,
  shield,
  shuffled,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  TimeoutError,
  until,
} from "@tenfold/loop";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { caught, outcome, settled } from "../fixtures.ts";

/** Notes when its cancel is thrown into it, and lets that pass. */
function* noting(log: string[], name: string, ms = 1000): Coroutine<void> {
  try {
    yield* sleep(ms);
  } catch (error) {
    log.push(`${name} at ${yield* now()}`);
    throw error;
  }
}

Deno.test("cancel: reaches children in the instant, not when their parent has cleaned up", () => {
  const log: string[] = [];
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(noting(log, "child"));
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(30);
        log.push(`cleaned at ${yield* now()}`);
      }
    }());
    yield* sleep(15);
    task.cancel();
    yield* settled(task);
  }());
  assertEquals(log, ["child at 15", "cleaned at 45"]);
});

Deno.test("cancel: reaches parents before children, and elder siblings before younger", () => {
  const trace = record();
  function* family(name: string, depth: number): Coroutine<void> {
    if (depth > 0) {
      for (const which of ["a", "b"]) yield* spawn(family(name + which, depth - 1), { name });
    }
    yield* sleep(1000);
  }
  simulate(
    function* () {
      const task = yield* spawn(family("", 2), { name: "root" });
      yield* sleep(1);
      task.cancel();
    }(),
    { trace },
  );
  const parents = new Map<number, number | null>();
  const cancelled: number[] = [];
  for (const entry of trace.entries) {
    if (entry.type === "spawn") parents.set(entry.task, entry.parent);
    if (entry.type === "cancel") cancelled.push(entry.task);
  }
  assertEquals(cancelled.length, 7);
  for (const [index, task] of cancelled.entries()) {
    const parent = parents.get(task)!;
    if (index > 0) assert(cancelled.indexOf(parent) < index, `${task} before its parent`);
    const elder = cancelled.filter((other) => parents.get(other) === parent && other < task);
    assert(elder.every((other) => cancelled.indexOf(other) < index), `${task} before an elder`);
  }
});

Deno.test("cancel: a request reaches nothing below a shield until that ends", () => {
  const log: string[] = [];
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(function* () {
        yield* shield(function* () {
          yield* spawn(noting(log, "below the shield"));
          yield* sleep(10);
        }());
      }());
      yield* spawn(noting(log, "beside it"));
    }());
    yield* sleep(5);
    task.cancel();
    yield* settled(task);
  }());
  assertEquals(log, ["beside it at 5", "below the shield at 10"]);
});

Deno.test("cancel: a second request that a shield holds back from a cleanup reaches what is below at its end", () => {
  const log: string[] = [];
  simulate(function* () {
    const tasks: Task<void>[] = [];
    const parent = yield* spawn(function* () {
      tasks.push(
        yield* spawn(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* shield(function* () {
              yield* spawn(noting(log, "child of the cleanup"));
              yield* sleep(10);
            }());
            log.push(`cleaned at ${yield* now()}`);
          }
        }()),
      );
      yield* sleep(1000);
    }());
    yield* sleep(1);
    tasks[0]!.cancel("first");
    yield* sleep(1);
    parent.cancel("second");
    yield* settled(parent);
  }());
  assertEquals(log, ["cleaned at 11", "child of the cleanup at 11"]);
});

Deno.test("cancel: what a task with an undelivered cancel spawns is cancelled at birth", () => {
  let ran = false;
  const states: string[] = [];
  simulate(function* () {
    function* self(): Coroutine<void> {
      task.cancel();
      const child = yield* spawn(function* () {
        ran = true;
      }());
      states.push(child.state);
    }
    const task: Task<void> = yield* spawn(self());
    yield* settled(task);
  }());
  assertEquals([ran, states], [false, ["cancelled"]]);
});

Deno.test("cancel: what a cleanup spawns is not cancelled by the request that led to it, in any order", () => {
  for (let seed = 0; seed < 50; seed++) {
    const log: string[] = [];
    simulate(
      function* () {
        const task = yield* spawn(gather([
          function* () {
            try {
              yield* sleep(100);
            } finally {
              yield* gather([sleep(5), sleep(3)]);
              log.push("cleaned");
            }
          }(),
          sleep(100),
          timeout(50, sleep(100)),
        ]));
        yield* sleep(1);
        task.cancel();
        yield* settled(task);
        log.push(task.state);
      }(),
      { order: shuffled(seed) },
    );
    assertEquals(log, ["cleaned", "cancelled"], `shuffled(${seed})`);
  }
});

Deno.test("cancel: a child whose parent swallowed its cancel and returned can be cancelled from above", () => {
  const error = assertThrows(() =>
    simulate(function* () {
      const task = yield* spawn(function* () {
        try {
          yield* sleep(1000);
        } catch {
          // A catch for everything: JavaScript has no other.
        }
        yield* spawn(sleep(3_600_000));
      }());
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      throw new Error(`boom at ${yield* now()}`);
    }())
  );
  assertEquals((error as Error).message, "boom at 2");
});

Deno.test("cancel: a queue drained in finally ends the consumer and the task cancelled", () => {
  const taken: number[] = [];
  simulate(function* () {
    const queue = new Queue<number>(10);
    const task = yield* spawn(function* () {
      const consumer = yield* spawn(function* () {
        for (;;) {
          taken.push(yield* queue.get());
          yield* sleep(1);
        }
      }());
      try {
        for (let n = 0;; n++) {
          yield* queue.put(n);
          yield* sleep(1);
        }
      } finally {
        queue.close();
        yield* consumer;
      }
    }());
    yield* sleep(3.5);
    task.cancel();
    yield* settled(task);
    assertEquals(task.state, "cancelled");
  }());
  assertEquals(taken, [0, 1, 2, 3]);
});

Deno.test("cancel: a join of what the same request ended, and the error itself, end a task cancelled", () => {
  function* joining(child: Task<void>): Coroutine<void> {
    try {
      yield* sleep(1000);
    } catch {
      yield* child;
    }
  }
  function* rethrowing(child: Task<void>): Coroutine<void> {
    let seen: unknown;
    try {
      yield* sleep(1000);
    } catch (error) {
      seen = error;
      yield* settled(child);
    }
    throw seen;
  }
  for (const body of [joining, rethrowing]) {
    simulate(function* () {
      const task = yield* spawn(function* () {
        yield* body(yield* spawn(sleep(500)));
      }());
      yield* sleep(1);
      task.cancel("enough");
      const error = yield* outcome(task);
      assertInstanceOf(error, Cancelled);
      assertEquals([task.state, error.reason], ["cancelled", "enough"]);
    }());
  }
});

Deno.test("cancel: a join of what another request ended is a failure", () => {
  simulate(function* () {
    const other = yield* spawn(sleep(1000));
    const task = yield* spawn(function* () {
      yield* other;
    }());
    yield* sleep(1);
    other.cancel();
    yield* outcome(task);
    assertEquals(task.state, "failed");
  }());
});

Deno.test("cancel: a cleanup that a second request cuts short ends cancelled", () => {
  simulate(function* () {
    const tasks: Task<unknown>[] = [];
    const parent = yield* spawn(function* () {
      tasks.push(
        yield* spawn(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* gather([sleep(100)]);
          }
        }()),
      );
      yield* sleep(1000);
    }());
    yield* sleep(1);
    tasks[0]!.cancel("first");
    yield* sleep(1);
    parent.cancel("second");
    yield* settled(parent);
    assertEquals([tasks[0]!.state, parent.state, yield* now()], ["cancelled", "cancelled", 2]);
  }());
});

Deno.test("cancel: one at the instant of a timeout inside is not lost", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        yield* timeout(10, sleep(100));
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        log.push("timed out");
      }
      yield* sleep(100);
      log.push("not reached");
    }());
    yield* sleep(10);
    assertEquals(task.cancel(), true);
    yield* settled(task);
    assertEquals([task.state, yield* now(), log], ["cancelled", 10, []]);
  }());
});

Deno.test("cancel: an abort at the instant in which a promise settles is not lost", async () => {
  const controller = new AbortController();
  const log: string[] = [];
  const over = run(
    function* () {
      try {
        yield* until(Promise.resolve().then(() => controller.abort("enough")));
      } catch (error) {
        log.push(`${error}`);
      }
      yield* pause();
      log.push("went on");
    }(),
    { signal: controller.signal },
  );
  const end = await over.then(() => "done", (error) => error.name);
  // It comes where the task waits, or at its next suspension; both are right.
  assert(end === "Cancelled" || (log[0] ?? "").startsWith("Cancelled"), `${end} ${log}`);
});

Deno.test("cancel: a task that is cancelled as it spawns into its group does not return its cancel", () => {
  simulate(function* () {
    const seen: unknown[] = [];
    const task = yield* spawn(function* () {
      yield* sleep(10);
      const [, error] = yield* caught(gather([sleep(1)]));
      seen.push(error.name);
      throw error;
    }());
    yield* sleep(10);
    task.cancel();
    yield* settled(task);
    assertEquals([seen, task.state], [["Cancelled"], "cancelled"]);
  }());
});

Deno.test("cancel: by the listener of a signal that another cancel aborts goes after that one", async () => {
  const order: string[] = [];
  await run(function* () {
    const tasks: Task<void>[] = [];
    function* waiting(name: string, onAbort: () => void): Coroutine<void> {
      try {
        yield* until((signal) => {
          signal.addEventListener("abort", onAbort);
          return new Promise(() => {});
        });
      } finally {
        order.push(name);
      }
    }
    const second = yield* spawn(waiting("second", () => {}));
    const first = yield* spawn(waiting("first", () => {
      assertEquals(second.cancel(), true);
      // A loop inside the step of another is a loop of its own.
      assertEquals(simulate(after()), "inner");
    }));
    function* after(): Coroutine<string> {
      const inner = yield* spawn(sleep(1000));
      yield* sleep(1);
      inner.cancel();
      return "inner";
    }
    tasks.push(first, second);
    yield* sleep(1);
    first.cancel();
    for (const task of tasks) yield* settled(task);
  }());
  assertEquals(order, ["first", "second"]);
});

Deno.test("Task.signal: a task that asks for its signal gives its value, and its signal is aborted by a cancel", () => {
  simulate(function* () {
    const signals: AbortSignal[] = [];
    const asking = function* (ms: number) {
      signals.push(currentTask().signal);
      yield* sleep(ms);
      return "value";
    };
    assertEquals(yield* yield* spawn(asking(1)), "value");
    const task = yield* spawn(asking(1000));
    yield* sleep(1);
    task.cancel();
    assertEquals(signals.map(({ aborted }) => aborted), [false, true]);
    yield* settled(task);
  }());
});
