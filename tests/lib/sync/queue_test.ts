import {
  type Coroutine,
  gather,
  now,
  pause,
  Queue,
  record,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import { assertEquals, assertThrows } from "@std/assert";

/** Gets a value and notes who had it when. */
function* get(queue: Queue<number>, name: string, log: string[]): Coroutine<void> {
  const value = yield* queue.get();
  log.push(`${name} has ${value} at ${yield* now()}`);
}

/** Puts values one after another and notes when each was in. */
function* put(queue: Queue<number>, values: number[], log: string[]): Coroutine<void> {
  for (const value of values) {
    yield* queue.put(value);
    log.push(`${value} in at ${yield* now()}`);
  }
}

Deno.test("Queue: many values keep their order, however many are taken in between", () => {
  const queue = new Queue<number>(Infinity);
  let [next, expected] = [0, 0];
  for (let round = 1; round <= 60; round++) {
    for (let n = 0; n < round; n++) queue.tryPut(next++);
    for (let n = 0; n < round - 1; n++) assertEquals(queue.tryGet()!.value, expected++);
  }
  assertEquals(queue.length, 60);
  while (queue.length > 0) assertEquals(queue.tryGet()!.value, expected++);
  assertEquals([expected, queue.tryGet()], [next, undefined]);
});

Deno.test("Queue.get: waits while the queue is empty, and serves tasks in the order of asking", () => {
  const log: string[] = [];
  const queue = new Queue<number>(1);
  simulate(gather([
    get(queue, "a", log),
    get(queue, "b", log),
    function* () {
      yield* sleep(10);
      yield* queue.put(1);
      yield* sleep(10);
      yield* queue.put(2);
    }(),
  ]));
  assertEquals(log, ["a has 1 at 10", "b has 2 at 20"]);
});

Deno.test("Queue.put: waits while the queue is full, and serves tasks in the order of asking", () => {
  const log: string[] = [];
  const queue = new Queue<number>(2);
  simulate(gather([
    put(queue, [1, 2, 3, 4], log),
    put(queue, [5], log),
    function* () {
      for (let n = 0; n < 5; n++) {
        yield* sleep(10);
        log.push(`got ${yield* queue.get()}`);
      }
    }(),
  ]));
  // 5 came second in the line, behind 3; whatever is in the queue is never more than two.
  assertEquals(log, [
    "1 in at 0",
    "2 in at 0",
    "got 1",
    "3 in at 10",
    "got 2",
    "5 in at 20",
    "got 3",
    "4 in at 30",
    "got 5",
    "got 4",
  ]);
});

Deno.test("Queue.get: a value for a task that waits cannot be taken by another", () => {
  simulate(function* () {
    const log: string[] = [];
    const queue = new Queue<number>(1);
    yield* spawn(get(queue, "first", log));
    yield* pause();
    assertEquals(queue.tryPut(1), true);
    assertEquals([queue.length, queue.tryGet()], [0, undefined]);
    yield* spawn(get(queue, "second", log));
    yield* pause();
    queue.tryPut(2);
    yield* pause();
    assertEquals(log, ["first has 1 at 0", "second has 2 at 0"]);
  }());
});

Deno.test("Queue.put: room for a task that waits cannot be taken by another", () => {
  simulate(function* () {
    const log: string[] = [];
    const queue = new Queue<number>(1);
    queue.tryPut(1);
    yield* spawn(put(queue, [2], log));
    yield* pause();
    assertEquals(queue.tryGet(), { value: 1 });
    assertEquals([queue.length, queue.tryPut(3)], [1, false]);
    yield* pause();
    assertEquals([log, queue.tryGet()], [["2 in at 0"], { value: 2 }]);
  }());
});

Deno.test("Queue.get: a value goes back to the front if the task is cancelled before it received it", () => {
  simulate(function* () {
    const log: string[] = [];
    const queue = new Queue<number>(1);
    const task = yield* spawn(function* () {
      yield* get(queue, "a", log);
      yield* pause();
      log.push("not reached");
    }());
    yield* pause();
    queue.tryPut(1);
    assertEquals([task.state, task.cancel()], ["ready", true]);
    yield* sleep(1);
    assertEquals([task.state, log, queue.tryGet()], ["cancelled", [], { value: 1 }]);
  }());
});

Deno.test("Queue: get and put do not suspend if they need not wait", () => {
  const trace = record();
  simulate(
    function* () {
      const queue = new Queue<number>(1);
      yield* queue.put(1);
      yield* queue.get();
    }(),
    { trace },
  );
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "step", "exit"]);
});

Deno.test("Queue: tryPut and tryGet do not wait, and need no loop", () => {
  const queue = new Queue<undefined>(1);
  assertEquals([queue.tryGet(), queue.tryPut(undefined), queue.tryPut(undefined)], [
    undefined,
    true,
    false,
  ]);
  // Undefined is a value.
  assertEquals([queue.tryGet(), queue.tryGet()], [{ value: undefined }, undefined]);
});

Deno.test("Queue: expects a size that is a whole number ≥ 1, or Infinity", () => {
  for (const size of [0, -1, 1.5, NaN, 2 ** 53, -Infinity]) {
    assertThrows(() => new Queue(size), RangeError, `received ${size}`);
  }
  const queue = new Queue<number>(Infinity);
  for (let n = 0; n < 1000; n++) assertEquals(queue.tryPut(n), true);
  assertEquals(queue.length, 1000);
});
