// For compilers whose target is older than `using`.
/// <reference lib="esnext.disposable" />
import { List } from "../core/list.ts";
import type { Coroutine } from "../core/types.ts";
import { type Source, Waiter } from "./waiter.ts";

/** What whoever holds a {@linkcode Semaphore} or {@linkcode Lock} gives back. */
export interface Permit extends Disposable {
  /** Gives it back, to whoever waits longest. A second time does nothing. */
  release(): void;
}

/**
 * At most so many at a time. Served in the order of asking.
 *
 * @example Two at a time
 * ```ts
 * import { gather, Semaphore, simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const pool = new Semaphore(2);
 * function* job() {
 *   using _permit = yield* pool.acquire();
 *   yield* sleep(100);
 *   return yield* now();
 * }
 * assertEquals(simulate(gather([job(), job(), job(), job()])), [100, 100, 200, 200]);
 * ```
 */
export class Semaphore {
  #available: number;
  readonly #source: Source<Permit> = {
    why: this.kind,
    line: new List(),
    tryNow: () => {
      const value = this.tryAcquire();
      return value && { value };
    },
    giveBack: (permit) => permit.release(),
  };

  /**
   * Makes one.
   *
   * @param permits How many may hold it at a time: a whole number ≥ 1.
   * @throws {RangeError} If `permits` is anything else.
   */
  constructor(permits: number) {
    if (!Number.isSafeInteger(permits) || permits < 1) {
      throw new RangeError(`Semaphore: expected a whole number ≥ 1, received ${permits}`);
    }
    this.#available = permits;
  }

  /** What it is called in the trace. */
  protected get kind(): "semaphore" | "lock" {
    return "semaphore";
  }

  /** How many permits nobody holds. */
  get available(): number {
    return this.#available;
  }

  /**
   * Waits for a permit.
   *
   * @returns What to `yield*`, for the permit. Give it back in `finally`, or hold it by `using`.
   */
  acquire(): Coroutine<Permit> {
    return new Waiter(this.#source);
  }

  /**
   * Takes a permit if there is one. Does not wait.
   *
   * @returns The permit, or `undefined`.
   */
  tryAcquire(): Permit | undefined {
    if (this.#available === 0) return undefined;
    this.#available--;
    return this.#permit();
  }

  #permit(): Permit {
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#source.line.first;
      if (next === undefined) this.#available++;
      else next.resolve({ value: this.#permit() });
    };
    return { release, [Symbol.dispose]: release };
  }
}

/**
 * One at a time: a {@linkcode Semaphore} with one permit.
 *
 * @example A read and a write that belong together
 * ```ts
 * import { gather, Lock, pause, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new Lock();
 * let count = 0;
 * function* increment() {
 *   using _permit = yield* lock.acquire();
 *   const seen = count;
 *   yield* pause();
 *   count = seen + 1;
 * }
 * simulate(gather([increment(), increment(), increment()]));
 * assertEquals(count, 3);
 * ```
 */
export class Lock extends Semaphore {
  /** Makes one that nobody holds. */
  constructor() {
    super(1);
  }

  /** What it is called in the trace. */
  protected override get kind(): "lock" {
    return "lock";
  }
}
