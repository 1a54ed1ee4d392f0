// What a page that runs nothing itself needs of the library: `@tenfold/loop`, as its import map has
// it.
export { tally } from "../../../lib/trace/summarize.ts";
