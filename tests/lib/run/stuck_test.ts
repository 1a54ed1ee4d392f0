import {
  asCompleted,
  Cancelled,
  type Coroutine,
  DeadlockError,
  Event,
  EventLoop,
  gather,
  Lock,
  pacedClock,
  Queue,
  run,
  Semaphore,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { onFakeHost } from "../fixtures.ts";

function* waiting(event: Event): Coroutine<string> {
  yield* event.wait();
  return "woken";
}

Deno.test("stuck: on the wall a loop waits for the host, and warns once after a second", async () => {
  await onFakeHost(async (pass, warnings) => {
    const event = new Event({ name: "click" });
    const over = run(waiting(event));
    await pass(999);
    assertEquals(warnings, []);
    await pass(1);
    assertEquals(warnings.length, 1);
    assertMatch(
      warnings[0]!,
      /^Tenfold: only the host can wake this loop:\n"main" waits for the event "click" at .*stuck_test\.ts:\d+:\d+\)$/,
    );
    await pass(100_000);
    event.set();
    assertEquals(await over, "woken");
    assertEquals(warnings.length, 1);
  });
});

Deno.test("stuck: a loop that is woken within a second does not warn, however often", async () => {
  await onFakeHost(async (pass, warnings) => {
    const queue = new Queue<number>(1);
    const over = run(function* () {
      for (let n = 0; n < 5; n++) yield* queue.get();
    }());
    for (let n = 0; n < 5; n++) {
      await pass(900);
      queue.tryPut(n);
    }
    await over;
    assertEquals(warnings, []);
  });
});

Deno.test("stuck: a loop that has a sleeper or a promise does not warn", async () => {
  await onFakeHost(async (pass, warnings) => {
    const event = new Event();
    const over = run(gather([waiting(event), sleep(5000)]));
    await pass(4999);
    assertEquals(warnings, []);
    await pass(900);
    event.set();
    await over;
    assertEquals(warnings, []);
  });
});

Deno.test("stuck: an event or queue that is said to be the host's is waited for without a warning", async () => {
  await onFakeHost(async (pass, warnings) => {
    const event = new Event({ host: true });
    const queue = new Queue<string>(1, { host: true });
    // It is enough that one of them is the host's.
    const over = run(gather([waiting(event), queue.get(), waiting(event), new Event().wait()]));
    over.catch(() => {});
    const all = run(gather([waiting(event), queue.get()]));
    await pass(1_000_000);
    assertEquals(warnings, []);
    queue.tryPut("one");
    queue.tryPut("two");
    event.set();
    assertEquals(await all, ["woken", "two"]);
    // What is left is not.
    await pass(1000);
    assertEquals(warnings.length, 1);
  });
});

Deno.test("stuck: the work of a queue that is said to be the host's is waited for likewise", async () => {
  await onFakeHost(async (pass, warnings) => {
    const queue = new Queue<string>(1, { host: true });
    queue.tryPut("one");
    const over = run(queue.join());
    await pass(1_000_000);
    queue.taskDone();
    await over;
    assertEquals(warnings, []);
  });
});

Deno.test("stuck: a signal or a cancel ends a loop that waits for the host", async () => {
  await onFakeHost(async (pass, warnings) => {
    const controller = new AbortController();
    const over = run(waiting(new Event()), { signal: controller.signal });
    await pass(500);
    controller.abort("enough");
    await assertRejects(() => over, Cancelled, "enough");
    const loop = new EventLoop(new Queue<void>(1).get());
    const second = loop.run();
    await pass(500);
    loop.cancel("enough");
    await assertRejects(() => second, Cancelled, "enough");
    assertEquals(warnings, []);
  });
});

/** Programs in which all that waits, waits for tasks of the same loop. */
const circles: Record<string, () => Coroutine<unknown>> = {
  "a lock that its holder asks for again": function* () {
    const lock = new Lock();
    yield* lock.acquire();
    yield* lock.acquire();
  },
  "two locks in two orders": () => gather(crossed(new Lock(), new Lock())),
  "a semaphore that its holders ask for again": () => {
    const pool = new Semaphore(2);
    return gather([1, 2].map(function* () {
      yield* pool.acquire();
      yield* sleep(1);
      yield* pool.acquire();
    }));
  },
  "tasks that join each other": function* () {
    const tasks: Task<void>[] = [];
    function* join(other: number): Coroutine<void> {
      yield* tasks[other]!;
    }
    tasks.push(yield* spawn(join(1)), yield* spawn(join(0)));
  },
  "tasks that gather and await each other": function* () {
    const tasks: Task<void>[] = [];
    function* all(other: number): Coroutine<void> {
      yield* gather([tasks[other]!]);
    }
    function* each(other: number): Coroutine<void> {
      for (const next of asCompleted([tasks[other]!])) yield* next;
    }
    tasks.push(yield* spawn(all(1)), yield* spawn(each(0)));
  },
};

