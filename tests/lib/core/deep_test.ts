import {
  type Coroutine,
  DeadlockError,
  Event,
  gather,
  now,
  simulate,
  sleep,
  spawn,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf } from "@std/assert";
import { fail } from "../fixtures.ts";

// Nothing recurses over tasks: a family may be as deep or as wide as there is memory.

type Leaf = () => Coroutine<unknown>;

function* deep(leaf: Leaf, depth = 100_000): Coroutine<void> {
  if (depth === 0) yield* leaf();
  else yield* spawn(deep(leaf, depth - 1));
}

function* deepGathers(leaf: Leaf, depth = 5_000): Coroutine<void> {
  if (depth === 0) yield* leaf();
  else yield* gather([deepGathers(leaf, depth - 1)]);
}

function* wide(leaf: Leaf, count = 130_000): Coroutine<void> {
  for (let n = 0; n < count; n++) yield* spawn(leaf());
}

for (
  const [shape, grow, leaves] of [
    ["100,000 deep", deep, 1],
    ["5,000 groups deep", deepGathers, 1],
    ["130,000 wide", wide, 130_000],
  ] as const
) {
  let cleaned = 0;
  const clean = function* (wait: Coroutine<unknown>): Coroutine<void> {
    try {
      yield* wait;
    } finally {
      cleaned++;
    }
  };
  /** What it throws, when each leaf has cleaned up. */
  const ends = (program: (family: (wait: Leaf) => Coroutine<void>) => Coroutine<unknown>) => {
    cleaned = 0;
    try {
      simulate(program((wait) => grow(() => clean(wait()))));
    } catch (error) {
      return error;
    } finally {
      assertEquals(cleaned, leaves);
    }
  };

  Deno.test(`Task: a family ${shape} is cancelled, and ended by force`, () => {
    for (const force of [false, true]) {
      const error = ends(function* (family) {
        const task = yield* spawn(family(() => sleep(1e9)));
        yield* sleep(1);
        task.cancel("enough", { force });
        const { state } = yield* task.settled();
        assertEquals([state, yield* now()], ["cancelled", 1]);
      });
      assertEquals(error, undefined);
    }
  });

  Deno.test(`Task: a family ${shape} fails, and its error comes through`, () => {
    const error = ends((family) => family(() => fail(1)));
    const first = error instanceof AggregateError ? error.errors[0] : error;
    assertEquals((first as Error).message, "boom");
  });

  Deno.test(`Task: a family ${shape} is cancelled by a failure of its parent`, () => {
    const error = ends(function* (family) {
      yield* spawn(family(() => sleep(1e9)));
      yield* fail(1, "root");
    });
    assertEquals((error as Error).message, "root");
  });

  Deno.test(`Task: a family ${shape} is timed out`, () => {
    assertInstanceOf(ends((family) => timeout(1, family(() => sleep(1e9)))), TimeoutError);
  });

  Deno.test(`Task: a family ${shape} is deadlocked, and the report is short`, () => {
    const error = ends((family) => family(() => new Event().wait()));
    assertInstanceOf(error, DeadlockError);
    assertEquals([error.message.length < 5000, error.cause], [true, undefined]);
  });
}
