import { Cancelled, pause, run, sleep, spawn, type Task, until, virtualClock } from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { fail, failWith } from "../fixtures.ts";

const clock = virtualClock();

Deno.test("Task.promise: resolves to what the task returns", async () => {
  let promise: Promise<string> | undefined;
  await run(
    function* () {
      const task = yield* spawn(function* () {
        yield* sleep(1);
        return "value";
      }());
      promise = task.promise();
    }(),
    { clock },
  );
  assertEquals(await promise, "value");
});

Deno.test("Task.promise: rejects with what the task throws, and then the parent does not fail", async () => {
  const error = new Error("boom");
  let promise: Promise<never> | undefined;
  const value = await run(
    function* () {
      promise = (yield* spawn(failWith(1, error))).promise();
      promise.catch(() => {});
      yield* sleep(10);
      return "main goes on";
    }(),
    { clock },
  );
  assertEquals(value, "main goes on");
  assertStrictEquals(await promise!.catch((error) => error), error);
});

Deno.test("Task.promise: asked for after the failure, rejects, and then the parent does not fail", async () => {
  const error = new Error("boom");
  let caught: unknown;
  await run(
    function* () {
      const task = yield* spawn(failWith(1, error), { failure: "hold" });
      yield* sleep(10);
      task.promise().catch((error) => caught = error);
    }(),
    { clock },
  );
  assertStrictEquals(caught, error);
});

Deno.test("Task.promise: asked for after the parent has failed, rejects", async () => {
  const error = new Error("boom");
  let task: Task<never> | undefined;
  const over = run(
    function* () {
      task = yield* spawn(failWith(1, error));
    }(),
    { clock },
  );
  assertStrictEquals(await over.catch((error) => error), error);
  assertStrictEquals(await task!.promise().catch((error) => error), error);
});

Deno.test("Task.promise: rejects as a join would if the task is cancelled", async () => {
  let promise: Promise<void> | undefined;
  await run(
    function* () {
      const task = yield* spawn(sleep(1000), { name: "sleeper" });
      promise = task.promise();
      promise.catch(() => {});
      yield* pause();
      task.cancel("enough");
    }(),
    { clock },
  );
  const error = await promise!.catch((error) => error);
  assertInstanceOf(error, Cancelled);
  assertEquals([error.source, error.reason], ["join", "enough"]);
  assertEquals(error.message, '"sleeper" was cancelled: enough');
  assertEquals((error.cause as Cancelled).source, "task");
});

Deno.test("Task.promise: gives the same after the end, as often as it is asked", async () => {
  let task: Task<number> | undefined;
  await run(
    function* () {
      task = yield* spawn(function* () {
        return 42;
      }());
    }(),
    { clock },
  );
  assertEquals(await Promise.all([task!.promise(), task!.promise()]), [42, 42]);
});

Deno.test("Task.promise: joiners and promises get the same failure at once", async () => {
  const heard: unknown[] = [];
  await run(
    function* () {
      const task = yield* spawn(fail(1));
      task.promise().catch(({ message }) => heard.push(message));
      task.promise().catch(({ message }) => heard.push(message));
      try {
        yield* task;
      } catch (error) {
        heard.push((error as Error).message);
      }
      yield* until(Promise.resolve());
    }(),
    { clock },
  );
  assertEquals(heard.length, 3);
});

Deno.test("Task.promise: lets one loop wait for a task of another", async () => {
  const spawned = Promise.withResolvers<{ task: Task<string> }>();
  const other = run(
    function* () {
      const task = yield* spawn(function* () {
        yield* sleep(5);
        return "from the other loop";
      }());
      spawned.resolve({ task });
      yield* sleep(10);
    }(),
    { clock },
  );
  const { task } = await spawned.promise;
  assertEquals(
    await run(
      function* () {
        return yield* until(task.promise());
      }(),
      { clock },
    ),
    "from the other loop",
  );
  await other;
});
