import {
  type Coroutine,
  DeadlockError,
  emit,
  gather,
  Lock,
  now,
  pause,
  record,
  run,
  Semaphore,
  shuffled,
  simulate,
  sleep,
  spawn,
  until,
  virtualClock,
} from "@tenfold/loop";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";

/** Holds a permit for a time, and notes when it got it. */
function* hold(semaphore: Semaphore, name: string, ms: number, log: string[]): Coroutine<void> {
  using _permit = yield* semaphore.acquire();
  log.push(`${name} at ${yield* now()}`);
  yield* sleep(ms);
}

Deno.test("Semaphore: lets two of five in, and the others in the order of asking", () => {
  const log: string[] = [];
  const pool = new Semaphore(2);
  simulate(gather(["a", "b", "c", "d", "e"].map((name) => hold(pool, name, 10, log))));
  assertEquals(log, ["a at 0", "b at 0", "c at 10", "d at 10", "e at 20"]);
  assertEquals(pool.available, 2);
});

Deno.test("Semaphore: a permit for a task that waits cannot be taken by another", () => {
  for (let seed = 0; seed < 10; seed++) {
    simulate(
      function* () {
        const lock = new Lock();
        const permit = yield* lock.acquire();
        const waiter = yield* spawn(lock.acquire());
        while (waiter.state !== "suspended") yield* pause();
        permit.release();
        // The waiter is ready, and has not had its step.
        assertEquals([waiter.state, lock.available, lock.tryAcquire()], ["ready", 0, undefined]);
        const late = yield* spawn(lock.acquire());
        yield* pause();
        (yield* waiter).release();
        (yield* late).release();
        assertEquals(lock.available, 1);
      }(),
      { order: shuffled(seed) },
    );
  }
});

Deno.test("Semaphore: a task that releases and asks again goes to the end of the line", () => {
  const log: string[] = [];
  const lock = new Lock();
  function* twice(name: string): Coroutine<void> {
    for (let n = 0; n < 2; n++) yield* hold(lock, name, 1, log);
  }
  simulate(gather([twice("a"), twice("b"), twice("c")]));
  assertEquals(log.map(([name]) => name).join(""), "abcabc");
});

Deno.test("Semaphore.acquire: does not suspend if a permit is free", () => {
  const trace = record();
  simulate(
    function* () {
      using _permit = yield* new Lock().acquire();
      yield* emit("inside");
    }(),
    { trace },
  );
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "step", "emit", "exit"]);
});

Deno.test("Semaphore.acquire: the log says what a task waits for, and which task released it", () => {
  for (const [semaphore, why] of [[new Lock(), "lock"], [new Semaphore(1), "semaphore"]] as const) {
    const trace = record();
    simulate(gather([hold(semaphore, "a", 5, []), hold(semaphore, "b", 5, [])]), { trace });
    const about = trace.entries.filter(({ task }) => task === 2).slice(3, 5);
    assertEquals(about.map((entry) => "why" in entry ? entry.why : "by" in entry && entry.by), [
      why,
      1,
    ]);
  }
});

Deno.test("Semaphore: a permit goes to the next in line if the task is cancelled before it received it", () => {
  simulate(function* () {
    const log: string[] = [];
    const lock = new Lock();
    const permit = yield* lock.acquire();
    const waiter = yield* spawn(hold(lock, "waiter", 10, log));
    const next = yield* spawn(hold(lock, "next", 10, log));
    yield* sleep(5);
    permit.release();
    assertEquals([waiter.state, waiter.cancel()], ["ready", true]);
    yield* next;
    assertEquals(log, ["next at 5"]);
    assertEquals([waiter.state, lock.available], ["cancelled", 1]);
  }());
});

Deno.test("Semaphore: a permit released just after a cancel goes to the next in line", () => {
  simulate(function* () {
    const log: string[] = [];
    const lock = new Lock();
    const permit = yield* lock.acquire();
    const waiter = yield* spawn(hold(lock, "waiter", 10, log));
    const next = yield* spawn(hold(lock, "next", 10, log));
    yield* sleep(5);
    waiter.cancel();
    permit.release();
    yield* next;
    assertEquals([log, lock.available], [["next at 5"], 1]);
  }());
});

Deno.test("Permit.release: a second time does nothing", () => {
  simulate(function* () {
    const pool = new Semaphore(2);
    const permit = yield* pool.acquire();
    permit.release();
    permit.release();
    permit[Symbol.dispose]();
    assertEquals(pool.available, 2);
  }());
});

Deno.test("Permit: `using` releases it, also when the block fails or is cancelled", () => {
  simulate(function* () {
    const lock = new Lock();
    function* boom(): Coroutine<void> {
      using _permit = yield* lock.acquire();
      throw new Error("boom");
    }
    try {
      yield* boom();
    } catch {
      assertEquals(lock.available, 1);
    }
    const task = yield* spawn(hold(lock, "a", 100, []));
    yield* sleep(1);
    assertEquals(lock.available, 0);
    task.cancel();
    yield* pause();
    assertEquals(lock.available, 1);
  }());
});

Deno.test("Semaphore.tryAcquire: takes a free permit and does not wait, also outside a loop", () => {
  const pool = new Semaphore(2);
  const [one, two] = [pool.tryAcquire()!, pool.tryAcquire()!];
  assertEquals([pool.available, pool.tryAcquire()], [0, undefined]);
  one.release();
  assertEquals(pool.available, 1);
  two.release();
  assertEquals(pool.available, 2);
});

Deno.test("Lock: one that its holder asks for again is a deadlock, and is reported as one", () => {
  const lock = new Lock();
  function* twice(): Coroutine<void> {
    using _permit = yield* lock.acquire();
    yield* hold(lock, "again", 0, []);
  }
  const error = assertThrows(() => simulate(twice()), DeadlockError);
  assertEquals(lock.available, 1);
  assertMatch(error.message, /"main" waits for the lock at hold /);
});

Deno.test("Semaphore: expects a whole number of permits ≥ 1", () => {
  for (const permits of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => new Semaphore(permits), RangeError, `received ${permits}`);
  }
});

Deno.test("Permit.release: called by the host, hands the permit to the next in line", async () => {
  const lock = new Lock();
  await run(
    function* () {
      const permit = yield* lock.acquire();
      const waiter = yield* spawn(hold(lock, "waiter", 1, []));
      yield* pause();
      yield* until(Promise.resolve().then(() => permit.release()));
      yield* waiter;
    }(),
    { clock: virtualClock() },
  );
  assertEquals(lock.available, 1);
});
