import { simulate } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import { logOf, orderOf, tutorial } from "../../tutorial/program.ts";
import { locate, type LocatedLog } from "./lines.ts";

/** The source of the tutorial's program, from the root of the project. */
export const PROGRAM = "routes/tutorial/program.ts";

/** Runs of more coroutines have no lines: a stack for each entry would take seconds. */
const MAX_LOCATED = 100;

/** The log of the tutorial, with the lines of {@linkcode PROGRAM}. */
export function locatedLogOf(parameters: Parameters): LocatedLog {
  if (parameters.count > MAX_LOCATED) return { entries: logOf(parameters), lines: [] };
  return locate(PROGRAM, (trace) => {
    simulate(tutorial(parameters), { order: orderOf(parameters), trace });
  });
}
