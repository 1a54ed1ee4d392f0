import type { Trap } from "../core/types.ts";
import {
  resumedWith,
  running,
  suspend,
  SUSPENDED,
  Suspension,
  type Why,
} from "../core/suspension.ts";
import type { LoopTask } from "../core/task.ts";

/**
 * A place in a line: first come, first served, and handed over directly, so that nobody who comes
 * later can be faster. Whoever is cancelled leaves the line. (Once granted, that is no longer
 * possible: the grant is what wakes the task, and a wake wins over a cancel.)
 */
export class Turn<T> extends Suspension<T> {
  readonly why: Why;
  readonly #line: Set<Turn<T>>;
  readonly #attempt: () => { value: T } | undefined;
  #task: LoopTask<unknown> | null = null;
  #granted: { value: T } | { error: unknown } | undefined;

  /**
   * @param why What for, in a word of the trace.
   * @param line Those who wait already.
   * @param attempt What can be had without waiting, if anything.
   */
  constructor(why: Why, line: Set<Turn<T>>, attempt: () => { value: T } | undefined) {
    super();
    this.why = why;
    this.#line = line;
    this.#attempt = attempt;
  }

  start(): IteratorResult<Trap, T> {
    if (this.#task !== null) {
      throw new TypeError(`${this.why}: a task waits for this already; make one for each`);
    }
    const granted = this.#attempt();
    if (granted !== undefined) return resumedWith(granted.value);
    this.#task = suspend(this);
    this.#line.add(this);
    return SUSPENDED as IteratorResult<Trap, T>;
  }

  override resume(): IteratorResult<Trap, T> {
    const granted = this.#granted!;
    this.#task = null;
    if ("error" in granted) throw granted.error;
    return resumedWith(granted.value);
  }

  withdraw(): void {
    this.#task = null;
    this.#line.delete(this);
  }

  /** Gives it to whoever waits here. */
  grant(granted: { value: T } | { error: unknown }): void {
    const { kernel } = this.#task!;
    const by = running.task;
    if (by === null ? !kernel.draining : by.kernel !== kernel) {
      throw new TypeError(`${this.why}: only tasks of the loop that waits for it may use it`);
    }
    this.#line.delete(this);
    this.#granted = granted;
    kernel.wake(this.#task!, by?.id ?? "host");
  }
}
