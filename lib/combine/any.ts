import { refuseAwait } from "../core/awaited.ts";
import { toIterators } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { type LoopTask, runningTask, type TaskIterator } from "../core/task.ts";
import { DONE } from "../core/phases.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import type { GatherOptions } from "./gather.ts";
import { failedInCleanup, Group } from "./group.ts";

class AnyGroup extends Group {
  /** The member that succeeded first. */
  winner: LoopTask<unknown> | null = null;
  /** What members failed with before that. */
  readonly failures: unknown[] = [];

  override onSettled(member: LoopTask<unknown>): boolean {
    if (this.winner === null) {
      if (member.phase === DONE) this.winner = member;
      else this.failures.push(member.error);
    }
    return super.onSettled(member);
  }

  /** Once there is a winner, what the cleanup of the others throws is a failure. */
  protected override isFailure(member: LoopTask<unknown>, isDecided: boolean): boolean {
    return isDecided && failedInCleanup(member);
  }

  protected override get hasWinner(): boolean {
    return this.winner !== null;
  }

  protected override get loserReason(): string {
    return "another succeeded first";
  }
}

function* succeeding(
  iterators: TaskIterator[],
  name: string | undefined,
): Coroutine<unknown> {
  const group: AnyGroup = new AnyGroup(
    runningTask("any"),
    "any",
    "gather",
    () => group.pending === 0 || group.winner !== null,
  );
  group.addAll(iterators, name);
  yield* group.waitOrEnd();
  if (group.winner !== null) return group.winner.outcome;
  throw new AggregateError(group.failures, "any: no coroutine succeeded", {
    cause: group.failures[0],
  });
}
refuseAwait(succeeding);

/**
 * Runs coroutines side by side until the first has succeeded, cancels the others, and gives what it
 * returned when they have cleaned up: `Promise.any`, but structured. A failure counts only if all
 * fail.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run. Each runs once; a task is only joined.
 * @param options A name for the tasks.
 * @returns What to `yield*`, for what the first to succeed returned. It throws an `AggregateError`
 * of all failures, in the order in which they happened, if none succeeds or there is none.
 * @throws {TypeError} If one is no coroutine, or was started before.
 *
 * @example The first mirror that answers
 * ```ts
 * import { any, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* fetchFrom(mirror: string, ms: number, isUp: boolean) {
 *   yield* sleep(ms);
 *   if (!isUp) throw new Error(`${mirror} is down`);
 *   return mirror;
 * }
 * const mirror = simulate(any([fetchFrom("near", 10, false), fetchFrom("far", 50, true)]));
 * assertEquals(mirror, "far");
 * ```
 */
export function any<const C extends readonly Startable<unknown>[]>(
  coroutines: C,
  options: GatherOptions = {},
): Coroutine<Yielded<C[number]>> {
  checkOptions(options, "any", `{ name: "mirror" }`);
  return succeeding(toIterators(coroutines, "any"), options.name) as Coroutine<Yielded<C[number]>>;
}
