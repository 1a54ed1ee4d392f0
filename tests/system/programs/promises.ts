import { any, type Coroutine, run, sleep, until } from "@tenfold/loop";

/** A function of another library, which returns a promise. */
export type Get = (url: string, signal: AbortSignal) => Promise<string>;

/** Asks each mirror, 50 ms after the one before it. */
function* ask(get: Get, mirror: string, index: number): Coroutine<string> {
  yield* sleep(50 * index);
  return yield* until((signal) => get(mirror, signal));
}

/** The answer of the first mirror that has one; the others are aborted. For promise code, too. */
export async function fastest(
  mirrors: readonly string[],
  get: Get,
  signal?: AbortSignal,
): Promise<string> {
  const program = any(mirrors.map((mirror, index) => ask(get, mirror, index)));
  return await run(program, signal && { signal });
}
