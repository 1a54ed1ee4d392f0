import {
  type Coroutine,
  gather,
  LimitError,
  Lock,
  pause,
  replay,
  simulate,
  sleep,
  sleepBetween,
} from "@tenfold/loop";
import { check, explore, type ExploreOptions, ScheduleFailure } from "@tenfold/loop/testing";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

type Program = () => Coroutine<unknown>;

/** Two that each read a number, let others go first, and write it back, one more. */
function counting({ locked = false } = {}): Program {
  return function* () {
    let count = 0;
    const lock = new Lock();
    function* increment(): Coroutine<void> {
      using _permit = locked ? yield* lock.acquire() : undefined;
      const read = count;
      yield* pause();
      count = read + 1;
    }
    yield* gather([increment(), increment()], { name: "increment" });
    if (count !== 2) throw new Error("an update is lost");
  };
}

/** A task that pauses for ever if it begins before the one that would end that. */
const livelock: Program = function* () {
  let over = false;
  yield* gather([
    function* () {
      while (!over) yield* pause();
    }(),
    function* () {
      yield* sleep(5);
      over = true;
    }(),
  ]);
};

/** Three tasks of four steps: 34,650 schedules. */
const large: Program = () =>
  gather(Array.from({ length: 3 }, function* () {
    for (let step = 1; step < 4; step++) yield* pause();
  }));

function failureOf(program: Program, options?: ExploreOptions): ScheduleFailure {
  return assertThrows(() => check(program, options), ScheduleFailure);
}

/** Does what the last line of a story says. */
function runAgain(failure: ScheduleFailure, program: Program): void {
  const line = failure.message.split("\n").at(-1)!;
  assertStringIncludes(line, "replay: ");
  const source = line.slice("replay: ".length);
  new Function("simulate", "program", "replay", source)(simulate, program, replay);
}

Deno.test("check: returns what explore does if every order passes", () => {
  const program = counting({ locked: true });
  assertEquals(check(program), explore(program));
  assertEquals(check(program).complete, true);
});

Deno.test("check: throws an error that tells what happened, how to run it again, and the cause", () => {
  const failure = failureOf(counting());
  assertEquals(failure.name, "ScheduleFailure");
  assertEquals(
    failure.message,
    `
Error: an update is lost, with 1 preemption, after 3 schedules:
0 ms  main          starts, spawns increment[0], spawns increment[1], waits for increment[0] and increment[1]
0 ms  increment[0]  starts, pauses
0 ms  increment[1]  starts, pauses
0 ms  increment[1]  goes on, is done
0 ms  increment[0]  goes on, is done
0 ms  main          is woken by increment[0], fails with Error: an update is lost
replay: simulate(program(), { order: replay([0, 0, 1]) })
`.trim(),
  );
  assertInstanceOf(failure.cause, Error);
  assertEquals(failure.cause.message, "an update is lost");
  assertStringIncludes(failure.cause.stack!, "check_test.ts");
  assertStrictEquals(failure.error, failure.cause);
  assertThrows(() => runAgain(failure, counting()), Error, "an update is lost");
});

Deno.test("check: a livelock is told in a few lines, and fails again with its maxSteps", () => {
  for (const options of [{}, { maxSteps: 2001 }]) {
    const failure = failureOf(livelock, options);
    assertInstanceOf(failure.cause, LimitError);
    assert(failure.picks.length > 1990);
    assert(failure.message.length < 2000, failure.message);
    assertStringIncludes(failure.message, "… this line ");
    const { maxSteps = 10_000 } = options;
    assertStringIncludes(failure.message, `maxSteps: ${maxSteps} })`);
    assertThrows(() => runAgain(failure, livelock), LimitError, `${maxSteps} steps`);
  }
});

Deno.test("check: a livelock of several tasks, or with time in it, is folded as well", () => {
  const politely: Program = function* () {
    let turn = -1;
    yield* gather(Array.from({ length: 3 }, function* (_, number): Coroutine<void> {
      while (turn !== number) yield* pause();
      turn = number;
    }));
  };
  const patiently: Program = function* () {
    for (;;) {
      yield* sleep(10);
      yield* sleepBetween(5, 10);
    }
  };
  for (const program of [politely, patiently]) {
    const failure = failureOf(program, { maxSteps: 1000 });
    assert(failure.message.length < 2500, failure.message);
    assertThrows(() => runAgain(failure, program), LimitError);
  }
});

Deno.test("check: what repeats is told once, and the replay is the same list", () => {
  let steps = 0;
  const program: Program = function* () {
    yield* gather([
      function* () {
        for (let n = 0; n < 40; n++) yield* pause();
        yield* sleep(1);
        steps = 1;
      }(),
      function* () {
        for (let n = 0; n < 40; n++) yield* pause();
      }(),
    ]);
    if (steps === 1) throw new Error("always");
  };
  const failure = failureOf(program);
  assertStringIncludes(failure.message, "times in all");
  const list = /replay\((\[.*\])\)/.exec(failure.message)![1]!;
  assertEquals(new Function(`return ${list}`)(), failure.picks);
});

