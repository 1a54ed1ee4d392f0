import type { Trap } from "./types.ts";

// What passes between a coroutine and its loop. The result objects come from a real generator, so
// that `yield*` sees one hidden class at `.done` and `.value`, whichever operation answered; each
// is shared, so a suspension allocates nothing.

/** What one step of a coroutine gives. */
export type Step = IteratorResult<Trap, unknown>;

/**
 * What {@linkcode SUSPENDED} holds. In V8 and SpiderMonkey the loop receives that very object, as
 * the standard has it; in JavaScriptCore `yield*` puts the value into a result of its own.
 */
export const SUSPENSION: unique symbol = Symbol("suspension");

function* native(): Generator<unknown, void> {
  yield SUSPENSION;
}
const source = native();

/**
 * The `next` of all generators. A loop calls this one instead of looking `next` up for each kind of
 * generator: that is a sixth of the price of a switch in a program of many generator functions.
 */
export const GENERATOR_NEXT = source.next as (this: unknown, sent: unknown) => Step;

/** "The task is suspended": the only thing a well-behaved coroutine may yield. */
export const SUSPENDED = source.next() as IteratorYieldResult<Trap>;

/** "Go on", without a value. */
export const RETURNED = source.next() as IteratorReturnResult<undefined>;

const returned = native().return() as IteratorReturnResult<unknown>;

/** "Go on", with a value. `yield*` reads it at once, so one object serves all. */
export function returning<T>(value: T): IteratorResult<Trap, T> {
  returned.value = value;
  return returned as IteratorReturnResult<T>;
}

// What a loop sends are objects, no symbols: `yield*` sends `undefined` at first, and V8 compares
// that with an object in place, but calls a function to compare it with a symbol.

/** The loop sends it to the operation of a task that was woken. */
export const RESUME = Object.freeze({ sent: "resume" });

/**
 * The loop sends it to the operation of a task whose cancel is due, which throws that. The iterator's
 * `throw()` would have the same effect, and V8 takes a sixth longer for all of a cancel.
 */
export const CANCEL = Object.freeze({ sent: "cancel" });

/** Sent to the operation of a suspended task, to learn where the task waits. */
export const PEEK = Object.freeze({ sent: "peek" });
