import type { Coroutine, Trap } from "../core/types.ts";
import { RESUME, RETURNED, SUSPENDED } from "../core/results.ts";
import { current, Suspension, throwPending } from "../core/task.ts";
import { READY, RUNNING } from "../core/phases.ts";

// An imported binding is looked up at each use, a constant of this file is not. That is a sixth of
// the price of a switch.
const resume = RESUME;
const resumed = RETURNED;
const suspended = SUSPENDED;
const context = current;
const isReady = READY;
const isRunning = RUNNING;

class Pause extends Suspension<void> {
  get why(): "pause" {
    return "pause";
  }

  // What `suspend` does, by itself and without a way back: a task that is ready is never aborted.
  override next(sent?: unknown): IteratorResult<Trap, void> {
    if (sent === resume) return resumed;
    const task = context.task!;
    if (task === null || task.phase !== isRunning) throwPending(task, this);
    task.phase = isReady;
    const { kernel } = task;
    if (kernel.tracer !== null) kernel.tracer.suspend(task, this);
    kernel.ready.push(task);
    return suspended;
  }

  start(): IteratorResult<Trap, void> {
    return this.next();
  }

  abort(): void {}
}

const PAUSE = new Pause();

/**
 * Lets every task that is ready go first: asyncio's `sleep(0)`. Logical time does not pass.
 *
 * @returns What to `yield*`.
 *
 * @example Sharing the thread
 * ```ts
 * import { gather, pause, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const said: string[] = [];
 * function* count(name: string) {
 *   for (let n = 1; n <= 2; n++) {
 *     said.push(name + n);
 *     yield* pause();
 *   }
 * }
 * simulate(gather([count("a"), count("b")]));
 * assertEquals(said, ["a1", "b1", "a2", "b2"]);
 * ```
 */
export function pause(): Coroutine<void> {
  return PAUSE;
}
