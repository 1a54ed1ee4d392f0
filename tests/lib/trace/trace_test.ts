import {
  Barrier,
  block,
  Cancelled,
  type Coroutine,
  DeadlockError,
  emit,
  type Entry,
  Event,
  EventLoop,
  gather,
  Lock,
  pacedClock,
  pause,
  Queue,
  race,
  record,
  run,
  simulate,
  sleep,
  spawn,
  summarize,
  type SuspendEntry,
  timeout,
  until,
  virtualClock,
  wait,
} from "@tenfold/loop";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";

Deno.test("trace: gets the log of a small program, entry by entry", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(
        function* () {
          yield* sleep(5);
          yield* emit("hello");
          throw new Error("boom");
        }(),
        { name: "child" },
      );
      const other = yield* spawn(pause());
      try {
        yield* task;
      } catch {
        yield* block(3);
      }
      other.cancel("too late");
    }(),
    { trace },
  );
  const log = trace.entries.map((entry, index) => {
    const { seq, at, type, task, ...rest } = entry;
    assertEquals(seq, index);
    return [at, type, task, rest];
  });
  assertEquals(log, [
    [0, "spawn", 0, { name: "main", parent: null }],
    [0, "ready", 0, { by: null }],
    [0, "step", 0, {}],
    [0, "spawn", 1, { name: "child", parent: 0 }],
    [0, "ready", 1, { by: 0 }],
    [0, "spawn", 2, { name: "task 2", parent: 0 }],
    [0, "ready", 2, { by: 0 }],
    [0, "suspend", 0, { why: "join", of: { task: 1 } }],
    [0, "step", 1, {}],
    [0, "suspend", 1, { why: "sleep", until: 5 }],
    [0, "step", 2, {}],
    [0, "suspend", 2, { why: "pause" }],
    [0, "step", 2, {}],
    [0, "exit", 2, { outcome: "done" }],
    [5, "ready", 1, { by: "timer" }],
    [5, "step", 1, {}],
    [5, "emit", 1, { value: "hello" }],
    [5, "exit", 1, { outcome: "failed", failure: "Error: boom" }],
    [5, "ready", 0, { by: 1 }],
    [5, "step", 0, {}],
    [5, "suspend", 0, { why: "block", until: 8 }],
    [8, "step", 0, {}],
    [8, "exit", 0, { outcome: "done" }],
  ]);
});

/** What tasks wait for, as the log of a run has it. */
function waitedFor(program: () => Coroutine<unknown>): SuspendEntry["of"][] {
  const trace = record();
  try {
    simulate(program, { trace });
  } catch { /* What is waited for may never come. */ }
  return trace.entries.flatMap((entry) => entry.type === "suspend" ? [entry.of] : []);
}

Deno.test("trace: a suspend entry has what a queue lacks, and how many values lie in it", () => {
  const size = 2;
  const waits = waitedFor(function* () {
    const queue = new Queue<number>(size, { name: "ovens" });
    yield* spawn(queue.get());
    yield* pause();
    for (let put = 0; put < 4; put++) yield* queue.put(put);
  });
  assertEquals(waits.filter((of) => of !== undefined), [
    { name: "ovens", lacks: "value", count: 0, size },
    { name: "ovens", lacks: "room", count: 2, size },
  ]);
  const joined = waitedFor(function* () {
    const queue = new Queue<number>(Infinity);
    yield* queue.put(1);
    yield* queue.get();
    yield* queue.join();
  });
  assertEquals(joined, [{ lacks: "done", count: 1 }]);
});

Deno.test("trace: a suspend entry has who holds a lock, and which lock that is", () => {
  const [left, right] = [new Lock(), new Lock({ name: "right" })];
  const waits = waitedFor(function* () {
    for (const lock of [left, right, left]) {
      yield* spawn(function* () {
        using _permit = yield* lock.acquire();
        yield* pause();
        yield* lock.acquire();
      });
    }
  });
  assertEquals(waits.filter((of) => of !== undefined), [
    { heldBy: [1], id: 0 },
    { heldBy: [1], id: 0 },
    { name: "right", heldBy: [2], id: 1 },
  ]);
});

