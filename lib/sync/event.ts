import { printAs } from "../core/inspect.ts";
import { checkOptions } from "../core/options.ts";
import type { Coroutine } from "../core/types.ts";
import { inspect, Line, resolveAll, type Source, Waiter } from "./waiter.ts";

/** Options of an {@linkcode Event}. */
export interface EventOptions {
  /** What it is called in the log and in messages. */
  name?: string;
  /**
   * Whether a callback of the host is to set it. A loop in which all tasks wait for such events or
   * queues says nothing; else it warns after a second. The default is `false`.
   */
  host?: boolean;
}

/**
 * A flag that tasks wait for until it is set. It stays set until it is cleared.
 *
 * @example A starting shot
 * ```ts
 * import { Event, gather, simulate, sleep, now } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const shot = new Event();
 * function* runner() {
 *   yield* shot.wait();
 *   return yield* now();
 * }
 * function* starter() {
 *   yield* sleep(3000);
 *   shot.set();
 * }
 * assertEquals(simulate(gather([runner(), runner(), starter()])), [3000, 3000, undefined]);
 * ```
 */
export class Event {
  #isSet = false;
  readonly #source: Source<void>;

  /**
   * Makes an event that is not set.
   *
   * @param options A name, and whether the host is to set it.
   */
  constructor(options: EventOptions = {}) {
    checkOptions(options, "Event", `{ name: "ready" }`);
    this.#source = {
      why: "event",
      name: options.name,
      line: new Line(),
      expectsHost: options.host ?? false,
      tryNow: () => this.#isSet ? { value: undefined } : undefined,
    };
  }

  /** Whether it is set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /**
   * Waits until it is set.
   *
   * @returns What to `yield*`.
   */
  wait(): Coroutine<void> {
    return new Waiter(this.#source);
  }

  /** Sets it, and wakes all tasks that wait, in the order in which they began to. */
  set(): void {
    this.#isSet = true;
    resolveAll(this.#source.line, () => ({ value: undefined }));
  }

  static {
    printAs(Event, (event) => {
      const { name, line } = event.#source;
      return inspect("Event", name, event.#isSet ? "set" : "not set", line.length);
    });
  }

  /** Clears it: tasks that wait from now on wait until it is set again. */
  clear(): void {
    this.#isSet = false;
  }
}
