// What a page that runs nothing itself needs of the library: `@tenfold/loop`, as its import map has it.
export { summarize, type Summary, tally } from "../../../lib/trace/summarize.ts";
export type { CancelEntry, Entry, ReadyEntry, SuspendEntry } from "../../../lib/trace/entry.ts";
