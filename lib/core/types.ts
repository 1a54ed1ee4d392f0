/** What a coroutine hands its loop. Only the operations of this module make one. */
export interface Trap {
  /** What the compiler says when a star is missing. */
  readonly "use yield*, not yield": true;
}

/**
 * Something a loop can drive to a `T`: what a generator function returns, or an operation such as
 * {@linkcode sleep}. It does nothing until `yield*`, {@linkcode run} or {@linkcode spawn} starts
 * it, and a generator can be started once.
 *
 * @typeParam T What `yield*` gives for it.
 *
 * @example A coroutine
 * ```ts
 * import { type Coroutine, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* later(word: string): Coroutine<string> {
 *   yield* sleep(1000);
 *   return word;
 * }
 *
 * assertEquals(simulate(later("ready")), "ready");
 * ```
 */
export interface Coroutine<T> {
  /** Starts it. `yield*` does this for you. */
  [Symbol.iterator](): Iterator<Trap, T, unknown>;
}

/**
 * What a coroutine returns: `Result<Coroutine<number>>` is `number`.
 *
 * @typeParam C A coroutine.
 */
export type Yielded<C> = C extends Coroutine<infer T> ? T : never;
