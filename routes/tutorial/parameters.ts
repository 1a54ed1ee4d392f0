import { type ParameterError, Problem } from "../problem.ts";

/** Everything that shapes a run: the same parameters give the same run. */
export interface Parameters {
  /** How many coroutines run. */
  count: number;
  /** How long each coroutine sleeps, in ms. */
  delay: number;
  /** The most that each coroutine sleeps longer, in ms; the seed draws how much. */
  jitter: number;
  mode: "cooperative" | "blocking";
  order: "shuffled" | "fifo";
  seed: number;
}

/** The parameters that are whole numbers, and their ranges, ends included. */
export const RANGES = {
  // A stream of 1,000 coroutines takes 1.3 MB, and 8 ms of a core to start.
  count: { min: 1, max: 1000 },
  // A minute each: long enough to see heartbeats, and to try what a proxy does with a quiet stream.
  delay: { min: 0, max: 60_000 },
  jitter: { min: 0, max: 60_000 },
  // 32 bits, as the generator takes it.
  seed: { min: 0, max: 0xffff_ffff },
} as const;

/** The parameters that are words, and the words each may be. */
export const WORDS = {
  mode: ["cooperative", "blocking"],
  order: ["shuffled", "fifo"],
} as const;

/** The values of parameters that a query leaves out, except the seed: that is random. */
export const DEFAULTS = {
  count: 10,
  delay: 1000,
  jitter: 0,
  mode: "cooperative",
  order: "shuffled",
} as const;

/** The longest run, in ms: ten minutes, so that a stream's place is free again in that time. */
export const MAX_RUN_MS = 600_000;

/** The longest that a run with these parameters can last, in ms, whatever its seed draws. */
export function longestRun({ count, delay, jitter, mode }: Omit<Parameters, "seed">): number {
  return (delay + jitter) * (mode === "blocking" ? count : 1);
}

/** Why these parameters make too long a run, although each is in its range. */
export function tooLong(parameters: Omit<Parameters, "seed">): string | undefined {
  const ms = longestRun(parameters);
  if (ms <= MAX_RUN_MS) return undefined;
  return `count × (delay + jitter) may be at most ${MAX_RUN_MS} ms when blocking, not ${ms}`;
}

/** The parameters that a query gives; {@linkcode withDefaults} adds the others. */
interface Query {
  parameters: Partial<Parameters>;
  /** The parameters that only one route has. */
  extras: Partial<Record<string, string>>;
}

/** How many errors one response lists: a query of 64 kB can hold thousands. */
const MAX_ERRORS = 10;

/** How many characters of a parameter's name a response repeats: four times the longest real one. */
const MAX_NAME = 40;

/** The parameters in a URL's query. Most URLs have none: then there is nothing to parse. */
export function parametersIn(url: URL): Iterable<[string, string]> {
  return url.search === "" ? [] : url.searchParams;
}

/**
 * Reads a query.
 *
 * @param query The query.
 * @param extras The parameters that only this route has, and the words each may be; `null` for any.
 * @throws {Problem} 400, naming the parameters that are unknown, repeated or malformed.
 */
export function readQuery(
  query: Iterable<[string, string]>,
  extras: Record<string, readonly string[] | null>,
): Query {
  const given: Query = { parameters: {}, extras: {} };
  const errors: ParameterError[] = [];
  const seen = new Set<string>();
  const words = { ...WORDS, ...extras };
  for (const [parameter, value] of query) {
    const detail = seen.has(parameter) ? "given more than once" : validate(parameter, value, words);
    seen.add(parameter);
    if (detail !== undefined) errors.push({ parameter: truncate(parameter), detail });
    else if (Object.hasOwn(extras, parameter)) given.extras[parameter] = value;
    else Object.assign(given.parameters, { [parameter]: parse(parameter, value) });
    if (errors.length === MAX_ERRORS) break;
  }
  if (errors.length > 0) {
    const details = errors.map(({ parameter, detail }) => `${parameter}: ${detail}`);
    throw new Problem(400, details.join("; "), errors);
  }
  return given;
}

function parse(parameter: string, value: string): number | string {
  return Object.hasOwn(RANGES, parameter) ? Number(value) : value;
}

/**
 * All parameters of a run: those given, defaults for the others, and a random seed.
 *
 * @throws {Problem} 400, if they make too long a run together.
 */
export function withDefaults(given: Partial<Parameters>): Parameters {
  const { count, delay, jitter, mode, order, seed = randomSeed() } = { ...DEFAULTS, ...given };
  const detail = tooLong({ count, delay, jitter, mode, order });
  if (detail === undefined) return { count, delay, jitter, mode, order, seed };
  const together = ["count", "delay", "jitter"].map((parameter) => ({ parameter, detail }));
  throw new Problem(400, detail, together);
}

function randomSeed(): number {
  return Math.floor(Math.random() * (RANGES.seed.max + 1));
}

/** What is wrong with a parameter, if anything is. */
function validate(
  parameter: string,
  value: string,
  words: Record<string, readonly string[] | null>,
): string | undefined {
  if (Object.hasOwn(RANGES, parameter)) {
    const { min, max } = RANGES[parameter as keyof typeof RANGES];
    // No sign, fraction, exponent or leading zero, so that each number has one spelling.
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
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME).toWellFormed()}…`;
}
