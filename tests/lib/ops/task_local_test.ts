import {
  type Coroutine,
  currentTask,
  EventLoop,
  gather,
  run,
  simulate,
  sleep,
  spawn,
  type Task,
  taskGroup,
  TaskLocal,
  timeout,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";

Deno.test("TaskLocal: is inherited at spawn, and a task that sets it changes no other", () => {
  const user = new TaskLocal("nobody");
  simulate(function* () {
    user.set("main");
    const child = yield* spawn(function* (): Coroutine<string[]> {
      const seen = [user.get()];
      yield* sleep(10);
      seen.push(user.get());
      user.set("child");
      const grandchild = yield* spawn(function* () {
        return user.get();
      }());
      seen.push(yield* grandchild);
      return seen;
    }());
    yield* sleep(5);
    user.set("changed");
    assertEquals(yield* child, ["main", "main", "child"]);
    assertEquals(user.get(), "changed");
  }());
  assertEquals(user.get(), "nobody");
});

Deno.test("TaskLocal: combinators and groups inherit from the task that calls them", () => {
  const user = new TaskLocal("nobody");
  function* seen(): Coroutine<string> {
    yield* sleep(1);
    return user.get();
  }
  simulate(function* () {
    user.set("main");
    assertEquals(yield* gather([seen(), timeout(10, seen())]), ["main", "main"]);
    const tasks: Task<string>[] = [];
    yield* taskGroup(function* (group) {
      yield* spawn(function* () {
        // A task that spawns into a group of another hands on its own.
        user.set("spawner");
        tasks.push(yield* group.spawn(seen()));
      }());
      tasks.push(yield* group.spawn(seen()));
      yield* sleep(5);
    });
    assertEquals((yield* gather(tasks)).toSorted(), ["main", "spawner"]);
  }());
});

Deno.test("TaskLocal.run: holds for a coroutine, also when that fails or is cancelled", () => {
  const [user, depth] = [new TaskLocal("nobody"), new TaskLocal(0)];
  simulate(function* () {
    user.set("main");
    const inner = user.run(
      "inner",
      depth.run(
        2,
        function* () {
          yield* sleep(1);
          return [user.get(), depth.get()];
        }(),
      ),
    );
    assertEquals(yield* inner, ["inner", 2]);
    assertEquals([user.get(), depth.get()], ["main", 0]);
    const failing = function* (): Coroutine<void> {
      yield* sleep(1);
      throw new Error("boom");
    };
    try {
      yield* user.run("failing", failing());
    } catch { /* As it should. */ }
    assertEquals(user.get(), "main");
    let after: string | undefined;
    const task = yield* spawn(function* () {
      try {
        yield* user.run("cancelled", sleep(1000));
      } finally {
        after = user.get();
      }
    }());
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    assertEquals(after, "main");
  }());
});

Deno.test("TaskLocal: can be read anywhere, and set only in a task", () => {
  const user = new TaskLocal("nobody");
  assertEquals(user.get(), "nobody");
  assertThrows(() => user.set("x"), TypeError, "TaskLocal.set: no coroutine is running here");
  const unset = new TaskLocal<string | undefined>("initial");
  simulate(function* () {
    unset.set(undefined);
    assertEquals(unset.get(), undefined);
  }());
});

Deno.test("currentTask: is the task that runs, also in a function it calls, and none outside", () => {
  simulate(function* () {
    const main = currentTask();
    assertEquals([main.name, main.state], ["main", "running"]);
    const child: Task<Task<unknown>> = yield* spawn(function* () {
      yield* sleep(1);
      return [1].map(() => currentTask())[0]!;
    }());
    assertStrictEquals(yield* child, child);
    assertStrictEquals(currentTask(), main);
  }());
  assertThrows(() => currentTask(), TypeError, "currentTask: no coroutine is running here");
});

Deno.test("Task.signal: is aborted when the task is cancelled, also if it is asked for then", async () => {
  const log: unknown[] = [];
  const loop: EventLoop<void> = new EventLoop(function* () {
    setTimeout(() => loop.cancel("enough"), 0);
    const { signal } = currentTask();
    assertStrictEquals(currentTask().signal, signal);
    const child = yield* spawn(sleep(60_000));
    for (const each of [signal, child.signal]) {
      each.addEventListener("abort", () => log.push(each.reason.name));
    }
    try {
      yield* sleep(60_000);
    } finally {
      log.push([signal.aborted, child.signal.aborted, currentTask().signal === signal]);
    }
  }());
  const over = loop.run().catch((error) => error);
  const error = await over;
  assertEquals(log, ["AbortError", "AbortError", [true, true, true]]);
  await run(function* () {
    const task = yield* spawn(sleep(1000));
    yield* sleep(0);
    task.cancel("late");
    assertEquals([task.signal.aborted, task.signal.reason.name], [true, "AbortError"]);
    assertEquals(task.signal.reason.cause.reason, "late");
    const done = yield* spawn(sleep(0));
    yield* done;
    assertEquals(done.signal.aborted, false);
  }());
  assertInstanceOf(error, Error);
});
