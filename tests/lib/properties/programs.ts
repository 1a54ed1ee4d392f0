import {
  block,
  Cancelled,
  chosen,
  type Coroutine,
  emit,
  type Entry,
  Event,
  fifo,
  gather,
  Lock,
  now,
  type Order,
  pause,
  Queue,
  race,
  Semaphore,
  shield,
  shuffled,
  sleep,
  sleepUntil,
  spawn,
  type Task,
  taskGroup,
  timeout,
  wait,
} from "@tenfold/loop";
import fc from "fast-check";

// Programs as plain data, so that one that breaks a rule can be printed and made smaller.

export type Action =
  | { do: "sleep" | "block" | "sleepUntil"; ms: number }
  | { do: "pause" | "emit" | "time" | "fail" }
  | { do: "spawn"; body: Action[]; failure: "raise" | "hold"; daemon: boolean }
  | { do: "join" | "cancel" | "force" | "halt" | "settled"; which: number }
  | { do: "attempt" | "shield" | "lock" | "semaphore" | "group"; body: Action[] }
  | { do: "finally"; body: Action[]; cleanup: Action[] }
  | { do: "gather" | "race" | "wait"; bodies: Action[][]; joined: number | null }
  | { do: "timeout"; ms: number; body: Action[] }
  | { do: "put" | "get" | "close" | "set" | "event" };

/** What the tasks of one run share. */
class World {
  readonly tasks: Task<unknown>[] = [];
  /** How many errors were thrown; each has its number. */
  thrown = 0;
  /** The numbers of those that were caught or thrown by the run. */
  readonly seen = new Set<number>();
  /** The numbers of those that a member of a race threw: a loser's go to the log only. */
  readonly raced = new Set<number>();
  readonly lock = new Lock();
  readonly semaphore = new Semaphore(2);
  readonly queue = new Queue<number>(1);
  readonly event = new Event();
  /** The next value for the queue. */
  offered = 0;
  /** Values that are known to be in the queue, and that were received from it. */
  readonly put: number[] = [];
  readonly got: number[] = [];

  /** The tasks that spawned so far, counted round, so that every number means one. */
  task(which: number): Task<unknown> | undefined {
    return this.tasks[which % this.tasks.length];
  }

  see(error: unknown): void {
    for (const number of numbersIn(error)) this.seen.add(number);
  }

  /** Runs a member of a race. */
  *race(member: Coroutine<unknown>): Coroutine<unknown> {
    try {
      return yield* member;
    } catch (error) {
      for (const number of numbersIn(error)) this.raced.add(number);
      throw error;
    }
  }

  /**
   * The numbers of errors that were thrown and are not to be found, though the rules say they are.
   * A failure that came before a cancel is the cause of that, and of nothing else.
   */
  lost(entries: readonly Entry[]): number[] {
    const kept = causesOfCancels(entries);
    return [...Array(this.thrown).keys()].filter((number) =>
      !this.seen.has(number) && !this.raced.has(number) && !kept.has(number)
    );
  }
}

class Failure extends Error {
  override readonly name = "Failure";
  readonly number: number;

  constructor(number: number) {
    super(`failure ${number}`);
    this.number = number;
  }
}

/** The numbers of failures whose parent was cancelled, as the log tells. */
function causesOfCancels(entries: readonly Entry[]): Set<number> {
  const parents = new Map<number, number | null>();
  const cancelled = new Set<number>();
  for (const entry of entries) {
    if (entry.type === "spawn") parents.set(entry.task, entry.parent);
    if (entry.type === "exit" && entry.outcome === "cancelled") cancelled.add(entry.task);
  }
  const texts = entries.flatMap((entry) => {
    if (entry.type !== "exit" || !cancelled.has(parents.get(entry.task)!)) return [];
    return [/^Failure: failure (\d+)$/.exec(entry.failure ?? "")?.[1] ?? ""];
  });
  return new Set(texts.filter((text) => text !== "").map(Number));
}

/** The numbers of an error and of all that it carries. */
function numbersIn(error: unknown): number[] {
  const numbers: number[] = [];
  // Causes may come round.
  const looked = new Set<unknown>();
  const stack = [error];
  while (stack.length > 0) {
    const each = stack.pop();
    if (!(each instanceof Object) || looked.has(each)) continue;
    looked.add(each);
    if (each instanceof Failure) numbers.push(each.number);
    if (each instanceof AggregateError) stack.push(...each.errors);
    stack.push((each as Error).cause);
  }
  return numbers;
}

function* play(actions: readonly Action[], world: World): Coroutine<number> {
  for (const action of actions) yield* perform(action, world);
  return actions.length;
}

