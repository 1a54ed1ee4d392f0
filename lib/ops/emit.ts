import type { Coroutine, Trap } from "../core/types.ts";
import { RETURNED } from "../core/results.ts";
import { Operation, runningTask } from "../core/task.ts";

class Emit extends Operation<void> {
  readonly #value: unknown;

  constructor(value: unknown) {
    super();
    this.#value = value;
  }

  start(): IteratorResult<Trap, void> {
    const task = runningTask("emit");
    if (task.kernel.tracer !== null) task.kernel.tracer.emit(task, this.#value);
    return RETURNED;
  }
}

/**
 * Adds an entry of type `emit` to the log. Does not suspend.
 *
 * @param value What the entry is to say. The log keeps it by reference.
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
 * }, { trace });
 * const said = trace.entries.filter((entry) => entry.type === "emit");
 * assertEquals(said.map(({ at, value }) => [at, value]), [[1000, "hello"]]);
 * ```
 */
export function emit(value: unknown): Coroutine<void> {
  return new Emit(value);
}
