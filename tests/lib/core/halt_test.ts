import {
  Cancelled,
  type Coroutine,
  now,
  simulate,
  sleep,
  spawn,
  type Task,
  taskGroup,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { after, caught, fail, failInCleanup, outcome, settled, slow } from "../fixtures.ts";

Deno.test("halt: cancels a task and waits until it has cleaned up", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const task = yield* spawn(slow(5, log));
    yield* sleep(10);
    assertEquals(yield* task.halt("enough"), undefined);
    assertEquals([yield* now(), task.state, log[1]], [15, "cancelled", "cleaned at 15"]);
    assertEquals((log[0] as Cancelled).reason, "enough");
  }());
});

Deno.test("halt: throws what the cleanup throws", () => {
  simulate(function* () {
    const task = yield* spawn(failInCleanup(5));
    yield* sleep(10);
    const [at, error] = yield* caught(task.halt());
    assertEquals([at, error.message], [15, "in cleanup"]);
  }());
});

Deno.test("halt: throws what the task failed with before, and that fails no parent", () => {
  const value = simulate(function* () {
    const task = yield* spawn(fail(5), { failure: "hold" });
    yield* sleep(10);
    assertEquals((yield* caught(task.halt()))[1].message, "boom");
    return "well";
  }());
  assertEquals(value, "well");
});

Deno.test("halt: of a task that has ended, or was cancelled before, returns when it has ended", () => {
  simulate(function* () {
    const done = yield* spawn(after(1, "value"));
    const cancelled = yield* spawn(slow(5, []));
    yield* sleep(10);
    cancelled.cancel();
    yield* done.halt();
    yield* cancelled.halt();
    assertEquals([yield* now(), yield* done, cancelled.state], [15, "value", "cancelled"]);
  }());
});

Deno.test("halt: a task that swallows its cancel is waited for", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(100);
      } catch {
        yield* sleep(7);
      }
      return "in the end";
    }());
    yield* sleep(1);
    yield* task.halt();
    assertEquals([yield* now(), task.state], [8, "done"]);
  }());
});

Deno.test("halt: throws the caller's own cancel, and only that", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const target = yield* spawn(slow(100, log));
    const caller = yield* spawn(function* () {
      yield* target.halt();
      yield* sleep(10_000);
    }());
    yield* sleep(10);
    assertEquals(caller.cancel("the caller"), true);
    yield* settled(caller);
    assertEquals([caller.state, yield* now()], ["cancelled", 10]);
    yield* settled(target);
    assertEquals(yield* now(), 100);
  }());
});

Deno.test("halt: of oneself or of an ancestor is refused, and cancels nothing", () => {
  simulate(function* () {
    const errors: string[] = [];
    const tasks: Task<unknown>[] = [];
    function* child(): Coroutine<void> {
      for (const task of tasks) errors.push((yield* caught(task.halt()))[1].message);
    }
    tasks.push(
      yield* spawn(
        function* () {
          tasks.push(yield* spawn(child(), { name: "child" }));
          yield* sleep(10);
        }(),
        { name: "parent" },
      ),
    );
    yield* sleep(20);
    assertEquals(errors, [
      'halt: "child" cannot halt "parent", which waits for it; use cancel()',
      'halt: "child" cannot halt itself; use cancel()',
    ]);
    assertEquals(tasks.map(({ state }) => state), ["done", "done"]);
  }());
});

Deno.test("settled: says how a task ended, and throws nothing", () => {
  simulate(function* () {
    const tasks = [
      yield* spawn(after(10, "value")),
      yield* spawn(fail(20)),
      yield* spawn(sleep(1000)),
    ];
    yield* spawn(function* () {
      yield* sleep(30);
      tasks[2]!.cancel("enough");
    }());
    const results = [];
    for (const task of tasks) results.push(yield* task.settled());
    const [done, failed, cancelled] = results;
    assertEquals(done, { state: "done", value: "value" });
    assertEquals([failed!.state, String((failed as { error: unknown }).error)], [
      "failed",
      "Error: boom",
    ]);
    assertEquals(cancelled!.state, "cancelled");
    const { error } = cancelled as { error: Cancelled };
    assertInstanceOf(error, Cancelled);
    assertEquals([error.reason, yield* now()], ["enough", 30]);
    // Also of a task that has ended.
    assertEquals(yield* tasks[0]!.settled(), done);
  }());
});

Deno.test("settled: of oneself is refused", () => {
  simulate(function* () {
    function* self(): Coroutine<void> {
      yield* task.settled();
    }
    const task: Task<void> = yield* spawn(self(), { name: "narcissus" });
    const error = (yield* outcome(task)) as Error;
    assertEquals(error.message, '"narcissus" cannot join itself');
  }());
});

Deno.test("halt, settled: refuse a task of another loop", () => {
  simulate(function* () {
    const outer = yield* spawn(sleep(10));
    for (const ask of [() => outer.halt(), () => outer.settled()]) {
      assertThrows(
        () => simulate<unknown>(ask()),
        TypeError,
        "belongs to another loop; wait until(task.promise())",
      );
    }
    assertEquals(outer.state, "ready");
  }());
});

Deno.test("daemon: is cancelled when its parent's body has returned, and holds nobody up", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const parent = yield* spawn(function* () {
      yield* spawn(slow(3, log), { daemon: true });
      yield* spawn(sleep(20));
      yield* sleep(10);
      return "value";
    }());
    assertEquals(yield* parent, "value");
    assertEquals([yield* now(), log[1]], [20, "cleaned at 13"]);
    assertEquals(
      (log[0] as Cancelled).message,
      'cancelled by "task 1": a daemon ends with its parent',
    );
  }());
});

Deno.test("daemon: its failure is its parent's, as any child's", () => {
  const program = function* () {
    yield* spawn(fail(5), { daemon: true });
    yield* sleep(100);
  };
  assertThrows(() => simulate(program()), Error, "boom");
});

Deno.test("daemon: what its cleanup throws fails the parent", () => {
  const program = function* () {
    yield* spawn(failInCleanup(5), { daemon: true });
    yield* sleep(1);
  };
  assertThrows(() => simulate(program()), Error, "in cleanup");
});

Deno.test("daemon: in a group it ends with the body and the other tasks", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const value = yield* taskGroup(function* (group) {
      yield* group.spawn(slow(5, log), { daemon: true });
      yield* group.spawn(sleep(20));
      return "body";
    });
    assertEquals([value, yield* now(), log[1]], ["body", 25, "cleaned at 25"]);
  }());
});

Deno.test("spawn: expects failure to be raise or hold", () => {
  assertThrows(
    () => spawn(sleep(1), { failure: "ignore" as "hold" }),
    TypeError,
    'spawn: expected failure to be "raise" or "hold", received "ignore"',
  );
});

Deno.test("group.cancel: cancels body and tasks, and the group throws if its body was cancelled", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(taskGroup(function* (group) {
      yield* group.spawn(slow(5, log));
      yield* group.spawn(function* () {
        yield* sleep(10);
        group.cancel("enough");
      }());
      yield* sleep(1000);
    }));
    assertInstanceOf(error, Cancelled);
    assertEquals([at, error.reason, log[1]], [15, "enough", "cleaned at 15"]);
  }());
});

Deno.test("group.cancel: after its last word the body's value counts", () => {
  simulate(function* () {
    const value = yield* taskGroup(function* (group) {
      for (let n = 0; n < 3; n++) yield* group.spawn(sleep(1000));
      yield* sleep(10);
      group.cancel();
      return "value";
    });
    assertEquals([value, yield* now()], ["value", 10]);
  }());
});