function* perform(action: Action, world: World): Coroutine<void> {
  switch (action.do) {
    case "sleep":
      return yield* sleep(action.ms);
    case "sleepUntil":
      return yield* sleepUntil(action.ms);
    case "block":
      return yield* block(action.ms);
    case "pause":
      return yield* pause();
    case "emit":
      return yield* emit("here");
    case "time":
      return yield* emit(yield* now());
    case "fail":
      throw new Failure(world.thrown++);
    case "spawn": {
      const { failure, daemon } = action;
      world.tasks.push(yield* spawn(play(action.body, world), { failure, daemon }));
      return;
    }
    case "join":
      return yield* emit(yield* world.task(action.which) ?? now());
    case "cancel":
      return yield* emit(world.task(action.which)?.cancel("unwanted"));
    case "force":
      return yield* emit(world.task(action.which)?.cancel("unwanted", { force: true }));
    case "halt":
      return yield* world.task(action.which)?.halt("unwanted") ?? pause();
    case "settled": {
      const result = yield* world.task(action.which)?.settled() ?? now();
      if (typeof result === "number") return;
      if (result.state !== "done") world.see(result.error);
      return yield* emit(result.state);
    }
    case "attempt":
      try {
        yield* play(action.body, world);
      } catch (error) {
        world.see(error);
        yield* emit(textOf(error));
      }
      return;
    case "finally":
      try {
        yield* play(action.body, world);
      } catch (error) {
        // An error of the cleanup takes its place: that is JavaScript's rule, not the loop's.
        world.see(error);
        throw error;
      } finally {
        yield* play(action.cleanup, world);
      }
      return;
    case "shield":
      return yield* emit(yield* shield(play(action.body, world)));
    case "lock":
    case "semaphore": {
      using _permit = yield* world[action.do].acquire();
      return yield* emit(yield* play(action.body, world));
    }
    case "group":
      return yield* emit(
        yield* taskGroup(function* (group) {
          world.tasks.push(yield* group.spawn(play(action.body.slice(1), world)));
          return yield* play(action.body.slice(0, 1), world);
        }),
      );
    case "timeout":
      return yield* emit(yield* timeout(action.ms, play(action.body, world)));
    case "put": {
      const value = world.offered++;
      yield* world.queue.put(value);
      world.put.push(value);
      return;
    }
    case "get":
      world.got.push(yield* world.queue.get());
      return;
    case "close":
      return world.queue.close();
    case "event":
      return yield* world.event.wait();
    case "set":
      return world.event.set();
    case "gather":
    case "race":
    case "wait": {
      const bodies: Coroutine<unknown>[] = action.bodies.map((body) => play(body, world));
      const joined = action.joined === null ? undefined : world.task(action.joined);
      if (joined !== undefined) bodies.push(joined);
      const options = { name: "member" };
      if (action.do === "gather") return yield* emit(yield* gather(bodies, options));
      if (bodies.length === 0) return;
      if (action.do === "race") {
        return yield* emit(yield* race(bodies.map((body) => world.race(body)), options));
      }
      const returnWhen = "first-exception";
      const { done, pending } = yield* wait(bodies, { ...options, returnWhen, timeout: 3 });
      world.tasks.push(...pending);
      return yield* emit(done.length);
    }
  }
}

/** An error in words, with all that it carries, to a depth: causes may come round. */
export function textOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  if (depth === 5) return "and so on";
  const parts = error instanceof AggregateError
    ? error.errors.map((each) => textOf(each, depth + 1))
    : [];
  if (error.cause !== undefined) parts.push(`because ${textOf(error.cause, depth + 1)}`);
  const source = error instanceof Cancelled ? ` (${error.source})` : "";
  return `${error.name}: ${error.message}${source}${parts.length ? ` [${parts.join("; ")}]` : ""}`;
}

/** A program to run once, and what can be asked about it when it has run. */
export function start(body: readonly Action[]): { main: Coroutine<number>; world: World } {
  const world = new World();
  return { main: play(body, world), world };
}

// Few numbers, so that deadlines meet, and tasks are joined and cancelled by several.
const ms = fc.constantFrom(0, 0, 1, 2, 2, 3, 5, 10);
const which = fc.nat({ max: 5 });

const { body } = fc.letrec<{ body: Action[]; action: Action }>((tie) => ({
  body: fc.array(tie("action"), { minLength: 1, maxLength: 5, size: "max" }),
  action: fc.oneof(
    { maxDepth: 3, depthSize: "large", withCrossShrink: true },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "emit", "time") }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("sleep" as const), ms }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom("block" as const, "sleepUntil"), ms }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("join" as const, "cancel"), which }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom("force" as const, "halt", "settled"), which }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("put" as const, "get") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("event" as const, "set", "close") }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("spawn" as const),
        body: tie("body"),
        failure: fc.constantFrom("raise" as const, "raise", "hold"),
        daemon: fc.constantFrom(false, false, true),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("attempt" as const), body: tie("body") }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("shield" as const, "lock", "semaphore", "group"),
        body: tie("body"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("timeout" as const), ms, body: tie("body") }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("finally" as const),
        body: tie("body"),
        cleanup: tie("body"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("gather" as const, "gather", "race", "wait"),
        bodies: fc.array(tie("body"), { maxLength: 3 }),
        joined: fc.option(which, { freq: 2 }),
      }),
    },
  ),
}));

export { body as programs };

/** Every kind of order: the default, the random one, and one that is asked. */
export const orders: fc.Arbitrary<Order> = fc.oneof(
  fc.constant(null).map(() => fifo()),
  fc.nat().map((seed) => shuffled(seed)),
  fc.nat().map((salt) => chosenBy(salt)),
);

/** A pick that depends on nothing but what it is shown. */
function chosenBy(salt: number): Order {
  return chosen((ready) => ready.reduce((sum, { id }) => sum * 31 + id, salt) % ready.length);
}
