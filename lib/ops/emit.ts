import type { Coroutine, Trap } from "../core/types.ts";
import { asking, Operation, RESUMED, resumedWith } from "../core/suspension.ts";

class Emit extends Operation<void> {
  readonly #value: unknown;

  constructor(value: unknown) {
    super();
    this.#value = value;
  }

  start(): IteratorResult<Trap, void> {
    const task = asking("emit");
    if (task.kernel.tracer !== null) task.kernel.tracer.emit(task, this.#value);
    return RESUMED;
  }
}

class Time extends Operation<number> {
  start(): IteratorResult<Trap, number> {
    return resumedWith(asking("time").kernel.time.now);
  }
}

const TIME = new Time();

/**
 * Says something to the trace: an entry of type `emit`. Does not suspend.
 *
 * @param value What to say. The trace keeps it by reference.
 * @returns What to `yield*`.
 *
 * @example What a run said, and when
 * ```ts
 * import { emit, record, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = record();
 * simulate(function* () {
 *   yield* sleep(1000);
 *   yield* emit("hello");
 * }(), { trace });
 * const said = trace.entries.filter((entry) => entry.type === "emit");
 * assertEquals(said.map(({ at, value }) => [at, value]), [[1000, "hello"]]);
 * ```
 */
export function emit(value: unknown): Coroutine<void> {
  return new Emit(value);
}

/**
 * The loop's logical time. Does not suspend.
 *
 * @returns What to `yield*`, for the ms since the run began.
 *
 * @example How long something took
 * ```ts
 * import { simulate, sleep, time } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * simulate(function* () {
 *   const before = yield* time();
 *   yield* sleep(250);
 *   assertEquals((yield* time()) - before, 250);
 * }());
 * ```
 */
export function time(): Coroutine<number> {
  return TIME;
}
