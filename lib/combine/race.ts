import type { Coroutine, Yielded } from "../core/types.ts";
import { Cancelled } from "../core/errors.ts";
import { addAll, type GatherOptions } from "./gather.ts";
import { Group } from "./group.ts";
import { driversOf } from "../core/iterator.ts";
import { asking } from "../core/suspension.ts";
import type { Driver } from "../core/task.ts";

function* racing(drivers: readonly Driver[], name: string | undefined): Coroutine<unknown> {
  const group = new Group(asking("race"), "gather", ({ ended }) => ended.length > 0);
  yield* addAll(group, drivers, name).waitOrEnd();
  const winner = group.ended[0]!;
  yield* group.end(new Cancelled("sibling", winner, "another was first"));
  return winner.outcome;
}

/**
 * Runs coroutines side by side until the first has ended, cancels the others, and gives what it
 * returned when they have cleaned up. If the first to end fails, so does this, by the rule of
 * {@linkcode gather}.
 *
 * @typeParam C The coroutines.
 * @param coroutines What to run, at least one. Each runs once; a task is only joined.
 * @param options A name for the tasks.
 * @returns What to `yield*`, for what the first returned.
 * @throws {TypeError} If there is none, or one is no coroutine, or was started before.
 *
 * @example The faster of two
 * ```ts
 * import { race, simulate, sleep } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * function* answer(from: string, ms: number) {
 *   yield* sleep(ms);
 *   return from;
 * }
 * assertEquals(simulate(race([answer("far", 80), answer("near", 20)])), "near");
 * ```
 */
export function race<const C extends readonly Coroutine<unknown>[]>(
  coroutines: C,
  options: GatherOptions = {},
): Coroutine<Yielded<C[number]>> {
  const drivers = driversOf(coroutines, "race");
  if (drivers.length === 0) throw new TypeError("race: expected at least one coroutine");
  return racing(drivers, options.name) as Coroutine<Yielded<C[number]>>;
}
