import {
  asCompleted,
  Cancelled,
  type Coroutine,
  Event,
  gather,
  Lock,
  now,
  pause,
  Queue,
  race,
  record,
  shuffled,
  simulate,
  sleep,
  spawn,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
} from "@tenfold/loop";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { after, caught, fail, outcome, settled } from "../fixtures.ts";

// A group is decided at the moment in which its wait is over, not when its owner gets its turn.

Deno.test("race: an error that a loser throws at the same instant goes to the log, not to the caller", () => {
  for (let seed = 0; seed < 20; seed++) {
    const trace = record();
    const [first, second] = [after(5, "winner"), fail(5, "loser")];
    let thrown: unknown;
    let value: unknown;
    try {
      value = simulate(race([first, second]), { order: shuffled(seed), trace });
    } catch (error) {
      thrown = error;
    }
    const loses = trace.entries.find(({ type, task }) => type === "exit" && task > 0)!.task === 1;
    assertEquals(loses ? value : (thrown as Error).message, loses ? "winner" : "loser");
  }
});

Deno.test("race: a loser does nothing more than clean up, from the moment in which it has lost", () => {
  const log: string[] = [];
  simulate(function* () {
    yield* race([
      sleep(5),
      function* () {
        yield* sleep(5);
        log.push("awake");
        yield* pause();
        log.push("not reached");
      }(),
    ]);
  }());
  // Its wake was queued before it lost.
  assertEquals(log, ["awake"]);
});

Deno.test("race: cancelled, it throws what its first member fails with after that", () => {
  simulate(function* () {
    const task = yield* spawn(race([fail(10, "boom"), sleep(100)]));
    yield* pause();
    yield* pause();
    yield* pause();
    // Asleep after the members are: at 10 the first is awake.
    yield* sleep(10);
    task.cancel();
    const error = yield* outcome(task);
    assertEquals([task.state, (error as Error).message], ["failed", "boom"]);
  }());
});

Deno.test("race: neither an item nor a permit is lost to a loser of the same instant", () => {
  for (let seed = 0; seed < 30; seed++) {
    simulate(
      function* () {
        const [one, two, lock] = [new Queue<string>(1), new Queue<string>(1), new Lock()];
        yield* spawn(function* () {
          const permit = yield* lock.acquire();
          yield* sleep(10);
          one.tryPut("one");
          two.tryPut("two");
          permit.release();
        }());
        yield* sleep(1);
        const got = yield* race([one.get(), two.get()]);
        yield* race([sleep(0), lock.acquire()]);
        assertEquals([got, one.tryGet()?.value, two.tryGet()?.value].filter(Boolean).toSorted(), [
          "one",
          "two",
        ]);
        yield* timeout(9, sleep(1));
      }(),
      { order: shuffled(seed) },
    );
  }
});

Deno.test("race: of a queue and a tick, polled, loses no item", () => {
  simulate(function* () {
    const queue = new Queue<number>(100);
    const got: number[] = [];
    yield* spawn(function* () {
      for (let n = 0; n < 100; n++) {
        yield* sleep(1);
        yield* queue.put(n);
      }
    }());
    while (got.length < 100) {
      const item = yield* race([queue.get(), sleep(1)]);
      if (item !== undefined) got.push(item);
    }
    assertEquals(got, [...got.keys()]);
  }());
});

Deno.test("gather: a failure gives back what members were granted at its instant", () => {
  simulate(function* () {
    const [queue, lock] = [new Queue<number>(1), new Lock()];
    const held = yield* lock.acquire();
    const getter = gather([
      function* () {
        yield* sleep(10);
        queue.tryPut(7);
        held.release();
        throw new Error("boom");
      }(),
      queue.get(),
      lock.acquire(),
    ]);
    assertEquals((yield* caught(getter))[1].message, "boom");
    assertEquals([queue.tryGet(), lock.available], [{ value: 7 }, 1]);
  }());
});

Deno.test("timeout: a permit that is granted as its task is cancelled goes to the next in line", () => {
  simulate(function* () {
    const lock = new Lock();
    const held = yield* lock.acquire();
    const task = yield* spawn(timeout(9, lock.acquire()));
    const next = yield* spawn(lock.acquire());
    yield* sleep(1);
    held.release();
    task.cancel();
    yield* settled(task);
    (yield* next).release();
    assertEquals([lock.available, yield* now()], [1, 1]);
  }());
});

Deno.test("Queue: items that are given back keep their order, beyond the size and after a close", () => {
  for (const close of [false, true]) {
    simulate(function* () {
      const queue = new Queue<number>(1);
      const getters = [];
      for (let n = 0; n < 3; n++) getters.push(yield* spawn(queue.get()));
      yield* sleep(1);
      for (let n = 0; n < 4; n++) queue.tryPut(n);
      if (close) queue.close();
      assertEquals(queue.length, 1);
      for (const at of [1, 0, 2]) getters[at]!.cancel();
      const left: number[] = [];
      assertEquals(queue.length, 4);
      for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet()) {
        left.push(next.value);
      }
      assertEquals(left, [0, 1, 2, 3]);
    }());
  }
});

