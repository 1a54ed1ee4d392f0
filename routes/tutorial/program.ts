import {
  block,
  type Coroutine,
  emit,
  type Entry,
  fifo,
  gather,
  type Order,
  record,
  shuffled,
  simulate,
  sleep,
} from "@tenfold/loop";
import { random } from "../../lib/core/random.ts";
import type { Parameters } from "./parameters.ts";

// The program of the tutorial, "A small example to help you understand coroutines thoroughly". The
// comments quote its Python.

/** `time.sleep(1); print(num)` or `await asyncio.sleep(1); print(num)`, depending on `wait`. */
function* display(num: number, wait: typeof sleep, delay: number): Coroutine<void> {
  yield* wait(delay);
  yield* emit(num);
}

/** `for num in range(10): display(num)`: one after another, in one task that holds the thread. */
function* blocking(delays: number[]): Coroutine<void> {
  for (const [num, delay] of delays.entries()) yield* display(num, block, delay);
}

/**
 * `coroutines = [display(num) for num in range(10)]`, then
 * `loop.run_until_complete(asyncio.wait(coroutines))`: all together, each in a task of its own.
 */
function cooperative(delays: number[]): Coroutine<unknown> {
  const coroutines = delays.map((delay, num) => display(num, sleep, delay));
  return gather(coroutines, { name: "display" });
}

/** The program that the parameters describe. */
export function tutorial({ count, delay, jitter, mode, seed }: Parameters): Coroutine<unknown> {
  // `shuffled(seed)` draws the order from the same seed. Without the complement, both would draw the
  // same numbers, and how long a coroutine sleeps would decide which goes first.
  const next = random(~seed);
  const delays = Array.from({ length: count }, () => delay + Math.floor(next() * (jitter + 1)));
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
