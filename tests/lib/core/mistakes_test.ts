import {
  allSettled,
  any,
  asCompleted,
  Barrier,
  block,
  Condition,
  type Coroutine,
  currentTask,
  emit,
  Event,
  EventLoop,
  gather,
  Lock,
  now,
  pacedClock,
  pause,
  Queue,
  race,
  retry,
  run,
  Semaphore,
  shield,
  simulate,
  sleep,
  spawn,
  type Task,
  taskGroup,
  TaskLocal,
  timeout,
  until,
  wait,
} from "@tenfold/loop";
import { cancelEverywhere, check, explore } from "@tenfold/loop/testing";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";

// What the compiler refuses can still happen in JavaScript, or behind an `any`.
// deno-lint-ignore no-explicit-any
const anything = (value: unknown): any => value;

const NO_COROUTINE: [unknown, string][] = [
  [async () => {}, "an async function; use until(promise)"],
  [async function* () {}, "an async function*; use until(promise)"],
  [[sleep(1)], "an array; did you mean gather(coroutines)?"],
  [[], "an array; did you mean gather(coroutines)?"],
  [Promise.resolve(), "a promise; did you mean yield* until(promise)"],
  [(async () => {})(), "or function* instead of async function?"],
  [async function* () {}(), "an async iterable; did you mean function*"],
  ["text", '"text"'],
  [undefined, "undefined"],
  [null, "null"],
  [5, "5"],
  [new Map(), "an object that is none"],
];

Deno.test("mistakes: what is no coroutine is refused at once, with what it is and what was meant", async () => {
  for (const [wrong, received] of NO_COROUTINE) {
    for (
      const [name, take] of Object.entries({
        spawn,
        gather: (each: unknown) => gather([anything(each)]),
      })
    ) {
      assertThrows(
        () => take(anything(wrong)),
        TypeError,
        `${name}: expected a `,
      );
      assertThrows(() => take(anything(wrong)), TypeError, received);
    }
    assertThrows(() => new EventLoop(anything(wrong)), TypeError, received);
    assertThrows(() => simulate(anything(wrong)), TypeError, received);
    await assertRejects(() => run(anything(wrong)), TypeError, received);
  }
});

Deno.test("mistakes: a function that makes no coroutine fails its task, with what it made", () => {
  for (const [wrong, received] of NO_COROUTINE) {
    if (typeof wrong === "function") continue;
    assertThrows(() => simulate(anything(() => wrong)), TypeError, received);
  }
});

Deno.test("spawn: calls a function at the task's first step, and names the task after it", () => {
  const log: string[] = [];
  function* worker(): Coroutine<number> {
    log.push(currentTask().name);
    yield* sleep(1);
    return 5;
  }
  class Shop {
    readonly price = 7;
    *sell(): Coroutine<number> {
      yield* sleep(1);
      return this.price;
    }
  }
  const shop = new Shop();
  const results = simulate(function* () {
    const task = yield* spawn(worker);
    assertEquals([task.name, log], ["worker", []]);
    const sold = yield* spawn(shop.sell.bind(shop));
    const named = yield* spawn(worker, { name: "other" });
    return [yield* task, yield* sold, sold.name, yield* named, currentTask().name];
  });
  assertEquals(results, [5, 7, "sell", 5, "main"]);
  assertEquals(log, ["worker", "other"]);
});

Deno.test("spawn: a function is not called if its task is cancelled before its first step", () => {
  let isCalled = false;
  simulate(function* () {
    const task = yield* spawn(() => {
      isCalled = true;
      return sleep(1);
    });
    task.cancel();
    yield* sleep(1);
    assertEquals(task.state, "cancelled");
  });
  assertEquals(isCalled, false);
});

Deno.test("spawn: what a function throws is its task's failure", () => {
  simulate(function* () {
    const error = new Error("boom");
    const task = yield* spawn(() => {
      throw error;
    });
    assertEquals(yield* task.settled(), { state: "failed", error });
  });
});

