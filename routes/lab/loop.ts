// What the page needs of the library: `@tenfold/loop`, as its import map has it.
export { block } from "../../lib/block.ts";
export { pacedClock } from "../../lib/clock.ts";
export type { Coroutine } from "../../lib/coroutine.ts";
export { emit, time } from "../../lib/emit.ts";
export { EventLoop, simulate } from "../../lib/event-loop.ts";
export { gather } from "../../lib/gather.ts";
export { chosen, fifo, type Order, random, shuffled } from "../../lib/order.ts";
export { sleep } from "../../lib/sleep.ts";
export { summarize, type Summary, tally } from "../../lib/summarize.ts";
export { type Entry, record } from "../../lib/trace.ts";
