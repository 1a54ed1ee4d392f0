import {
  block,
  chosen,
  type Coroutine,
  currentTask,
  DeadlockError,
  type Entry,
  fifo,
  LimitError,
  Lock,
  pause,
  shield,
  shuffled,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import { cancelEverywhere, type CancelTrial } from "@tenfold/loop/testing";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fail } from "../fixtures.ts";

/** The error with which the search ends. */
function found(
  program: () => Coroutine<unknown> | CancelTrial,
  options?: Parameters<typeof cancelEverywhere>[1],
): Error {
  return assertThrows(() => cancelEverywhere(program, options), Error, "cancelEverywhere: ");
}

/** Sleeps, and if it is cancelled cleans up in its own way. */
function* cleaningUp(cleanup: () => Coroutine<unknown>): Coroutine<void> {
  try {
    yield* sleep(10);
  } catch (error) {
    yield* cleanup();
    throw error;
  }
}

Deno.test("cancelEverywhere: cancels after every step, and at every entry the target and the run", () => {
  const runs: string[] = [];
  const program = () => ({
    target: sleep(10),
    check({ whole, entries }: { whole: boolean; entries: readonly Entry[] }) {
      const cancel = entries.find((entry) => entry.type === "cancel");
      const by = cancel === undefined ? "late" : typeof cancel.by === "number" ? "task" : cancel.by;
      runs.push(`${by}${whole ? ", whole" : ""}`);
    },
  });
  // The log of main and of the target has 14 entries. The target takes two steps.
  const count = cancelEverywhere(program, { orders: [fifo()] });
  assertEquals(count, 3 + 13 + 13);
  assertEquals(runs.length, 1 + count);
  const times = (what: string) => runs.filter((run) => run === what).length;
  const counts = ["task", "host", "host, whole"].map(times);
  assertEquals(counts, [2, 3, 11]);
});

Deno.test("cancelEverywhere: tries four orders unless it is given others", () => {
  const program = () => sleep(10);
  const one = cancelEverywhere(program, { orders: [fifo()] });
  assertEquals(cancelEverywhere(program), 4 * one);
  assertEquals(cancelEverywhere(program, { orders: [shuffled(7), shuffled(8)] }), 2 * one);
});

Deno.test("cancelEverywhere: until its cancel a run is as it is without one, in every order", () => {
  function* worker(name: string): Coroutine<void> {
    yield* spawn(sleep(2), { name: `child of ${name}` });
    for (let n = 1; n <= 2; n++) {
      yield* pause();
      yield* sleep(n);
    }
  }
  for (const order of [fifo(), shuffled(1), chosen((ready) => ready.length - 1)]) {
    let calm: string[] | undefined;
    cancelEverywhere(() => ({
      target: worker("target"),
      others: [worker("other")],
      check({ entries }) {
        const names: string[] = [];
        const lines: string[] = [];
        for (const entry of entries) {
          if (entry.type === "spawn") names[entry.task] = entry.name;
          const name = names[entry.task]!;
          if (entry.type === "cancel") break;
          if (name !== "canceller") lines.push(`${entry.at} ms: ${entry.type} ${name}`);
        }
        calm ??= lines;
        assertEquals(lines, calm.slice(0, lines.length));
      },
    }), { orders: [order] });
    assert(calm !== undefined && calm.length > 20);
  }
});

Deno.test("cancelEverywhere: tells which cancel it was, what went wrong, and what happened", () => {
  const files = new Error("a file is open");
  const error = found(() => {
    let open = false;
    function* write(): Coroutine<void> {
      open = true;
      yield* sleep(10);
      open = false;
    }
    return {
      target: write(),
      check() {
        if (open) throw files;
      },
    };
  });
  assertEquals(
    error.message,
    `
cancelEverywhere: when a task cancels the target after 1 step, at 0 ms, under fifo(): check fails: Error: a file is open
0 ms  main       starts, spawns target, spawns canceller, waits for target
0 ms  target     starts, sleeps until 10 ms
0 ms  canceller  starts, cancels target (cancelEverywhere), is done
0 ms  target     is woken by canceller, ends, cancelled
0 ms  main       is woken by target, is done
`.trim(),
  );
  assertStrictEquals(error.cause, files);
});

