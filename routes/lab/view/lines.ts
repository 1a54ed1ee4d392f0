import type { Entry } from "@tenfold/loop";

/**
 * How many frames of a stack are kept. V8 keeps ten by default, and those of the library alone can be
 * more.
 */
const FRAMES = 30;

/** A log, and where in the program each entry came from. */
export interface LocatedLog {
  entries: Entry[];
  /**
   * For each entry the lines of the program that were being run, the innermost first; none for what
   * the loop does between two steps.
   */
  lines: number[][];
}

/** The entries that a coroutine causes while it runs. */
const CAUSED: ReadonlySet<Entry["type"]> = new Set(["spawn", "suspend", "emit", "cancel"]);

/**
 * Keeps the log of a run, with the lines of a file. The loop logs an entry while the coroutine that
 * causes it is on the stack, so the stack has the lines: no parser, no guess from step counts.
 *
 * @param file How the address of the file ends.
 * @param run Runs the program, with the trace function that it is given.
 */
export function locate(file: string, run: (trace: (entry: Entry) => void) => void): LocatedLog {
  const log: LocatedLog = { entries: [], lines: [] };
  // Only V8 has such a limit.
  const { stackTraceLimit } = Error as { stackTraceLimit?: number };
  Object.assign(Error, { stackTraceLimit: FRAMES });
  try {
    run((entry) => {
      log.entries.push(entry);
      // The loop logs the others between two steps: a stack costs some 20 µs, and would have no line.
      log.lines.push(CAUSED.has(entry.type) ? linesIn(new Error().stack ?? "", file) : []);
    });
  } finally {
    Object.assign(Error, { stackTraceLimit });
  }
  return log;
}

/** The lines of a file that a stack names, the innermost first. */
export function linesIn(stack: string, file: string): number[] {
  const frames = stack.split("\n").filter((frame) => frame.includes(`${file}:`));
  return frames.map((frame) =>
    parseInt(frame.slice(frame.lastIndexOf(`${file}:`) + file.length + 1))
  );
}

/** For each task the first line of it that the log has. */
export function firstLinesOf({ entries, lines }: LocatedLog): (number | undefined)[] {
  const first: (number | undefined)[] = [];
  let running: number | undefined;
  for (const [index, { type, task }] of entries.entries()) {
    if (type === "step") running = task;
    // A task that is spawned or cancelled is not the one whose line that is.
    if (running !== undefined) first[running] ??= lines[index]?.[0];
    if (running === task && (type === "suspend" || type === "exit")) running = undefined;
  }
  return first;
}