Deno.test("trace: a suspend entry has no holder that is not of its loop", () => {
  const lock = new Lock();
  simulate(function* () {
    using _permit = yield* lock.acquire();
    const log = record();
    assertThrows(() => simulate(lock.acquire(), { trace: log }), DeadlockError);
    const of = log.entries.flatMap((entry) => entry.type === "suspend" ? [entry.of] : []);
    assertEquals(of, [{ heldBy: [], id: 0 }]);
  });
});

Deno.test("trace: a suspend entry has how many tasks are at a barrier", () => {
  const waits = waitedFor(function* () {
    const barrier = new Barrier(3, { name: "start" });
    for (let party = 0; party < 3; party++) yield* spawn(barrier.wait());
  });
  assertEquals(waits.filter((of) => of !== undefined), [
    { name: "start", count: 1, size: 3 },
    { name: "start", count: 2, size: 3 },
  ]);
});

Deno.test("trace: a suspend entry has the tasks of a group that have not ended", () => {
  const waits = waitedFor(function* () {
    yield* spawn(sleep(50));
    yield* wait([sleep(10), sleep(20)], { returnWhen: "first-completed" });
    yield* gather([sleep(5)]);
  });
  const groups = waits.filter((of) => of !== undefined);
  assertEquals(groups, [{ tasks: [2, 3] }, { tasks: [4] }]);
});

Deno.test("trace: a cancel entry has why it is asked", () => {
  const trace = record();
  try {
    simulate(function* () {
      yield* spawn(sleep(1000), { daemon: true });
      yield* timeout(10, sleep(20), { else: undefined });
      yield* race([sleep(1), sleep(2)]);
      yield* spawn(function* () {
        yield* sleep(1);
        throw new Error("no");
      });
      yield* sleep(50);
    }, { trace });
  } catch { /* It fails. */ }
  try {
    simulate(new Event().wait(), { trace });
  } catch { /* It is deadlocked. */ }
  const cancels = trace.entries.flatMap((entry) =>
    entry.type === "cancel" ? [[entry.source, entry.by]] : []
  );
  assertEquals(cancels, [
    ["timeout", "loop"],
    ["sibling", 3],
    ["child", 5],
    ["child", 5],
    ["deadlock", "loop"],
  ]);
});

Deno.test("trace: a cancel entry names the asker and the reason, and the asker readies the task", () => {
  const trace = record();
  simulate(
    function* () {
      const task = yield* spawn(function* () {
        try {
          yield* sleep(1000);
        } catch { /* stays */ }
      }());
      yield* sleep(1);
      task.cancel({ some: "reason" });
    }(),
    { trace },
  );
  const [cancel, ready] = trace.entries.slice(10, 12);
  assertEquals(cancel, {
    seq: 10,
    at: 1,
    type: "cancel",
    task: 1,
    reason: { some: "reason" },
    by: 0,
    source: "task",
  });
  assertEquals(ready, { seq: 11, at: 1, type: "ready", task: 1, by: 0 });
});

Deno.test("record: keeps an emitted value by reference", () => {
  const value = { some: "object" };
  const trace = record();
  simulate(emit(value), { trace });
  assertStrictEquals(summarize(trace.entries).emitted[0], value);
});

Deno.test("trace: is called when an entry happens, not later", () => {
  const order: string[] = [];
  simulate(
    function* () {
      order.push("before");
      yield* emit(1);
      order.push("after");
    }(),
    { trace: ({ type }) => order.push(type) },
  );
  assertEquals(order, ["spawn", "ready", "step", "before", "emit", "after", "exit"]);
});

Deno.test("trace: one that throws ends the run with its error after cleanup, and is not called again", () => {
  for (const type of ["spawn", "ready", "step", "emit", "exit"] as const) {
    const error = new Error(type);
    let calls = 0;
    let callsAtThrow = 0;
    let cleaned = false;
    const trace = (entry: Entry) => {
      calls++;
      if (entry.task === 1 && entry.type === type) {
        callsAtThrow = calls;
        throw error;
      }
    };
    const caught = assertThrows(() =>
      simulate(
        function* () {
          try {
            yield* gather([emit("value")]);
            yield* sleep(1000);
          } finally {
            yield* sleep(5);
            cleaned = true;
          }
        }(),
        { trace },
      )
    );
    assertStrictEquals(caught, error);
    assert(callsAtThrow > 0);
    assertEquals([calls, cleaned], [callsAtThrow, true]);
  }
});

