import { complete, type Parameters, readQuery } from "../parameters.ts";

/** The seed of the page's run, when nobody asks for another. */
const SEED = 42;

/**
 * The run that a query asks for, in both modes.
 *
 * @throws {Problem} 400, naming the parameters that are wrong, or together too much for either mode.
 */
export function readRun(query: URLSearchParams): Parameters {
  const both = new URLSearchParams(query);
  // The page shows both modes, whichever the link was for; blocking takes the longer time.
  both.set("mode", "blocking");
  return complete({ seed: SEED, ...readQuery(both, {}).parameters });
}

/** The query that asks for a run. */
export function queryOf({ mode: _, ...run }: Parameters): string {
  return String(
    new URLSearchParams(Object.entries(run).map(([name, value]) => [name, `${value}`])),
  );
}