Deno.test("functions: are taken wherever a coroutine is, each time anew", () => {
  function* two(): Coroutine<number> {
    yield* pause();
    return 2;
  }
  const value = new TaskLocal(0);
  const sum = simulate(function* () {
    let sum = yield* race([two, two]);
    for (const each of yield* gather([two, two()])) sum += each;
    sum += yield* timeout(10, two);
    sum += yield* shield(two);
    sum += yield* value.run(1, two);
    for (const next of asCompleted([two, two])) sum += yield* next;
    const { done } = yield* wait([two]);
    sum += yield* done[0]!;
    sum += yield* taskGroup(function* (group) {
      return yield* yield* group.spawn(two);
    });
    return sum;
  });
  assertEquals(sum, 20);
});

Deno.test("mistakes: a method that is handed over without its object fails at its this", () => {
  class Shop {
    readonly stock = 3;
    *sell(): Coroutine<number> {
      yield* sleep(1);
      return this.stock;
    }
  }
  const shop = new Shop();
  assertThrows(() => simulate(shop.sell), TypeError, "of undefined (reading 'stock')");
  assertThrows(() => simulate(shield(shop.sell)), TypeError, "of undefined (reading 'stock')");
  assertEquals(simulate(shop.sell.bind(shop)), 3);
});

Deno.test('mistakes: an option that is text is quoted, so that "5" is not read as 5', () => {
  const five = anything("5");
  const wrong: [() => unknown, string][] = [
    [() => new Queue(five), "Queue: expected a whole number ≥ 1, or Infinity"],
    [() => new Semaphore(five), "Semaphore: expected a whole number ≥ 1"],
    [() => new Barrier(five), "Barrier: expected a whole number ≥ 1"],
    [() => new Condition().notify(five), "Condition.notify: expected a whole number ≥ 0"],
    [() => gather([() => sleep(1)], { limit: five }), "gather: expected limit to be"],
    [
      () => retry(() => sleep(1), { times: five }),
      "retry: expected times to be a whole number ≥ 1",
    ],
    [
      () => simulate(sleep(1), { maxSteps: anything("a") }),
      "maxSteps: expected a whole number ≥ 1",
    ],
    [() => simulate(sleep(1), { seed: five }), "seed: expected a seed from 0 to"],
    [() => pacedClock({ origin: five }), "pacedClock: expected origin to be finite ms"],
    [() => check(() => sleep(1), { seed: five }), "check: expected seed to be a whole number"],
  ];
  for (const [mistake, message] of wrong) {
    assertMatch(assertThrows(mistake, RangeError, message).message, /received "(5|a)"$/);
  }
  assertThrows(() => new Queue(anything({ name: "jobs" })), RangeError, "received an object");
});

Deno.test("gather: expects an array", () => {
  const wrongs: [unknown, string][] = [
    [sleep(1), "a coroutine"],
    [undefined, "undefined"],
    [new Set([sleep(1)]), "an object"],
    [Promise.resolve([]), "a promise"],
  ];
  for (const [wrong, received] of wrongs) {
    assertThrows(
      () => gather(anything(wrong)),
      TypeError,
      `gather: expected an array of coroutines, received ${received}; write gather([one(), two()])`,
    );
  }
});

Deno.test("mistakes: to start a coroutine a second time is an error", async () => {
  function* program(): Coroutine<void> {
    yield* sleep(1);
  }
  const once = program();
  simulate(once);
  assertThrows(
    () => simulate(once),
    TypeError,
    "run: this coroutine was started before; it runs once",
  );
  await assertRejects(() => run(once), TypeError, "run: this coroutine was started before");
  assertThrows(() => spawn(once), TypeError, "spawn: this coroutine was started before");
  const twice = program();
  assertThrows(
    () => gather([twice, twice]),
    TypeError,
    "gather: this coroutine was started before",
  );
});

Deno.test("spawn: to await one operation twice is an error", () => {
  assertThrows(
    () =>
      simulate(function* () {
        const again = spawn(function* () {
          yield* sleep(1);
        }());
        yield* again;
        yield* again;
      }()),
    TypeError,
    "started before",
  );
});

