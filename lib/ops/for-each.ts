import type { Coroutine } from "../core/types.ts";
import { until } from "./until.ts";

/**
 * Goes through an async iterable, a stream say: `for await`, in a coroutine. If the body fails or
 * the task is cancelled, the iterator is told to return.
 *
 * @typeParam T The values.
 * @param source What to go through.
 * @param body Called with each value; the next is asked for when its coroutine has ended.
 * @returns What to `yield*`.
 *
 * @example The chunks of a stream
 * ```ts
 * import { forEach, run } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const words: string[] = [];
 * await run(forEach(ReadableStream.from(["ten", "fold"]), function* (word) {
 *   words.push(word);
 * }));
 * assertEquals(words, ["ten", "fold"]);
 * ```
 */
export function* forEach<T>(
  source: AsyncIterable<T>,
  body: (value: T) => Coroutine<unknown>,
): Coroutine<void> {
  const iterator = source[Symbol.asyncIterator]();
  /** Whether there is nothing to return from: not asked yet, or at its end. */
  let over = true;
  const ask = () => {
    over = false;
    return iterator.next().catch(failed);
  };
  const failed = (error: unknown) => {
    over = true;
    throw error;
  };
  try {
    for (;;) {
      const next = yield* until(ask, { label: "an async iterable" });
      if (next.done) {
        over = true;
        return;
      }
      yield* body(next.value);
    }
  } finally {
    if (!over) leave(iterator);
  }
}

/** Not waited for: it comes after a `next()` that may never settle. Nor heard, as in `for await`. */
function leave(iterator: AsyncIterator<unknown>): void {
  try {
    iterator.return?.()?.catch(() => {});
  } catch {
    // What led here is what is thrown.
  }
}
