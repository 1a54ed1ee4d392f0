import { Cancelled, type Coroutine, now, pause, simulate, sleep, spawn } from "@tenfold/loop";
import { assertEquals } from "@std/assert";
import { fail, failWith, outcome } from "../fixtures.ts";

Deno.test("a second cancel comes too late, also during cleanup, also for what has ended", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(10);
      }
    }());
    yield* pause();
    assertEquals([task.cancel("first"), task.cancel("second")], [true, false]);
    yield* sleep(5);
    assertEquals(task.cancel("third"), false);
    const error = yield* outcome(task) as Coroutine<Cancelled>;
    assertEquals([error.reason, yield* now()], ["first", 10]);
    assertEquals(task.cancel(), false);
  }());
});

Deno.test("a task that swallows its cancel is done, and is not cancelled again", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } catch {
        yield* sleep(20);
      }
      return "still here";
    }());
    yield* pause();
    task.cancel();
    yield* sleep(5);
    assertEquals(task.cancel(), false);
    assertEquals([yield* task, task.state, yield* now()], ["still here", "done", 20]);
  }());
});

Deno.test("a failure in cleanup is the outcome, and what cancelled it its cause", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* fail(0, "in cleanup");
      }
    }());
    yield* pause();
    task.cancel("why");
    const error = yield* outcome(task) as Coroutine<Error>;
    assertEquals([error.message, task.state], ["in cleanup", "failed"]);
    assertEquals((error.cause as Cancelled).reason, "why");
  }());
});

Deno.test("a cause that an error already has is kept", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* failWith(0, new Error("in cleanup", { cause: "its own" }));
      }
    }());
    yield* pause();
    task.cancel();
    const error = yield* outcome(task) as Coroutine<Error>;
    assertEquals(error.cause, "its own");
  }());
});

Deno.test("a cause that is its own cause does no harm", () => {
  const own = new Error("own");
  own.cause = own;
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* fail(0, "in cleanup");
        }
      }());
      yield* failWith(1, own);
    }());
    const error = yield* outcome(task) as Coroutine<AggregateError>;
    assertEquals(error.errors.map(({ message }) => message), ["own", "in cleanup"]);
  }());
});
