import {
  Cancelled,
  type Coroutine,
  EventLoop,
  gather,
  now,
  pause,
  record,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { outcome } from "../fixtures.ts";

Deno.test("a task that has not started ends at once, and never runs", () => {
  const trace = record();
  let ran = false;
  simulate(
    function* () {
      const task = yield* spawn(function* () {
        ran = true;
      }());
      assertEquals(task.cancel("why"), true);
      assertEquals(task.state, "cancelled");
    }(),
    { trace },
  );
  assertEquals(ran, false);
  assertEquals(
    trace.entries.filter(({ task }) => task === 1).map(({ type }) => type),
    ["spawn", "ready", "cancel", "exit"],
  );
});

Deno.test("a suspended task has it thrown where it waits, with who asked and why", () => {
  simulate(function* () {
    const seen: Cancelled[] = [];
    const task = yield* spawn(
      function* () {
        try {
          yield* sleep(1000);
        } catch (error) {
          seen.push(error as Cancelled);
          throw error;
        }
      }(),
      { name: "sleeper" },
    );
    yield* sleep(10);
    assertEquals(task.cancel("no longer needed"), true);
    const joined = yield* outcome(task);
    assertEquals(yield* now(), 10);
    assertEquals(seen.map(({ source, reason, by }) => [source, reason, by?.name]), [
      ["task", "no longer needed", "main"],
    ]);
    assertInstanceOf(joined, Cancelled);
    assertEquals([joined.source, joined.reason], ["join", "no longer needed"]);
    assertStrictEquals(joined.by, task);
    assertStrictEquals(joined.cause, seen[0]);
    assertEquals(joined.message, '"sleeper" was cancelled: no longer needed');
    assertEquals(seen[0]!.message, 'cancelled by "main": no longer needed');
  }());
});

Deno.test("Cancelled is an Error with a name, and says itself in words", () => {
  const cancelled = new Cancelled("host", null, "enough");
  assert(cancelled instanceof Error && cancelled instanceof Cancelled);
  assertEquals(cancelled.name, "Cancelled");
  assertEquals(String(cancelled), "Cancelled: cancelled by the host: enough");
  assertEquals(String(new Cancelled("deadlock", null)), "Cancelled: cancelled by the deadlock");
  assertEquals(cancelled.cause, undefined);
});

Deno.test("joining a cancelled task makes the joiner fail, not be cancelled", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(1000));
    const joiner = yield* spawn(function* () {
      yield* task;
    }());
    yield* pause();
    yield* pause();
    task.cancel();
    const error = yield* outcome(joiner);
    assertEquals([task.state, joiner.state], ["cancelled", "failed"]);
    assertEquals((error as Cancelled).source, "join");
  }());
});

Deno.test("a wake that is queued goes first, and the cancel comes at the next suspension", () => {
  simulate(function* () {
    const said: string[] = [];
    const task = yield* spawn(function* () {
      yield* sleep(10);
      said.push("woke");
      yield* sleep(10);
      said.push("not reached");
    }());
    // Asleep before the task is, so awake before it.
    yield* sleep(10);
    assertEquals([task.state, task.cancel()], ["ready", true]);
    yield* outcome(task);
    assertEquals([said, task.state, yield* now()], [["woke"], "cancelled", 10]);
  }());
});

Deno.test("if there is no next suspension, the task ends as it would have", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* sleep(10);
      return "finished";
    }());
    // Asleep before the task is, so awake before it.
    yield* sleep(10);
    assertEquals([task.state, task.cancel()], ["ready", true]);
    assertEquals(yield* task, "finished");
  }());
});

Deno.test("a doomed task that returns has its children cancelled: waiting for them is suspended", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(sleep(1000));
      yield* pause();
    }());
    yield* pause();
    assertEquals(task.cancel(), true);
    yield* outcome(task);
    assertEquals(yield* now(), 0);
  }());
});

Deno.test("a task may cancel itself: it goes on to its next suspension", () => {
  simulate(function* () {
    const said: string[] = [];
    function* self(): Coroutine<void> {
      assertEquals(task.cancel("me"), true);
      said.push("going on");
      assertEquals(yield* now(), 0);
      yield* pause();
      said.push("not reached");
    }
    const task: Task<void> = yield* spawn(self());
    const error = yield* outcome(task) as Coroutine<Cancelled>;
    assertEquals(said, ["going on"]);
    assertStrictEquals((error.cause as Cancelled).by, task);
  }());
});

Deno.test("a task that waits for its children passes the cancel on, and is cancelled", () => {
  simulate(function* () {
    const seen: unknown[] = [];
    const task = yield* spawn(function* () {
      yield* spawn(function* () {
        try {
          yield* sleep(1000);
        } catch (error) {
          seen.push(error);
          throw error;
        }
      }());
      return "value";
    }());
    yield* sleep(10);
    assertEquals(task.cancel("tree"), true);
    const error = yield* outcome(task) as Coroutine<Cancelled>;
    assertEquals([task.state, yield* now()], ["cancelled", 10]);
    assertStrictEquals(seen[0], error.cause);
  }());
});

Deno.test("cancelling frees what the task waited in: nobody wakes it, no time is left of it", () => {
  const waits: (() => Coroutine<unknown>)[] = [
    () => sleep(5),
    () => gather([sleep(5), sleep(7)]),
    function* () {
      yield* yield* spawn(sleep(5));
    },
    function* () {
      yield* spawn(sleep(5));
    },
  ];
  for (const wait of waits) {
    const ended = simulate(function* () {
      const task = yield* spawn(wait());
      yield* sleep(1);
      assertEquals(task.cancel(), true);
      yield* outcome(task);
      assertEquals([task.state, yield* now()], ["cancelled", 1]);
      yield* sleep(10);
      return yield* now();
    }());
    assertEquals(ended, 11);
  }
});

Deno.test("time does not move to the deadline of a sleep that was cancelled", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(sleep(1000));
      yield* sleep(1);
      task.cancel();
    }(),
    { trace },
  );
  assertEquals(trace.entries.at(-1)?.at, 1);
});

Deno.test("a cancel before the run begins ends it without a step", async () => {
  const trace = record();
  const loop = new EventLoop(sleep(1), { trace });
  assertEquals(loop.cancel("never mind"), true);
  await assertRejects(() => loop.run(), Cancelled, "cancelled by the host: never mind");
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "cancel", "exit"]);
});
