import {
  Barrier,
  block,
  Cancelled,
  chosen,
  type Coroutine,
  emit,
  Event,
  EventLoop,
  gather,
  Lock,
  narrate,
  pause,
  Queue,
  race,
  record,
  run,
  Semaphore,
  shield,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  until,
  virtualClock,
  wait,
} from "@tenfold/loop";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
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
    "0 ms  main   starts, spawns other, waits for other",
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
    "0 ms  a     starts, waits for the lock, held by main",
    "0 ms  b     starts, waits for the semaphore, held by main",
    "0 ms  c     starts, waits for the event",
    "0 ms  d     starts, waits for a value in the queue",
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
    "0 ms  main    is cancelled (the run is deadlocked)",
    "0 ms  waiter  is cancelled (the run is deadlocked)",
    "0 ms  waiter  is woken by the loop, ends, cancelled",
    "0 ms  main    ends, cancelled",
  ]);
});

Deno.test("narrate: a cancel by the loop, at an error of the order, has a line of its own", () => {
  const trace = record();
  const order = chosen(() => 2);
  assertThrows(() => simulate(gather([pause(), pause()], { name: "a" }), { order, trace }));
  assertEquals(narrate(trace.entries).split("\n"), [
    "0 ms  main  starts, spawns a[0], spawns a[1], waits for a[0] and a[1]",
    "0 ms  main  is cancelled (the loop ends the run)",
    "0 ms  a[0]  is cancelled (the loop ends the run)",
    "0 ms  a[0]  ends, cancelled",
    "0 ms  a[1]  is cancelled (the loop ends the run)",
    "0 ms  a[1]  ends, cancelled",
    "0 ms  main  is woken by the loop, ends, cancelled",
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
    "0 ms  main    starts, spawns job[0], spawns job[1], waits for job[0] and job[1]",
    "0 ms  job[0]  starts, sleeps until 1 ms",
    "0 ms  job[1]  starts, sleeps until 5 ms",
    "1 ms  job[0]  is woken by the timer, fails with Error: boom",
    "1 ms  job[1]  is cancelled (job[0] has failed)",
    "1 ms  job[1]  is woken by job[0], ends, cancelled",
    "1 ms  main    is woken by job[0], fails with Error: boom",
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
    "0 ms  failure  starts, fails with Error: boom",
    "0 ms  sleeper  is cancelled (main has failed)",
    "0 ms  sleeper  is woken by main, ends, cancelled",
    "0 ms  main     fails with Error: boom",
  ]);
});

Deno.test("narrate: a wait with a timeout says until when", () => {
  assertStory(function* () {
    yield* wait([sleep(5)], { timeout: 3, name: "slow" });
    yield* timeout(10, pause());
  }, [
    "0 ms  main     starts, spawns slow[0], waits for slow[0] until 3 ms",
    "0 ms  slow[0]  starts, sleeps until 5 ms",
    "3 ms  main     is woken by the timer, waits for slow[0] until 3 ms",
    "3 ms  main     is woken by the timer, spawns task 2, waits for task 2 until 13 ms",
    "3 ms  task 2   starts, pauses",
    "3 ms  task 2   goes on, is done",
    "3 ms  main     is woken by task 2, waits for its children",
    "5 ms  slow[0]  is woken by the timer, is done",
    "5 ms  main     is done",
  ]);
});

Deno.test("narrate: a task waits for up to five tasks by their names, and for more by those of four", () => {
  assertStory(function* () {
    const tasks: Task<unknown>[] = [];
    for (const name of "abcdef") tasks.push(yield* spawn(pause(), { name }));
    yield* wait(tasks.slice(1));
    yield* wait(tasks);
  }, [
    "0 ms  main  starts, spawns a, spawns b, spawns c, spawns d, spawns e, spawns f, waits for b, c, d, e and f",
    ...[..."abcdef"].map((name) => `0 ms  ${name}     starts, pauses`),
    ...[..."abcdef"].map((name) => `0 ms  ${name}     goes on, is done`),
    "0 ms  main  is woken by f, is done",
  ]);
  assertStory(() => gather(Array.from({ length: 6 }, pause), { name: "one" }), [
    `0 ms  main    starts, ${
      [0, 1, 2, 3, 4, 5].map((n) => `spawns one[${n}]`).join(", ")
    }, waits for one[0], one[1], one[2], one[3] and 2 more`,
    ...[0, 1, 2, 3, 4, 5].map((n) => `0 ms  one[${n}]  starts, pauses`),
    ...[0, 1, 2, 3, 4, 5].map((n) => `0 ms  one[${n}]  goes on, is done`),
    "0 ms  main    is woken by one[5], is done",
  ]);
});