Deno.test("Queue: an item that is given back goes to the next in line", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    const first = yield* spawn(queue.get());
    const second = yield* spawn(queue.get());
    yield* sleep(1);
    queue.tryPut(7);
    first.cancel();
    assertEquals(yield* second, 7);
  }());
});

Deno.test("Queue: a put that was accepted is done, whoever is cancelled", () => {
  simulate(function* () {
    const queue = new Queue<number>(1);
    yield* queue.put(1);
    let known = false;
    const putter = yield* spawn(function* () {
      yield* queue.put(2);
      known = true;
      yield* sleep(100);
    }());
    yield* sleep(1);
    assertEquals(queue.tryGet(), { value: 1 });
    putter.cancel();
    yield* settled(putter);
    assertEquals([putter.state, known, queue.tryGet()], ["cancelled", true, { value: 2 }]);
  }());
});

Deno.test("Queue: a get that one task has made and another waits in is given back by that one only", () => {
  simulate(function* () {
    const queue = new Queue<number>(5);
    const get = queue.get();
    const before = yield* spawn(function* () {
      yield* get;
      for (;;) yield* pause();
    }());
    yield* pause();
    queue.tryPut(1);
    yield* pause();
    yield* pause();
    const waiter = yield* spawn(get);
    yield* pause();
    queue.tryPut(2);
    before.cancel();
    assertEquals(yield* waiter, 2);
  }());
});

Deno.test("taskGroup: a body that is cancelled at birth does not return its cancel", () => {
  simulate(function* () {
    const values: unknown[] = [];
    function* self(): Coroutine<void> {
      yield* sleep(1);
      task.cancel();
      values.push(yield* taskGroup(() => sleep(1)));
    }
    const task = yield* spawn(self());
    yield* settled(task);
    assertEquals([values, task.state], [[], "cancelled"]);
  }());
});

Deno.test("gather: a member that is cancelled by itself fails it", () => {
  simulate(function* () {
    const [at, error] = yield* caught(gather([
      sleep(100),
      function* () {
        const victim = yield* spawn(sleep(100));
        yield* sleep(5);
        victim.cancel("by itself");
        yield* victim;
      }(),
    ]));
    assertInstanceOf(error, Cancelled);
    assertEquals([at, error.reason], [5, "by itself"]);
  }());
});

Deno.test("gather, race, wait, asCompleted: one that is refused spoils nothing", () => {
  const refusing = [gather, race, wait, asCompleted] as ((coroutines: unknown[]) => unknown)[];
  for (const combine of refusing) {
    const good = after(1, "good");
    assertThrows(() => combine([good, 5]), TypeError);
    assertThrows(() => combine([good, good]), TypeError);
    assertEquals(simulate(good), "good");
  }
  const good = after(1, "good");
  assertThrows(() => timeout(-1, good), RangeError);
  assertThrows(() => spawn(good, { failure: "x" as "hold" }), TypeError);
  assertThrows(() => wait([good], { timeout: -1 }), RangeError);
  assertThrows(() => wait([good], { returnWhen: "x" as "all-completed" }), TypeError);
  assertEquals(simulate(good), "good");
});

Deno.test("timeout: one of Infinity is none", () => {
  assertEquals(simulate(timeout(Infinity, after(1e9, "value"))), "value");
  assertThrows(() => simulate(timeout(Infinity, fail(5))), Error, "boom");
});

Deno.test("TimeoutError: has its ms, its task and the cancel as cause, and can be told from another's", () => {
  simulate(function* () {
    const cancels: unknown[] = [];
    const task = yield* spawn(
      timeout(
        60,
        timeout(
          20,
          function* () {
            try {
              yield* sleep(100);
            } catch (error) {
              cancels.push(error);
              throw error;
            }
          }(),
        ),
      ),
      { name: "outer" },
    );
    const error = yield* outcome(task);
    assertInstanceOf(error, TimeoutError);
    assertEquals([error.ms, error.task.name === "outer", error.cause === cancels[0]], [
      20,
      false,
      true,
    ]);
  }());
});

Deno.test("wait: first-exception goes on when a task is cancelled", () => {
  simulate(function* () {
    const victim = yield* spawn(sleep(100));
    yield* spawn(function* () {
      yield* sleep(5);
      victim.cancel();
    }());
    const { done } = yield* wait([victim, sleep(20)], { returnWhen: "first-exception" });
    assertEquals([done.map(({ state }) => state), yield* now()], [["cancelled", "done"], 20]);
  }());
});

Deno.test("Event: a wait that is over when its task is cancelled has happened", () => {
  simulate(function* () {
    const event = new Event();
    let woke = false;
    const task = yield* spawn(function* () {
      yield* event.wait();
      woke = true;
      yield* pause();
      woke = false;
    }());
    yield* sleep(1);
    event.set();
    task.cancel();
    yield* settled(task);
    assert(woke);
  }());
});
