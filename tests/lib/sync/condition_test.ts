import {
  Barrier,
  Condition,
  type Coroutine,
  DeadlockError,
  gather,
  now,
  pause,
  Queue,
  simulate,
  sleep,
  spawn,
  type Task,
} from "@tenfold/loop";
import { assertEquals, assertLessOrEqual, assertStringIncludes, assertThrows } from "@std/assert";
import type { Link } from "../../../lib/core/list.ts";

function* waiting(condition: Condition, name: string, log: string[]): Coroutine<void> {
  using permit = yield* condition.acquire();
  yield* condition.wait(permit);
  log.push(name);
  yield* pause();
}

Deno.test("Condition: notify wakes those that have waited longest, one at a time with the lock", () => {
  simulate(function* () {
    const [condition, log] = [new Condition(), [] as string[]];
    for (const name of ["a", "b", "c"]) yield* spawn(waiting(condition, name, log));
    yield* sleep(1);
    condition.notify();
    yield* sleep(1);
    assertEquals(log, ["a"]);
    condition.notifyAll();
    yield* sleep(1);
    assertEquals(log, ["a", "b", "c"]);
  });
});

Deno.test("Condition: a notification that was not received goes to the next in line", () => {
  simulate(function* () {
    const [condition, log] = [new Condition(), [] as string[]];
    const tasks: Task<void>[] = [];
    for (const name of ["a", "b"]) tasks.push(yield* spawn(waiting(condition, name, log)));
    yield* sleep(1);
    condition.notify();
    tasks[0]!.cancel();
    yield* sleep(1);
    assertEquals([log, tasks[0]!.state], [["b"], "cancelled"]);
  });
});

Deno.test("Condition: a task that is cancelled in its wait has the lock again in its cleanup", () => {
  simulate(function* () {
    const condition = new Condition();
    const log: unknown[] = [];
    const task = yield* spawn(function* () {
      using permit = yield* condition.acquire();
      try {
        yield* condition.wait(permit);
      } finally {
        log.push(yield* now());
      }
    });
    yield* sleep(1);
    const permit = yield* condition.acquire();
    task.cancel();
    yield* sleep(10);
    assertEquals(log, []);
    permit.release();
    yield* task.settled();
    assertEquals([log, task.state], [[11], "cancelled"]);
    using _free = yield* condition.acquire();
  });
});

Deno.test("Condition.wait: needs the permit of the condition, held", () => {
  simulate(function* () {
    const condition = new Condition();
    const permit = yield* condition.acquire();
    permit.release();
    const task = yield* spawn(condition.wait(permit));
    const result = yield* task.settled();
    assertEquals(
      result.state === "failed" && String(result.error).includes("expected the permit"),
      true,
    );
  });
  assertThrows(() => new Condition().notify(-1), RangeError, "Condition.notify: expected");
});

Deno.test("Barrier: lets tasks go together, in rounds, and gives each its place", () => {
  simulate(function* () {
    const barrier = new Barrier(3);
    function* walk(ms: number): Coroutine<number[]> {
      yield* sleep(ms);
      const first = yield* barrier.wait();
      const at = yield* now();
      return [first, at, yield* barrier.wait()];
    }
    const places = yield* gather([walk(30), walk(10), walk(20)]);
    assertEquals(places.map(([first, at]) => [first, at]), [[2, 30], [0, 30], [1, 30]]);
    assertEquals(new Set(places.map(([, , second]) => second)), new Set([0, 1, 2]));
  });
  for (const parties of [0, 1.5, NaN]) assertThrows(() => new Barrier(parties), RangeError);
});

Deno.test("Barrier: a task that is cancelled has not come", () => {
  simulate(function* () {
    const barrier = new Barrier(2);
    const gone = yield* spawn(barrier.wait());
    yield* sleep(1);
    gone.cancel();
    const one = yield* spawn(barrier.wait());
    yield* sleep(1);
    assertEquals([one.state, barrier.waiting], ["suspended", 1]);
    assertEquals(yield* barrier.wait(), 1);
    assertEquals(yield* one, 0);
  });
});

Deno.test("Barrier: a task that comes does not pass along those that wait", () => {
  const parties = 1000;
  const barrier = new Barrier(parties);
  let reads = 0;
  const counted = (wait: Coroutine<number>) => {
    let next: Link | null = null;
    return Object.defineProperty(wait, "nextLink", {
      get: () => (reads++, next),
      set: (link: Link | null) => next = link,
    });
  };
  simulate(gather(Array.from({ length: parties }, () => counted(barrier.wait()))));
  assertLessOrEqual(reads, 10 * parties);
});

Deno.test("Queue.join: waits until all that was put is done", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    yield* queue.join();
    yield* spawn(function* () {
      for (let next = yield* queue.next(); !next.done; next = yield* queue.next()) {
        yield* sleep(10);
        queue.taskDone();
      }
    });
    for (const n of [1, 2, 3]) yield* queue.put(n);
    yield* queue.join();
    assertEquals([queue.length, yield* now()], [0, 30]);
    assertThrows(() => queue.taskDone(), RangeError, "Queue.taskDone: called more often");
    queue.close();
  });
});

Deno.test("Queue.join: a deadlock says that it is the work which is waited for", () => {
  const error = assertThrows(() =>
    simulate(function* () {
      const queue = new Queue<number>(1, { name: "jobs" });
      yield* queue.put(1);
      yield* queue.join();
    }), DeadlockError);
  assertStringIncludes(error.message, `waits for the work of the queue "jobs"`);
});

Deno.test("Condition: a task that is ended by force takes the lock again, and does not wait once more", () => {
  simulate(function* () {
    const condition = new Condition();
    const log: string[] = [];
    const task = yield* spawn(function* () {
      using permit = yield* condition.acquire();
      try {
        for (;;) yield* condition.wait(permit);
      } finally {
        log.push(`cleans up at ${yield* now()}`);
      }
    });
    yield* sleep(1);
    {
      using _permit = yield* condition.acquire();
      task.cancel("now", { force: true });
      yield* sleep(10);
      assertEquals(log, []);
    }
    assertEquals([(yield* task.settled()).state, yield* now()], ["cancelled", 11]);
    assertEquals(log, ["cleans up at 11"]);
    using _permit = yield* condition.acquire();
  });
});
