import {
  block,
  Cancelled,
  type Coroutine,
  emit,
  Event,
  EventLoop,
  gather,
  Lock,
  narrate,
  pause,
  Queue,
  record,
  run,
  Semaphore,
  simulate,
  sleep,
  spawn,
  timeout,
  until,
  virtualClock,
  wait,
} from "@tenfold/loop";
import { assertEquals, assertRejects } from "@std/assert";
import { fail } from "../fixtures.ts";

/** Asserts what the lines of a program's story are; it may fail. */
function assertStory(program: () => Coroutine<unknown>, story: string[]): void {
  const trace = record();
  try {
    simulate(program(), { trace });
  } catch { /* the story says so */ }
  assertEquals(narrate(trace.entries).split("\n"), story);
}

Deno.test("narrate: a step is a line: who woke the task, what it did, what it waits for", () => {
  assertStory(function* () {
    yield* spawn(sleep(5), { name: "nap" });
    yield* emit("hello");
    yield* sleep(10.5);
  }, [
    "   0 ms  main  starts, spawns nap, emits hello, sleeps until 10.5 ms",
    "   0 ms  nap   starts, sleeps until 5 ms",
    "   5 ms  nap   is woken by the timer, is done",
    "10.5 ms  main  is woken by the timer, is done",
  ]);
});

Deno.test("narrate: a task that pauses or blocks goes on by itself", () => {
  assertStory(function* () {
    yield* pause();
    yield* block(5);
  }, [
    "0 ms  main  starts, pauses",
    "0 ms  main  goes on, holds the thread until 5 ms",
    "5 ms  main  goes on, is done",
  ]);
});

Deno.test("narrate: the task that ended wakes the one that joined it", () => {
  assertStory(function* () {
    yield* yield* spawn(pause(), { name: "other" });
  }, [
    "0 ms  main   starts, spawns other, waits to join",
    "0 ms  other  starts, pauses",
    "0 ms  other  goes on, is done",
    "0 ms  main   is woken by other, is done",
  ]);
});

Deno.test("narrate: the task that releases, sets or puts wakes the one that waits for it", () => {
  assertStory(function* () {
    const [lock, pool, event, queue] = [new Lock(), new Semaphore(1), new Event(), new Queue(1)];
    const [permit, place] = [yield* lock.acquire(), yield* pool.acquire()];
    yield* spawn(lock.acquire(), { name: "a" });
    yield* spawn(pool.acquire(), { name: "b" });
    yield* spawn(event.wait(), { name: "c" });
    yield* spawn(queue.get(), { name: "d" });
    yield* sleep(1);
    permit.release();
    place.release();
    event.set();
    yield* queue.put("value");
  }, [
    "0 ms  main  starts, spawns a, spawns b, spawns c, spawns d, sleeps until 1 ms",
    "0 ms  a     starts, waits for the lock",
    "0 ms  b     starts, waits for the semaphore",
    "0 ms  c     starts, waits for the event",
    "0 ms  d     starts, waits for the queue",
    "1 ms  main  is woken by the timer, waits for its children",
    "1 ms  a     is woken by main, is done",
    "1 ms  b     is woken by main, is done",
    "1 ms  c     is woken by main, is done",
    "1 ms  d     is woken by main, is done",
    "1 ms  main  is done",
  ]);
});

Deno.test("narrate: the host wakes a task that waits for it", async () => {
  const trace = record();
  await run(until(Promise.resolve()), { clock: virtualClock(), trace });
  assertEquals(narrate(trace.entries).split("\n"), [
    "0 ms  main  starts, waits for the host",
    "0 ms  main  is woken by the host, is done",
  ]);
});

Deno.test("narrate: a cancel stands in the line of the task that asked, with its reason", () => {
  assertStory(function* () {
    const task = yield* spawn(sleep(1000), { name: "sleeper" });
    const other = yield* spawn(sleep(1000), { name: "other" });
    yield* sleep(1);
    task.cancel("enough");
    other.cancel();
    yield* sleep(1);
  }, [
    "0 ms  main     starts, spawns sleeper, spawns other, sleeps until 1 ms",
    "0 ms  sleeper  starts, sleeps until 1000 ms",
    "0 ms  other    starts, sleeps until 1000 ms",
    "1 ms  main     is woken by the timer, cancels sleeper (enough), cancels other, sleeps until 2 ms",
    "1 ms  sleeper  is woken by main, ends, cancelled",
    "1 ms  other    is woken by main, ends, cancelled",
    "2 ms  main     is woken by the timer, is done",
  ]);
});

Deno.test("narrate: a task that is cancelled before its start has one line", () => {
  assertStory(function* () {
    (yield* spawn(sleep(1000), { name: "unborn" })).cancel({ code: 7 });
  }, [
    '0 ms  main    starts, spawns unborn, cancels unborn ({"code":7}), is done',
    "0 ms  unborn  ends, cancelled",
  ]);
});

