import {
  Barrier,
  block,
  Condition,
  type Coroutine,
  emit,
  type Entry,
  Event,
  fifo,
  gather,
  Lock,
  pause,
  Queue,
  record,
  retry,
  Semaphore,
  shield,
  simulate,
  sleep,
  spawn,
  timeout,
  wait,
} from "@tenfold/loop";

// Programs as people write them, each with something else that a coroutine can be.

function* deadlock(): Coroutine<unknown> {
  const [left, right] = [new Lock({ name: "left" }), new Lock({ name: "right" })];
  function* eat(first: Lock, second: Lock) {
    using _first = yield* first.acquire();
    yield* sleep(100);
    using _second = yield* second.acquire();
  }
  return yield* gather([eat(left, right), eat(right, left)], { name: "eater" });
}

/** The loop's own cleanup takes time, and is not the program's. */
function* starved(): Coroutine<void> {
  const orders = new Queue<string>(1, { name: "orders" });
  try {
    yield* orders.get();
  } finally {
    yield* sleep(500);
  }
}

function* cleanup(): Coroutine<void> {
  const worker = yield* spawn(function* () {
    try {
      yield* sleep(5000);
    } finally {
      yield* sleep(200);
      yield* emit("tidy");
    }
  }, { name: "worker" });
  yield* sleep(1000);
  worker.cancel("no longer needed");
}

function* ask(ms: number): Coroutine<string> {
  yield* sleep(ms);
  return "answer";
}

function* timesOut(): Coroutine<void> {
  yield* emit(yield* timeout(1000, ask(400)));
  yield* emit(yield* timeout(1000, ask(3000)));
}

function* load(page: string, ms: number): Coroutine<string> {
  yield* sleep(ms);
  if (page === "B") throw new Error("no such page");
  return page;
}

function* oneFails(): Coroutine<unknown> {
  return yield* gather([load("A", 200), load("B", 500), load("C", 900)], { name: "load" });
}

function* twoAtATime(): Coroutine<unknown> {
  const ovens = new Semaphore(2, { name: "ovens" });
  function* bake(cake: number) {
    using _oven = yield* ovens.acquire();
    yield* sleep(100);
    yield* emit(`cake ${cake}`);
  }
  return yield* gather([1, 2, 3, 4, 5].map(bake), { name: "bake" });
}

function* fullQueue(): Coroutine<void> {
  const shelf = new Queue<number>(2, { name: "shelf" });
  yield* spawn(function* () {
    for (let bread = 1; bread <= 5; bread++) {
      yield* shelf.put(bread);
      yield* emit(bread);
    }
    shelf.close();
  }, { name: "baker" });
  yield* spawn(function* () {
    for (let next = yield* shelf.next(); !next.done; next = yield* shelf.next()) {
      yield* sleep(100);
    }
  }, { name: "eater" });
}

function* lateTick(): Coroutine<void> {
  yield* spawn(function* () {
    for (let tick = 1; tick <= 4; tick++) {
      yield* sleep(500);
      yield* emit(tick);
    }
  }, { name: "tick" });
  yield* sleep(700);
  yield* block(1200);
}

function* condition(): Coroutine<void> {
  const stock = new Condition({ name: "stock" });
  let count = 0;
  const buyer = yield* spawn(function* () {
    using permit = yield* stock.acquire();
    while (count === 0) yield* stock.wait(permit);
    count--;
  }, { name: "buyer" });
  yield* sleep(100);
  {
    using _permit = yield* stock.acquire();
    count++;
    stock.notify();
    yield* sleep(50);
  }
  yield* buyer;
}

function* barrier(): Coroutine<unknown> {
  const start = new Barrier(3, { name: "start" });
  function* run(ms: number) {
    yield* sleep(ms);
    yield* emit(`place ${yield* start.wait()}`);
  }
  return yield* gather([run(100), run(300), run(200)], { name: "runner" });
}

function* daemon(): Coroutine<void> {
  yield* spawn(function* () {
    for (;;) yield* sleep(300);
  }, { name: "heartbeat", daemon: true });
  yield* sleep(1000);
}

