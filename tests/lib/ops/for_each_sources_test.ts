import {
  Cancelled,
  type Coroutine,
  EventLoop,
  forEach,
  type ForEachSource,
  pause,
  Queue,
  run,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";

/** The values that a source gives. */
async function valuesOf<T>(source: ForEachSource<T>): Promise<T[]> {
  const values: T[] = [];
  await run(forEach(source, function* (value) {
    values.push(value);
  }));
  return values;
}

/** An iterator made by hand, of any shape. */
function made(next: () => unknown, rest: object = {}): AsyncIterable<number> {
  return { [Symbol.asyncIterator]: () => ({ next, ...rest }) } as AsyncIterable<number>;
}

function* failing(): Coroutine<never> {
  throw new Error("body");
}

Deno.test("forEach: waits until the generator has returned, before it throws what the body threw", async () => {
  const log: string[] = [];
  async function* source() {
    try {
      yield 1;
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 3));
      log.push("closed");
    }
  }
  await assertRejects(() => run(forEach(source(), failing)), Error, "body");
  log.push("over");
  assertEquals(log, ["closed", "over"]);
});

Deno.test("forEach: what the generator throws when it returns is the cause of the body's error", async () => {
  async function* source() {
    try {
      yield 1;
    } finally {
      // deno-lint-ignore no-unsafe-finally
      throw new Error("closing");
    }
  }
  const error = await assertRejects(() => run(forEach(source(), failing)), Error, "body");
  assertInstanceOf(error.cause, Error);
  assertEquals(error.cause.message, "closing");
});

Deno.test("forEach: of a body's error that can have no cause, and the generator's, neither is lost", async () => {
  async function* source() {
    try {
      yield 1;
    } finally {
      // deno-lint-ignore no-unsafe-finally
      throw new Error("closing");
    }
  }
  const error = await run(forEach(source(), function* () {
    throw "text";
  })).catch((error) => error);
  assertInstanceOf(error, AggregateError);
  assertEquals(error.errors.map(String), ["text", "Error: closing"]);
});

Deno.test("forEach: cancelled in the body, what the generator throws when it returns is thrown", async () => {
  async function* source() {
    try {
      yield 1;
    } finally {
      // deno-lint-ignore no-unsafe-finally
      throw new Error("closing");
    }
  }
  const loop: EventLoop<void> = new EventLoop(forEach(source(), () => {
    setTimeout(() => loop.cancel("enough"), 0);
    return sleep(60_000);
  }));
  const over = loop.run();
  const error = await assertRejects(() => over, Error, "closing");
  assertInstanceOf(error.cause, Cancelled);
});

Deno.test("forEach: takes what for await takes: iterables, of promises too, plain results, thenables", async () => {
  assertEquals(await valuesOf([1, 2]), [1, 2]);
  assertEquals(await valuesOf("ab"), ["a", "b"]);
  assertEquals(await valuesOf(new Map([["k", 1]])), [["k", 1]]);
  assertEquals(await valuesOf([Promise.resolve(1), 2, Promise.resolve(3)]), [1, 2, 3]);
  const plain = [{ done: false, value: 1 }, { done: false, value: 2 }, { done: true }];
  assertEquals(await valuesOf(made(() => plain.shift())), [1, 2]);
  const thenable = [{ done: false, value: 1 }, { value: 2 }, { done: true }].map((result) => ({
    then: (resolve: (value: unknown) => void) => resolve(result),
  }));
  assertEquals(await valuesOf(made(() => thenable.shift())), [1, 2]);
});

Deno.test("forEach: a value of an iterable that rejects is thrown, and closes the iterable", async () => {
  const log: string[] = [];
  function* source() {
    try {
      yield Promise.resolve(1);
      yield Promise.reject(new Error("no value"));
    } finally {
      log.push("closed");
    }
  }
  await assertRejects(() => valuesOf(source()), Error, "no value");
  assertEquals(log, ["closed"]);
});

Deno.test("forEach: a next() that throws at once, or gives no object, is thrown, and not returned from", async () => {
  const log: string[] = [];
  const rest = { return: () => log.push("return") };
  const error = new Error("at once");
  const throwing = made(() => {
    throw error;
  }, rest);
  assertStrictEquals(await valuesOf(throwing).catch((error) => error), error);
  await assertRejects(
    () => valuesOf(made(() => Promise.resolve(5), rest)),
    TypeError,
    "forEach: expected next() to give an object, received 5",
  );
  assertEquals(log, []);
});

Deno.test("forEach: a quiet stream is told of a cancel, and is not locked afterwards", async () => {
  let reason: unknown;
  const stream = new ReadableStream<number>({
    // It is read.
    pull: () => void setTimeout(() => loop.cancel("enough"), 0),
    cancel: (given) => reason = given,
  }, { highWaterMark: 0 });
  const loop: EventLoop<void> = new EventLoop(forEach(stream, () => pause()));
  const over = loop.run();
  await assertRejects(() => over, Cancelled, "enough");
  assertInstanceOf(reason, Cancelled);
  assertEquals([reason.reason, stream.locked], ["enough", false]);
});

