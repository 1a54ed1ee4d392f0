import { refuseAwait } from "../core/awaited.ts";
import { ClosedError } from "../core/errors.ts";
import { literal, printAs } from "../core/inspect.ts";
import { checkOptions } from "../core/options.ts";
import { Ring } from "../core/ring.ts";
import type { LoopTask } from "../core/task.ts";
import type { Coroutine } from "../core/types.ts";
import type { SharedThing } from "../trace/entry.ts";
import { inspect, Line, resolveAll, type Source, Waiter } from "./waiter.ts";

/** Says that only these tasks fill a queue: who waits for it, waits for them, not for the host. */
export let fedBy: <T>(queue: Queue<T>, tasks: readonly LoopTask<unknown>[]) => void;

/** Options of a {@linkcode Queue}. */
export interface QueueOptions {
  /** What it is called in the log and in messages. */
  name?: string;
  /**
   * Whether callbacks of the host fill or empty it. A loop in which all tasks wait for such queues
   * or events says nothing; else it warns after a second. The default is `false`.
   */
  host?: boolean;
}

/**
 * Hands values from tasks to tasks, first in, first out. It holds a bounded number of them: a task
 * that puts a value into a full queue waits until there is room.
 *
 * @typeParam T The values.
 *
 * @example From one task to another
 * ```ts
 * import { gather, Queue, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new Queue<number>(2);
 * function* producer() {
 *   for (let n = 1; n <= 5; n++) yield* queue.put(n);
 *   queue.close();
 * }
 * function* consumer() {
 *   let sum = 0;
 *   for (let next = yield* queue.next(); !next.done; next = yield* queue.next()) sum += next.value;
 *   return sum;
 * }
 * assertEquals(simulate(gather([producer(), consumer()])), [undefined, 15]);
 * ```
 */
export class Queue<T> {
  readonly #size: number;
  readonly #values = new Ring<T>();
  #closed = false;
  /**
   * Values that were given back, because the task that took one was cancelled before it received
   * it. They are ahead of all others, in the order in which they were put: the next one last.
   */
  readonly #returned: { value: T; place: number }[] = [];
  /** Whether the order of those is to be restored before the next one is taken. */
  #isUnsorted = false;
  /** How many values have been handed to waiting tasks: the place of each in the order. */
  #handed = 0;
  readonly #getters: Source<T>;
  readonly #putters = new Line<Put<T>>();
  /** How many values were put and are not done. */
  #unfinished = 0;
  readonly #joiners: Source<void>;
  readonly #options: QueueOptions;

