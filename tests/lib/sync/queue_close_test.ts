import { ClosedError, type Coroutine, pause, Queue, simulate, sleep, spawn } from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { caught } from "../fixtures.ts";

/** All that comes until the queue is closed. */
function* all(queue: Queue<number>, ms = 0): Coroutine<number[]> {
  const values: number[] = [];
  for (let next = yield* queue.next(); !next.done; next = yield* queue.next()) {
    values.push(next.value);
    yield* sleep(ms);
  }
  return values;
}

Deno.test("Queue.close: what lies in the queue can be taken, then get throws and next is done", () => {
  simulate(function* () {
    const queue = new Queue<number>(3);
    for (const value of [1, 2, 3]) yield* queue.put(value);
    queue.close();
    assertEquals([queue.closed, queue.length], [true, 3]);
    assertEquals([yield* queue.get(), queue.tryGet()], [1, { value: 2 }]);
    assertEquals(yield* queue.next(), { done: false, value: 3 });
    assertEquals([yield* queue.next(), queue.tryGet()], [
      { done: true, value: undefined },
      undefined,
    ]);
    const [, error] = yield* caught(yield* spawn(queue.get()));
    assertInstanceOf(error, ClosedError);
    assertStringIncludes(error.message, "is empty");
  }());
});

Deno.test("Queue.next: tasks that go through one queue share its values, and all end", () => {
  simulate(function* () {
    const queue = new Queue<number>(Infinity);
    const [one, two] = [yield* spawn(all(queue, 10)), yield* spawn(all(queue, 15))];
    for (const value of [1, 2, 3, 4, 5]) yield* queue.put(value);
    queue.close();
    assertEquals([yield* one, yield* two], [[1, 3, 5], [2, 4]]);
  }());
});

Deno.test("Queue.close: tasks that wait for a value get a ClosedError, in the order of asking", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    const order: string[] = [];
    function* wait(name: string): Coroutine<void> {
      try {
        yield* queue.get();
      } catch (error) {
        order.push(`${name}: ${(error as Error).name}`);
      }
    }
    for (const name of ["a", "b"]) yield* spawn(wait(name));
    yield* sleep(10);
    queue.close();
    yield* sleep(0);
    assertEquals(order, ["a: ClosedError", "b: ClosedError"]);
  }());
});

Deno.test("Queue.close: tasks that wait for room get a ClosedError, and their values are not in it", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    yield* queue.put(1);
    const task = yield* spawn(queue.put(2));
    yield* sleep(10);
    queue.close();
    assertInstanceOf((yield* caught(task))[1], ClosedError);
    assertEquals(yield* all(queue), [1]);
  }());
});

Deno.test("Queue.close: a task that has its value at the same instant keeps it", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    const [served, late] = [yield* spawn(queue.get()), yield* spawn(queue.get())];
    yield* sleep(10);
    queue.tryPut(1);
    queue.close();
    assertInstanceOf((yield* caught(late))[1], ClosedError);
    assertEquals(yield* served, 1);
  }());
});

Deno.test("Queue.close: a task that is cancelled at the same instant is cancelled", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    const task = yield* spawn(queue.get());
    yield* pause();
    task.cancel();
    queue.close();
    yield* pause();
    assertEquals(task.state, "cancelled");
  }());
});

Deno.test("Queue.close: a second time does nothing, and nothing can be put any more", () => {
  const queue = new Queue<number>(2);
  queue.tryPut(1);
  queue.close();
  queue.close();
  assertThrows(() => queue.tryPut(2), ClosedError, "queue: it was closed, and takes no more");
  assertEquals([queue.length, queue.tryGet()], [1, { value: 1 }]);
});