Deno.test("cancelEverywhere: names the order of the caller by its index", () => {
  const broken = chosen(() => 99);
  const error = found(() => ({ target: pause(), others: [pause()] }), {
    orders: [fifo(), broken],
  });
  assertStringIncludes(error.message, "without a cancel, under orders[1]: the run fails: RangeErr");
});

Deno.test("cancelEverywhere: a target that catches its cancel and returns is wrong unless accepted", () => {
  function* deaf(): Coroutine<string> {
    try {
      yield* sleep(10);
    } catch {
      // It returns the same with and without a cancel.
    }
    return "done";
  }
  assertStringIncludes(found(deaf).message, "the target caught its cancel and returned done");
  cancelEverywhere(deaf, { accept: ({ state, result }) => state === "done" && result === "done" });
});

Deno.test("cancelEverywhere: a target whose cancel comes too late may return", () => {
  cancelEverywhere(function* () {
    yield* sleep(1);
    yield* shield(sleep(1));
    return "done";
  });
});

Deno.test("cancelEverywhere: a cleanup that throws is wrong unless accepted", () => {
  const program = () => cleaningUp(() => fail(1, "disk full"));
  assertStringIncludes(found(program).message, "the target fails: Error: disk full");
  cancelEverywhere(program, {
    accept: ({ state, result }) => state === "failed" && String(result) === "Error: disk full",
  });
});

Deno.test("cancelEverywhere: a target may fail as it fails without a cancel", () => {
  cancelEverywhere(() => shield(fail(5)));
  const error = found(() => cleaningUp(() => fail(1, "another error")));
  assertStringIncludes(error.message, "the target fails: Error: another error");
});

Deno.test("cancelEverywhere: a cleanup that waits for ever is a deadlock, and is found", () => {
  const error = found(() => {
    const lock = new Lock();
    return function* twice(): Coroutine<void> {
      using _permit = yield* lock.acquire();
      yield* cleaningUp(() => lock.acquire());
    }();
  });
  assertInstanceOf(error.cause, DeadlockError);
  assertMatch(error.message, /"target" waits for the lock at cleaningUp/);
});

Deno.test("cancelEverywhere: a cleanup that does not end is found, and its story is cut short", () => {
  function* endless(): Coroutine<void> {
    try {
      yield* sleep(10);
    } catch {
      for (;;) yield* pause();
    }
  }
  const error = found(endless, { maxSteps: 500 });
  assertInstanceOf(error.cause, LimitError);
  assertMatch(error.message, /cancels target \(cancelEverywhere\)[^]*\nand \d{3,} more$/);
  assertLess(error.message.split("\n").length, 50);
});

Deno.test("cancelEverywhere: a target that ends later than `within` is wrong", () => {
  const program = () => cleaningUp(() => sleep(3));
  cancelEverywhere(program, { within: 3 });
  const { message } = found(program, { within: 2 });
  assertStringIncludes(message, "the target ends 3 ms after its cancel, not within 2");
});

Deno.test("cancelEverywhere: a task beside the target that is left waiting is a deadlock", () => {
  const error = found(() => {
    const lock = new Lock();
    function* forgetful(): Coroutine<void> {
      const permit = yield* lock.acquire();
      yield* sleep(1);
      permit.release();
    }
    function* other(): Coroutine<void> {
      using _permit = yield* lock.acquire();
    }
    return { target: forgetful(), others: [other()] };
  });
  assertInstanceOf(error.cause, DeadlockError);
  assertStringIncludes(error.message, '"others[0]" waits for the lock');
});

Deno.test("cancelEverywhere: a task beside the target that fails because of its cancel is wrong", () => {
  const error = found(() => {
    let written = false;
    function* write(): Coroutine<void> {
      yield* sleep(1);
      written = true;
    }
    function* read(): Coroutine<void> {
      yield* sleep(2);
      if (!written) throw new Error("nothing to read");
    }
    return { target: write(), others: [sleep(3), read()] };
  });
  assertStringIncludes(error.message, "others[1] fails: Error: nothing to read");
});

Deno.test("cancelEverywhere: a program that is wrong without a cancel is found", () => {
  const { message } = found(() => ({ target: pause(), others: [fail(1)] }));
  assertStringIncludes(message, "without a cancel, under fifo(): others[0] fails: Error: boom");
});