Deno.test("narrate: a cancel by the host has a line of its own", async () => {
  const trace = record();
  const clock = virtualClock();
  const loop = new EventLoop(
    function* () {
      // From here: on a busy machine a timer may fire before the first step.
      setTimeout(() => loop.cancel("closed"), 5);
      yield* until(new Promise(() => {}));
    }(),
    { clock, trace },
  );
  const over = loop.run();
  await assertRejects(() => over, Cancelled);
  assertEquals(narrate(trace.entries).split("\n"), [
    "0 ms  main  starts, waits for the host",
    "0 ms  main  is cancelled by the host (closed)",
    "0 ms  main  is woken by the host, ends, cancelled",
  ]);
});

Deno.test("narrate: a cancel by the loop, at a deadlock, has a line of its own", () => {
  assertStory(function* () {
    yield* spawn(new Event().wait(), { name: "waiter" });
  }, [
    "0 ms  main    starts, spawns waiter, waits for its children",
    "0 ms  waiter  starts, waits for the event",
    "0 ms  main    is cancelled by the loop",
    "0 ms  waiter  is cancelled by the loop",
    "0 ms  waiter  is woken by the loop, ends, cancelled",
    "0 ms  main    ends, cancelled",
  ]);
});

Deno.test("narrate: a task that waits for its children ends with the last of them", () => {
  assertStory(function* () {
    yield* spawn(
      function* () {
        yield* spawn(sleep(5), { name: "child" });
      }(),
      { name: "parent" },
    );
  }, [
    "0 ms  main    starts, spawns parent, waits for its children",
    "0 ms  parent  starts, spawns child, waits for its children",
    "0 ms  child   starts, sleeps until 5 ms",
    "5 ms  child   is woken by the timer, is done",
    "5 ms  parent  is done",
    "5 ms  main    is done",
  ]);
});

Deno.test("narrate: a failure shows in the line of each task that fails or is cancelled by it", () => {
  assertStory(function* () {
    yield* gather([fail(1), sleep(5)], { name: "job" });
  }, [
    "0 ms  main    starts, spawns job[0], spawns job[1], waits for its tasks",
    "0 ms  job[0]  starts, sleeps until 1 ms",
    "0 ms  job[1]  starts, sleeps until 5 ms",
    "1 ms  job[0]  is woken by the timer, fails",
    "1 ms  job[1]  is cancelled by job[0]",
    "1 ms  job[1]  is woken by job[0], ends, cancelled",
    "1 ms  main    is woken by job[0], fails",
  ]);
});

Deno.test("narrate: a task that only waits for its children fails with one and cancels the others", () => {
  assertStory(function* () {
    yield* spawn(sleep(5), { name: "sleeper" });
    yield* spawn(
      function* () {
        throw new Error("boom");
      }(),
      { name: "failure" },
    );
  }, [
    "0 ms  main     starts, spawns sleeper, spawns failure, waits for its children",
    "0 ms  sleeper  starts, sleeps until 5 ms",
    "0 ms  failure  starts, fails",
    "0 ms  sleeper  is cancelled by main",
    "0 ms  sleeper  is woken by main, ends, cancelled",
    "0 ms  main     fails",
  ]);
});

Deno.test("narrate: a wait with a timeout says until when", () => {
  assertStory(function* () {
    yield* wait([sleep(5)], { timeout: 3, name: "slow" });
    yield* timeout(10, pause());
  }, [
    "0 ms  main     starts, spawns slow[0], waits for its tasks until 3 ms",
    "0 ms  slow[0]  starts, sleeps until 5 ms",
    "3 ms  main     is woken by the timer, waits for its tasks until 3 ms",
    "3 ms  main     is woken by the timer, spawns task 2, waits for its tasks until 13 ms",
    "3 ms  task 2   starts, pauses",
    "3 ms  task 2   goes on, is done",
    "3 ms  main     is woken by task 2, waits for its children",
    "5 ms  slow[0]  is woken by the timer, is done",
    "5 ms  main     is done",
  ]);
});

Deno.test("narrate: a value is written as JSON, or as text", () => {
  assertStory(function* () {
    yield* emit({ some: ["object", 1] });
    yield* emit(undefined);
    yield* emit(Symbol("sign"));
  }, [
    '0 ms  main  starts, emits {"some":["object",1]}, emits undefined, emits Symbol(sign), is done',
  ]);
});

Deno.test("narrate: a BigInt and an Error are written as text", () => {
  assertStory(() => emit(1n), ["0 ms  main  starts, emits 1, is done"]);
  assertStory(() => emit(new Error("no")), ["0 ms  main  starts, emits Error: no, is done"]);
});