Deno.test("forEach: a stream whose body failed is cancelled and waited for; one that ended is left", async () => {
  const log: unknown[] = [];
  const stream = ReadableStream.from([1, 2]).pipeThrough(
    new TransformStream({
      async cancel(reason: Error) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(reason.message);
      },
    } as Transformer<number, number>),
  );
  await assertRejects(() => run(forEach(stream, failing)), Error, "body");
  assertEquals([log, stream.locked], [["body"], false]);
  const ended = ReadableStream.from([1]);
  assertEquals(await valuesOf(ended), [1]);
  assertEquals(ended.locked, false);
  const broken = new ReadableStream({
    pull() {
      throw new Error("broken");
    },
  });
  await assertRejects(() => valuesOf(broken), Error, "broken");
});

Deno.test("forEach: goes through a queue until it is closed, also in simulate", () => {
  const queue = new Queue<number>(2);
  const seen: number[] = [];
  simulate(function* () {
    yield* spawn(function* () {
      for (let n = 1; n <= 5; n++) yield* queue.put(n);
      queue.close();
    }());
    yield* forEach(queue, function* (value) {
      yield* sleep(1);
      seen.push(value);
    });
  }());
  assertEquals(seen, [1, 2, 3, 4, 5]);
});

Deno.test("forEach: a task that leaves a queue takes no value with it", () => {
  simulate(function* () {
    const queue = new Queue<number>(3);
    const task = yield* spawn(forEach(queue, () => pause()));
    yield* sleep(1);
    queue.tryPut(1);
    task.cancel();
    yield* sleep(1);
    assertEquals([task.state, queue.tryGet()], ["cancelled", { value: 1 }]);
  }());
});

Deno.test("forEach: ended by force, leaves the source, and what is around it does not go on", async () => {
  const log: string[] = [];
  async function* source() {
    try {
      yield 1;
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.push("closed");
    }
  }
  const loop: EventLoop<void> = new EventLoop(function* () {
    try {
      yield* forEach(source(), () => {
        setTimeout(() => loop.cancel("now", { force: true }), 0);
        return sleep(60_000);
      });
      log.push("not here");
    } finally {
      log.push("cleaned");
    }
  }());
  const over = loop.run();
  await assertRejects(() => over, Cancelled);
  assertEquals(log, ["closed", "cleaned"]);
});

Deno.test("forEach: what is nothing to go through is an error that says so", async () => {
  for (const [wrong, received] of [[null, "null"], [5, "number"], [{}, "object"]] as const) {
    await assertRejects(
      () => valuesOf(wrong as unknown as number[]),
      TypeError,
      `forEach: expected an async iterable, an iterable or a queue, received ${received}`,
    );
  }
  assertThrows(
    () => forEach([1], undefined as never),
    TypeError,
    "forEach: expected a function, received undefined; write forEach(source, function* (value)",
  );
  for (const [body, result] of [[() => {}, "undefined"], [async () => {}, "a promise"]] as const) {
    const going = () => run(forEach([1], body as never));
    const message = `forEach: expected a function*, received a function that returns ${result};`;
    await assertRejects(going, TypeError, message);
  }
});

Deno.test("forEach: a stream that fails is unlocked, and so is one that refuses its cancel", async () => {
  const failing = new ReadableStream<number>({ pull: (to) => to.error(new Error("broken")) });
  await assertRejects(() => valuesOf(failing), Error, "broken");
  assertEquals(failing.locked, false);
  const stubborn = new ReadableStream<number>({
    pull: (to) => to.enqueue(1),
    cancel: () => Promise.reject(new Error("no cancel")),
  });
  const body = () => {
    throw new Error("body");
  };
  await assertRejects(() => run(forEach(stubborn, body)), Error, "body");
  assertEquals(stubborn.locked, false);
});

Deno.test("forEach: a promise that rejects in an iterable is what comes, however that returns", async () => {
  const iterator = {
    next: () => ({ done: false, value: Promise.reject(new Error("value")) }),
    return(): never {
      throw new Error("return");
    },
  };
  const iterable: Iterable<Promise<never>> = { [Symbol.iterator]: () => iterator };
  await assertRejects(() => valuesOf(iterable), Error, "value");
});

Deno.test("forEach: tasks and other coroutines of an array are values, not promises", async () => {
  await run(function* () {
    const task = yield* spawn(sleep(1), { name: "nap" });
    const joined: unknown[] = [];
    yield* forEach([task, sleep(1), failing()], function* (each) {
      joined.push(each);
      if (each === task) yield* each;
    });
    assertEquals([joined.length, joined[0] === task, task.state], [3, true, "done"]);
  });
});
