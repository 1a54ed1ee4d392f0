import type { TaskReference } from "./errors.ts";
import { literal } from "./inspect.ts";
import { GENERATOR_NEXT, type Step } from "./results.ts";
import { current, Operation, type TaskIterator } from "./task.ts";
import type { Coroutine } from "./types.ts";

// What a person may hand over instead of a coroutine, and what to tell them.

/** On a generator that a task drives: a coroutine runs once. */
const STARTED: unique symbol = Symbol("started");

/**
 * Stands for the class of all generators, which has no name in the language. In a program of many
 * generator functions, `instanceof` takes a fraction of the time of looking up four properties, whose
 * place differs from function to function: a tenth of a spawn.
 */
function AnyGenerator() {}
AnyGenerator.prototype = Object.getPrototypeOf(function* () {}.prototype);

/**
 * What a loop steps for a coroutine.
 *
 * @throws {TypeError} If it is no coroutine, or one that was started before.
 */
export function toIterator(coroutine: unknown, where: string): TaskIterator {
  const iterator = iteratorOf(coroutine, where);
  mark(iterator);
  return iterator;
}

/** What {@linkcode toIterator} gave, for a `yield*` in the same task. */
export function asCoroutine(iterator: TaskIterator): Coroutine<unknown> {
  return { [Symbol.iterator]: () => iterator } as Coroutine<unknown>;
}

type Marked = TaskIterator & { [STARTED]?: boolean };

/** Whether it is the library's own, which can be started again; a generator can't. */
function isRestartable(iterator: object): boolean {
  return iterator instanceof Operation || iterator instanceof CoroutineFunction;
}

/** Notes that it was started. Returns `false` for a frozen generator, which can't be marked. */
function mark(iterator: Marked): boolean {
  if (!(iterator instanceof AnyGenerator) && isRestartable(iterator)) return true;
  try {
    // To ask `Object.isExtensible` first costs more than all the rest.
    iterator[STARTED] = true;
    return true;
  } catch {
    return false;
  }
}

function iteratorOf(coroutine: unknown, where: string): TaskIterator {
  if (typeof coroutine === "function") return new CoroutineFunction(coroutine, where);
  if (coroutine instanceof AnyGenerator) return unstarted(coroutine as TaskIterator, where);
  if (coroutine instanceof Operation) return coroutine;
  const start = (coroutine as { [Symbol.iterator]?: unknown } | null | undefined)
    ?.[Symbol.iterator];
  if (typeof start === "function") {
    const iterator = start.call(coroutine) as Partial<TaskIterator>;
    if (typeof iterator?.next === "function" && typeof iterator.throw === "function") {
      return unstarted(iterator as TaskIterator, where);
    }
  }
  throw new TypeError(`${where}: expected a coroutine, received ${describeMistake(coroutine)}`);
}

function unstarted(iterator: Marked, where: string): TaskIterator {
  if (iterator[STARTED]) throw alreadyStarted(where);
  return iterator;
}

/** A function that makes a coroutine, called at its first step: by its task, or not at all. */
class CoroutineFunction implements TaskIterator {
  readonly functionName: string | null;
  readonly #make: () => unknown;
  readonly #where: string;
  #iterator: TaskIterator | null = null;

  constructor(make: unknown, where: string) {
    const kind = Object.prototype.toString.call(make).slice("[object ".length, -1);
    if (kind === "AsyncFunction" || kind === "AsyncGeneratorFunction") {
      const star = kind === "AsyncFunction" ? "async function" : "async function*";
      throw new TypeError(
        `${where}: expected a function*, received an ${star}; use until(promise) within a function*`,
      );
    }
    this.#make = make as () => unknown;
    this.#where = where;
    // A bound function is called "bound " and its name.
    this.functionName = (make as { name?: unknown }).name?.toString().replace(/^bound /, "") ||
      null;
  }

