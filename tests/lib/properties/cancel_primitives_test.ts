import {
  Barrier,
  Condition,
  type Coroutine,
  Event,
  gather,
  Lock,
  pause,
  type Permit,
  Queue,
  race,
  Semaphore,
  simulate,
  sleep,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { tryEverywhere } from "./scene.ts";

// Each beside other tasks that want the same: if a turn got lost, they would wait for ever.

/** Holds a permit for a time, and counts who else does. */
function* hold(semaphore: Semaphore, ms: number, inside = { now: 0, most: 0 }): Coroutine<string> {
  using _permit = yield* semaphore.acquire();
  inside.most = Math.max(inside.most, ++inside.now);
  try {
    yield* sleep(ms);
  } finally {
    inside.now--;
  }
  return "held";
}

/** Asserts that all permits are back, and that no cancelled task is left in the line to get one. */
function assertIsFree(semaphore: Semaphore, permits: number): void {
  assertEquals(semaphore.available, permits);
  const all: Permit[] = [];
  for (let n = 0; n < permits; n++) all.push(semaphore.tryAcquire()!);
  assertEquals(semaphore.tryAcquire(), undefined);
  for (const permit of all) permit.release();
  assertEquals(semaphore.available, permits);
}

Deno.test("Lock: a task that waits for it or holds it can be cancelled everywhere", () => {
  tryEverywhere((scene) => {
    const lock = new Lock();
    const inside = { now: 0, most: 0 };
    return {
      target: scene.tidy(function* () {
        yield* pause();
        yield* hold(lock, 3, inside);
        return yield* scene.tidy(hold(lock, 0, inside));
      }()),
      others: [hold(lock, 3, inside), hold(lock, 2, inside), gather([hold(lock, 1, inside)])],
      check() {
        assertEquals(inside.now, 0);
        assertLessOrEqual(inside.most, 1);
        assertIsFree(lock, 1);
      },
    };
  });
});

Deno.test("Semaphore: a task that waits for it or holds it can be cancelled everywhere", () => {
  tryEverywhere((scene) => {
    const pool = new Semaphore(2);
    const inside = { now: 0, most: 0 };
    return {
      target: scene.tidy(gather([1, 2, 3].map((ms) => scene.tidy(hold(pool, ms, inside))))),
      others: [hold(pool, 2, inside), hold(pool, 1, inside), hold(pool, 2, inside)],
      check() {
        assertEquals(inside.now, 0);
        assertLessOrEqual(inside.most, 2);
        assertIsFree(pool, 2);
      },
    };
  });
});

Deno.test("Lock: a task that asks for it with a timeout can be cancelled everywhere", () => {
  for (const ms of [0, 2, 3, 4]) {
    tryEverywhere((scene) => {
      const lock = new Lock();
      return {
        target: scene.tidy(function* () {
          try {
            return yield* timeout(ms, scene.tidy(hold(lock, 1)));
          } catch (error) {
            if (error instanceof TimeoutError) return "too late";
            throw error;
          }
        }()),
        others: [hold(lock, 3), hold(lock, 3)],
        check: () => assertIsFree(lock, 1),
      };
    });
  }
});

Deno.test("Event: a task that waits for it can be cancelled everywhere", () => {
  tryEverywhere((scene) => {
    const event = new Event();
    let woken = 0;
    function* follow(): Coroutine<void> {
      yield* event.wait();
      woken++;
      yield* sleep(1);
      yield* event.wait();
      woken++;
    }
    return {
      target: scene.tidy(gather([scene.tidy(follow()), scene.tidy(event.wait())])),
      others: [
        follow(),
        follow(),
        function* () {
          yield* sleep(5);
          event.set();
          event.clear();
          yield* sleep(5);
          event.set();
        }(),
      ],
      check({ whole }) {
        if (!whole) assertGreaterOrEqual(woken, 4);
        event.set();
        simulate(event.wait());
      },
    };
  });
});

Deno.test("Condition: a task that waits for it can be cancelled everywhere, and its notice is for the next", () => {
  tryEverywhere((scene) => {
    const stock = new Condition();
    let [delivered, sold, left, waiting] = [0, 0, 0, 0];
    function* buy(): Coroutine<void> {
      using permit = yield* stock.acquire();
      waiting++;
      try {
        while (left === 0) yield* stock.wait(permit);
        left--;
        sold++;
      } finally {
        waiting--;
      }
    }
    function* deliver(): Coroutine<void> {
      while (delivered < 3) {
        yield* deliverOne();
        yield* sleep(1);
        assertEquals(Math.min(left, waiting), 0, "no task waits for what is there");
      }
    }
    function* deliverOne(): Coroutine<void> {
      using _permit = yield* stock.acquire();
      delivered++;
      left++;
      stock.notify();
      yield* sleep(1); // What it has woken waits for the lock.
    }
    return {
      target: scene.tidy(buy()),
      others: [buy(), buy(), deliver()],
      check({ whole }) {
        assertEquals(sold + left, delivered);
        if (!whole) assertGreaterOrEqual(sold, 2);
        simulate(function* () {
          using permit = yield* stock.acquire();
          yield* timeout(1, stock.wait(permit), { else: undefined });
        });
      },
    };
  }, { within: 10 });
});

Deno.test("Barrier: a task that waits at it can be cancelled everywhere, and others go on in pairs", () => {
  tryEverywhere((scene) => {
    const barrier = new Barrier(2);
    const places = [0, 0];
    function* arrive(ms: number): Coroutine<void> {
      yield* sleep(ms);
      // One may be left over.
      const place = yield* timeout(10, barrier.wait(), { else: null });
      if (place !== null) places[place]!++;
    }
    function* target(): Coroutine<void> {
      yield* sleep(1);
      places[yield* barrier.wait()]!++;
    }
    return {
      target: scene.tidy(target()),
      others: [arrive(0), arrive(1), arrive(2)],
      check({ whole }) {
        assertEquals(barrier.waiting, 0);
        if (whole) return;
        assertGreaterOrEqual(places[0]! + places[1]!, 2);
        // The target may have been let through and cancelled before it knew.
        assertLessOrEqual(Math.abs(places[0]! - places[1]!), 1);
      },
    };
  });
});

Deno.test("primitives: can be cancelled everywhere inside combinators", () => {
  tryEverywhere((scene) => {
    const [lock, queue, event] = [new Lock(), new Queue<number>(1), new Event()];
    return {
      target: scene.tidy(race([
        scene.tidy(gather([scene.tidy(hold(lock, 4)), scene.tidy(event.wait())])),
        scene.tidy(timeout(20, scene.tidy(hold(lock, 9)))),
      ])),
      others: [
        hold(lock, 2),
        hold(lock, 1),
        queue.put(1),
        function* () {
          yield* queue.get();
          yield* sleep(6);
          event.set();
        }(),
      ],
      check: () => assertIsFree(lock, 1),
    };
  });
});
