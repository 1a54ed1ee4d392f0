import { refuseAwait } from "../core/awaited.ts";
import { toIterators } from "../core/iterator.ts";
import { checkOptions } from "../core/options.ts";
import { type LoopTask, runningTask, type TaskIterator } from "../core/task.ts";
import type { Coroutine, Startable, Yielded } from "../core/types.ts";
import type { GatherOptions } from "./gather.ts";
import { failedInCleanup, Group, nameOf, RETURN_WHEN } from "./group.ts";

class Race extends Group {
  /** Of a loser counts only what it throws after its cancel: what it did before has lost. */
  protected override isFailure(member: LoopTask<unknown>, isDecided: boolean): boolean {
    const isLoser = isDecided && member !== this.first;
    return isLoser ? failedInCleanup(member) : super.isFailure(member, isDecided);
  }

  protected override get hasWinner(): boolean {
    return this.first !== null;
  }

  protected override get loserReason(): string {
    return "another was first";
  }
}

function* racing(
  iterators: readonly TaskIterator[],
  names: readonly (string | null)[],
  keys: readonly string[] | null,
): Coroutine<unknown> {
  const group = new Race(runningTask("race"), "race", "gather", RETURN_WHEN["first-completed"]);
  const tasks = iterators.map((iterator, index) => group.add(iterator, names[index]!));
  yield* group.waitOrEnd();
  const value = group.first!.outcome;
  return keys !== null ? { key: keys[tasks.indexOf(group.first!)], value } : value;
}
refuseAwait(racing);

/**
 * Runs coroutines side by side until the first has ended, cancels the others at that moment, and
 * gives what it returned when they have cleaned up. If the first to end fails, so does this, by the
 * rule of {@linkcode gather}. What a loser throws counts only if its cleanup does: an error that it
 * throws before its cancel goes to the log.
 *
 * A queue's item or a permit that a loser was granted and has not received goes to the next in
 * line. A value that a member *received* belongs to that member: if the member then waits for
 * something else and loses, it must put the value back itself.
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
export function race<const C extends readonly Startable<unknown>[]>(
  coroutines: C,
  options?: GatherOptions,
): Coroutine<Yielded<C[number]>>;
/**
 * The same for an object of coroutines: gives which of them was first, too.
 *
 * @typeParam C The coroutines, by name.
 * @param coroutines What to run, at least one. Each task is called by its key.
 * @param options A name for the tasks, before the keys.
 * @returns What to `yield*`, for the key of the first and what it returned.
 * @throws {TypeError} If there is none, or one is no coroutine, or was started before.
 *
 * @example Which it was
 * ```ts
 * import { Event, Queue, race, simulate } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const jobs = new Queue<number>(1);
 * const stop = new Event();
 * jobs.tryPut(5);
 * const first = simulate(race({ job: jobs.get(), stop: stop.wait() }));
 * assertEquals(first, { key: "job", value: 5 });
 * ```
 */
export function race<const C extends { readonly [key: string]: Startable<unknown> }>(
  coroutines: C,
  options?: GatherOptions,
): Coroutine<{ [K in keyof C]: { key: K; value: Yielded<C[K]> } }[keyof C]>;
export function race(
  coroutines: readonly Startable<unknown>[] | { readonly [key: string]: Startable<unknown> },
  options: GatherOptions = {},
): Coroutine<unknown> {
  checkOptions(options, "race", `{ name: "runner" }`);
  const { name } = options;
  if (!isRecord(coroutines)) {
    const iterators = toIterators(coroutines, "race");
    if (iterators.length === 0) throw new TypeError("race: expected at least one coroutine");
    return racing(iterators, iterators.map((_, index) => nameOf(name, index)), null);
  }
  const keys = Object.keys(coroutines);
  if (keys.length === 0) throw new TypeError("race: expected at least one coroutine");
  const names = keys.map((key) => name === undefined ? key : `${name}.${key}`);
  return racing(toIterators(Object.values(coroutines), "race"), names, keys);
}

/** Whether it is an object of coroutines, and not one by mistake. */
function isRecord(
  coroutines: object,
): coroutines is { readonly [key: string]: Startable<unknown> } {
  return typeof coroutines === "object" && coroutines !== null && !Array.isArray(coroutines) &&
    !(Symbol.iterator in coroutines);
}
