import { refuseAwait } from "../core/awaited.ts";
import { toIterators } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { type LoopTask, runningTask, type TaskIterator } from "../core/task.ts";
import { DONE } from "../core/phases.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import type { GatherOptions } from "./gather.ts";
import { failedInCleanup, Group, RETURN_WHEN } from "./group.ts";

class SettledGroup extends Group {
  /** Only what cleanup throws after the owner was cancelled: the rest is a result. */
  protected override isFailure(member: LoopTask<unknown>, isDecided: boolean): boolean {
    return isDecided && failedInCleanup(member);
  }
}

function* settling(
  iterators: TaskIterator[],
  name: string | undefined,
): Coroutine<PromiseSettledResult<unknown>[]> {
  const group = new SettledGroup(
    runningTask("allSettled"),
    "allSettled",
    "gather",
    RETURN_WHEN["all-completed"],
  );
  const tasks = group.addAll(iterators, name);
  yield* group.waitOrEnd();
  return tasks.map((task) =>
    task.phase === DONE
      ? { status: "fulfilled", value: task.outcome }
      : { status: "rejected", reason: task.error }
  );
}
refuseAwait(settling);

/**
 * Runs coroutines side by side, waits for all, and gives how each has ended: `Promise.allSettled`,
 * but structured. A failure of one leaves the others alone. If the task that waits is cancelled, so
 * are they.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run. Each runs once; a task is only joined.
 * @param options A name for the tasks.
 * @returns What to `yield*`, for the results, in the order in which the coroutines were given. One
 * that was cancelled is rejected with its {@linkcode Cancelled}.
 * @throws {TypeError} If one is no coroutine, or was started before.
 *
 * @example Both results
 * ```ts
 * import { allSettled, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* half(n: number) {
 *   yield* sleep(n);
 *   if (n % 2 === 1) throw new Error(`${n} is odd`);
 *   return n / 2;
 * }
 * const results = simulate(allSettled([half(4), half(3)]));
 * assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected"]);
 * ```
 */
export function allSettled<const C extends readonly Startable<unknown>[]>(
  coroutines: C,
  options: GatherOptions = {},
): Coroutine<{ -readonly [K in keyof C]: PromiseSettledResult<Yielded<C[K]>> }> {
  checkOptions(options, "allSettled", `{ name: "part" }`);
  return settling(toIterators(coroutines, "allSettled"), options.name) as Coroutine<
    { -readonly [K in keyof C]: PromiseSettledResult<Yielded<C[K]>> }
  >;
}
