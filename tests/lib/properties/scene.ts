import { Cancelled, type Coroutine, pause, shield, sleep } from "@tenfold/loop";
import {
  cancelEverywhere,
  type CancelEverywhereOptions,
  type CancelTrial,
} from "@tenfold/loop/testing";
import { assertEquals } from "@std/assert";
import { current, type Scheduler } from "../../../lib/core/task.ts";
import { assertKeepsGrammar } from "./grammar.ts";

/** What is begun and has to be cleaned up, in one run. */
export class Scene {
  begun = 0;
  cleaned = 0;
  /** How much combinators have left behind when they had ended. */
  left = 0;

  /** Runs a coroutine and cleans up after it, by a cleanup that suspends if it fails. */
  *tidy<T>(coroutine: Coroutine<T>): Coroutine<T> {
    this.begun++;
    let value: T;
    try {
      value = yield* coroutine;
    } catch (error) {
      // Only the cleanup that a cancel leads to is safe from a cancel.
      const safe = error instanceof Cancelled && error.source !== "join";
      yield* safe ? this.#clean() : shield(this.#clean());
      throw error;
    }
    this.cleaned++;
    return value;
  }

  /** Runs a combinator, and notes what of it is not cleaned up when it has ended, however it ends. */
  *whole<T>(combined: Coroutine<T>): Coroutine<T> {
    const open = this.begun - this.cleaned;
    try {
      return yield* combined;
    } finally {
      this.left += this.begun - this.cleaned - open;
    }
  }

  *#clean(): Coroutine<void> {
    yield* pause();
    yield* sleep(1);
    this.cleaned++;
  }
}

/**
 * Cancels a program everywhere, and asserts after each run that all is cleaned up, that the loop
 * holds no timer and no ready task, and that the log keeps the grammar.
 *
 * @returns How many runs that took.
 */
export function tryEverywhere(
  program: (scene: Scene) => CancelTrial & { target: Coroutine<unknown> },
  options: CancelEverywhereOptions = {},
): number {
  return cancelEverywhere(() => {
    const scene = new Scene();
    const trial = program(scene);
    let kernel: Scheduler | undefined;
    function* target(): Coroutine<unknown> {
      kernel = current.task!.kernel;
      return yield* trial.target;
    }
    return {
      ...trial,
      target: target(),
      check(run) {
        assertEquals(scene.cleaned, scene.begun, "all is cleaned up");
        assertEquals(scene.left, 0, "combinators leave nothing");
        assertKeepsGrammar(run.entries);
        if (kernel !== undefined) {
          assertEquals(kernel.timers.peek(), Infinity, "no timer is left");
          const ready = kernel.ready.toArray().filter(({ state }) => state === "ready");
          assertEquals(ready, [], "no task is ready");
        }
        trial.check?.(run);
      },
    };
    // A cleanup takes 1 ms at each level.
  }, { within: 5, ...options });
}
