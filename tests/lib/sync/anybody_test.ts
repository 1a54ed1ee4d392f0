import {
  asCompleted,
  type Coroutine,
  Event,
  gather,
  Lock,
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
  taskGroup,
  timeout,
  until,
  wait,
} from "@tenfold/loop";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { random } from "../../../lib/core/random.ts";

/** Calls a function from a callback of the host, and goes on when that is over. */
function inCallback<T>(call: () => T): Coroutine<T> {
  return until(new Promise<T>((resolve) => setTimeout(() => resolve(call()), 0)));
}

/** A turn of the host. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("anybody: a callback may put, take, set and release, and is answered at once", async () => {
  const queue = new Queue<string>(1);
  const [event, lock] = [new Event(), new Lock()];
  await run(function* () {
    const permit = yield* lock.acquire();
    const getter = yield* spawn(queue.get());
    const waiter = yield* spawn(event.wait());
    const locker = yield* spawn(lock.acquire());
    yield* pause();
    const answers = yield* inCallback(() => {
      const answers = [queue.tryPut("a"), queue.tryPut("b"), queue.tryPut("c")];
      event.set();
      permit.release();
      return [...answers, event.isSet, lock.available, queue.length];
    });
    // The first value is the getter's already, and the permit the locker's.
    assertEquals(answers, [true, true, false, true, 0, 1]);
    assertEquals(yield* getter, "a");
    yield* waiter;
    (yield* locker).release();
    assertEquals(lock.available, 1);
  }());
});

Deno.test("anybody: tryGet in a callback makes room for the task that waits to put", async () => {
  await run(function* () {
    const queue = new Queue<string>(1);
    yield* queue.put("a");
    const putter = yield* spawn(queue.put("b"));
    yield* pause();
    const taken = yield* inCallback(() => [queue.tryGet(), queue.tryGet(), queue.tryGet()]);
    assertEquals(taken, [{ value: "a" }, { value: "b" }, undefined]);
    yield* putter;
  }());
});

Deno.test("anybody: closing a queue in a callback ends those that wait", async () => {
  await run(function* () {
    const queue = new Queue<string>(1);
    const getter = yield* spawn(queue.next());
    yield* pause();
    yield* inCallback(() => queue.close());
    assertEquals(yield* getter, { done: true, value: undefined });
  }());
});

Deno.test("anybody: what the host brings is logged as the host's, and comes when no task is ready", async () => {
  const trace = record();
  const event = new Event();
  const order: string[] = [];
  const over = run(
    function* () {
      const waiter = yield* spawn(function* () {
        yield* event.wait();
        order.push("woken");
      }());
      yield* pause();
      queueMicrotask(() => {});
      yield* until(
        Promise.resolve().then(() => {
          event.set();
          order.push("set");
        }),
      );
      yield* waiter;
    }(),
    { trace },
  );
  await over;
  assertEquals(order, ["set", "woken"]);
  const wakes = trace.entries.filter((entry) => entry.type === "ready" && entry.task === 1);
  assertEquals(wakes.map((entry) => entry.type === "ready" && entry.by), [0, "host"]);
});

Deno.test("anybody: loops share a semaphore, and one that releases wakes a task of another", async () => {
  const pool = new Semaphore(1);
  const order: string[] = [];
  const request = (name: string) =>
    run(function* () {
      using _permit = yield* pool.acquire();
      order.push(`${name} in`);
      yield* sleep(2);
      order.push(`${name} out`);
      return name;
    }());
  assertEquals(await Promise.all(["a", "b", "c"].map(request)), ["a", "b", "c"]);
  assertEquals(order, ["a in", "a out", "b in", "b out", "c in", "c out"]);
  assertEquals(pool.available, 1);
});

Deno.test("anybody: a simulation inside a step sets, puts and releases for the loop around it", async () => {
  const event = new Event();
  const queue = new Queue<number>(1);
  const lock = new Lock();
  await run(function* () {
    const permit = yield* lock.acquire();
    const tasks = [
      yield* spawn(event.wait()),
      yield* spawn(queue.get()),
      yield* spawn(lock.acquire()),
    ];
    yield* pause();
    simulate(function* () {
      yield* sleep(10);
      event.set();
      yield* queue.put(5);
      permit.release();
    }());
    // Nothing of this loop runs within its own step.
    assertEquals(tasks.map(({ state }) => state), ["suspended", "suspended", "suspended"]);
    yield* wait(tasks);
    assertEquals(tasks.map(({ state }) => state), ["done", "done", "done"]);
  }());
});

Deno.test("anybody: a simulation that waits for what the loop around it holds is a deadlock", () => {
  const lock = new Lock({ name: "outer" });
  simulate(function* () {
    using _permit = yield* lock.acquire();
    assertThrows(() => simulate(lock.acquire()), Error, 'waits for the lock "outer"');
    assertEquals(lock.available, 0);
  }());
  assertEquals(lock.available, 1);
});

Deno.test("anybody: an item put by the host goes to the next in line if its task is cancelled before it wakes", async () => {
  await run(function* () {
    const queue = new Queue<string>(1);
    const first = yield* spawn(queue.get());
    const second = yield* spawn(queue.get());
    yield* pause();
    yield* inCallback(() => {
      queue.tryPut("item");
      first.cancel();
    });
    assertEquals([yield* second, first.state], ["item", "cancelled"]);
    const third = yield* spawn(queue.get());
    yield* pause();
    yield* inCallback(() => {
      queue.tryPut("again");
      third.cancel();
    });
    // Nobody waits: it is at the front.
    assertEquals([queue.tryGet(), third.state], [{ value: "again" }, "cancelled"]);
  }());
});

Deno.test("anybody: a permit released by the host goes to the next in line if its task is cancelled before it wakes", async () => {
  await run(function* () {
    const lock = new Lock();
    const permit = yield* lock.acquire();
    const first = yield* spawn(lock.acquire());
    const second = yield* spawn(lock.acquire());
    yield* pause();
    yield* inCallback(() => {
      permit.release();
      first.cancel();
    });
    (yield* second).release();
    assertEquals([first.state, lock.available], ["cancelled", 1]);
  }());
});

Deno.test("anybody: a put that the host has accepted is done, although its task is cancelled before it wakes", async () => {
  const log: string[] = [];
  await run(function* () {
    const queue = new Queue<string>(1);
    yield* queue.put("a");
    const putter = yield* spawn(function* () {
      yield* queue.put("b");
      log.push("accepted");
      yield* sleep(1000);
    }());
    yield* pause();
    yield* inCallback(() => {
      queue.tryGet();
      putter.cancel();
    });
    yield* wait([putter]);
    assertEquals([putter.state, queue.tryGet()], ["cancelled", { value: "b" }]);
  }());
  assertEquals(log, ["accepted"]);
});

Deno.test("anybody: a timeout at the instant at which the host puts loses no item", async () => {
  const queue = new Queue<number>(Infinity);
  let got = 0;
  for (let n = 0; n < 50; n++) {
    setTimeout(() => queue.tryPut(n), 2);
    await run(timeout(2, queue.get())).then(() => got++, () => {});
  }
  await run(sleep(3));
  assertEquals(got + queue.length, 50);
});

Deno.test("anybody: tasks of another loop are refused where they are given, and both loops are named", async () => {
  const taking: Record<string, (task: Task<void>) => Coroutine<unknown>> = {
    gather: (task) => gather([task]),
    race: (task) => race([task]),
    wait: (task) => wait([task]),
    *asCompleted(task) {
      for (const next of asCompleted([task])) yield* next;
    },
    timeout: (task) => timeout(10, task),
    taskGroup: (task) =>
      taskGroup(function* (group) {
        yield* group.spawn(task);
      }),
    join: (task) => task,
    shield: (task) => shield(task),
    *spawn(task) {
      yield* yield* spawn(task);
    },
    halt: (task) => task.halt(),
    settled: (task) => task.settled(),
  };
  let foreign: Task<void> | undefined;
  const { promise: all, resolve: end } = Promise.withResolvers<void>();
  const other = run(function* () {
    foreign = yield* spawn(sleep(1e6), { name: "foreign" });
    yield* until(all);
    foreign.cancel();
  }());
  await run(sleep(0));
  for (const [name, take] of Object.entries(taking)) {
    await assertRejects(
      () =>
        run(function* () {
          yield* take(foreign!);
        }()),
      TypeError,
      `"foreign" belongs to another loop; wait until(task.promise()): it is of loop `,
      name,
    );
    assertEquals(foreign!.state, "suspended", name);
  }
  end();
  await other;
});

Deno.test("anybody: of 200 requests at once, aborted at random, no permit and no item is lost", async () => {
  const LIMIT = 5;
  const pool = new Semaphore(LIMIT);
  const queue = new Queue<number>(3);
  const draw = random(20);
  const accepted: number[] = [];
  const taken: number[] = [];
  let [inside, most] = [0, 0];
  function* request(n: number): Coroutine<void> {
    using _permit = yield* pool.acquire();
    most = Math.max(most, ++inside);
    try {
      yield* until(turn());
      if (n % 2 === 0) {
        yield* queue.put(n);
        accepted.push(n);
      } else {
        taken.push(yield* queue.get());
      }
      yield* until(turn());
    } finally {
      inside--;
    }
  }
  const controllers = Array.from({ length: 200 }, () => new AbortController());
  let left = controllers.length;
  const runs = controllers.map(({ signal }, n) =>
    run(request(n), { signal }).finally(() => left--)
  );
  const over = Promise.allSettled(runs);
  // Time is counted in turns of the host, so that a busy machine changes nothing. Also those that
  // hold all permits and wait for one another are aborted some time.
  while (left > 0) {
    await turn();
    for (let n = 0; n < 3; n++) controllers[Math.floor(draw() * 200)]!.abort("the client left");
  }
  const states = await over;
  await turn();
  const rest: number[] = [];
  for (let next = queue.tryGet(); next; next = queue.tryGet()) rest.push(next.value);
  const numbers = (list: number[]) => list.toSorted((a, b) => a - b);
  assertEquals(numbers([...taken, ...rest]), numbers(accepted));
  assertEquals(new Set(accepted).size, accepted.length);
  assertEquals([pool.available, inside, most], [LIMIT, 0, LIMIT]);
  const reasons = states.flatMap((state) => state.status === "rejected" ? [state.reason.name] : []);
  assertEquals([...new Set(reasons)], ["Cancelled"]);
  // Both happened.
  assertEquals([accepted.length > 10, reasons.length > 10], [true, true]);
});