  /**
   * Makes an empty queue.
   *
   * @param size How many values may lie in it: a whole number ≥ 1, or `Infinity`.
   * @param options A name, and whether the host fills or empties it.
   * @throws {RangeError} If `size` is anything else.
   */
  constructor(size: number, options: QueueOptions = {}) {
    if (!(size >= 1) || (size !== Infinity && !Number.isSafeInteger(size))) {
      throw new RangeError(
        `Queue: expected a whole number ≥ 1, or Infinity, received ${literal(size)}`,
      );
    }
    checkOptions(options, "Queue", `{ name: "jobs" }`);
    this.#size = size;
    this.#options = options;
    this.#getters = {
      why: "queue",
      name: options.name,
      line: new Line(),
      expectsHost: options.host ?? false,
      tryNow: () => {
        const taken = this.tryGet();
        if (taken === undefined && this.#closed) throw closedAndEmpty();
        return taken;
      },
      giveBack: (value, place) => this.#giveBack(value, place),
      amount: () => this.#amount("value"),
    };
    this.#joiners = {
      why: "queue",
      what: "work of the queue",
      name: options.name,
      line: new Line(),
      expectsHost: options.host ?? false,
      tryNow: () => this.#unfinished === 0 ? { value: undefined } : undefined,
      amount: () => ({ lacks: "done", count: this.#unfinished }),
    };
  }

  static {
    fedBy = (queue, tasks) => queue.#getters.feeders = tasks;
    printAs(Queue, (queue) => {
      const most = queue.#size === Infinity ? "" : ` of ${queue.#size}`;
      const state = `${queue.length}${most} values${queue.#closed ? ", closed" : ""}`;
      const waiting = queue.#getters.line.length + queue.#putters.length;
      return inspect("Queue", queue.#options.name, state, waiting);
    });
  }

  /** How many values lie in it. */
  get length(): number {
    return this.#values.length + this.#returned.length;
  }

  /** Whether it takes no more values. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Puts a value, when there is room.
   *
   * @param value The value.
   * @returns What to `yield*`. It throws a {@linkcode ClosedError} if the queue is closed.
   */
  put(value: T): Coroutine<void> {
    return new Put(value, {
      why: "queue",
      name: this.#options.name,
      line: this.#putters as Line<Waiter<void>>,
      expectsHost: this.#options.host ?? false,
      tryNow: () => this.tryPut(value) ? { value: undefined } : undefined,
      amount: this.#room,
    });
  }

  readonly #room = () => this.#amount("room");

  #amount(lacks: "room" | "value"): SharedThing {
    const size = this.#size;
    return { lacks, count: this.length, ...(size !== Infinity && { size }) };
  }

  /**
   * Puts a value if there is room. Does not wait.
   *
   * @param value The value.
   * @returns Whether there was room.
   * @throws {ClosedError} If the queue is closed.
   */
  tryPut(value: T): boolean {
    if (this.#closed) throw closedToPut();
    const getter = this.#getters.line.first;
    if (getter !== undefined) getter.resolve({ value }, ++this.#handed);
    else if (this.length < this.#size) this.#values.push(value);
    else return false;
    this.#unfinished++;
    return true;
  }

  /**
   * Takes the value that lies in it longest, when there is one.
   *
   * @returns What to `yield*`, for the value. It throws a {@linkcode ClosedError} if the queue is
   * closed and empty.
   */
  get(): Coroutine<T> {
    return new Waiter(this.#getters);
  }

  /**
   * Takes the value that lies in it longest, if there is one. Does not wait.
   *
   * @returns The value in an object, or `undefined`.
   */
  tryGet(): { value: T } | undefined {
    if (this.length === 0) return undefined;
    const value = this.#returned.length > 0 ? this.#takeReturned() : this.#values.shift();
    const putter = this.#putters.first;
    if (putter !== undefined && this.length < this.#size) {
      this.#values.push(putter.value);
      this.#unfinished++;
      putter.resolve({ value: undefined });
    }
    return { value };
  }

  #takeReturned(): T {
    // Many are given back at once and then taken: one sort serves all of them.
    if (this.#isUnsorted) this.#returned.sort((a, b) => b.place - a.place);
    this.#isUnsorted = false;
    return this.#returned.pop()!.value;
  }

  /** A task was cancelled before it received a value: the next in line gets it, or it is first. */
  #giveBack(value: T, place: number): void {
    const next = this.#getters.line.first;
    if (next !== undefined) return next.resolve({ value }, place);
    this.#isUnsorted ||= (this.#returned.at(-1)?.place ?? Infinity) < place;
    this.#returned.push({ value, place });
  }

  /**
   * Takes the next value, as iterators do.
   *
   * @returns What to `yield*`, for `{ done: false, value }`, or `{ done: true }` when the queue is
   * closed and empty.
   */
  *next(): Coroutine<IteratorResult<T, undefined>> {
    try {
      return { done: false, value: yield* this.get() };
    } catch (error) {
      if (error instanceof ClosedError) return { done: true, value: undefined };
      throw error;
    }
  }

  /**
   * Says that a value which was taken is done with: {@linkcode Queue.join} counts them.
   *
   * @throws {RangeError} If it is called more often than values were put.
   */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new RangeError("Queue.taskDone: called more often than values were put");
    }
    if (--this.#unfinished > 0) return;
    resolveAll(this.#joiners.line, () => ({ value: undefined }));
  }

  /**
   * Waits until every value that was put is done: taken, and then told of by
   * {@linkcode Queue.taskDone}.
   *
   * @returns What to `yield*`.
   *
   * @example All jobs are done
   * ```ts
   * import { now, Queue, simulate, sleep, spawn } from "@tenfold/loop";
   * import { assertEquals } from "@std/assert";
   *
   * simulate(function* () {
   *   const jobs = new Queue<number>(Infinity);
   *   yield* spawn(function* () {
   *     for (;;) {
   *       yield* sleep(yield* jobs.get());
   *       jobs.taskDone();
   *     }
   *   }, { daemon: true });
   *   for (const ms of [10, 20, 30]) yield* jobs.put(ms);
   *   yield* jobs.join();
   *   assertEquals(yield* now(), 60);
   * });
   * ```
   */
  join(): Coroutine<void> {
    return new Waiter(this.#joiners);
  }

  /**
   * Takes no more values. Those in it can be taken. A task that waits to put one, or for one that
   * will not come, gets a {@linkcode ClosedError}.
   */
  close(): void {
    this.#closed = true;
    resolveAll(this.#putters as Line<Waiter<void>>, () => ({ error: closedToPut() }));
    resolveAll(this.#getters.line, () => ({ error: closedAndEmpty() }));
  }
}

refuseAwait(Queue.prototype.next);

/** A waiter that has a value to put. */
class Put<T> extends Waiter<void> {
  readonly value: T;

  constructor(value: T, source: Source<void>) {
    super(source);
    this.value = value;
  }
}

function closedAndEmpty(): ClosedError {
  return new ClosedError("queue: it was closed, and is empty");
}

function closedToPut(): ClosedError {
  return new ClosedError("queue: it was closed, and takes no more");
}
