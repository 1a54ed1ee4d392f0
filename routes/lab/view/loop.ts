// What the page needs of the library: `@tenfold/loop`, as its import map has it. The types are for
// `tests/browser.json`.
export { pacedClock } from "../../../lib/run/clock.ts";
export { EventLoop, simulate } from "../../../lib/run/event-loop.ts";
export { chosen } from "../../../lib/run/order.ts";
export { summarize, type Summary, tally } from "../../../lib/trace/summarize.ts";
export type { CancelEntry, Entry, ReadyEntry, SuspendEntry } from "../../../lib/trace/entry.ts";
export { record } from "../../../lib/trace/record.ts";
