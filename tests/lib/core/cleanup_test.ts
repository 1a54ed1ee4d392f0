import { Cancelled, type Coroutine, now, pause, simulate, sleep, spawn } from "@tenfold/loop";
import { assertEquals } from "@std/assert";
import { failInCleanup, failWith, outcome } from "../fixtures.ts";

Deno.test("cancel: a second one comes too late, during cleanup and after the end", () => {
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

Deno.test("cancel: a task that catches it and returns is done, and cannot be cancelled again", () => {
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

Deno.test("cancel: an error of the cleanup keeps a cause that it already has", () => {
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

Deno.test("cancel: an error that is its own cause does no harm", () => {
  const own = new Error("own");
  own.cause = own;
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(failInCleanup(0));
      yield* failWith(1, own);
    }());
    const error = yield* outcome(task) as Coroutine<AggregateError>;
    assertEquals(error.errors.map(({ message }) => message), ["own", "in cleanup"]);
  }());
});
