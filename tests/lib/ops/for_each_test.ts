import {
  Cancelled,
  type Coroutine,
  EventLoop,
  forEach,
  pause,
  run,
  sleep,
  spawn,
  until,
  virtualClock,
} from "@tenfold/loop";
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";

const clock = virtualClock();

/** An iterator made by hand, which notes what it is asked. */
class Source implements AsyncIterable<number>, AsyncIterator<number> {
  readonly asked: string[] = [];
  readonly #next: (call: number) => Promise<IteratorResult<number>>;
  #calls = 0;

  constructor(next: (call: number) => Promise<IteratorResult<number>>) {
    this.#next = next;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<number>> {
    this.asked.push("next");
    return this.#next(this.#calls++);
  }

  return(): Promise<IteratorResult<number>> {
    this.asked.push("return");
    return Promise.resolve({ done: true, value: undefined });
  }
}

function upTo(count: number): Source {
  return new Source((call) => {
    const done = call >= count;
    return Promise.resolve(done ? { done, value: undefined } : { done, value: call });
  });
}

Deno.test("forEach: gives each value to the body, in order, the next when the body has ended", async () => {
  const source = upTo(3);
  const seen: [number, number][] = [];
  await run(
    forEach(source, function* (value) {
      yield* sleep(5);
      seen.push([value, source.asked.length]);
    }),
    { clock },
  );
  assertEquals(seen, [[0, 1], [1, 2], [2, 3]]);
  assertEquals(source.asked, ["next", "next", "next", "next"]);
});

Deno.test("forEach: takes an async generator and a stream", async () => {
  async function* words() {
    yield "ten";
    yield "fold";
  }
  for (const source of [words(), ReadableStream.from(words())]) {
    const seen: string[] = [];
    await run(forEach(source, function* (word) {
      seen.push(word);
    }));
    assertEquals(seen, ["ten", "fold"]);
  }
});

Deno.test("forEach: does not call the body if there are no values", async () => {
  const source = upTo(0);
  await run(forEach(source, () => pause()), { clock });
  assertEquals(source.asked, ["next"]);
});

Deno.test("forEach: if the body fails the iterator returns, and the error is thrown", async () => {
  const source = upTo(3);
  const error = new Error("boom");
  const over = run(
    forEach(source, function* () {
      yield* pause();
      throw error;
    }),
    { clock },
  );
  assertStrictEquals(await over.catch((error) => error), error);
  assertEquals(source.asked, ["next", "return"]);
});

Deno.test("forEach: if the task is cancelled while it waits for a value the iterator returns", async () => {
  const source = new Source(() => new Promise(() => {}));
  const loop = new EventLoop(forEach(source, () => pause()), { clock });
  const over = loop.run();
  queueMicrotask(() => loop.cancel("enough"));
  await assertRejects(() => over, Cancelled, "enough");
  assertEquals(source.asked, ["next", "return"]);
});

Deno.test("forEach: if the task is cancelled in the body the iterator returns after cleanup", async () => {
  const source = upTo(3);
  const log: string[] = [];
  await run(
    function* () {
      const task = yield* spawn(forEach(source, function* () {
        try {
          yield* sleep(1000);
        } finally {
          log.push(source.asked.join());
        }
      }));
      yield* sleep(10);
      task.cancel();
    }(),
    { clock },
  );
  // The body cleans up first.
  assertEquals(log, ["next"]);
  assertEquals(source.asked, ["next", "return"]);
});

Deno.test("forEach: an iterator need not have return(), and its return() may reject", async () => {
  const error = new Error("boom");
  function* fails(): Coroutine<void> {
    throw error;
  }
  for (const ending of [undefined, () => Promise.reject(new Error("no return"))]) {
    const source = Object.assign(upTo(3), { return: ending! });
    assertStrictEquals(await run(forEach(source, fails)).catch((error) => error), error);
  }
});

Deno.test("forEach: the iterator's return() may throw, and may return nothing", async () => {
  const error = new Error("boom");
  function* fails(): Coroutine<void> {
    throw error;
  }
  const refuse = () => {
    throw new Error("no return");
  };
  for (const ending of [refuse, () => undefined as never]) {
    const source = Object.assign(upTo(3), { return: ending });
    assertStrictEquals(await run(forEach(source, fails)).catch((error) => error), error);
  }
});

Deno.test("forEach: throws what the iterator throws", async () => {
  const error = new Error("no more");
  async function* breaks() {
    yield 1;
    throw error;
  }
  const seen: number[] = [];
  const over = run(
    forEach(breaks(), function* (value) {
      seen.push(value);
    }),
    { clock },
  );
  assertStrictEquals(await over.catch((error) => error), error);
  assertEquals(seen, [1]);
});

Deno.test("forEach: does not call return() after the iterator has thrown", async () => {
  const source = new Source(() => Promise.reject(new Error("no more")));
  await assertRejects(() => run(forEach(source, () => pause()), { clock }), Error, "no more");
  assertEquals(source.asked, ["next"]);
});

Deno.test("forEach: a task with a pending cancel asks for no value", async () => {
  const source = new Source(() => Promise.reject(new Error("not awaited")));
  await run(
    function* () {
      const task = yield* spawn(function* () {
        yield* sleep(5);
        yield* forEach(source, () => pause());
      }());
      yield* sleep(5);
      task.cancel();
    }(),
    { clock },
  );
  await run(until(new Promise((resolve) => setTimeout(resolve, 0))));
  assertEquals(source.asked, []);
});
