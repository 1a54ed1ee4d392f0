// The races that people have, each found, and its fix proved.

import {
  type Coroutine,
  gather,
  Lock,
  pause,
  sleep,
  sleepBetween,
  spawn,
  type Task,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { check, explore, type ExploreOptions, ScheduleFailure } from "@tenfold/loop/testing";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";

type Program = () => Coroutine<unknown>;

/** The network. */
function request(): Coroutine<void> {
  return sleepBetween(10, 500);
}

function finds(program: Program, message: string, options?: ExploreOptions): ScheduleFailure {
  const failure = assertThrows(() => check(program, options), ScheduleFailure);
  assertStringIncludes(`${failure.cause}`, message);
  return failure;
}

/** How many schedules there are, none of which fails. */
function proves(program: Program, options?: ExploreOptions): number {
  const { schedules, complete } = check(program, options);
  assert(complete);
  return schedules;
}

// A search field asks for what is typed, and shows what comes. A debounce of 300 ms is exact.

function typeAhead(isFixed: boolean, debounce = 300): Program {
  return function* () {
    let shown = "";
    let latest: Task<void> | undefined;
    function* search(text: string): Coroutine<void> {
      yield* sleep(debounce);
      yield* request();
      shown = text;
    }
    function* type(text: string): Coroutine<void> {
      if (isFixed) latest?.cancel("typed on");
      latest = yield* spawn(search(text), { name: text });
    }
    yield* type("a");
    yield* sleep(350);
    yield* type("ab");
    yield* sleep(2000);
    if (shown !== "ab") throw new Error(`shows the answer to ${shown}`);
  };
}

Deno.test("check: a stale answer that overtakes a fresh one is found, and its fix proved", () => {
  const failure = finds(typeAhead(false), "shows the answer to a");
  // The first answer is overtaken by the second key, its debounce, and its answer.
  assertEquals(failure.preemptions, 3);
  proves(typeAhead(true));
});

Deno.test("check: a debounce that is longer than any answer takes is known to be safe", () => {
  // The second answer comes 10 ms later than the first at the least.
  const spaced: Program = function* () {
    let shown = 0;
    function* answer(number: number): Coroutine<void> {
      yield* request();
      shown = number;
    }
    yield* spawn(answer(1));
    yield* sleep(491);
    yield* spawn(answer(2));
    yield* sleep(1000);
    assertEquals(shown, 2);
  };
  assertEquals(proves(spaced), 3);
});

// Many ask for what is not in the cache: it should be loaded once.

function stampede(isFixed: boolean): Program {
  return function* () {
    const cache = new Map<string, string>();
    const lock = new Lock();
    let loads = 0;
    function* load(key: string): Coroutine<string> {
      const found = cache.get(key);
      if (found !== undefined) return found;
      loads++;
      yield* request();
      cache.set(key, "value");
      return "value";
    }
    function* get(key: string): Coroutine<string> {
      using _permit = isFixed ? yield* lock.acquire() : undefined;
      return yield* load(key);
    }
    function* visitor(): Coroutine<void> {
      yield* sleepBetween(0, 1000);
      assertEquals(yield* get("page"), "value");
    }
    yield* gather([visitor(), visitor(), visitor()]);
    if (loads > 1) throw new Error(`loaded ${loads} times`);
  };
}

Deno.test("check: a cache stampede is found, and its fix proved", () => {
  finds(stampede(false), "loaded ");
  assert(proves(stampede(true)) >= 6);
});

// A button that is pressed twice before the answer has come.

function doubleSubmit(isFixed: boolean): Program {
  return function* () {
    let [orders, busy] = [0, false];
    function* submit(): Coroutine<void> {
      if (isFixed && busy) return;
      busy = true;
      yield* request();
      orders++;
      // The answer shows a page without the button.
    }
    function* user(): Coroutine<void> {
      yield* spawn(submit());
      yield* sleepBetween(50, 5000);
      if (orders === 0) yield* spawn(submit());
    }
    yield* user();
    yield* sleep(10_000);
    if (orders !== 1) throw new Error(`${orders} orders`);
  };
}

Deno.test("check: a double submit is found, and its fix proved", () => {
  finds(doubleSubmit(false), "2 orders");
  proves(doubleSubmit(true));
});

// A retry after a timeout, although the server may have done the work.

function retrying(isFixed: boolean): Program {
  return function* () {
    const done: string[] = [];
    function* charge(key: string): Coroutine<void> {
      yield* sleepBetween(10, 100);
      // On the server: what it does, it does whether or not its client still waits.
      if (!isFixed || !done.includes(key)) done.push(key);
      yield* sleepBetween(10, 100);
    }
    for (let attempt = 1; attempt <= 2; attempt++) {
      try {
        yield* timeout(150, charge("order 7"));
        break;
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
    }
    if (done.length > 1) throw new Error("charged twice");
  };
}

Deno.test("check: a retry that doubles is found, and its fix proved", () => {
  finds(retrying(false), "charged twice");
  proves(retrying(true));
});

Deno.test("check: a retry after a timeout that no answer needs is known never to happen", () => {
  const patient: Program = function* () {
    let attempts = 0;
    attempts++;
    yield* timeout(
      200,
      function* (): Coroutine<void> {
        yield* sleepBetween(10, 100);
        yield* sleepBetween(10, 100);
      }(),
    );
    assertEquals(attempts, 1);
  };
  assertEquals(proves(patient), 2);
});

// A timer is due in the midst of another's pauses: exact time stands still while a task is ready.

function timerAmongPauses(isFixed: boolean): Program {
  return function* () {
    let count = 0;
    const lock = new Lock();
    function* busy(): Coroutine<void> {
      using _permit = isFixed ? yield* lock.acquire() : undefined;
      const seen = count;
      for (let step = 0; step < 3; step++) yield* pause();
      count = seen + 1;
    }
    function* later(): Coroutine<void> {
      yield* sleep(1);
      using _permit = isFixed ? yield* lock.acquire() : undefined;
      count++;
    }
    yield* gather([busy(), later()]);
    if (count !== 2) throw new Error("lost update");
  };
}

Deno.test("check: a timer among pauses is safe in exact time, found in any, and its fix proved", () => {
  proves(timerAmongPauses(false));
  const failure = finds(timerAmongPauses(false), "lost update", { timing: "any" });
  assertEquals(failure.preemptions, 1);
  proves(timerAmongPauses(true), { timing: "any" });
});

Deno.test("explore: a timeout of 12 ms over up to 10 and then 3 strikes, and does not", () => {
  const outcomes = new Set<string>();
  const { schedules, complete } = explore(function* () {
    try {
      yield* timeout(
        12,
        function* () {
          yield* sleepBetween(0, 10);
          yield* sleep(3);
        }(),
      );
      outcomes.add("in time");
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      outcomes.add("too late");
    }
  });
  assertEquals([complete, [...outcomes].sort()], [true, ["in time", "too late"]]);
  assertEquals(schedules, 3);
});

Deno.test("explore: with timing any sleepers begin and end in every order, each of which is tried once", () => {
  // Two steps of each of n tasks, the first one first: (2 n)! / 2^n orders.
  for (const [count, schedules] of [[1, 1], [2, 6], [3, 90], [4, 2520]] as const) {
    const orders = new Set<string>();
    const program: Program = function* () {
      let order = "";
      yield* gather(Array.from({ length: count }, function* (_, task): Coroutine<void> {
        order += task;
        yield* sleep(task);
        order += task;
      }));
      orders.add(order);
    };
    assertEquals(explore(program, { timing: "any" }), { schedules, complete: true });
    assertEquals(orders.size, schedules);
  }
});

Deno.test("explore: as many requests as there are come in every order, and no order is tried twice", () => {
  for (const [count, permutations] of [[2, 2], [3, 6], [4, 24], [5, 120]] as const) {
    const orders: string[] = [];
    const program: Program = function* () {
      let order = "";
      function* ask(name: number): Coroutine<void> {
        yield* request();
        order += name;
      }
      for (let name = 1; name < count; name++) {
        yield* spawn(ask(name));
        yield* sleep(1);
      }
      yield* ask(count);
      yield* sleep(1000);
      orders.push(order);
    };
    const { schedules, complete } = explore(program);
    assertEquals([schedules, complete], [permutations, true]);
    assertEquals(new Set(orders).size, permutations);
  }
});

// Dijkstra's philosophers, each of whom takes the fork on the left first. The last is left-handed.

function philosophers(count: number, isFixed: boolean): Program {
  return function* () {
    const forks = Array.from({ length: count }, () => new Lock());
    function* philosopher(seat: number): Coroutine<void> {
      const own = [forks[seat]!, forks[(seat + 1) % count]!];
      if (isFixed && seat === count - 1) own.reverse();
      using _first = yield* own[0]!.acquire();
      yield* pause();
      using _second = yield* own[1]!.acquire();
      yield* pause();
    }
    yield* gather(Array.from({ length: count }, (_, seat) => philosopher(seat)), {
      name: "philosopher",
    });
  };
}

Deno.test("check: philosophers who all take the left fork first starve, and one left-hander saves them", () => {
  for (const count of [2, 3]) {
    finds(philosophers(count, false), "DeadlockError");
    proves(philosophers(count, true));
  }
});

Deno.test("check: four philosophers starve in no order with up to 2 preemptions", () => {
  const { schedules, completeTo } = check(philosophers(4, true), {
    maxPreemptions: 2,
  });
  assertEquals(completeTo, 2);
  assert(schedules > 100, `${schedules}`);
});
