import { refuseAwait } from "../core/awaited.ts";
import { aggregate, isCancelled, leadsTo, withCause } from "../core/errors.ts";
import { literal } from "../core/inspect.ts";
import { describeValue, isCoroutine } from "../core/iterator.ts";
import type { Coroutine } from "../core/types.ts";
import { endingByForce } from "./forced.ts";
import { shield } from "./shield.ts";
import { until } from "./until.ts";

/**
 * What {@linkcode forEach} goes through: whatever `for await` takes, or anything whose `next()`
 * is a coroutine, a {@linkcode Queue} for example.
 *
 * @typeParam T The values.
 */
export type ForEachSource<T> =
  // By itself, too: before TypeScript 6, a stream is no async iterable without a `lib` of its own.
  | ReadableStream<T>
  | AsyncIterable<T>
  | Iterable<T | PromiseLike<T>>
  | { next(): Coroutine<IteratorResult<T, unknown>> };

/** A source as the loop goes through it. */
interface Cursor<T> {
  /** Asks for the next value. */
  next(): Coroutine<IteratorResult<T, unknown>>;
  /** Tells the source that no more is asked for. `isAsking` is whether a `next` is pending. */
  leave(isAsking: boolean, reason: unknown): Coroutine<void>;
}

const LABEL = { label: "an async iterable" };

function* done(): Coroutine<void> {}

/** A stream: a reader can be cancelled while it waits for a value, its iterator can't. */
function readStream<T>(stream: ReadableStream<T>): Cursor<T> {
  const reader = stream.getReader();
  let hasBegun = false;
  return {
    *next() {
      try {
        const result = yield* until(() => {
          hasBegun = true;
          return reader.read();
        }, LABEL);
        if (!result.done) return result;
      } catch (error) {
        // After a cancel there is a reader to be cancelled.
        if (!isCancelled(error)) reader.releaseLock();
        throw error;
      }
      reader.releaseLock();
      return { done: true, value: undefined };
    },
    *leave(_isAsking, reason) {
      try {
        if (hasBegun) yield* until(reader.cancel(reason), LABEL);
      } finally {
        reader.releaseLock();
      }
    },
  };
}

function iterate<T>(
  iterator: AsyncIterator<T> | Iterator<T | PromiseLike<T>>,
  isAsync: boolean,
): Cursor<T> {
  let hasBegun = false;
  return {
    *next() {
      const result = yield* until(() => {
        hasBegun = true;
        return Promise.resolve(iterator.next());
      }, LABEL);
      if (typeof result !== "object" || result === null) {
        throw new TypeError(
          `forEach: expected next() to give an object, received ${literal(result)}`,
        );
      }
      // A task or another coroutine is a value: no promise can be resolved with one.
      if (isAsync || result.done || isCoroutine(result.value)) {
        return result as IteratorResult<T, unknown>;
      }
      // As `for await` does with what is not async: a value that rejects closes it.
      try {
        return { done: false, value: yield* until(Promise.resolve(result.value), LABEL) };
      } catch (error) {
        if (isCancelled(error)) throw error;
        try {
          iterator.return?.();
        } catch {
          // What came first counts.
        }
        throw error;
      }
    },
    leave(isAsking) {
      if (!hasBegun || iterator.return === undefined) return done();
      const left = Promise.resolve(iterator.return());
      // An async generator comes to its `return` when its `next` has settled, perhaps never.
      if (!isAsking) return until(left, LABEL) as Coroutine<unknown> as Coroutine<void>;
      left.catch(() => {});
      return done();
    },
  };
}

function cursorOf<T>(source: ForEachSource<T>): Cursor<T> {
  const { getReader, next } = Object(source) as { getReader?: unknown; next?: unknown };
  if (typeof getReader === "function") return readStream(source as ReadableStream<T>);
  const begin = (source as Partial<AsyncIterable<T>> | null)?.[Symbol.asyncIterator];
  if (typeof begin === "function") return iterate(begin.call(source), true);
  const beginSync = (source as Partial<Iterable<T>> | null)?.[Symbol.iterator];
  if (typeof beginSync === "function") return iterate(beginSync.call(source), false);
  if (typeof next === "function") {
    return { next: () => (source as { next(): Coroutine<IteratorResult<T>> }).next(), leave: done };
  }
  throw new TypeError(
    `forEach: expected an async iterable, an iterable or a queue, received ${
      source === null ? "null" : typeof source
    }`,
  );
}

/**
 * Goes through a source of values: `for await`, in a coroutine. If the body fails or the task is
 * cancelled, the source is told to return and waited for, except for an async generator that is
 * waiting itself; a `ReadableStream` is cancelled at once.
 *
 * @typeParam T The values.
 * @param source What to go through.
 * @param body Called with each value; the next is asked for when its coroutine has ended.
 * @returns What to `yield*`. It throws what the body or the source throws. If the source throws
 * when it is told to return, that is the cause of what the body threw.
 * @throws {TypeError} If `source` is nothing to go through, or `body` is no function.
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
export function forEach<T>(
  source: ForEachSource<T>,
  body: (value: T) => Coroutine<unknown>,
): Coroutine<void> {
  if (typeof body !== "function") {
    throw wrongBody("a function", describeValue(body));
  }
  return going(source, body);
}

function* going<T>(
  source: ForEachSource<T>,
  body: (value: T) => Coroutine<unknown>,
): Coroutine<void> {
  const cursor = cursorOf(source);
  /** Whether there is nothing to leave: the source has ended, or has failed. */
  let isOver = false;
  let isAsking = false;
  let thrown: { error: unknown } | null = null;
  try {
    for (;;) {
      isAsking = true;
      const next = yield* cursor.next();
      isAsking = false;
      if (next.done) {
        isOver = true;
        return;
      }
      yield* coroutineOf(body, next.value);
    }
  } catch (error) {
    thrown = { error };
    // The source has failed, so that there is nothing to return from.
    if (isAsking && !isCancelled(error)) isOver = true;
    throw error;
  } finally {
    if (!isOver) {
      const leaving = leave(cursor, isAsking, thrown);
      yield* thrown === null ? endingByForce(leaving) : leaving;
    }
  }
}
refuseAwait(going);

function coroutineOf<T>(body: (value: T) => Coroutine<unknown>, value: T): Coroutine<unknown> {
  const coroutine = body(value);
  if (typeof coroutine?.[Symbol.iterator] === "function") return coroutine;
  throw wrongBody("a function*", `a function that returns ${describeValue(coroutine)}`);
}

function wrongBody(expected: string, received: string): TypeError {
  return new TypeError(
    `forEach: expected ${expected}, received ${received}; write ` +
      "forEach(source, function* (value) { ... })",
  );
}

/** Leaves a source because of what was thrown, and throws what goes wrong with that. */
function* leave<T>(
  cursor: Cursor<T>,
  isAsking: boolean,
  thrown: { error: unknown } | null,
): Coroutine<void> {
  try {
    yield* shield(cursor.leave(isAsking, thrown?.error));
  } catch (error) {
    if (thrown === null || isCancelled(thrown.error)) throw error;
    withCause(thrown.error, error);
    throw leadsTo(thrown.error, error) ? thrown.error : aggregate([thrown.error, error], "forEach");
  }
}
