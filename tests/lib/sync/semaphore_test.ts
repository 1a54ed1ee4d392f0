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
  type Task,
  until,
  virtualClock,
} from "@tenfold/loop";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";

/** Holds a permit for a time, and notes when it got it. */
function* hold(semaphore: Semaphore, name: string, ms: number, log: string[]): Coroutine<void> {
  using _permit = yield* semaphore.acquire();
  log.push(`${name} at ${yield* now()}`);
  yield* sleep(ms);
}

Deno.test("a semaphore lets so many in, and the others in the order of asking", () => {
  const log: string[] = [];
  const pool = new Semaphore(2);
  simulate(gather(["a", "b", "c", "d", "e"].map((name) => hold(pool, name, 10, log))));
  assertEquals(log, ["a at 0", "b at 0", "c at 10", "d at 10", "e at 20"]);
  assertEquals(pool.available, 2);
});

Deno.test("a lock lets one in", () => {
  const log: string[] = [];
  const lock = new Lock();
  simulate(gather(["a", "b", "c"].map((name) => hold(lock, name, 10, log))));
  assertEquals(log, ["a at 0", "b at 10", "c at 20"]);
  assert(lock instanceof Semaphore && lock.available === 1);
});

Deno.test("a permit is handed over directly: who comes in between can't have it", () => {
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

Deno.test("who releases and asks again goes to the end of the line", () => {
  const log: string[] = [];
  const lock = new Lock();
  function* twice(name: string): Coroutine<void> {
    for (let n = 0; n < 2; n++) yield* hold(lock, name, 1, log);
  }
  simulate(gather([twice("a"), twice("b"), twice("c")]));
  assertEquals(log.map(([name]) => name).join(""), "abcabc");
});

Deno.test("a free permit is had without suspending", () => {
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

Deno.test("who waits is in the log by what for, and woken by who released", () => {
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

Deno.test("a cancelled waiter leaves the line", () => {
  simulate(function* () {
    const log: string[] = [];
    const lock = new Lock();
    const tasks: Task<void>[] = [];
    for (const name of ["a", "b", "c"]) tasks.push(yield* spawn(hold(lock, name, 10, log)));
    yield* sleep(5);
    tasks[1]!.cancel();
    yield* tasks[2]!;
    assertEquals([log, lock.available], [["a at 0", "c at 10"], 1]);
  }());
});

Deno.test("granted and cancelled in the same instant, it has the permit and must give it back", () => {
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
    assertEquals(log, ["waiter at 5", "next at 5"]);
    assertEquals([waiter.state, lock.available], ["cancelled", 1]);
  }());
});

Deno.test("cancelled and then released in the same instant, the next in line has it", () => {
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

Deno.test("to release a second time does nothing", () => {
  simulate(function* () {
    const pool = new Semaphore(2);
    const permit = yield* pool.acquire();
    permit.release();
    permit.release();
    permit[Symbol.dispose]();
    assertEquals(pool.available, 2);
  }());
});

Deno.test("using gives it back, also when the block fails or is cancelled", () => {
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

Deno.test("tryAcquire takes what is free and does not wait, also outside of a loop", () => {
  const pool = new Semaphore(2);
  const [one, two] = [pool.tryAcquire()!, pool.tryAcquire()!];
  assertEquals([pool.available, pool.tryAcquire()], [0, undefined]);
  one.release();
  assertEquals(pool.available, 1);
  two.release();
  assertEquals(pool.available, 2);
});

Deno.test("a lock that is asked for twice by its holder is a deadlock, and is reported as one", () => {
  const lock = new Lock();
  function* twice(): Coroutine<void> {
    using _permit = yield* lock.acquire();
    yield* hold(lock, "again", 0, []);
  }
  const error = assertThrows(() => simulate(twice()), DeadlockError);
  assertEquals(lock.available, 1);
  assertMatch(error.message, /"main" waits for the lock at hold /);
});

Deno.test("a semaphore has a whole number of permits", () => {
  for (const permits of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => new Semaphore(permits), RangeError, `received ${permits}`);
  }
});

Deno.test("a release that is refused, because the host asked, keeps the permit", async () => {
  const lock = new Lock();
  await run(
    function* () {
      const permit = yield* lock.acquire();
      const waiter = yield* spawn(hold(lock, "waiter", 1, []));
      yield* pause();
      yield* until(Promise.resolve().then(() => assertThrows(() => permit.release(), TypeError)));
      permit.release();
      yield* waiter;
    }(),
    { clock: virtualClock() },
  );
  assertEquals(lock.available, 1);
});
