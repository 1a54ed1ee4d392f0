// Not from `@tenfold/loop`, as `/stream` needs half of its modules: with all of them, its first answer
// after a cold start takes a twelfth longer (`deno task bench:cold`).
import { gather } from "../../lib/combine/gather.ts";
import { random } from "../../lib/core/random.ts";
import type { Coroutine, Order } from "../../lib/core/types.ts";
import { block } from "../../lib/ops/block.ts";
import { emit } from "../../lib/ops/emit.ts";
import { sleep } from "../../lib/ops/sleep.ts";
import { simulate } from "../../lib/run/event-loop.ts";
import { fifo, shuffled } from "../../lib/run/order.ts";
import type { Entry } from "../../lib/trace/entry.ts";
import { record } from "../../lib/trace/record.ts";
import type { Parameters } from "./parameters.ts";

// The program of the tutorial, "A small example to help you understand coroutines thoroughly". The
// comments quote its Python.

/** `await asyncio.sleep(1); print(num)`: gives the thread back while it sleeps. */
function* display(num: number, delay: number): Coroutine<void> {
  yield* sleep(delay);
  yield* emit(num);
}

/** `await asyncio.gather(*[display(num) for num in range(10)])`: all at once, in a task each. */
function* cooperative(delays: number[]): Coroutine<void> {
  yield* gather(delays.map((delay, num) => display(num, delay)), { name: "display" });
}

/** `time.sleep(1); print(num)`: holds the thread while it sleeps. */
function* displayBlocking(num: number, delay: number): Coroutine<void> {
  yield* block(delay);
  yield* emit(num);
}

/** `for num in range(10): display(num)`: one after another, in one task. */
function* blocking(delays: number[]): Coroutine<void> {
  for (const [num, delay] of delays.entries()) yield* displayBlocking(num, delay);
}

/** The program that the parameters describe. */
export function tutorial({ count, delay, jitter, mode, seed }: Parameters): Coroutine<unknown> {
  // `shuffled(seed)` draws the order from the same seed. Without the complement, both would draw the
  // same numbers, and how long a coroutine sleeps would decide which goes first.
  const next = random(~seed);
  const delays: number[] = [];
  while (delays.length < count) delays.push(delay + Math.floor(next() * (jitter + 1)));
  return mode === "blocking" ? blocking(delays) : cooperative(delays);
}

/** The order of ready tasks that the parameters describe. */
export function orderOf({ order, seed }: Parameters): Order {
  return order === "fifo" ? fifo() : shuffled(seed);
}

/** The log of a run, computed in virtual time. */
export function logOf(parameters: Parameters): Entry[] {
  const log = record();
  simulate(tutorial(parameters), { order: orderOf(parameters), trace: log });
  return log.entries;
}
