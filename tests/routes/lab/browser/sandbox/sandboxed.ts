import { withEnding } from "../../../../../routes/lab/browser/sandbox/stopped.ts";
import {
  load,
  type Program,
  type Scripts,
} from "../../../../../routes/lab/browser/sandbox/program.ts";
import { exploreProgram } from "../../../../../routes/lab/browser/sandbox/explore.ts";
import { runProgram } from "../../../../../routes/lab/browser/sandbox/run.ts";
import type { AskedProgram, Explored, Ran } from "../../../../../routes/lab/view/ran.ts";

// What the sandbox does, without a browser and without its walls: for programs of ours only.

/** A program that loads a value twice in some orders: it checks, waits, and then acts. */
export const CACHE = `let cached;
let loads = 0;
function* get() {
  if (cached === undefined) {
    yield* pause();
    cached = ++loads;
  }
}
function* main() {
  yield* gather([get(), get()]);
  if (loads > 1) throw new Error("loaded twice");
}`;

/** Scripts of this process, in which the line of a mistake is told by the error itself. */
const scripts: Scripts = {
  add: (script) => URL.createObjectURL(new Blob([script], { type: "text/javascript" })),
  remove: (url) => URL.revokeObjectURL(url),
  check: () => Promise.resolve(undefined),
};

/** How a program is run, if not first come, first served. */
type Options = Partial<Omit<AskedProgram, "source">>;

/** Loads a program that can be run. */
export async function program(source: string): Promise<Program> {
  const loaded = await load(source, scripts);
  if ("make" in loaded) return loaded;
  throw new Error(loaded.text);
}

/** Runs a program. */
export async function run(source: string, options: Options = {}): Promise<Ran> {
  const loaded = await load(source, scripts);
  const asked: AskedProgram = { source, order: { by: "fifo" }, timing: "exact", ...options };
  return "make" in loaded ? runProgram(loaded, asked) : withEnding(loaded);
}

/** Runs a program under every order. */
export async function explore(source: string, options: Options = {}): Promise<Explored> {
  const asked: AskedProgram = { source, order: { by: "fifo" }, timing: "exact", ...options };
  return exploreProgram(await program(source), asked);
}

/** What a run has printed. */
export function printed({ entries }: Ran): unknown[] {
  return entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
}
