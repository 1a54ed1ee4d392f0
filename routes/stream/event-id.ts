import { type Parameters, RANGES, tooLong } from "../tutorial/parameters.ts";

/** Everything there is to know of a stream's run: with it, any isolate can resume the stream. */
export interface Run {
  parameters: Parameters;
  /** Whether the entries of the log are events, too. */
  trace: boolean;
  /** When the run began, in ms since the Unix epoch. */
  origin: number;
}

/** What the ids of a run's events have in common: a version, and all fields of the run. */
export function encodeRun({ parameters, trace, origin }: Run): string {
  const { count, delay, jitter, mode, order, seed } = parameters;
  const letters = `${mode[0]}${order[0]}${trace ? "t" : ""}`;
  // Only hyphens, letters and digits: other characters in `Last-Event-ID` make browsers send a
  // preflight (Fetch, "CORS-unsafe request-header byte").
  return `1-${count}-${delay}-${jitter}-${letters}-${seed}-${origin.toString(36)}`;
}

const EVENT_ID = /^(1-(\d+)-(\d+)-(\d+)-([cb])([sf])(t?)-(\d+)-([\da-z]+))\.(\d+)$/;

/** The longest id that is looked at, in characters: the largest fields make one of 51. */
const MAX_LENGTH = 128;

/** Decodes an event's id into its run and its index there; `undefined` if no event has this id. */
export function decodeEventId(id: string): { run: Run; index: number } | undefined {
  if (id.length > MAX_LENGTH) return undefined;
  const match = EVENT_ID.exec(id);
  if (match === null) return undefined;
  const [, text, count, delay, jitter, mode, order, trace, seed, origin, index] = match;
  const run: Run = {
    parameters: {
      count: Number(count),
      delay: Number(delay),
      jitter: Number(jitter),
      mode: mode === "b" ? "blocking" : "cooperative",
      order: order === "f" ? "fifo" : "shuffled",
      seed: Number(seed),
    },
    trace: trace === "t",
    origin: parseInt(origin!, 36),
  };
  const { parameters } = run;
  for (const [name, { min, max }] of Object.entries(RANGES)) {
    const value = parameters[name as keyof typeof RANGES];
    if (value < min || value > max) return undefined;
  }
  if (tooLong(parameters) !== undefined || run.origin > Number.MAX_SAFE_INTEGER) return undefined;
  // Each run has one spelling: no leading zeros, in the fields or in the index.
  if (encodeRun(run) !== text || String(Number(index)) !== index) return undefined;
  return { run, index: Number(index) };
}
