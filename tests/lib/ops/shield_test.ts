import {
  type Coroutine,
  gather,
  now,
  pause,
  shield,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { outcome, settled } from "../fixtures.ts";

/** When and how a task ends. */
function* ended(task: Task<unknown>): Coroutine<[number, string]> {
  yield* settled(task);
  return [yield* now(), task.state];
}

/** Notes what happens, with the time. */
function* note(log: string[], what: string): Coroutine<void> {
  log.push(`${what} at ${yield* now()}`);
}

/** Takes 10 ms and two suspensions. */
function* whole(log: string[]): Coroutine<string> {
  yield* sleep(5);
  yield* note(log, "half");
  yield* sleep(5);
  yield* note(log, "whole");
  return "value";
}

Deno.test("shield: gives the value and throws the error of its coroutine, in the same task", () => {
  simulate(function* () {
    assertEquals(yield* shield(whole([])), "value");
    const task: Task<string> = yield* spawn(shield(function* () {
      yield* pause();
      throw new Error("boom");
    }()));
    assertEquals(yield* ended(task), [10, "failed"]);
    assertEquals(`${yield* outcome(task)}`, "Error: boom");
  }());
});

Deno.test("shield: holds a cancel back until the first suspension after it", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      yield* shield(whole(log));
      yield* note(log, "on");
      try {
        yield* pause();
        log.push("not reached");
      } catch (error) {
        log.push(`${error}`);
        throw error;
      }
    }());
    yield* sleep(2);
    assertEquals(task.cancel("enough"), true);
    assertEquals(task.cancel("again"), false);
    assertEquals(yield* ended(task), [10, "cancelled"]);
    assertEquals(log, [
      "half at 5",
      "whole at 10",
      "on at 10",
      'Cancelled: cancelled by "main": enough',
    ]);
  }());
});

Deno.test("shield: if no suspension follows, a task that was cancelled meanwhile is done", () => {
  simulate(function* () {
    const task = yield* spawn(shield(whole([])));
    yield* sleep(2);
    task.cancel();
    assertEquals([yield* task, task.state], ["value", "done"]);
  }());
});

Deno.test("shield: an error thrown inside comes before the cancel", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        yield* shield(function* () {
          yield* sleep(5);
          throw new Error("boom");
        }());
      } catch (error) {
        log.push((error as Error).message);
      }
      yield* sleep(5);
      log.push("not reached");
    }());
    yield* sleep(2);
    task.cancel();
    assertEquals([yield* ended(task), log], [[5, "cancelled"], ["boom"]]);
  }());
});

Deno.test("shield: of nested ones the outermost lets the cancel through", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(shield(function* () {
      yield* shield(sleep(5));
      yield* note(log, "inner");
      yield* sleep(5);
      yield* shield(note(log, "outer"));
      yield* sleep(5);
      yield* note(log, "end");
    }()));
    yield* sleep(2);
    task.cancel();
    assertEquals(yield* ended(task), [15, "done"]);
    assertEquals(log, ["inner at 5", "outer at 10", "end at 15"]);
  }());
});

Deno.test("shield: holds back a cancel that was pending when it began", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      yield* sleep(5);
      yield* shield(whole(log));
      yield* pause();
      log.push("not reached");
    }());
    // Awake before it, so its wake is queued already.
    yield* sleep(5);
    assertEquals([task.state, task.cancel()], ["ready", true]);
    assertEquals(yield* ended(task), [15, "cancelled"]);
    assertEquals(log, ["half at 10", "whole at 15"]);
  }());
});

Deno.test("shield: protects a cleanup that no cancel led to", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        yield* sleep(5);
      } finally {
        yield* shield(whole(log));
      }
    }());
    yield* sleep(7);
    task.cancel();
    assertEquals([yield* ended(task), log], [[15, "done"], ["half at 10", "whole at 15"]]);
  }());
});

Deno.test("shield: changes nothing in a cleanup that a cancel led to", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(function* () {
      try {
        yield* sleep(50);
      } finally {
        yield* shield(whole(log));
        yield* sleep(5);
        yield* note(log, "clean");
      }
    }());
    yield* sleep(5);
    task.cancel();
    assertEquals(yield* ended(task), [20, "cancelled"]);
    assertEquals(log, ["half at 10", "whole at 15", "clean at 20"]);
  }());
});

Deno.test("shield: a cancel of the task does not reach the tasks inside", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(shield(gather([whole(log), whole(log)])));
    yield* sleep(2);
    task.cancel();
    assertEquals([yield* ended(task), log.length], [[10, "done"], 4]);
  }());
});

Deno.test("shield: children that its body left are cancelled when it ends", () => {
  simulate(function* () {
    const log: string[] = [];
    const task = yield* spawn(shield(function* () {
      yield* spawn(whole(log));
      yield* sleep(2);
    }()));
    yield* sleep(1);
    task.cancel();
    assertEquals([yield* ended(task), log], [[2, "cancelled"], []]);
  }());
});

Deno.test("shield: under a timeout it ends first, and its value counts", () => {
  simulate(function* () {
    assertEquals(yield* timeout(5, shield(whole([]))), "value");
    assertEquals(yield* now(), 10);
    let error: unknown;
    try {
      yield* timeout(
        5,
        function* () {
          yield* shield(whole([]));
          yield* pause();
        }(),
      );
    } catch (thrown) {
      error = thrown;
    }
    assertInstanceOf(error, TimeoutError);
    assertEquals(yield* now(), 20);
  }());
});

Deno.test("shield: a timeout inside it works", () => {
  simulate(function* () {
    const seen: unknown[] = [];
    const task = yield* spawn(shield(function* () {
      try {
        yield* timeout(5, sleep(100));
      } catch (error) {
        seen.push((error as Error).name);
      }
    }()));
    yield* sleep(2);
    task.cancel();
    assertEquals([yield* ended(task), seen], [[5, "done"], ["TimeoutError"]]);
  }());
});

Deno.test("shield: expects a coroutine, which runs once", () => {
  assertThrows(() => shield(5 as unknown as Coroutine<void>), TypeError, "shield: expected a cor");
  const coroutine = whole([]);
  // deno-lint-ignore tenfold/no-floating-coroutine -- it need not run
  shield(coroutine);
  assertThrows(() => shield(coroutine), TypeError, "shield: this coroutine was started before");
});
