// What the page needs of the library: `@tenfold/loop`, as its import map has it.
export { block } from "../../../lib/ops/block.ts";
export { pacedClock } from "../../../lib/run/clock.ts";
export type { Coroutine, Order } from "../../../lib/core/types.ts";
export { emit } from "../../../lib/ops/emit.ts";
export { EventLoop, simulate } from "../../../lib/run/event-loop.ts";
export { gather } from "../../../lib/combine/gather.ts";
export { chosen, fifo, shuffled } from "../../../lib/run/order.ts";
export { sleep } from "../../../lib/ops/sleep.ts";
export { summarize, type Summary, tally } from "../../../lib/trace/summarize.ts";
export type { CancelEntry, Entry, ReadyEntry, SuspendEntry } from "../../../lib/trace/entry.ts";
export { record } from "../../../lib/trace/record.ts";
