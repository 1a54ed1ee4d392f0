import {
  type Coroutine,
  gather,
  now,
  record,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { observersOf } from "../fixtures.ts";
import type { LoopTask } from "../../../lib/core/task.ts";

Deno.test("spawn: does not suspend the task that asks", () => {
  const said: string[] = [];
  simulate(function* () {
    const task = yield* spawn(function* () {
      said.push("child");
    }());
    said.push(`parent, child ${task.state}`);
  }());
  assertEquals(said, ["parent, child ready", "child"]);
});

Deno.test("spawn: numbers tasks in the order of spawning, and names them so by default", () => {
  simulate(function* () {
    const first = yield* spawn(sleep(1));
    const second = yield* spawn(sleep(1), { name: "second" });
    assertEquals([first.id, first.name], [1, "task 1"]);
    assertEquals([second.id, second.name], [2, "second"]);
  }());
});

Deno.test("Task.state: is ready, running, suspended, done, in this order", () => {
  const states: string[] = [];
  simulate(function* () {
    function* self(): Coroutine<void> {
      states.push(task.state);
      yield* spawn(sleep(10));
    }
    const task: Task<void> = yield* spawn(self());
    states.push(task.state);
    yield* sleep(5);
    // Its body is over, its child is not.
    states.push(task.state);
    yield* task;
    states.push(task.state);
  }());
  assertEquals(states, ["ready", "running", "suspended", "done"]);
});

Deno.test("Task: ends when its children and theirs have ended", () => {
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(function* () {
        yield* spawn(sleep(100));
      }());
      return "value";
    }());
    assertEquals(yield* task, "value");
    assertEquals(yield* now(), 100);
  }());
});

Deno.test("Task: gives its value to every joiner, also after its end", () => {
  const got: unknown[] = [];
  simulate(function* () {
    const value = { some: "object" };
    const task = yield* spawn(function* () {
      yield* sleep(10);
      return value;
    }());
    function* join(): Coroutine<void> {
      got.push((yield* task) === value);
    }
    yield* spawn(join());
    yield* spawn(join());
    yield* sleep(20);
    yield* join();
  }());
  assertEquals(got, [true, true, true]);
});

Deno.test("Task: to join one that has ended does not suspend", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(sleep(0));
      yield* sleep(1);
      yield* task;
    }(),
    { trace },
  );
  assertEquals(
    trace.entries.some((entry) => entry.type === "suspend" && entry.why === "join"),
    false,
  );
});

Deno.test("Task: cannot join itself", () => {
  function* main(): Coroutine<void> {
    function* self(): Coroutine<void> {
      yield* task;
    }
    const task: Task<void> = yield* spawn(self(), { name: "narcissus" });
  }
  assertThrows(() => simulate(main()), TypeError, '"narcissus" cannot join itself');
});

Deno.test("Task: a tree ten thousand deep ends without a stack overflow", () => {
  function* grow(depth: number): Coroutine<void> {
    if (depth > 0) yield* spawn(grow(depth - 1));
    else yield* sleep(1);
  }
  simulate(grow(10_000));
});

Deno.test("Task: one that has ended keeps neither its coroutine nor the tasks that joined it", () => {
  simulate(function* () {
    function* body(): Coroutine<void> {
      yield* sleep(1);
    }
    const coroutine = body();
    const task = (yield* spawn(coroutine)) as LoopTask<void>;
    assertStrictEquals(task.iterator, coroutine as unknown);
    yield* gather([task, sleep(1)]);
    assertEquals([Object.is(task.iterator, coroutine), observersOf(task)], [false, 0]);
  }());
});
