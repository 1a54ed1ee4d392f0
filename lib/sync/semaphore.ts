import { literal, printAs } from "../core/inspect.ts";
import { type Link, List, unlink } from "../core/list.ts";
import { checkOptions } from "../core/options.ts";
import { current, type LoopTask } from "../core/task.ts";
import type { Coroutine } from "../core/types.ts";
import { inspect, Line, type Source, Waiter } from "./waiter.ts";

/**
 * Has a permit that is about to be released acquired once more: the same permit holds it then.
 * `undefined` if it is not held.
 */
export let reacquire: (semaphore: Semaphore, permit: Permit) => Coroutine<void> | undefined;

/**
 * Options of a {@linkcode Semaphore}, {@linkcode Lock}, {@linkcode Condition} or
 * {@linkcode Barrier}.
 */
export interface SemaphoreOptions {
  /** What it is called in the log and in messages. */
  name?: string;
}

/** What a task holds of a {@linkcode Semaphore} or {@linkcode Lock}, and gives back. */
export interface Permit extends Disposable {
  /** Gives it back: the task that has waited longest gets it. A second time does nothing. */
  release(): void;
}

/** What `release` does for a {@linkcode Semaphore}: the permit goes to the next in line. */
let handOn: (semaphore: Semaphore) => void;

/** A permit, one of the list of those that its semaphore has given out. */
class HeldPermit implements Permit, Link {
  nextLink: Link | null = null;
  prevLink: Link | null = null;
  readonly semaphore: Semaphore;
  /** The task that acquired it; `null` for the host. */
  readonly task: LoopTask<unknown> | null;

  constructor(semaphore: Semaphore, task: LoopTask<unknown> | null) {
    this.semaphore = semaphore;
    this.task = task;
  }

  get isHeld(): boolean {
    return this.nextLink !== null;
  }

  // A function of its own, so that it can be handed over as a callback.
  readonly release = (): void => {
    if (!this.isHeld) return;
    unlink(this);
    handOn(this.semaphore);
  };

  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * Lets a bounded number of tasks go on at a time, in the order in which they asked. asyncio's
 * `Semaphore`, but that a permit is an object, which only its holder can release.
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
  readonly #source: Source<Permit>;
  /** The permits that are held. */
  readonly #held = new List<HeldPermit>();

  /**
   * Makes a semaphore whose permits are all free.
   *
   * @param permits How many may hold it at a time: a whole number ≥ 1.
   * @param options A name.
   * @throws {RangeError} If `permits` is anything else.
   */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    if (!Number.isSafeInteger(permits) || permits < 1) {
      throw new RangeError(`Semaphore: expected a whole number ≥ 1, received ${literal(permits)}`);
    }
    checkOptions(options, "Semaphore", `{ name: "pool" }`);
    this.#available = permits;
    this.#source = {
      why: this.kind,
      name: options.name,
      line: new Line(),
      tryNow: () => {
        const value = this.tryAcquire();
        return value && { value };
      },
      giveBack: (permit) => permit.release(),
      holders: () => this.#held.toArray().map(({ task }) => task),
    };
  }

  /** What it is called in the log. */
  protected get kind(): "semaphore" | "lock" {
    return "semaphore";
  }

  static {
    printAs(Semaphore, (semaphore) => {
      const { name, line } = semaphore.#source;
      const holders = semaphore.#source.holders!();
      const held = Array.from(holders, (task) => task === null ? "the host" : `"${task.name}"`);
      const isLock = semaphore.kind === "lock";
      const state = isLock
        ? (held.length === 0 ? "free" : `held by ${held[0]}`)
        : `${semaphore.#available} of ${semaphore.#available + held.length} permits free`;
      return inspect(isLock ? "Lock" : "Semaphore", name, state, line.length);
    });
  }

  /** How many permits are free. */
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
    return this.#permit(current.task);
  }

  #permit(task: LoopTask<unknown> | null): Permit {
    const permit = new HeldPermit(this, task);
    this.#held.push(permit);
    return permit;
  }

  static {
    handOn = (semaphore) => {
      const next = semaphore.#source.line.first;
      if (next === undefined) semaphore.#available++;
      else next.resolve({ value: semaphore.#permit(next.task) });
    };
    reacquire = (semaphore, permit) =>
      permit instanceof HeldPermit && permit.semaphore === semaphore && permit.isHeld
        ? semaphore.#reacquiring(permit)
        : undefined;
  }

  *#reacquiring(permit: HeldPermit): Coroutine<void> {
    const other = (yield* this.acquire()) as HeldPermit;
    // The permit that was released holds again what the new one does.
    unlink(other);
    this.#held.push(permit);
  }
}

/**
 * Lets one task go on at a time: a {@linkcode Semaphore} with one permit.
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
  /**
   * Makes a lock that is free.
   *
   * @param options A name.
   */
  constructor(options: SemaphoreOptions = {}) {
    checkOptions(options, "Lock", `{ name: "account" }`);
    super(1, options);
  }

  /** What it is called in the log. */
  protected override get kind(): "lock" {
    return "lock";
  }
}