Deno.test("mistakes: an operation outside a coroutine is an error that names it", () => {
  for (
    const [name, operation] of Object.entries({ sleep: sleep(1), block: block(1), pause: pause() })
  ) {
    assertThrows(
      () => [...anything(operation)],
      TypeError,
      `${name}: no coroutine is running here; pass it to run() or spawn()`,
    );
  }
  assertThrows(() => [...anything(emit(1))], TypeError, "emit: no coroutine is running here");
  assertThrows(() => [...anything(now())], TypeError, "now: no coroutine is running here");
  assertThrows(() => [...anything(spawn(sleep(1)))], TypeError, "spawn: no coroutine is running");
  assertThrows(() => [...anything(gather([]))], TypeError, "gather: no coroutine is running");
  assertThrows(
    () => [...anything(until(Promise.resolve()))],
    TypeError,
    "until: no coroutine is running",
  );
});

Deno.test("yield: without its star is an error at that line, and the task can go on", () => {
  const yielded: [unknown, string][] = [
    ...NO_COROUTINE.filter(([wrong]) => !(wrong instanceof Map) && typeof wrong !== "function"),
    [function* () {}, "a function; did you mean to call it?"],
    [sleep(1), "a coroutine; did you forget the star of yield*?"],
    [gather([]), "a coroutine; did you forget the star of yield*?"],
  ];
  for (const [wrong, received] of yielded) {
    simulate(function* () {
      let error!: TypeError;
      try {
        yield anything(wrong);
      } catch (caught) {
        error = caught as TypeError;
      }
      assertMatch(
        error.message,
        /^expected yield\* with a coroutine in task "main", received yield of /,
      );
      assertEquals(error.message.includes(received), true);
      yield* sleep(10);
      assertEquals(yield* now(), 10);
    }());
  }
});

Deno.test("yield*: of what is iterable and no coroutine is an error that says so", () => {
  const given: [Iterable<unknown>, string][] = [
    [[sleep(1), sleep(2)], "several coroutines; did you mean gather(coroutines)?"],
    [[function* () {}], "several coroutines; did you mean gather(coroutines)?"],
    [new Set([Promise.resolve()]), "an iterable that gives a promise"],
    ["ten", 'an iterable that gives "t"'],
  ];
  for (const [wrong, received] of given) {
    assertThrows(
      () =>
        simulate(function* () {
          yield* anything(wrong);
        }),
      TypeError,
      `expected yield* with a coroutine in task "main", received yield* with ${received}`,
    );
  }
});

Deno.test("by hand: an operation that is driven by hand is withdrawn, and is an error", () => {
  const byHand: ((operation: Coroutine<unknown>) => unknown)[] = [
    (operation) => [...anything(operation)],
    (operation) => {
      for (const _ of anything(operation));
    },
    (operation) => {
      for (const _ of anything(operation)) break;
    },
    (operation) => anything(operation).next(),
  ];
  for (const operation of [() => sleep(50), () => pause(), () => block(50)]) {
    for (const drive of byHand) {
      // Left alone, the task ends with the error.
      assertThrows(
        () =>
          simulate(function* () {
            drive(operation());
          }()),
        TypeError,
        "yield*",
      );
      // Caught, it is as if nothing had been asked.
      simulate(function* () {
        let message = "";
        try {
          drive(operation());
          yield* sleep(1);
        } catch (error) {
          message = (error as TypeError).message;
        }
        assertMatch(message, /"main" is suspended already; did you forget yield\*\?$/);
        yield* sleep(10);
        assertEquals(yield* now(), 10);
      }());
    }
  }
});

Deno.test("Task: one of another loop can be joined only when it has ended", () => {
  const tasks: Task<string>[] = [];
  simulate(function* () {
    function* word(): Coroutine<string> {
      yield* sleep(5);
      return "word";
    }
    const task = yield* spawn(word(), { name: "foreign" });
    tasks.push(task);
    assertThrows(
      () => simulate(task),
      TypeError,
      '"foreign" belongs to another loop; wait until(task.promise())',
    );
  }());
  assertEquals(simulate(tasks[0]!), "word");
});

