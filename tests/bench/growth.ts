import {
  asCompleted,
  Barrier,
  type Coroutine,
  type Entry,
  Event,
  gather,
  Lock,
  narrate,
  pause,
  Queue,
  record,
  shield,
  simulate,
  sleep,
  spawn,
  summarize,
  type Task,
  timeout,
  toPerfetto,
  wait,
} from "@tenfold/loop";
import { grouped, print } from "./measure.ts";

// What one of n costs when n doubles, twice. Where the work is linear, that stays as it is; where it
// is the square, it is four times as much at the end.

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
  ["parties of one barrier", function* (n) {
    const barrier = new Barrier(n);
    yield* wide(n, () => barrier.wait());
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

/** Makes ready what is measured, for a size. */
type Prepare = (n: number) => () => void;

function* joining(n: number): Coroutine<void> {
  for (let left = n; left > 0; left--) yield* yield* spawn(sleep(0));
}

/** The log of as many entries, or a few more. */
function logOf(n: number): Entry[] {
  const log = record();
  function* pausing(): Coroutine<void> {
    for (let left = n / 200; left > 0; left--) yield* pause();
  }
  simulate(gather(Array.from({ length: 100 }, pausing)), { maxSteps: Infinity, trace: log });
  return log.entries;
}

/** Reads a log of n entries. */
function reading(read: (entries: Entry[]) => unknown): Prepare {
  return (n) => {
    const entries = logOf(n);
    return () => read(entries);
  };
}

const CASES: readonly [what: string, prepare: Prepare][] = [
  ["tasks, spawned and joined", (n) => () => attempt(joining(n))],
  ["tasks, gathered", (n) => () => attempt(gather(Array.from({ length: n }, () => pause())))],
  ["tasks that sleep", (n) => () => attempt(gather(Array.from({ length: n }, () => sleep(n))))],
  ...BODIES.map(([name, body]): [string, Prepare] => [name, (n) => () => attempt(body(n))]),
  ["entries of a log: record()", (n) => () => logOf(n)],
  ["entries of a log: summarize", reading(summarize)],
  ["entries of a log: narrate", reading(narrate)],
  ["entries of a log: toPerfetto", reading((entries) => toPerfetto(entries))],
];

/** The best of three runs, in µs for each. */
function microseconds(prepare: Prepare, n: number): number {
  const times = [0, 1, 2].map(() => {
    const run = prepare(n);
    const before = performance.now();
    run();
    return performance.now() - before;
  });
  return 1000 * Math.min(...times) / n;
}

/**
 * Measures whether what costs something for each costs more for each when there are more.
 *
 * @param n The smallest size.
 * @param only A part of the names of what is measured.
 */
export function growth(n = 5000, only = ""): void {
  const rows = [["×", "n", "2n", "4n", "each of n"]];
  for (const [what, prepare] of CASES) {
    if (!what.includes(only)) continue;
    microseconds(prepare, n / 10);
    const costs = [n, 2 * n, 4 * n].map((size) => microseconds(prepare, size));
    const times = grouped(costs[2]! / costs[0]!, 1);
    rows.push([times, ...costs.map((cost) => grouped(cost, 2)), what]);
  }
  print(
    `Growth: µs for each of n = ${grouped(n)}, 2n and 4n; 4n ÷ n: 1 is linear, 4 a square`,
    rows,
  );
}

if (import.meta.main) growth(Number(Deno.args[0] ?? 10_000), Deno.args[1]);
