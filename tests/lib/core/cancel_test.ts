import {
  Cancelled,
  type Coroutine,
  now,
  pause,
  record,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { outcome } from "../fixtures.ts";

Deno.test("cancel: a task that has not started ends at once, and never runs", () => {
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

Deno.test("cancel: is thrown where the task waits, with the asker and the reason", () => {
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

Deno.test("cancel: joining a cancelled task makes the joiner fail, not be cancelled", () => {
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

Deno.test("cancel: a queued wake goes first, and the cancel comes at the next suspension", () => {
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

Deno.test("cancel: a task that is woken and does not suspend again ends as without it", () => {
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

Deno.test("cancel: a task with a pending cancel that returns has its children cancelled", () => {
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

Deno.test("cancel: a task that cancels itself goes on to its next suspension", () => {
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

Deno.test("cancel: a task that waits for its children passes it on, and is cancelled", () => {
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

Deno.test("cancel: time does not move to the deadline of a cancelled sleep", () => {
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

Deno.test("cancel: by a task of another loop it is the host's, and comes between two steps", () => {
  const seen: unknown[] = [];
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } catch (error) {
        seen.push((error as Cancelled).source, yield* now());
        throw error;
      }
    }());
    yield* sleep(5);
    simulate(function* () {
      yield* sleep(100);
      assertEquals(task.cancel(), true);
      seen.push(task.state);
    }());
    yield* outcome(task);
  }());
  assertEquals(seen, ["suspended", "host", 5]);
});
