import { ClosedError, type Coroutine, pause, Queue, simulate, sleep } from "@tenfold/loop";
import { assert, assertEquals } from "@std/assert";
import { type Scene, tryEverywhere } from "./scene.ts";

// Beside other tasks that want the same: if a turn got lost, they would wait for ever.

/** Puts numbers, each noted when it is known to be in. */
function* produce(queue: Queue<number>, values: number[], put: number[]): Coroutine<void> {
  for (const value of values) {
    yield* queue.put(value);
    put.push(value);
    yield* pause();
  }
}

/** Gets `count` values, and notes each. */
function* consume(queue: Queue<number>, count: number, got: number[]): Coroutine<void> {
  for (let n = 0; n < count; n++) got.push(yield* queue.get());
}

/** Empties the queue from a time on, so that no task waits for the target. */
function* drain(queue: Queue<number>, ms: number, got: number[]): Coroutine<void> {
  yield* sleep(ms);
  for (let n = 0; n < 5; n++) {
    for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet()) got.push(next.value);
    yield* sleep(1);
  }
}

/** Asserts that what was put was got or is there, once each, and that the queue still works. */
function assertAllThere(queue: Queue<number>, put: number[], got: number[]): void {
  const left: number[] = [];
  for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet()) left.push(next.value);
  assertEquals([...got, ...left].toSorted((a, b) => a - b), put.toSorted((a, b) => a - b));
  if (queue.closed) return;
  assert(queue.tryPut(99));
  assertEquals(queue.length, 1);
  assertEquals(simulate(queue.get()), 99);
}

for (const size of [1, 2, Infinity]) {
  Deno.test(`Queue.put: can be cancelled everywhere, in a queue of size ${size}`, () => {
    tryEverywhere((scene) => {
      const queue = new Queue<number>(size);
      const [put, got]: [number[], number[]] = [[], []];
      return {
        target: scene.tidy(produce(queue, [1, 2, 3], put)),
        others: [produce(queue, [4, 5], put), drain(queue, 2, got)],
        check: () => assertAllThere(queue, put, got),
      };
    });
  });

  Deno.test(`Queue.get: can be cancelled everywhere, in a queue of size ${size}`, () => {
    tryEverywhere((scene) => {
      const queue = new Queue<number>(size);
      const [put, got]: [number[], number[]] = [[], []];
      function* later(ms: number, values: number[]): Coroutine<void> {
        yield* sleep(ms);
        yield* produce(queue, values, put);
      }
      return {
        target: scene.tidy(consume(queue, 2, got)),
        others: [
          ...[1, 1].map((count) => consume(queue, count, got)),
          later(3, [1, 2, 3]),
          later(4, [4, 5]),
          drain(queue, 9, got),
        ],
        check: () => assertAllThere(queue, put, got),
      };
    });
  });
}

Deno.test("Queue: a task that waits for a value of a queue that is closed can be cancelled everywhere", () => {
  function* all(queue: Queue<number>, got: number[]): Coroutine<string> {
    for (let next = yield* queue.next(); !next.done; next = yield* queue.next()) {
      got.push(next.value);
      yield* pause();
    }
    return "closed";
  }
  tryEverywhere((scene) => {
    const queue = new Queue<number>(1);
    const [put, got]: [number[], number[]] = [[], []];
    return {
      target: scene.tidy(all(queue, got)),
      others: [
        all(queue, got),
        function* () {
          yield* produce(queue, [1, 2, 3], put);
          queue.close();
        }(),
      ],
      check({ whole }) {
        // The target may have been cancelled before it received its value, and then that is back.
        assertAllThere(queue, put, got);
        if (!whole) assertEquals(put, [1, 2, 3]);
      },
    };
  });
});

Deno.test("Queue: a task that waits to put into a queue that is closed can be cancelled everywhere", () => {
  tryEverywhere((scene) => {
    const queue = new Queue<number>(1);
    const put: number[] = [];
    function* offer(scene: Scene | null, value: number): Coroutine<string> {
      try {
        yield* scene === null ? queue.put(value) : scene.tidy(queue.put(value));
        put.push(value);
        return "put";
      } catch (error) {
        if (error instanceof ClosedError) return "closed";
        throw error;
      }
    }
    return {
      target: scene.tidy(offer(scene, 1)),
      others: [
        offer(null, 2),
        offer(null, 3),
        function* () {
          yield* sleep(1);
          queue.close();
        }(),
      ],
      check({ whole }) {
        assertEquals(put.length, queue.length);
        if (!whole) assertEquals(queue.tryGet(), { value: put[0]! });
      },
    };
  });
});

Deno.test("Queue.join: what waits, takes or puts can be cancelled everywhere, and others wait no longer", () => {
  for (const role of ["join", "take", "put"] as const) {
    tryEverywhere((scene) => {
      const queue = new Queue<number>(2);
      let [taken, done] = [0, 0];
      function* take(count: number): Coroutine<void> {
        for (let n = 0; n < count; n++) {
          const { done: isOver } = yield* queue.next();
          if (isOver) return;
          taken++;
          try {
            yield* sleep(1);
          } finally {
            done++;
            queue.taskDone();
          }
        }
      }
      function* put(): Coroutine<void> {
        for (let n = 0; n < 3; n++) yield* queue.put(n);
      }
      function* join(): Coroutine<void> {
        yield* queue.join();
        assertEquals([queue.length, taken - done], [0, 0]);
      }
      const targets = { join, put, take: () => take(2) };
      return {
        target: scene.tidy(targets[role]()),
        others: [
          put(),
          take(Infinity),
          function* () {
            yield* sleep(9);
            yield* join();
            queue.close();
          }(),
          join(),
        ],
        check({ whole }) {
          assertEquals(taken, done);
          if (!whole) simulate(queue.join());
        },
      };
    });
  }
});