function crossed(a: Lock, b: Lock): Coroutine<void>[] {
  function* both(first: Lock, second: Lock): Coroutine<void> {
    using _first = yield* first.acquire();
    yield* sleep(1);
    using _second = yield* second.acquire();
  }
  return [both(a, b), both(b, a)];
}

for (const [what, make] of Object.entries(circles)) {
  Deno.test(`stuck: ${what} is an error on every clock, at once`, async () => {
    assertThrows(() => simulate(make()), DeadlockError);
    await onFakeHost(async (pass, warnings) => {
      for (const options of [{}, { clock: pacedClock() }]) {
        const over = assertRejects(() => run(make(), options), DeadlockError);
        await pass(10);
        await over;
      }
      assertEquals(warnings, []);
    });
  });
}

Deno.test("stuck: what only the host could end is an error in virtual and paced time", async () => {
  for (const make of [() => new Event().wait(), () => new Queue(1).get()]) {
    assertThrows(() => simulate(make()), DeadlockError);
    await assertRejects(() => run(make(), { clock: pacedClock() }), DeadlockError);
  }
});

Deno.test("stuck: a lock that a callback or another loop holds is waited for", async () => {
  await onFakeHost(async (pass) => {
    const lock = new Lock({ name: "pool" });
    const permit = lock.tryAcquire()!;
    const loop = new EventLoop(lock.acquire());
    const over = loop.run();
    await pass(1);
    assertEquals(loop.describe(), '"main" waits for the lock "pool", held by the host');
    permit.release();
    const taken = await over;
    const second = run(lock.acquire());
    // A task that has ended holds it: a callback that has the permit may release it.
    await pass(1);
    taken.release();
    (await second).release();
    assertEquals(lock.available, 1);
  });
});

Deno.test("describe: names each task, what it waits for, the holder and the line; and the circle", async () => {
  await onFakeHost(async (pass) => {
    const [a, b] = [new Lock({ name: "a" }), new Lock({ name: "b" })];
    const loop = new EventLoop(gather([sleep(60_000), ...crossed(a, b)], { name: "user" }));
    assertEquals(loop.describe(), '"main" is ready');
    const over = loop.run().catch((error) => error);
    await pass(10);
    const lines = loop.describe().split("\n");
    assertMatch(lines[0]!, /^"main" waits for 3 of 3 tasks/);
    assertMatch(lines[1]!, /^"user\[0\]" waits for its time to come/);
    const at = "at both \\(.*stuck_test\\.ts:\\d+:\\d+\\)";
    assertMatch(
      lines[2]!,
      new RegExp(`^"user\\[1\\]" waits for the lock "b" ${at}, held by "user\\[2\\]"$`),
    );
    assertMatch(
      lines[3]!,
      new RegExp(`^"user\\[2\\]" waits for the lock "a" ${at}, held by "user\\[1\\]"$`),
    );
    assertMatch(
      lines[4]!,
      /^a circle: "user\[\d\]" waits for the lock "\w", held by "user\[\d\]"; "user\[\d\]" waits for/,
    );
    assertEquals(lines.length, 5);
    loop.cancel();
    await over;
    assertEquals(loop.describe(), '"main" has ended: cancelled');
  });
});

Deno.test("stuck: to wait long for what a busy task of another loop holds is nothing to warn of", async () => {
  await onFakeHost(async (pass, warnings) => {
    const pool = new Semaphore(1, { name: "pool" });
    function* query(): Coroutine<void> {
      using _permit = yield* pool.acquire();
      yield* sleep(5000);
    }
    const all = Promise.all([run(query), run(query), run(query)]);
    await pass(15_000);
    await all;
    assertEquals(warnings, []);
  });
});

Deno.test("stuck: loops that hold what the other waits for are told of, and who holds it", async () => {
  await onFakeHost(async (pass, warnings) => {
    const [a, b] = crossed(new Lock({ name: "first" }), new Lock({ name: "second" }));
    const loops = [new EventLoop(a!), new EventLoop(b!)];
    const over = Promise.allSettled(loops.map((loop) => loop.run()));
    await pass(2000);
    assertEquals(warnings.length, 1);
    assertMatch(warnings[0]!, /"main" waits for the lock ".*held by "main" of another loop/);
    for (const loop of loops) loop.cancel();
    await over;
  });
});
