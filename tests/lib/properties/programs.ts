import {
  allSettled,
  any,
  block,
  Cancelled,
  chosen,
  type Coroutine,
  emit,
  fifo,
  gather,
  now,
  type Order,
  pause,
  race,
  retry,
  shield,
  shuffled,
  sleep,
  sleepUntil,
  spawn,
  taskGroup,
  timeout,
  wait,
} from "@tenfold/loop";
import fc from "fast-check";
import { Failure, World } from "./world.ts";

// Programs as plain data, so that one that breaks a rule can be printed and made smaller.

export type Action =
  | { do: "sleep" | "block" | "sleepUntil"; ms: number }
  | { do: "pause" | "emit" | "time" | "fail" }
  | { do: "spawn"; body: Action[]; failure: "raise" | "hold"; daemon: boolean }
  | { do: "join" | "cancel" | "force" | "halt" | "settled"; which: number }
  | { do: "attempt" | "shield" | "lock" | "semaphore" | "group" | "retry"; body: Action[] }
  | { do: "finally"; body: Action[]; cleanup: Action[] }
  | { do: Combinator; bodies: Action[][]; joined: number | null }
  | { do: "timeout" | "else"; ms: number; body: Action[] }
  | { do: "put" | "get" | "close" | "drained" | "set" | "event" }
  | { do: "condition" | "notify" | "barrier" };

type Combinator = "gather" | "limited" | "race" | "race of" | "any" | "allSettled" | "wait";

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
    case "else":
      return yield* emit(yield* timeout(action.ms, play(action.body, world), { else: "late" }));
    case "retry": {
      const when = (error: unknown) => {
        world.see(error);
        return true;
      };
      const attempts = world.attempts(() => play(action.body, world));
      return yield* emit(yield* retry(attempts, { times: 2, delay: 2, when }));
    }
    case "put": {
      const value = world.offered++;
      yield* world.queue.put(value);
      world.put.push(value);
      return;
    }
    case "get":
      world.got.push(yield* world.queue.get());
      return world.queue.taskDone();
    case "drained":
      return yield* world.queue.join();
    case "close":
      return world.queue.close();
    case "event":
      return yield* world.event.wait();
    case "set":
      return world.event.set();
    case "condition": {
      using permit = yield* world.condition.acquire();
      return yield* world.condition.wait(permit);
    }
    case "notify":
      return world.condition.notify();
    case "barrier":
      return yield* emit(yield* world.barrier.wait());
    case "gather":
    case "limited":
    case "race":
    case "race of":
    case "any":
    case "allSettled":
    case "wait": {
      const bodies: Coroutine<unknown>[] = action.bodies.map((body) => play(body, world));
      const joined = action.joined === null ? undefined : world.task(action.joined);
      if (joined !== undefined) bodies.push(joined);
      const options = { name: "member" };
      if (action.do === "gather") return yield* emit(yield* gather(bodies, options));
      if (action.do === "limited") {
        return yield* emit(yield* gather(world.atMostTwo(bodies), { ...options, limit: 2 }));
      }
      if (action.do === "allSettled") {
        const results = yield* allSettled(bodies.map((body) => world.gathered(body)), options);
        return yield* emit(results.map(({ status }) => status));
      }
      if (bodies.length === 0) return;
      if (action.do === "any") {
        return yield* emit(yield* any(bodies.map((body) => world.gathered(body)), options));
      }
      const raced = bodies.map((body) => world.race(body));
      if (action.do === "race") return yield* emit(yield* race(raced, options));
      if (action.do === "race of") return yield* emit(yield* race({ ...raced }, options));
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
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom("condition" as const, "notify", "barrier", "drained"),
      }),
    },
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
        do: fc.constantFrom("shield" as const, "lock", "semaphore", "group", "retry"),
        body: tie("body"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom("timeout" as const, "else"),
        ms,
        body: tie("body"),
      }),
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
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom<Combinator>(
          ...["gather", "limited", "race", "race of", "any", "allSettled", "wait"] as const,
        ),
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