Deno.test("check: the story of another timing replays with it", () => {
  const program: Program = function* () {
    const order: string[] = [];
    function* after(ms: number, word: string): Coroutine<void> {
      yield* sleep(ms);
      order.push(word);
    }
    yield* gather([after(10, "early"), after(20, "late")]);
    if (order[0] === "late") throw new Error("late was first");
  };
  assertEquals(check(program).complete, true);
  const failure = failureOf(program, { timing: "any" });
  assertStringIncludes(failure.message, `, timing: "any" })`);
  assertThrows(() => runAgain(failure, program), Error, "late was first");
});

Deno.test("check: a thrown value that is no error is told, too", () => {
  for (const value of [undefined, "text", Symbol("sign"), Object.create(null)]) {
    const failure = failureOf(() => {
      throw value;
    });
    assertStrictEquals(failure.cause, value);
  }
});

Deno.test("check: what is no program is a TypeError that says what it is", () => {
  const wrong: [unknown, string][] = [
    [async () => {}, "received a promise"],
    [async function* () {}, "received an async iterable"],
    [() => 7, "received 7"],
    [() => undefined, "received undefined"],
    [() => [sleep(1)], "received an array"],
    [counting()(), "received a coroutine, which runs once"],
    [7, "received 7"],
    [undefined, "received undefined"],
  ];
  for (const [program, message] of wrong) {
    for (const search of [check, explore]) {
      const error = assertThrows(() => search(program as Program), TypeError, message);
      assertStringIncludes(error.stack!, "check_test.ts");
      if (typeof program !== "function") assert(error.message.startsWith(`${search.name}: `));
    }
  }
  const once = counting()();
  assertThrows(() => check(() => once), TypeError, "it runs once");
});

Deno.test("explore: too many schedules: it says up to how many preemptions it was complete", () => {
  const all = explore(large);
  assertEquals(all, { schedules: 34_650, complete: true });
  const some = explore(large, { maxSchedules: 5000 });
  assertEquals([some.schedules, some.complete], [5000, false]);
  const { completeTo } = some;
  assert(completeTo! >= 1, `${completeTo}`);
  // Alone those with so many preemptions are fewer, and with one more they are more.
  const asked = explore(large, { maxPreemptions: completeTo! });
  assert(asked.schedules < 5000, `${asked.schedules}`);
  const more = explore(large, { maxPreemptions: completeTo! + 1 });
  assert(more.schedules > 2500, `${more.schedules}`);
  assertEquals(explore(large, { maxSchedules: 1 }), { schedules: 1, complete: false });
});

Deno.test("explore: up to some preemptions are tried, all of them and no others", () => {
  const preemptions = new Set<number>();
  for (let most = 0; most < 3; most++) {
    const { complete, completeTo, schedules } = explore(large, { maxPreemptions: most });
    assertEquals([complete, completeTo], [false, most]);
    preemptions.add(schedules);
  }
  // Six orders of three tasks that each go on to their end, and those that one switch more allows.
  assertEquals([...preemptions][0], 6);
  assertEquals(preemptions.size, 3);
  assertEquals(explore(large, { maxPreemptions: 100 }).complete, true);
});

Deno.test("check: passes if what was asked for has passed, else says what to ask for", () => {
  assertEquals(check(large, { maxPreemptions: 1 }).completeTo, 1);
  assertEquals(check(large, { maxSchedules: 10 }).schedules, 10);
  const larger: Program = () =>
    gather(Array.from({ length: 6 }, function* () {
      for (let step = 1; step < 3; step++) yield* pause();
    }));
  const message = assertThrows(() => check(larger), LimitError).message;
  assertStringIncludes(message, "check: 100000 schedules have passed");
  const most = Number(/at most (\d+) preemptions/.exec(message)![1]);
  assertStringIncludes(message, `maxPreemptions: ${most}`);
});

Deno.test("check: for a time, it ends when that is over", () => {
  const begun = performance.now();
  const { schedules, complete } = check(
    () =>
      gather(Array.from({ length: 9 }, function* () {
        for (let step = 1; step < 9; step++) yield* pause();
      })),
    { maxTime: 100 },
  );
  assert(performance.now() - begun >= 100);
  assert(schedules > 1);
  assertEquals(complete, false);
});

Deno.test("explore: limits out of range are told", () => {
  const wrong: ExploreOptions[] = [
    { maxPreemptions: -1 },
    { maxPreemptions: 0.5 },
    { maxPreemptions: NaN },
    { maxTime: 0 },
    { maxTime: NaN },
    { maxSteps: 0 },
    { maxSteps: NaN },
  ];
  for (const options of wrong) {
    const name = Object.keys(options)[0]!;
    assertThrows(() => explore(large, options), RangeError, `expected ${name} `);
  }
  const timing = "sometimes" as "any";
  assertThrows(() => explore(large, { timing }), TypeError, `"exact" or "any"`);
});
