import { random } from "../../../../lib/core/random.ts";
import * as library from "../../../../lib/mod.ts";
import { consoleOf } from "./console.ts";
import { dateOf, forbidden } from "./forbidden.ts";
import { formatValue } from "./format.ts";

/** What a program finds by name outside of itself. */
export interface Scope {
  /** The values, by name; `library` is all that can be imported. Frozen, so that it is no state. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Begins chance anew: a program has to do the same under the same order. */
  rewind(): void;
}

/** The public names of the library. */
export const LIBRARY: ReadonlySet<string> = new Set(Object.keys(library));

/** The names of a scope. */
export const NAMES: readonly string[] = Object.keys(scopeOf(() => {}, false).values);

/**
 * Makes a scope.
 *
 * @param print Called with what the program prints.
 * @param isScript Whether the program runs itself. What it then runs is a part of the whole.
 * @param now The time of the program, in ms.
 * @param onOptions Called when the program gives options to `run`, which has no use for them here.
 */
export function scopeOf(
  print: (text: string) => void,
  isScript: boolean,
  now: () => number = () => 0,
  onOptions: () => void = () => {},
): Scope {
  let next: () => number;
  const rewind = () => {
    next = random(0);
  };
  rewind();
  const start = (program: unknown, options?: unknown) => {
    if (options !== undefined) onOptions();
    return started(program);
  };
  const run = isScript ? { run: start, main: start, simulate: start } : { run: start, main: start };
  const values: Record<string, unknown> = {
    ...library,
    ...forbidden(),
    ...run,
    console: consoleOf(print, now),
    Date: dateOf(Date),
    Math: Object.freeze(Object.defineProperties({}, {
      ...Object.getOwnPropertyDescriptors(Math),
      random: { value: () => next() },
    })),
  };
  // What is asked of the global object is asked of the scope.
  for (const name of ["globalThis", "self", "window"]) values[name] = values;
  Object.defineProperty(values, "library", { value: Object.freeze({ ...library, ...run }) });
  Object.setPrototypeOf(values, globalThis);
  return { values: Object.freeze(values), rewind };
}

/**
 * What takes the place of `run`: the coroutine that it would run, to be awaited by `yield*`, with the
 * methods of the promise that it would give.
 */
function started(program: unknown): object {
  const coroutine = typeof program === "function" ? program() : program;
  if (typeof coroutine?.[Symbol.iterator] !== "function") {
    throw new TypeError(`run: expected a coroutine, received ${formatValue(coroutine)}`);
  }
  return promising(coroutine);
}

type Handler = ((value: unknown) => unknown) | undefined;

function promising(coroutine: Iterable<unknown>): object {
  return {
    [Symbol.iterator]: () => coroutine[Symbol.iterator](),
    then: (onDone: Handler, onFail: Handler) => promising(after(coroutine, onDone, onFail)),
    catch: (onFail: Handler) => promising(after(coroutine, undefined, onFail)),
    finally: (act: () => unknown) => promising(lastly(coroutine, act)),
  };
}

function* after(coroutine: Iterable<unknown>, onDone: Handler, onFail: Handler) {
  let value: unknown;
  let next = onDone;
  try {
    value = yield* coroutine;
  } catch (error) {
    if (onFail === undefined) throw error;
    [value, next] = [error, onFail];
  }
  if (next !== undefined) value = next(value);
  // As of a promise, what comes of another run is waited for.
  return isPromising(value) ? yield* value : value;
}

function* lastly(coroutine: Iterable<unknown>, act: () => unknown) {
  try {
    return yield* coroutine;
  } finally {
    act();
  }
}

/** Whether `run` gave it. To ask a coroutine of the library for its `then` is an error. */
function isPromising(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "then") &&
    Symbol.iterator in value;
}
