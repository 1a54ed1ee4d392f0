import { List } from "../core/list.ts";
import type { Coroutine } from "../core/types.ts";
import { type Source, Waiter } from "./waiter.ts";

/**
 * Something that happens, and that tasks wait for. Once set it stays so until it is cleared.
 *
 * @example A starting shot
 * ```ts
 * import { Event, gather, simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const shot = new Event();
 * function* runner() {
 *   yield* shot.wait();
 *   return yield* now();
 * }
 * function* starter() {
 *   yield* sleep(3000);
 *   shot.set();
 * }
 * assertEquals(simulate(gather([runner(), runner(), starter()])), [3000, 3000, undefined]);
 * ```
 */
export class Event {
  #isSet = false;
  readonly #source: Source<void> = {
    why: "event",
    line: new List(),
    tryNow: () => this.#isSet ? { value: undefined } : undefined,
  };

  /** Whether it has happened. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /**
   * Waits until it is set.
   *
   * @returns What to `yield*`.
   */
  wait(): Coroutine<void> {
    return new Waiter(this.#source);
  }

  /** Sets it, and wakes all who wait, in the order in which they came. */
  set(): void {
    this.#isSet = true;
    const { line } = this.#source;
    for (let { first } = line; first !== undefined; first = line.first) {
      first.resolve({ value: undefined });
    }
  }

  /** Makes it as if it had not happened. */
  clear(): void {
    this.#isSet = false;
  }
}
