import { type ParameterError, Problem } from "../problem.ts";

/** What shapes a run. All of it: the same parameters give the same run. */
export interface Parameters {
  /** How many coroutines. */
  count: number;
  /** How long each sleeps, in ms. */
  delay: number;
  /** At most how much longer each sleeps, in ms, by the seed. */
  jitter: number;
  mode: "cooperative" | "blocking";
  order: "shuffled" | "fifo";
  seed: number;
}

/** The whole numbers a parameter may be. */
export const RANGES = {
  count: { min: 1, max: 1000 },
  delay: { min: 0, max: 60_000 },
  jitter: { min: 0, max: 60_000 },
  seed: { min: 0, max: 0xffff_ffff },
} as const;

/** The words a parameter may be. */
export const WORDS = {
  mode: ["cooperative", "blocking"],
  order: ["shuffled", "fifo"],
} as const;

/** What a parameter is when the query does not say. A seed is drawn. */
export const DEFAULTS = {
  count: 10,
  delay: 1000,
  jitter: 0,
  mode: "cooperative",
  order: "shuffled",
} as const;

/** The longest run, in ms. */
export const MAX_RUN_MS = 600_000;

/** Why these parameters, each in its range, are too much together. */
export function tooLong(
  { count, delay, jitter, mode }: Omit<Parameters, "seed">,
): string | undefined {
  const longest = (delay + jitter) * (mode === "blocking" ? count : 1);
  if (longest <= MAX_RUN_MS) return undefined;
  return `count × (delay + jitter) may be at most ${MAX_RUN_MS} ms when blocking, not ${longest}`;
}

/** What a query says, and no more: {@linkcode withDefaults} adds the rest. */
export interface Query {
  parameters: Partial<Parameters>;
  /** What it says of the parameters that only one route has. */
  extras: Partial<Record<string, string>>;
}

/** An answer need not be longer than the question. */
const MAX_ERRORS = 10;

/**
 * Reads a query.
 *
 * @param query The query.
 * @param extras The parameters that only this route has, and the words each may be; `null` for any.
 * @throws {Problem} 400, naming the parameters that are unknown, repeated or malformed.
 */
export function readQuery(
  query: URLSearchParams,
  extras: Record<string, readonly string[] | null>,
): Query {
  const given: Query = { parameters: {}, extras: {} };
  const complaints: ParameterError[] = [];
  const seen = new Set<string>();
  const words = { ...WORDS, ...extras };
  for (const [parameter, value] of query) {
    const detail = seen.has(parameter) ? "given more than once" : validate(parameter, value, words);
    seen.add(parameter);
    if (detail !== undefined) complaints.push({ parameter: truncate(parameter), detail });
    else if (Object.hasOwn(extras, parameter)) given.extras[parameter] = value;
    else Object.assign(given.parameters, { [parameter]: read(parameter, value) });
    if (complaints.length === MAX_ERRORS) break;
  }
  if (complaints.length > 0) {
    const details = complaints.map(({ parameter, detail }) => `${parameter}: ${detail}`);
    throw new Problem(400, details.join("; "), complaints);
  }
  const detail = tooLong({ ...DEFAULTS, ...given.parameters });
  if (detail === undefined) return given;
  const together = ["count", "delay", "jitter"].map((parameter) => ({ parameter, detail }));
  throw new Problem(400, detail, together);
}

function read(parameter: string, value: string): number | string {
  return Object.hasOwn(RANGES, parameter) ? Number(value) : value;
}

/** The whole set: what a query says, defaults, and a seed by chance. */
export function withDefaults(given: Partial<Parameters>): Parameters {
  const { count, delay, jitter, mode, order, seed = randomSeed() } = { ...DEFAULTS, ...given };
  return { count, delay, jitter, mode, order, seed };
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

function validate(
  parameter: string,
  value: string,
  words: Record<string, readonly string[] | null>,
): string | undefined {
  if (Object.hasOwn(RANGES, parameter)) {
    const { min, max } = RANGES[parameter as keyof typeof RANGES];
    // No sign, no fraction, no exponent, no leading zero: one number, one spelling.
    const number = /^(0|[1-9]\d{0,9})$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return undefined;
    return `expected a whole number from ${min} to ${max}, in decimal digits`;
  }
  if (Object.hasOwn(words, parameter)) {
    const choice = words[parameter]!;
    if (choice === null || choice.includes(value)) return undefined;
    return `expected ${choice.join(" or ")}`;
  }
  const known = [...Object.keys(RANGES), ...Object.keys(words)].join(", ");
  return `unknown; known are ${known}`;
}

function truncate(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40).toWellFormed()}…`;
}
