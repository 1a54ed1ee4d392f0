import { isCancelled } from "../core/errors.ts";
import type { Order } from "../core/types.ts";

/** The last cause of an error that a run by chance failed with. */
class Seeds extends Error {
  override readonly name = "Seeds";
}

/**
 * Keeps the seeds that a run went by on what it failed with, as the last of its causes: with them
 * it fails again.
 *
 * @param order The order of the run.
 * @param seed What lengths were drawn by, `undefined` if none were.
 */
export function nameSeeds(error: unknown, order: Order, seed: number | undefined): void {
  const options = [
    ...(order.seed === undefined ? [] : [`order: shuffled(${order.seed})`]),
    ...(seed === undefined ? [] : [`seed: ${seed}`]),
  ];
  // To be cancelled is no failure.
  if (options.length === 0 || isCancelled(error)) return;
  try {
    appendCause(error, `run again with { ${options.join(", ")} }`);
  } catch {
    // A cause that can't be read or set: the error matters more.
  }
}

function appendCause(error: unknown, message: string): void {
  const seen = new Set<unknown>();
  for (let link = error; link instanceof Error && !seen.has(link); link = link.cause) {
    seen.add(link);
    // The error may have been thrown in an earlier run, too.
    if (link.cause !== undefined && !(link.cause instanceof Seeds)) continue;
    if (!Object.isExtensible(link)) return;
    const value = new Seeds(message);
    Object.defineProperty(link, "cause", { value, configurable: true, writable: true });
    return;
  }
}
