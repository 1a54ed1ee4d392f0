import { Problem } from "../../problem.ts";
import { type Parameters, readQuery, withDefaults } from "../../tutorial/parameters.ts";

/** The parameters in the address of the page, which are the fields of its form. */
export const FIELDS = ["count", "delay", "jitter", "order", "seed"] as const;

/** The seed of the page's run by default. The page needs one: its address is to give the same run. */
const SEED = 42;

/** What a query asks the page for. */
export interface AskedRun {
  /** The run, with the default for each field that is wrong. */
  parameters: Parameters;
  /** What is wrong with a field. */
  errors: ReadonlyMap<string, string>;
}

/**
 * Reads the run in a query. Unknown parameters are ignored: sites that pass an address on add some,
 * such as `utm_source` and `fbclid`.
 */
export function readRun(query: URLSearchParams): AskedRun {
  const given: Partial<Parameters> = {};
  const errors = new Map<string, string>();
  for (const name of FIELDS) {
    const pairs = query.getAll(name).map((value) => [name, value]);
    try {
      Object.assign(given, readQuery(new URLSearchParams(pairs), {}).parameters);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      errors.set(name, error.errors[0]!.detail);
    }
  }
  return { parameters: withDefaults({ seed: SEED, ...given }), errors };
}

/** What is wrong with an address, in a sentence, or nothing. */
export function errorText(errors: AskedRun["errors"]): string {
  const details = [...errors].map(([name, detail]) => `${name}: ${detail}`);
  return details.length === 0 ? "" : `This address has an error, and the page shows the default ` +
    `instead. ${details.join("; ")}.`;
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
export function queryOf(parameters: Parameters): string {
  return String(new URLSearchParams(FIELDS.map((name) => [name, `${parameters[name]}`])));
}

/** Where in a run the page is, and which lane is selected. */
export interface Place {
  position?: number | undefined;
  lane?: number | undefined;
}

/** The place in a run that a query asks for. What is no number is left alone. */
export function readPlace(query: URLSearchParams, mode: string): Place {
  const [position, lane] = [mode, `${mode}-lane`].map((name) => {
    const value = query.get(name);
    return value !== null && /^\d{1,5}(\.\d{1,3})?$/.test(value) ? Number(value) : undefined;
  });
  return { position, lane: Number.isInteger(lane) ? lane : undefined };
}

/** The query of a place in a run, to be added to the run's own. */
export function placeQuery({ position, lane }: Place, mode: string): string {
  const at = position === undefined ? "" : `&${mode}=${Math.round(1000 * position) / 1000}`;
  return at + (lane === undefined ? "" : `&${mode}-lane=${lane}`);
}