Deno.test("simulate: can be called in a step of another loop", () => {
  simulate(function* () {
    yield* sleep(10);
    const inner = simulate(function* () {
      yield* sleep(500);
      return yield* now();
    }());
    assertEquals([inner, yield* now()], [500, 10]);
    assertThrows(
      () =>
        simulate(function* () {
          throw new Error("inner");
        }()),
      Error,
      "inner",
    );
    yield* sleep(1);
    assertEquals(yield* now(), 11);
  }());
});

Deno.test("yield*: of an array or a text is an error that says so", () => {
  for (const wrong of [[sleep(1)], "text"]) {
    const main = function* () {
      yield* anything(wrong);
    };
    assertThrows(() => simulate(main()), TypeError, "expected yield* with a coroutine");
  }
});

const TAKES_OPTIONS: Record<string, (options: never) => unknown> = {
  allSettled: (options) => allSettled([sleep(1)], options),
  any: (options) => any([sleep(1)], options),
  Barrier: (options) => new Barrier(2, options),
  cancel: (options) => new EventLoop(sleep(1)).cancel("reason", options),
  cancelEverywhere: (options) => cancelEverywhere(() => sleep(1), options),
  Condition: (options) => new Condition(options),
  Event: (options) => new Event(options),
  explore: (options) => explore(() => sleep(1), options),
  gather: (options) => gather([sleep(1)], options),
  "group.spawn": (options) => simulate(taskGroup((group) => group.spawn(sleep(1), options))),
  Lock: (options) => new Lock(options),
  pacedClock: (options) => pacedClock(options),
  Queue: (options) => new Queue(1, options),
  race: (options) => race([sleep(1)], options),
  retry: (options) => retry(() => sleep(1), options),
  run: (options) => new EventLoop(sleep(1), options),
  Semaphore: (options) => new Semaphore(1, options),
  simulate: (options) => simulate(sleep(1), options),
  spawn: (options) => spawn(sleep(1), options),
  timeout: (options) => timeout(1, sleep(1), options),
  until: (options) => until(Promise.resolve(), options),
  wait: (options) => wait([sleep(1)], options),
};

Deno.test("mistakes: options that are no object are refused by each function that takes options", () => {
  const wrong: [unknown, string][] = [
    [2, "2"],
    ["text", '"text"'],
    [true, "true"],
    [null, "null"],
    [() => {}, "a function"],
    [[sleep(1)], "an array"],
    [sleep(1), "an iterable"],
  ];
  for (const [operation, take] of Object.entries(TAKES_OPTIONS)) {
    for (const [options, received] of wrong) {
      const { message } = assertThrows(() => take(options as never), TypeError);
      assertMatch(
        message,
        new RegExp(`^${operation}: expected options such as \\{ .* \\}, received`),
      );
      assertEquals(message.endsWith(`received ${received}`), true, message);
    }
  }
  assertThrows(() => check(() => sleep(1), anything(2)), TypeError, "expected options such as");
});

Deno.test("mistakes: a text in the place of a number is shown as one", () => {
  const four = anything("4");
  const makes: Record<string, () => unknown> = {
    Barrier: () => new Barrier(four),
    "Condition.notify": () => new Condition().notify(four),
    gather: () => gather([sleep(1)], { limit: four }),
    maxSteps: () => simulate(sleep(1), { maxSteps: four }),
    pacedClock: () => pacedClock({ origin: four }),
    Queue: () => new Queue(four),
    retry: () => retry(() => sleep(1), { times: four }),
    Semaphore: () => new Semaphore(four),
    seed: () => simulate(sleep(1), { seed: four }),
  };
  for (const [where, make] of Object.entries(makes)) {
    const { message } = assertThrows(make, RangeError);
    assertMatch(message, new RegExp(`^${where}: expected .*, received "4"$`));
  }
});
