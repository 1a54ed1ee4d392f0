import {
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
  shuffled,
  sleep,
  sleepUntil,
  spawn,
  type Task,
} from "@tenfold/loop";
import fc from "fast-check";

// Programs as plain data, so that one that breaks a rule can be printed and made smaller.

export type Action =
  | { do: "sleep" | "block" | "sleepUntil"; ms: number }
  | { do: "pause" | "emit" | "time" | "fail" }
  | { do: "spawn"; body: Action[] }
  | { do: "join" | "cancel"; which: number }
  | { do: "attempt"; body: Action[] }
  | { do: "finally"; body: Action[]; cleanup: Action[] }
  | { do: "gather"; bodies: Action[][]; joined: number | null };

/** What the tasks of one run share. */
class World {
  readonly tasks: Task<unknown>[] = [];
  /** How many errors were thrown; each has its number. */
  thrown = 0;
  /** The numbers of those that were caught or thrown by the run. */
  readonly seen = new Set<number>();
  readonly #looked = new Set<unknown>();

  /** The tasks that spawned so far, counted round, so that every number means one. */
  task(which: number): Task<unknown> | undefined {
    return this.tasks[which % this.tasks.length];
  }

  see(error: unknown): void {
    // Causes may come round.
    if (!(error instanceof Object) || this.#looked.has(error)) return;
    this.#looked.add(error);
    if (error instanceof Failure) this.seen.add(error.number);
    if (error instanceof AggregateError) error.errors.forEach((each) => this.see(each));
    this.see((error as Error).cause);
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
    case "spawn":
      world.tasks.push(yield* spawn(play(action.body, world)));
      return;
    case "join":
      return yield* emit(yield* world.task(action.which) ?? now());
    case "cancel":
      return yield* emit(world.task(action.which)?.cancel("unwanted"));
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
    case "gather": {
      const bodies: Coroutine<unknown>[] = action.bodies.map((body) => play(body, world));
      const joined = action.joined === null ? undefined : world.task(action.joined);
      if (joined !== undefined) bodies.push(joined);
      return yield* emit(yield* gather(bodies, { name: "member" }));
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
    { weight: 4, arbitrary: fc.record({ do: fc.constant("spawn" as const), body: tie("body") }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("attempt" as const), body: tie("body") }) },
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
        do: fc.constant("gather" as const),
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
