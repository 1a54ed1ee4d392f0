import {
  asCompleted,
  type Coroutine,
  Event,
  gather,
  Lock,
  Queue,
  shield,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  wait,
} from "@tenfold/loop";

// What happens when n doubles, twice: where the work is linear, time does so, too. Prints ms for n,
// 2n and 4n, and the last divided by the first: 4 is linear, 16 is the square.

/** Runs a program that may fail: that is what some of these are about. */
function attempt(program: Coroutine<unknown>): void {
  try {
    simulate(program, { maxSteps: Infinity });
  } catch {
    // Expected.
  }
}

function* nest(depth: number, leaf: () => Coroutine<unknown>): Coroutine<void> {
  if (depth === 0) yield* leaf();
  else yield* spawn(nest(depth - 1, leaf));
}

function* gathered(depth: number, leaf: () => Coroutine<unknown>): Coroutine<void> {
  if (depth === 0) yield* leaf();
  else yield* gather([gathered(depth - 1, leaf)]);
}

function* wide(count: number, leaf: () => Coroutine<unknown>): Coroutine<Task<unknown>[]> {
  const tasks: Task<unknown>[] = [];
  for (let n = 0; n < count; n++) tasks.push(yield* spawn(leaf(), { failure: "hold" }));
  return tasks;
}

function* failing(): Coroutine<never> {
  yield* sleep(1);
  throw 1;
}

function* cleaning(): Coroutine<void> {
  try {
    yield* sleep(1e9);
  } finally {
    yield* sleep(1);
  }
}

const never = () => new Event().wait();

type Body = (n: number) => Coroutine<unknown>;

/** Ends a family in each of the ways in which one can end. */
function ways(name: string, grow: (n: number, leaf: () => Coroutine<unknown>) => Coroutine<void>) {
  const forced = { force: true };
  const ends: [string, Body][] = [
    ["cancelled", function* (n) {
      const task = yield* spawn(grow(n, cleaning));
      yield* sleep(1);
      yield* task.halt();
    }],
    ["forced", function* (n) {
      const task = yield* spawn(grow(n, cleaning));
      yield* sleep(1);
      task.cancel("now", forced);
      yield* task.settled();
    }],
    ["failed", (n) => grow(n, failing)],
    ["timed out", (n) => timeout(1, grow(n, cleaning))],
    ["deadlocked", (n) => grow(n, never)],
  ];
  return ends.map(([how, body]): [string, Body] => [`${name}, ${how}`, body]);
}

const BODIES: [string, Body][] = [
  ...ways("deep", nest),
  ...ways("deep, by gather", gathered),
  ...ways("wide", function* (n, leaf) {
    yield* wide(n, leaf);
  }),
  ["children that fail after the body", (n) => wide(n, failing)],
  ["children that fail behind a shield, cancelled", function* (n) {
    const task = yield* spawn(shield(function* () {
      for (let each = 0; each < n; each++) yield* spawn(failing());
      yield* sleep(5);
    }()));
    yield* sleep(0.5);
    task.cancel();
    yield* task.settled();
  }],
  ["failures that are joined late", function* (n) {
    const tasks = yield* wide(n, failing);
    yield* sleep(2);
    for (const task of tasks) yield* task.settled();
  }],
  ["joiners of one task, cancelled", function* (n) {
    const target = yield* spawn(sleep(10));
    const joiners = yield* wide(n, function* () {
      yield* target;
    });
    yield* sleep(1);
    for (const joiner of joiners) joiner.cancel();
  }],
  ["waiters of one lock", function* (n) {
    const lock = new Lock();
    yield* wide(n, function* () {
      using _permit = yield* lock.acquire();
      yield* sleep(0);
    });
  }],
  ["waiters of one lock, cancelled", function* (n) {
    const lock = new Lock();
    using _permit = yield* lock.acquire();
    const tasks = yield* wide(n, () => lock.acquire());
    yield* sleep(1);
    for (const task of tasks) task.cancel();
  }],
  ["getters of one queue", function* (n) {
    const queue = new Queue<number>(1);
    yield* wide(n, () => queue.get());
    for (let each = 0; each < n; each++) yield* queue.put(each);
  }],
  ["getters that give back", function* (n) {
    const queue = new Queue<number>(1);
    const tasks = yield* wide(n, () => queue.get());
    yield* sleep(1);
    for (let each = 0; each < n; each++) queue.tryPut(each);
    for (const task of tasks) task.cancel();
    while (queue.tryGet() !== undefined);
  }],
  ["getters that give back, youngest first", function* (n) {
    const queue = new Queue<number>(1);
    const tasks = yield* wide(n, () => queue.get());
    yield* sleep(1);
    for (let each = 0; each < n; each++) queue.tryPut(each);
    for (const task of tasks.toReversed()) task.cancel();
    while (queue.tryGet() !== undefined);
  }],
  ["wait, with duplicates, in another order", function* (n) {
    const tasks = yield* wide(n, failing);
    const { done } = yield* wait([...tasks, ...tasks.toReversed()]);
    for (const task of done) yield* task.settled();
  }],
  ["asCompleted", function* (n) {
    const coroutines = Array.from({ length: n }, (_, each) => sleep(n - each));
    for (const next of asCompleted(coroutines)) yield* next;
  }],
];

function milliseconds(body: Body, n: number): number {
  const before = performance.now();
  attempt(body(n));
  return performance.now() - before;
}

const [n = 10_000, only = ""] = [Number(Deno.args[0] ?? 10_000), Deno.args[1]];
for (const [name, body] of BODIES) {
  if (!name.includes(only)) continue;
  milliseconds(body, n / 10);
  const times = [n, 2 * n, 4 * n].map((count) =>
    Math.min(milliseconds(body, count), milliseconds(body, count))
  );
  const ratio = times[2]! / times[0]!;
  const figures = times.map((ms) => ms.toFixed(0).padStart(6)).join("");
  console.log(`${name.padEnd(48)}${figures} ms  ×${ratio.toFixed(1)}`);
}
