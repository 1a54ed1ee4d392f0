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
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { caught } from "../fixtures.ts";

/** Waits for an event, and notes who was woken when. */
function* follow(event: Event, name: string, log: string[]): Coroutine<void> {
  yield* event.wait();
  log.push(`${name} at ${yield* now()}`);
}

Deno.test("Event.set: wakes all tasks that wait, in the order of asking", () => {
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

Deno.test("Event.wait: does not suspend if the event is set", () => {
  const trace = record();
  const event = new Event();
  event.set();
  simulate(event.wait(), { trace });
  assertEquals(trace.entries.map(({ type }) => type), ["spawn", "ready", "step", "exit"]);
});

Deno.test("Event: to set or clear it twice is as once, and after clear tasks wait again", () => {
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

Deno.test("Event: set and cleared in one step wakes the tasks that waited, and no other", () => {
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

Deno.test("Event: a task that is woken and cancelled at the same instant goes on to its next suspension", () => {
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

Deno.test("Event.wait: one operation can be awaited again, by one task after another", () => {
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

Deno.test("Event.wait: a second task that waits in the same operation fails, and the first goes on", () => {
  simulate(function* () {
    const log: string[] = [];
    const event = new Event();
    const waiting = event.wait();
    const first = yield* spawn(function* () {
      yield* waiting;
      log.push(`woken at ${yield* now()}`);
    }());
    yield* sleep(5);
    const [at, error] = yield* caught(yield* spawn(waiting, { name: "second" }));
    assertInstanceOf(error, TypeError);
    assertEquals([at, error.message], [
      5,
      'event: "second" awaits what another task awaits already; make one for each',
    ]);
    event.set();
    yield* first;
    assertEquals(log, ["woken at 5"]);
  }());
});

Deno.test("Event: one that no task sets is a deadlock, and is reported as one", () => {
  const error = assertThrows(() => simulate(new Event().wait()), DeadlockError);
  assertEquals(error.message.split("\n")[1]?.startsWith('  "main" waits for '), true);
});

Deno.test("Event.set: called by the host, wakes the tasks that wait, in between two rounds", async () => {
  const event = new Event();
  const trace = record();
  const main = function* () {
    const task = yield* spawn(event.wait(), { name: "waiter" });
    yield* pause();
    yield* until(Promise.resolve().then(() => event.set()));
    assertEquals(event.isSet, true);
    yield* task;
  };
  await run(main(), { clock: virtualClock(), trace });
  const woken = trace.entries.filter((entry) => entry.type === "ready" && entry.task === 1);
  assertEquals(woken.map((entry) => entry.type === "ready" && entry.by), [0, "host"]);
});