Deno.test("trace: one that throws at the first entry ends the run with its error", () => {
  const trace = () => {
    throw new Error("no log");
  };
  assertThrows(() => simulate(sleep(1), { trace }), Error, "no log");
});

Deno.test("trace: one that throws before the first step makes run() reject", async () => {
  const trace = () => {
    throw new Error("no log");
  };
  await assertRejects(() => run(sleep(1), { trace }), Error, "no log");
});

Deno.test("trace: one that throws when main is about to suspend ends the run with its error", () => {
  const waits: (() => Coroutine<unknown>)[] = [
    () => sleep(1),
    () => block(1),
    () => pause(),
    () => gather([sleep(1)]),
  ];
  for (const wait of waits) {
    const trace = ({ type }: Entry) => {
      if (type === "suspend") throw new Error("no log");
    };
    assertThrows(() => simulate(wait(), { trace }), Error, "no log");
  }
});

Deno.test("trace: one that throws while sleepers are woken ends the run with its error", () => {
  const trace = (entry: Entry) => {
    if (entry.type === "ready" && entry.by === "timer") throw new Error("no log");
  };
  const main = function* () {
    yield* spawn(sleep(10));
    yield* pause();
    yield* sleep(10);
  };
  assertThrows(() => simulate(main(), { trace }), Error, "no log");
});

Deno.test("trace: one that throws while the run ends with another error does not replace that", () => {
  let isOver = false;
  const trace = ({ type }: Entry) => {
    if (isOver && type === "suspend") throw new Error("no log");
    isOver ||= type === "cancel";
  };
  function* main(): Coroutine<void> {
    try {
      yield* new Event().wait();
    } finally {
      yield* sleep(1);
    }
  }
  assertThrows(() => simulate(main(), { trace }), DeadlockError);
});

Deno.test("trace: may cancel the loop at any entry", () => {
  for (const type of ["spawn", "ready", "step", "suspend", "emit"]) {
    const trace = (entry: Entry) => {
      if (entry.type === type) loop.cancel("seen enough");
    };
    const main = function* () {
      yield* emit(1);
      yield* sleep(1);
      yield* sleep(1000);
    };
    const loop = new EventLoop(main(), { trace, clock: virtualClock() });
    // Some task may be in a step, but it is not the one that asks.
    assertEquals(assertThrows(() => loop.simulate(), Cancelled).source, "host");
    assertEquals(loop.now < 1000, true);
  }
});

/** Emits its way through a run of every kind of entry. */
function* varied(look: () => void): Coroutine<void> {
  const task = yield* spawn(function* () {
    yield* timeout(5, until(new Promise(() => {}), { label: "answer" }));
  }, { failure: "hold" });
  yield* emit("first");
  look();
  yield* pause();
  yield* sleep(0.5);
  const sleeper = yield* spawn(sleep(10));
  yield* pause();
  sleeper.cancel("enough");
  yield* task.settled();
}

async function logOf(trace: (entry: Entry) => void, look = () => {}): Promise<void> {
  await run(varied(look), { clock: pacedClock(), trace }).catch(() => {});
}

Deno.test("record: keeps what a trace function is given, whether it is read at the end or meanwhile", async () => {
  const atEnd = record();
  const meanwhile = record();
  const given: Entry[] = [];
  let seen = 0;
  await Promise.all([
    logOf((entry) => given.push(entry)),
    logOf(atEnd),
    logOf(meanwhile, () => seen = meanwhile.entries.length),
  ]);
  assertEquals(new Set(given.map(({ type }) => type)).size, 7);
  assertEquals(atEnd.entries, given);
  assertEquals(seen, given.findIndex(({ type }) => type === "emit") + 1);
  assertEquals(meanwhile.entries, given);
  assertEquals(JSON.stringify(atEnd.entries), JSON.stringify(given));
});

Deno.test("record: of an array that was read before the run, the entries are in it", () => {
  const trace = record();
  const { entries } = trace;
  simulate(emit(1), { trace });
  assertEquals(entries.length > 0 && entries, trace.entries);
});

Deno.test("record: one for two runs has both logs, each with its numbers", () => {
  const [both, first, second] = [record(), record(), record()];
  for (const trace of [both, first]) simulate(emit("first"), { trace });
  for (const trace of [both, second]) simulate(emit("second"), { trace });
  assertEquals(both.entries, [...first.entries, ...second.entries]);
});
