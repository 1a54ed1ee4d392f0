import { type Parameters, readQuery, withDefaults } from "../../tutorial/parameters.ts";

/** The seed of the page's run by default. The page needs one: its address is to give the same run. */
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
  return withDefaults({ seed: SEED, ...readQuery(both, {}).parameters });
}

/** The addresses of a run, and the command that streams it. */
export function linksOf(parameters: Parameters, origin: string) {
  const { mode, seed } = parameters;
  const query = `mode=${mode}&${queryOf(parameters)}`;
  return {
    command: `curl -N "${origin}/stream?${query}"`,
    json: { href: `/trace?${query}`, download: `${mode}-${seed}.json` },
    perfetto: {
      href: `/trace?${query}&format=perfetto`,
      download: `${mode}-${seed}-perfetto.json`,
    },
  };
}

/** The query of a run. */
export function queryOf({ mode: _, ...run }: Parameters): string {
  return String(
    new URLSearchParams(Object.entries(run).map(([name, value]) => [name, `${value}`])),
  );
}