function* background(): Coroutine<void> {
  yield* spawn(function* () {
    yield* sleep(400);
    throw new RangeError("disk full");
  }, { name: "save" });
  yield* spawn(sleep(2000), { name: "play" });
  yield* sleep(1000);
}

function* shielded(): Coroutine<void> {
  const payment = yield* spawn(function* () {
    yield* shield(function* () {
      yield* sleep(300);
      yield* emit("paid");
    });
    yield* sleep(1000);
  }, { name: "payment" });
  yield* sleep(100);
  payment.cancel();
}

function* retried(): Coroutine<void> {
  yield* retry(function* (attempt) {
    yield* sleep(50);
    if (attempt < 3) throw new Error("busy");
    yield* emit(attempt);
  });
}

function* endless(): Coroutine<void> {
  for (;;) yield* pause();
}

function* withoutTime(): Coroutine<unknown> {
  let balance = 100;
  function* withdraw(amount: number) {
    const seen = balance;
    yield* emit(`sees ${seen}`);
    yield* pause();
    balance = seen - amount;
    yield* emit(`writes ${balance}`);
  }
  return yield* gather([withdraw(10), withdraw(20)], { name: "withdraw" });
}

function* handedOn(): Coroutine<unknown> {
  const lock = new Lock();
  function* use(ms: number) {
    using _permit = yield* lock.acquire();
    yield* sleep(ms);
  }
  return yield* gather([use(100), use(100), use(100)], { name: "user" });
}

/** The second in line is cancelled, and the third waits for the first still. */
function* gaveUp(): Coroutine<void> {
  const lock = new Lock({ name: "door" });
  const users = [100, 100, 100].map((ms) =>
    function* () {
      using _permit = yield* lock.acquire();
      yield* sleep(ms);
    }
  );
  const [, second] = [
    yield* spawn(users[0]!, { name: "first" }),
    yield* spawn(users[1]!, { name: "second" }),
    yield* spawn(users[2]!, { name: "third" }),
  ];
  yield* sleep(50);
  second.cancel();
}

/** The parent waits for a child, and the child for what the parent holds. */
function* inherited(): Coroutine<void> {
  const lock = new Lock({ name: "key" });
  using _permit = yield* lock.acquire();
  yield* gather([lock.acquire()], { name: "child" });
}

/** Each has one permit and waits for another: either could give theirs back. */
function* greedy(): Coroutine<void> {
  const forks = new Semaphore(2, { name: "forks" });
  function* eat() {
    using _first = yield* forks.acquire();
    yield* pause();
    using _second = yield* forks.acquire();
  }
  yield* gather([eat(), eat()], { name: "eater" });
}

function* joins(): Coroutine<void> {
  const opened = new Event({ name: "opened" });
  const door = yield* spawn(function* () {
    yield* sleep(300);
    opened.set();
    yield* sleep(300);
  }, { name: "door" });
  yield* spawn(opened.wait(), { name: "guest" });
  yield* wait([sleep(100), sleep(200)], { timeout: 150, name: "knock" });
  yield* door;
}

function* many(): Coroutine<void> {
  for (const value of ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]) {
    yield* emit(value);
  }
  yield* sleep(10);
  yield* emit({ list: [1, 2, 3], of: "whatever one likes to say, at length" });
}

/** What there is to be drawn, by what it shows. */
export const PROGRAMS = {
  deadlock,
  starved,
  cleanup,
  timesOut,
  oneFails,
  twoAtATime,
  fullQueue,
  lateTick,
  condition,
  barrier,
  daemon,
  background,
  shielded,
  retried,
  endless,
  withoutTime,
  handedOn,
  gaveUp,
  inherited,
  greedy,
  joins,
  many,
} satisfies Record<string, () => Coroutine<unknown>>;

export type ProgramName = keyof typeof PROGRAMS;

/** The log of one of them, first come, first served. */
export function logOfProgram(name: ProgramName): Entry[] {
  const trace = record();
  try {
    simulate(PROGRAMS[name], { trace, order: fifo(), maxSteps: 50 });
  } catch { /* A failure is no less of a log. */ }
  return trace.entries;
}