Deno.test("cancelEverywhere: a program that does not do the same again is found", () => {
  const DIFFERS = "the program does not do the same under the same order";
  let runs = 0;
  const shorter = () => runs++ === 0 ? sleep(10) : pauses(0);
  assertStringIncludes(found(shorter).message, DIFFERS);
  let ms = 5;
  assertStringIncludes(found(() => sleep(ms++)).message, DIFFERS);
});

function* pauses(count: number): Coroutine<void> {
  for (let n = 0; n < count; n++) yield* pause();
}

Deno.test("cancelEverywhere: says what is wrong with its arguments", () => {
  const program = () => sleep(1);
  // deno-lint-ignore no-explicit-any
  const wrong: [args: [any, any?], error: typeof TypeError, message: string][] = [
    [
      [sleep(1)],
      TypeError,
      "makes the program, received a coroutine; write cancelEverywhere(() =>",
    ],
    [[undefined], TypeError, "expected a function that makes the program, received undefined"],
    [[async () => {}], TypeError, "expected a coroutine, received a promise; did you mean"],
    [[() => {}], TypeError, "expected a coroutine, received"],
    [[() => ({ target: 7 })], TypeError, "target: expected a coroutine, received"],
    [[() => ({ target: program(), others: program() })], TypeError, "others to be an array"],
    [[() => ({ target: program(), others: [7] })], TypeError, "others[0]: expected a coroutine"],
    [[() => ({ target: program(), check: 7 })], TypeError, "expected check to be a function"],
    [
      [() => ({ target: program(), check: async () => {} })],
      TypeError,
      "expected check to judge at once, received a promise",
    ],
    [
      [() => ({ target: program(), *check() {} })],
      TypeError,
      "expected check to judge at once, received a coroutine",
    ],
    [[program, { orders: fifo() }], TypeError, "expected orders to be an array of orders"],
    [[program, { orders: ["fifo"] }], TypeError, 'received "fifo" at 0'],
    [[program, { orders: [] }], RangeError, "received none"],
    [[program, { within: -1 }], RangeError, "expected within to be ms ≥ 0, received -1"],
    [[program, { within: NaN }], RangeError, "received NaN"],
    [[program, { within: "5" }], TypeError, "expected within to be ms ≥ 0, received string"],
    [[program, { accept: true }], TypeError, "expected accept to be a function, received true"],
    [[program, { maxSteps: 0 }], RangeError, "maxSteps: expected a whole number ≥ 1, received 0"],
  ];
  for (const [args, Type, message] of wrong) {
    assertThrows(() => cancelEverywhere(...args), Type, message);
  }
});

Deno.test("cancelEverywhere: one coroutine for all runs is refused, as it runs once", () => {
  const once = pauses(1);
  assertThrows(() => cancelEverywhere(() => once), TypeError, "was started before");
});

Deno.test("cancelEverywhere: takes functions for the target and what runs beside it", () => {
  const names = new Set<string>();
  function* program(): Coroutine<void> {
    names.add(currentTask().name);
    yield* sleep(1);
  }
  cancelEverywhere(() => ({ target: program, others: [program] }));
  assertEquals([...names], ["target", "others[0]"]);
});

Deno.test("cancelEverywhere: can be called inside a coroutine", () => {
  simulate(function* () {
    yield* sleep(1);
    assert(cancelEverywhere(() => sleep(1)) > 0);
  }());
});

Deno.test("cancelEverywhere: an accept that answers by a promise accepts nothing", () => {
  function* stubborn(): Coroutine<void> {
    try {
      yield* sleep(10);
    } catch {
      // It catches its cancel.
    }
  }
  const accept = (() => Promise.resolve(false)) as unknown as () => boolean;
  assertThrows(
    () => cancelEverywhere(stubborn, { accept }),
    TypeError,
    "cancelEverywhere: expected accept to return true or false, received a promise",
  );
});

Deno.test("cancelEverywhere: while a task holds the thread only the host cancels", () => {
  function* working(): Coroutine<void> {
    yield* block(5);
    yield* sleep(0);
    yield* block(0);
    yield* sleep(3);
    yield* pauses(2);
  }
  assert(cancelEverywhere(() => ({ target: working(), others: [working(), sleep(0)] })) > 100);
});
