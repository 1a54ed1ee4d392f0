import {
  Barrier,
  Cancelled,
  Condition,
  type Coroutine,
  type Entry,
  Event,
  gather,
  Lock,
  Queue,
  Semaphore,
  type Task,
} from "@tenfold/loop";

/** What the tasks of one run share. */
export class World {
  readonly tasks: Task<unknown>[] = [];
  /** How many errors were thrown; each has its number. */
  thrown = 0;
  /** The numbers of those that were caught or thrown by the run. */
  readonly seen = new Set<number>();
  /** The numbers of those that a member of a race threw: a loser's go to the log only. */
  readonly raced = new Set<number>();
  readonly lock = new Lock();
  readonly semaphore = new Semaphore(2);
  readonly queue = new Queue<number>(1);
  readonly event = new Event();
  readonly condition = new Condition();
  readonly barrier = new Barrier(2);
  /** What tasks of this world have found to be against the rules. */
  readonly wrong: string[] = [];
  /** The next value for the queue. */
  offered = 0;
  /** Values that are known to be in the queue, and that were received from it. */
  readonly put: number[] = [];
  readonly got: number[] = [];

  /** The tasks that spawned so far, counted round, so that every number means one. */
  task(which: number): Task<unknown> | undefined {
    return this.tasks[which % this.tasks.length];
  }

  see(error: unknown): void {
    for (const number of numbersIn(error)) this.seen.add(number);
  }

  /** Runs a member of a race. */
  *race(member: Coroutine<unknown>): Coroutine<unknown> {
    try {
      return yield* member;
    } catch (error) {
      for (const number of numbersIn(error)) this.raced.add(number);
      throw error;
    }
  }

  /** Runs a member whose failure is a result, and so may be dropped, with those of its children. */
  gathered(member: Coroutine<unknown>): Coroutine<unknown> {
    return this.race(gather([member]));
  }

  /** What is retried: no attempt may follow one that was cancelled. */
  attempts<T>(work: () => Coroutine<T>): () => Coroutine<T> {
    let isCancelled = false;
    const { wrong } = this;
    return function* () {
      if (isCancelled) wrong.push("a cancel was retried");
      try {
        return yield* work();
      } catch (error) {
        // A child that has failed makes its attempt fail.
        isCancelled ||= error instanceof Cancelled && error.source !== "child";
        throw error;
      }
    };
  }

  /** Makes coroutines when they are asked for, and notes if more than two of them run. */
  *atMostTwo(members: readonly Coroutine<unknown>[]): Generator<() => Coroutine<unknown>> {
    let running = 0;
    const { wrong } = this;
    for (const member of members) {
      yield function* () {
        if (++running > 2) wrong.push("more than two run");
        try {
          return yield* member;
        } finally {
          running--;
        }
      };
    }
  }

  /**
   * The numbers of errors that were thrown and are not to be found, though the rules say they are.
   * A failure that came before a cancel is the cause of that, and of nothing else.
   */
  lost(entries: readonly Entry[]): number[] {
    const kept = causesOfCancels(entries);
    return [...Array(this.thrown).keys()].filter((number) =>
      !this.seen.has(number) && !this.raced.has(number) && !kept.has(number)
    );
  }
}

export class Failure extends Error {
  override readonly name = "Failure";
  readonly number: number;

  constructor(number: number) {
    super(`failure ${number}`);
    this.number = number;
  }
}

/** The numbers of failures whose parent was cancelled, as the log tells. */
function causesOfCancels(entries: readonly Entry[]): Set<number> {
  const parents = new Map<number, number | null>();
  const cancelled = new Set<number>();
  for (const entry of entries) {
    if (entry.type === "spawn") parents.set(entry.task, entry.parent);
    if (entry.type === "exit" && entry.outcome === "cancelled") cancelled.add(entry.task);
  }
  const texts = entries.flatMap((entry) => {
    if (entry.type !== "exit" || !cancelled.has(parents.get(entry.task)!)) return [];
    return [/^Failure: failure (\d+)$/.exec(entry.failure ?? "")?.[1] ?? ""];
  });
  return new Set(texts.filter((text) => text !== "").map(Number));
}

/** The numbers of an error and of all that it carries. */
function numbersIn(error: unknown): number[] {
  const numbers: number[] = [];
  // Causes may come round.
  const looked = new Set<unknown>();
  const stack = [error];
  while (stack.length > 0) {
    const each = stack.pop();
    if (!(each instanceof Object) || looked.has(each)) continue;
    looked.add(each);
    if (each instanceof Failure) numbers.push(each.number);
    if (each instanceof AggregateError) stack.push(...each.errors);
    stack.push((each as Error).cause);
  }
  return numbers;
}
