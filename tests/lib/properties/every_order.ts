import { chosen, type Entry, type Order } from "@tenfold/loop";

/**
 * Runs a program under every order there is, by brute force: it counts through the picks as an
 * odometer does.
 *
 * @returns What `run` gave each time, or `null` if there are more than `most` orders.
 */
export function underEveryOrder<T>(run: (order: Order) => T, most: number): T[] | null {
  const results: T[] = [];
  const wheels: { pick: number; among: number }[] = [];
  do {
    if (results.length === most) return null;
    let choice = 0;
    results.push(run(chosen((ready) => {
      wheels[choice] ??= { pick: 0, among: ready.length };
      return wheels[choice++]!.pick;
    })));
    while (wheels.length > 0 && ++wheels.at(-1)!.pick === wheels.at(-1)!.among) wheels.pop();
  } while (wheels.length > 0);
  return results;
}

/** How often another task took a step while the one before could have gone on, as a log tells. */
export function preemptionsIn(entries: readonly Entry[]): number {
  const ready = new Set<number>();
  let last: number | undefined;
  let preemptions = 0;
  for (const entry of entries) {
    if (entry.type === "ready" || (entry.type === "suspend" && entry.why === "pause")) {
      ready.add(entry.task);
    } else if (entry.type === "step") {
      if (last !== entry.task && ready.has(last!)) preemptions++;
      ready.delete(entry.task);
      last = entry.task;
    }
  }
  return preemptions;
}
