import { refuseAwait } from "../core/awaited.ts";
import { literal, printAs } from "../core/inspect.ts";
import { checkOptions } from "../core/options.ts";
import type { Coroutine } from "../core/types.ts";
import { endingByForce } from "../ops/forced.ts";
import { shield } from "../ops/shield.ts";
import { Lock, type Permit, reacquire, type SemaphoreOptions } from "./semaphore.ts";
import { inspect, Line, type Source, Waiter } from "./waiter.ts";

/**
 * A lock, and a line of tasks that wait until what it protects has changed: asyncio's `Condition`.
 *
 * @example Waiting for enough
 * ```ts
 * import { Condition, gather, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const stock = new Condition();
 * let apples = 0;
 * function* buy(count: number) {
 *   using permit = yield* stock.acquire();
 *   while (apples < count) yield* stock.wait(permit);
 *   apples -= count;
 *   return count;
 * }
 * function* deliver() {
 *   for (let n = 0; n < 5; n++) {
 *     yield* sleep(10);
 *     using _permit = yield* stock.acquire();
 *     apples++;
 *     stock.notifyAll();
 *   }
 * }
 * assertEquals(simulate(gather([buy(3), buy(2), deliver()])).slice(0, 2), [3, 2]);
 * assertEquals(apples, 0);
 * ```
 */
export class Condition {
  readonly #lock: Lock;
  readonly #source: Source<void>;

  /**
   * Makes a condition, with a lock of its own.
   *
   * @param options A name.
   */
  constructor(options: SemaphoreOptions = {}) {
    checkOptions(options, "Condition", `{ name: "stock" }`);
    this.#lock = new Lock(options);
    this.#source = {
      why: "condition",
      name: options.name,
      line: new Line(),
      tryNow: () => undefined,
      // A notification is for one task: if that one is cancelled, it is for the next.
      giveBack: () => this.notify(),
    };
  }

  static {
    printAs(Condition, (condition) => {
      const { name, line } = condition.#source;
      const state = condition.#lock.available === 1 ? "free" : "held";
      return inspect("Condition", name, state, line.length);
    });
  }

  /**
   * Waits for the lock.
   *
   * @returns What to `yield*`, for the permit: it is needed to wait.
   */
  acquire(): Coroutine<Permit> {
    return this.#lock.acquire();
  }

  /**
   * Gives the lock back, waits to be notified, and takes the lock again: the same permit holds it
   * then. A task that is cancelled takes it again, too, before its cleanup goes on. What was waited
   * for may have changed meanwhile, so wait in a loop.
   *
   * @param permit The permit of this condition that the task holds.
   * @returns What to `yield*`.
   * @throws {TypeError} If the permit does not hold this condition's lock.
   */
  *wait(permit: Permit): Coroutine<void> {
    const again = reacquire(this.#lock, permit);
    if (again === undefined) {
      throw new TypeError("Condition.wait: expected the permit of this condition, held");
    }
    permit.release();
    let isForced = true;
    try {
      yield* new Waiter(this.#source);
      isForced = false;
    } catch (error) {
      isForced = false;
      throw error;
    } finally {
      yield* isForced ? endingByForce(shield(again)) : shield(again);
    }
  }

  /**
   * Wakes the tasks that have waited longest. Each goes on when it has the lock. The caller need
   * not hold the lock, and may be a callback of the host.
   *
   * @param count How many, at most: a whole number ≥ 0. The default is 1.
   * @throws {RangeError} If `count` is anything else.
   */
  notify(count = 1): void {
    if (count !== Infinity && !(Number.isSafeInteger(count) && count >= 0)) {
      throw new RangeError(
        `Condition.notify: expected a whole number ≥ 0, received ${literal(count)}`,
      );
    }
    const { line } = this.#source;
    for (let left = count; left > 0 && line.first !== undefined; left--) {
      line.first.resolve({ value: undefined });
    }
  }

  /** Wakes all tasks that wait. */
  notifyAll(): void {
    this.notify(Infinity);
  }
}
refuseAwait(Condition.prototype.wait);
