import { asCoroutine, toIterator } from "../../../../lib/core/iterator.ts";
import { random } from "../../../../lib/core/random.ts";
import * as library from "../../../../lib/mod.ts";
import { consoleOf } from "./console.ts";
import { dateOf, forbidden } from "./forbidden.ts";

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
 */
export function scopeOf(
  print: (text: string) => void,
  isScript: boolean,
  now: () => number = () => 0,
): Scope {
  let next: () => number;
  const rewind = () => {
    next = random(0);
  };
  rewind();
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
function start(program: unknown): object {
  return promising(asCoroutine(toIterator(program, "run")));
}

function promising(coroutine: Iterable<unknown>): object {
  type Next = ((value: unknown) => unknown) | undefined;
  const { then, lastly } = {
    *then(onDone: Next, onFail: Next) {
      let value: unknown;
      try {
        value = yield* coroutine;
      } catch (error) {
        if (onFail === undefined) throw error;
        return onFail(error);
      }
      return onDone === undefined ? value : onDone(value);
    },
    *lastly(act: () => unknown) {
      try {
        return yield* coroutine;
      } finally {
        act();
      }
    },
  };
  return Object.assign(coroutine, {
    then: (onDone?: Next, onFail?: Next) => promising(then(onDone, onFail)),
    catch: (onFail: Next) => promising(then(undefined, onFail)),
    finally: (act: () => unknown) => promising(lastly(act)),
  });
}
