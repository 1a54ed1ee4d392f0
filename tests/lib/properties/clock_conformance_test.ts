import {
  type Clock,
  type Coroutine,
  EventLoop,
  gather,
  now,
  pacedClock,
  pause,
  record,
  run,
  sleep,
  sleepUntil,
  spawn,
  type Task,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import { assert, assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import { onStillClock } from "../fixtures.ts";

interface Candidate {
  name: string;
  clock: Clock;
  /** The wall that must have passed when logical time has, if there is one. */
  wall: (() => number) | null;
}

const candidates: Candidate[] = [
  { name: "virtualClock", clock: virtualClock(), wall: null },
  { name: "pacedClock", clock: pacedClock(), wall: () => performance.now() },
  { name: "wallClock", clock: wallClock(), wall: () => performance.now() },
];

/** What any clock must keep to. */
const rules: Record<string, (candidate: Candidate) => Promise<void>> = {
  async "no task wakes early"({ clock, wall }) {
    const delays = [3, 0, 1.5, 7, 0.1, 3, 12];
    const begun = wall?.() ?? 0;
    await run(
      gather(delays.map(function* (ms): Coroutine<void> {
        for (let n = 0; n < 2; n++) {
          const asleep = yield* now();
          yield* sleep(ms);
          const awake = yield* now();
          assertGreaterOrEqual(awake - asleep, ms);
          if (wall !== null) assertGreaterOrEqual(wall() - begun, awake);
        }
      })),
      { clock },
    );
  },

  async "earlier deadlines go first, and equal ones in the order of falling asleep"({ clock }) {
    const woken: string[] = [];
    const deadlines = [9, 5, 7, 5, 9, 5, 9, 7];
    // However slow the machine, no deadline passes before all are asleep.
    await onStillClock((pass) =>
      run(
        gather([
          ...deadlines.map(function* (at, index): Coroutine<void> {
            yield* sleepUntil(at);
            woken.push(`${at}:${index}`);
          }),
          function* () {
            pass(10);
          }(),
        ]),
        { clock },
      )
    );
    assertEquals(woken, ["5:1", "5:3", "5:5", "7:2", "7:7", "9:0", "9:4", "9:6"]);
  },

  async "the times of the log never go back, and no wake is before its deadline"({ clock }) {
    const trace = record();
    await run(
      gather(Array.from({ length: 20 }, function* (_, index): Coroutine<void> {
        yield* sleep(index % 4);
        yield* pause();
        yield* sleep(0);
        yield* sleep((index * 7) % 5);
      })),
      { clock, trace },
    );
    let last = 0;
    const until = new Map<number, number>();
    for (const entry of trace.entries) {
      assertGreaterOrEqual(entry.at, last);
      last = entry.at;
      if (entry.type === "suspend" && entry.why === "sleep") until.set(entry.task, entry.until!);
      if (entry.type === "ready" && entry.by === "timer") {
        assertGreaterOrEqual(entry.at, until.get(entry.task)!);
      }
    }
    assertEquals(until.size, 20);
  },

  async "a delay of 0 ends, after all that is ready"({ clock }) {
    const said: string[] = [];
    await run(
      gather([
        function* () {
          yield* sleep(0);
          said.push("slept");
        }(),
        function* () {
          for (let n = 0; n < 5; n++) yield* pause();
          said.push("paused");
        }(),
      ]),
      { clock },
    );
    // On the wall the time may be up while the other task pauses.
    if (clock.mode !== "wall") assertEquals(said, ["paused", "slept"]);
    assertEquals(said.toSorted(), ["paused", "slept"]);
  },

  async "a huge delay does not end early, and a cancel ends it at once"({ clock }) {
    for (const ms of [2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 2 ** 40, 2 ** 53 - 1e6]) {
      let woke = false;
      const ended = await run(
        function* () {
          const task = yield* spawn(function* () {
            yield* sleep(ms);
            woke = true;
          }());
          yield* sleep(2);
          assertEquals([woke, task.state], [false, "suspended"]);
          task.cancel();
          yield* pause();
          assertEquals(task.state, "cancelled");
          return yield* now();
        }(),
        { clock },
      );
      assert(!woke && ended < 10_000, `${ms} ended at ${ended}`);
    }
  },

  async "a sleep can last until 2^53 - 1, and not longer"({ clock }) {
    const furthest = new EventLoop(sleepUntil(2 ** 53 - 1), { clock });
    const over = furthest.run();
    if (clock.mode === "virtual") {
      await over;
      assertEquals(furthest.now, 2 ** 53 - 1);
    } else {
      assertEquals(furthest.cancel(), true);
      await assertRejects(() => over);
      assert(furthest.now < 10_000);
    }
    await assertRejects(() => run(gather([sleep(2 ** 53)]), { clock }), RangeError, "2^53 - 1");
  },

  async "the host's cancel ends a huge delay at once"({ clock }) {
    // In virtual time the delay would be over by then: it is cancelled before it begins.
    const loop = new EventLoop(sleep(2 ** 40), { clock });
    const over = loop.run();
    if (clock.mode !== "virtual") await Promise.resolve();
    loop.cancel("enough");
    await assertRejects(() => over, Error, "enough");
    assert(loop.now < 10_000);
  },

  async "a task that is woken and then cancelled is cancelled where it waits next"({ clock }) {
    const said: string[] = [];
    await run(
      function* () {
        // Awake first, it finds the other due.
        const tasks: Task<void>[] = [];
        const first = yield* spawn(function* () {
          yield* sleepUntil(30);
          assertEquals([tasks[0]!.state, tasks[0]!.cancel()], ["ready", true]);
        }());
        const second = yield* spawn(function* () {
          yield* sleepUntil(30);
          said.push("woke");
          yield* sleep(2 ** 40);
          said.push("not reached");
        }());
        tasks.push(second);
        yield* first;
        yield* pause();
        yield* pause();
        assertEquals(second.state, "cancelled");
        assert((yield* now()) < 10_000);
      }(),
      { clock },
    );
    assertEquals(said, ["woke"]);
  },

  async "a cancelled sleeper takes its deadline along, and others with the same keep it"(
    { clock },
  ) {
    const ended = await run(
      function* () {
        const tasks = [yield* spawn(sleepUntil(50)), yield* spawn(sleepUntil(50))];
        tasks.push(yield* spawn(sleepUntil(2 ** 40)));
        yield* pause();
        tasks[0]!.cancel();
        tasks[2]!.cancel();
        yield* tasks[1]!;
        assertEquals(tasks.map(({ state }) => state), ["cancelled", "done", "cancelled"]);
        return yield* now();
      }(),
      { clock },
    );
    assert(ended >= 50 && ended < 10_000);
  },

  async "one clock serves runs side by side, each from 0"({ clock }) {
    const origins = await Promise.all([0, 1, 2].map(() => {
      const trace = record();
      return run(sleep(2), { clock, trace }).then(() => trace.entries[0]!.at);
    }));
    assert(origins.every((at) => at < 1000));
  },
};

for (const candidate of candidates) {
  for (const [rule, test] of Object.entries(rules)) {
    Deno.test(`${candidate.name}: ${rule}`, () => test(candidate));
  }
}