  next(sent: unknown): Step {
    if (this.#iterator !== null) return this.#iterator.next(sent);
    const { task } = current;
    // The task steps the coroutine itself from now on, unless this is a part of its coroutine.
    const isAll = task?.iterator === this;
    if (isAll) task.keepName();
    // Called as a function, not as a method: what it does with `this` must fail, not find this.
    const make = this.#make;
    const iterator = toIterator(make(), this.#where);
    if (isAll) {
      task.iterator = iterator;
      task.hasGenerator = iterator.next === GENERATOR_NEXT;
    } else {
      this.#iterator = iterator;
    }
    return iterator.next(undefined);
  }

  throw(error: unknown): Step {
    if (this.#iterator === null) throw error;
    return this.#iterator.throw(error);
  }

  return(value?: unknown): Step {
    return this.#iterator?.return?.(value) ?? { done: true, value };
  }
}

/** The error for a coroutine that is started a second time. */
export function alreadyStarted(where: string): TypeError {
  return new TypeError(
    `${where}: this coroutine was started before; it runs once, so call its function again`,
  );
}

/**
 * What a loop steps for each of several coroutines.
 *
 * @throws {TypeError} If they are no array, or one of them is no coroutine.
 */
export function toIterators(coroutines: readonly unknown[], where: string): TaskIterator[] {
  if (!Array.isArray(coroutines)) {
    const received = describeValue(coroutines);
    throw new TypeError(
      `${where}: expected an array of coroutines, received ${received}; write ${where}([one(), two()])`,
    );
  }
  // All are looked at before one is marked: if one is refused, the others can still be used.
  // In loops, here and where they are started: `Array.from` and `map` cost as much as all the rest.
  const iterators = coroutines.slice() as TaskIterator[];
  for (let index = 0; index < iterators.length; index++) {
    iterators[index] = iteratorOf(iterators[index], where);
  }
  /** Those that can't be marked. */
  let frozen: Set<TaskIterator> | null = null;
  for (let index = 0; index < iterators.length; index++) {
    const iterator: Marked = iterators[index]!;
    // None was marked before, so one that is marked now was given twice.
    const isTwice = iterator[STARTED] === true || frozen?.has(iterator);
    if (isTwice) {
      for (const before of iterators.slice(0, index) as Marked[]) {
        if (before[STARTED]) before[STARTED] = false;
      }
      throw alreadyStarted(where);
    }
    if (!mark(iterator)) (frozen ??= new Set()).add(iterator);
  }
  return iterators;
}

/** The error for a value that the coroutine of a task yielded. */
export function wrongYield(value: unknown, { name }: TaskReference): TypeError {
  return new TypeError(
    `expected yield* with a coroutine in task "${name}", received yield of ${
      describeMistake(value)
    }`,
  );
}

/** The error for a value of what is no coroutine, although the coroutine of a task used `yield*`. */
export function wrongDelegate(value: unknown, { name }: TaskReference): TypeError {
  const isList = isCoroutine(value) || typeof value === "function";
  const received = isList
    ? "several coroutines; did you mean gather(coroutines)?"
    : `an iterable that gives ${describeValue(value)}`;
  return new TypeError(
    `expected yield* with a coroutine in task "${name}", received yield* with ${received}`,
  );
}

/** What came instead of a coroutine, and what was meant perhaps. */
function describeMistake(value: unknown): string {
  const received = describeValue(value);
  return received + (MEANT.get(received) ?? "");
}

const MEANT: ReadonlyMap<string, string> = new Map([
  ["a coroutine", "; did you forget the star of yield*?"],
  ["a promise", "; did you mean yield* until(promise), or function* instead of async function?"],
  ["a function", "; did you mean to call it?"],
  ["an async iterable", "; did you mean function* instead of async function*?"],
  ["an array", "; did you mean gather(coroutines)?"],
  ["an object", " that is none"],
]);

/** What a value is, for the error that it is not what was expected. */
export function describeValue(value: unknown): string {
  if (isCoroutine(value)) return "a coroutine";
  const { then, [Symbol.asyncIterator]: iterate } = Object(value) as Partial<
    PromiseLike<unknown> & AsyncIterable<unknown>
  >;
  if (typeof then === "function") return "a promise";
  return typeof iterate === "function" ? "an async iterable" : literal(value);
}

/**
 * Checks that a function of the caller's has answered at once. A promise would count as `true`,
 * whatever it comes to, and a coroutine runs nothing.
 *
 * @throws {TypeError} If it gave one of those.
 */
export function checkAnswer(answer: unknown, expected: string): void {
  const received = describeValue(answer);
  if (received !== "a promise" && received !== "a coroutine") return;
  throw new TypeError(`${expected}, received ${received}`);
}

/** Whether a value is a coroutine: a generator, or an operation of the library. */
export function isCoroutine(value: unknown): boolean {
  return value instanceof Operation || isGenerator(value);
}

function isGenerator(value: unknown): boolean {
  const { next, throw: raise } = Object(value) as Partial<TaskIterator>;
  return typeof next === "function" && typeof raise === "function" &&
    !(Symbol.asyncIterator in Object(value));
}