Deno.test("narrate: what tasks share has its name, and the tasks that hold it", () => {
  const outside = new Lock({ name: "outside" });
  using _permit = outside.tryAcquire()!;
  assertStory(function* () {
    const pool = new Semaphore(2, { name: "pool" });
    const queue = new Queue<number>(1, { name: "jobs" });
    const barrier = new Barrier(3, { name: "start" });
    yield* queue.put(1);
    function* hold(): Coroutine<void> {
      using _permit = yield* pool.acquire();
      yield* sleep(1);
    }
    const waits: [string, Coroutine<unknown>][] = [
      ["a", hold()],
      ["b", hold()],
      ["c", hold()],
      ["d", queue.put(2)],
      ["e", queue.join()],
      ["f", barrier.wait()],
      ["g", barrier.wait()],
      ["h", new Event({ name: "bell" }).wait()],
      ["i", outside.acquire()],
    ];
    for (const [name, waiting] of waits) yield* spawn(waiting, { name, daemon: true });
    yield* pause();
  }, [
    `0 ms  main  starts, ${[..."abcdefghi"].map((name) => `spawns ${name}`).join(", ")}, pauses`,
    "0 ms  a     starts, sleeps until 1 ms",
    "0 ms  b     starts, sleeps until 1 ms",
    "0 ms  c     starts, waits for the semaphore pool, held by a and b",
    "0 ms  d     starts, waits for room in the queue jobs",
    "0 ms  e     starts, waits for the work of the queue jobs",
    "0 ms  f     starts, waits for the barrier start (1 of 3)",
    "0 ms  g     starts, waits for the barrier start (2 of 3)",
    "0 ms  h     starts, waits for the event bell",
    "0 ms  i     starts, waits for the lock outside, held outside of the run",
    `0 ms  main  goes on, ${
      [..."abcdefghi"].map((name) => `cancels ${name} (a daemon ends with its parent)`).join(", ")
    }, waits for its children`,
    ...[..."abcdefghi"].map((name) => `0 ms  ${name}     is woken by main, ends, cancelled`),
    "0 ms  main  is done",
  ]);
});

Deno.test("narrate: a cancel says why, if no task or callback has asked for it", () => {
  assertStory(function* () {
    yield* spawn(fail(1), { name: "child" });
    yield* spawn(sleep(5), { name: "other" });
    yield* sleep(5);
  }, [
    "0 ms  main   starts, spawns child, spawns other, sleeps until 5 ms",
    "0 ms  child  starts, sleeps until 1 ms",
    "0 ms  other  starts, sleeps until 5 ms",
    "1 ms  child  is woken by the timer, fails with Error: boom",
    "1 ms  main   is cancelled (child has failed)",
    "1 ms  other  is cancelled (child has failed)",
    "1 ms  main   is woken by child, waits for its children",
    "1 ms  other  is woken by child, ends, cancelled",
    "1 ms  main   fails with Error: boom",
  ]);
  assertStory(function* () {
    yield* spawn(fail(1), { name: "child" });
    yield* shield(sleep(2));
    yield* pause();
  }, [
    "0 ms  main   starts, spawns child, sleeps until 2 ms",
    "0 ms  child  starts, sleeps until 1 ms",
    "1 ms  child  is woken by the timer, fails with Error: boom",
    "2 ms  main   is woken by the timer, is cancelled (child has failed), fails with Error: boom",
  ]);
  assertStory(function* () {
    yield* race([sleep(1), sleep(2)], { name: "racer" });
    yield* spawn(sleep(5), { name: "child" });
    throw new Error("boom");
  }, [
    "0 ms  main      starts, spawns racer[0], spawns racer[1], waits for racer[0] and racer[1]",
    "0 ms  racer[0]  starts, sleeps until 1 ms",
    "0 ms  racer[1]  starts, sleeps until 2 ms",
    "1 ms  racer[0]  is woken by the timer, is done",
    "1 ms  racer[1]  is cancelled (another was first)",
    "1 ms  racer[1]  is woken by racer[0], ends, cancelled",
    "1 ms  main      is woken by racer[0], spawns child, cancels child (main has failed), fails with Error: boom",
    "1 ms  child     ends, cancelled",
  ]);
  assertStory(function* () {
    const member = yield* spawn(sleep(5), { name: "member" });
    yield* spawn(gather([member, sleep(5)], { name: "other" }), { name: "group" });
    yield* sleep(1);
    member.cancel();
  }, [
    "0 ms  main      starts, spawns member, spawns group, sleeps until 1 ms",
    "0 ms  member    starts, sleeps until 5 ms",
    "0 ms  group     starts, spawns other[1], waits for other[1] and member",
    "0 ms  other[1]  starts, sleeps until 5 ms",
    "1 ms  main      is woken by the timer, cancels member, waits for its children",
    "1 ms  member    is woken by main, ends, cancelled",
    "1 ms  other[1]  is cancelled (member was cancelled)",
    "1 ms  other[1]  is woken by member, ends, cancelled",
    '1 ms  group     is woken by member, fails with Cancelled: "member" was cancelled',
    '1 ms  main      fails with Cancelled: "member" was cancelled',
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

Deno.test("narrate: whatever is emitted or given as a reason has its place in one line", () => {
  const circle: Record<string, unknown> = Object.create(null);
  circle.self = circle;
  const trace = record();
  simulate(function* () {
    yield* emit("two\nlines");
    yield* emit(circle);
    const nap = yield* spawn(sleep(1), { name: "nap" });
    nap.cancel(circle);
  }, { trace });
  assertEquals(narrate(trace.entries).split("\n"), [
    '0 ms  main  starts, emits "two\\nlines", emits object, spawns nap, cancels nap (object), is done',
    "0 ms  nap   ends, cancelled",
  ]);
});

Deno.test("narrate: NaN and Infinity are emitted as what they are, and names have their place in one line", () => {
  const lock = new Lock({ name: "two\nlocks" });
  assertStory(function* () {
    for (const value of [NaN, Infinity, -1.5]) yield* emit(value);
    using _permit = yield* lock.acquire();
    yield* spawn(lock.acquire(), { name: "two\nlines" });
    yield* sleep(5);
  }, [
    '0 ms  main          starts, emits NaN, emits Infinity, emits -1.5, spawns "two\\nlines", sleeps until 5 ms',
    '0 ms  "two\\nlines"  starts, waits for the lock "two\\nlocks", held by main',
    "5 ms  main          is woken by the timer, waits for its children",
    '5 ms  "two\\nlines"  is woken by main, is done',
    "5 ms  main          is done",
  ]);
});
