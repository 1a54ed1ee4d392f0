import { literal, printAs } from "../core/inspect.ts";
import { checkOptions } from "../core/options.ts";
import type { Coroutine } from "../core/types.ts";
import type { SemaphoreOptions } from "./semaphore.ts";
import { inspect, Line, type Source, Waiter } from "./waiter.ts";

/**
 * Lets tasks go on together: each waits until a fixed number of them has come. Then it begins anew.
 * asyncio's `Barrier`.
 *
 * @example In step
 * ```ts
 * import { Barrier, gather, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const barrier = new Barrier(2);
 * const log: string[] = [];
 * function* walk(name: string, ms: number) {
 *   for (const step of [1, 2]) {
 *     yield* sleep(ms);
 *     log.push(`${name}${step}`);
 *     yield* barrier.wait();
 *   }
 * }
 * simulate(gather([walk("a", 1), walk("b", 100)]));
 * assertEquals(log, ["a1", "b1", "a2", "b2"]);
 * ```
 */
export class Barrier {
  readonly #parties: number;
  readonly #source: Source<number>;

  /**
   * Makes a barrier at which no task waits.
   *
   * @param parties How many tasks have to come before they go on: a whole number ≥ 1.
   * @param options A name.
   * @throws {RangeError} If `parties` is anything else.
   */
  constructor(parties: number, options: SemaphoreOptions = {}) {
    if (!Number.isSafeInteger(parties) || parties < 1) {
      throw new RangeError(`Barrier: expected a whole number ≥ 1, received ${literal(parties)}`);
    }
    checkOptions(options, "Barrier", `{ name: "start" }`);
    this.#parties = parties;
    this.#source = {
      why: "barrier",
      name: options.name,
      line: new Line(),
      tryNow: () => this.#arrive(),
      // The one that begins to wait is not in line yet.
      amount: () => ({ count: this.#source.line.length + 1, size: this.#parties }),
    };
  }

  static {
    printAs(Barrier, (barrier) => {
      const { name, line } = barrier.#source;
      return inspect("Barrier", name, `for ${barrier.#parties} tasks`, line.length);
    });
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#source.line.length;
  }

  /**
   * Waits until `parties` tasks wait. A task that is cancelled has not come.
   *
   * @returns What to `yield*`, for the place in which the task came, from 0.
   */
  wait(): Coroutine<number> {
    return new Waiter(this.#source);
  }

  /** The last one does not wait, and lets the others go. */
  #arrive(): { value: number } | undefined {
    const { line } = this.#source;
    const last = this.#parties - 1;
    if (line.length < last) return undefined;
    for (let place = 0; place < last; place++) line.first!.resolve({ value: place });
    return { value: last };
  }
}
