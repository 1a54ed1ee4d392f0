import {
  type Coroutine,
  DeadlockError,
  Event,
  gather,
  now,
  pause,
  record,
  run,
  simulate,
  sleep,
  spawn,
  until,
  virtualClock,
} from "@tenfold/loop";
import { assertEquals, assertThrows } from "@std/assert";

/** Waits for an event, and notes who was woken when. */
function* follow(event: Event, name: string, log: string[]): Coroutine<void> {
  yield* event.wait();
  log.push(`${name} at ${yield* now()}`);
}

Deno.test("setting an event wakes all who wait, in the order in which they came", () => {
  const log: string[] = [];
  const event = new Event();
  simulate(gather([
    follow(event, "a", log),
    follow(event, "b", log),
    function* () {
      yield* sleep(10);
      event.set();
      assertEquals(event.isSet, true);
    }(),
    follow(event, "c", log),
  ]));
  assertEquals(log, ["a at 10", "b at 10", "c at 10"]);
});

Deno.test("an event that is set is not waited for, and does not suspend", () => {
  const trace = record();
  const event = new Event();
  event.set();
  simulate(event.wait(), { trace });
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "step", "exit"]);
});

Deno.test("to set it again does nothing, and a cleared one is waited for again", () => {
  simulate(function* () {
    const log: string[] = [];
    const event = new Event();
    event.set();
    event.set();
    yield* follow(event, "before", log);
    event.clear();
    event.clear();
    assertEquals(event.isSet, false);
    const task = yield* spawn(follow(event, "after", log));
    yield* sleep(10);
    event.set();
    yield* task;
    assertEquals(log, ["before at 0", "after at 10"]);
  }());
});

Deno.test("set and cleared in one step, it wakes those who waited and nobody else", () => {
  simulate(function* () {
    const log: string[] = [];
    const event = new Event();
    yield* spawn(follow(event, "before", log));
    yield* pause();
    event.set();
    event.clear();
    const late = yield* spawn(follow(event, "late", log));
    yield* sleep(5);
    assertEquals([log, late.state], [["before at 0"], "suspended"]);
    late.cancel();
  }());
});

Deno.test("a cancelled waiter leaves the line, and the others are woken", () => {
  simulate(function* () {
    const log: string[] = [];
    const event = new Event();
    const task = yield* spawn(follow(event, "a", log));
    yield* spawn(follow(event, "b", log));
    yield* pause();
    task.cancel();
    event.set();
    yield* pause();
    yield* pause();
    assertEquals([task.state, log], ["cancelled", ["b at 0"]]);
  }());
});

Deno.test("set and cancelled in the same instant, the waiter goes on to its next suspension", () => {
  simulate(function* () {
    const log: string[] = [];
    const event = new Event();
    const task = yield* spawn(function* () {
      yield* follow(event, "a", log);
      yield* pause();
      log.push("not reached");
    }());
    yield* pause();
    event.set();
    assertEquals([task.state, task.cancel()], ["ready", true]);
    yield* sleep(1);
    assertEquals([task.state, log], ["cancelled", ["a at 0"]]);
  }());
});

Deno.test("one wait can be used again, by one task after another", () => {
  simulate(function* () {
    const event = new Event();
    const waiting = event.wait();
    for (let n = 1; n <= 2; n++) {
      yield* spawn(function* () {
        yield* sleep(10);
        event.set();
        event.clear();
      }());
      yield* waiting;
      assertEquals(yield* now(), 10 * n);
    }
  }());
});

Deno.test("one wait used by two at once serves both or refuses, and leaves nobody waiting", () => {
  let failure: unknown;
  try {
    simulate(function* () {
      const event = new Event();
      const waiting = event.wait();
      function* use(): Coroutine<number> {
        yield* waiting;
        return yield* now();
      }
      yield* spawn(function* () {
        yield* sleep(10);
        event.set();
      }());
      assertEquals(yield* gather([use(), use()]), [10, 10]);
    }());
  } catch (error) {
    failure = error;
  }
  assertEquals(failure === undefined || failure instanceof TypeError, true, `${failure}`);
});

Deno.test("an event that nobody sets is a deadlock, and is reported as one", () => {
  const error = assertThrows(() => simulate(new Event().wait()), DeadlockError);
  assertEquals(error.message.split("\n")[1]?.startsWith('  "main" waits for '), true);
});

Deno.test("the host may not wake who waits, and says so; it can set what nobody waits for", async () => {
  const event = new Event();
  let refused: unknown;
  await run(
    function* () {
      const task = yield* spawn(event.wait());
      yield* pause();
      yield* until(
        Promise.resolve().then(() => {
          try {
            event.set();
          } catch (error) {
            refused = error;
          }
        }),
      );
      task.cancel();
      yield* pause();
    }(),
    { clock: virtualClock() },
  );
  assertEquals(
    `${refused}`,
    "TypeError: event: only tasks of the loop that waits for it may use it",
  );
  event.set();
});
