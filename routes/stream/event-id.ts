import { type Parameters, RANGES, tooLong } from "../tutorial/parameters.ts";

/** A run of the stream, all there is to it: any isolate can go on with it from this alone. */
export interface Run {
  parameters: Parameters;
  /** Whether the log's entries are events, too. */
  trace: boolean;
  /** When it began, in ms since the Unix epoch. */
  origin: number;
}

/** The first part of all event ids of a run: its version, then everything. */
export function encodeRun({ parameters, trace, origin }: Run): string {
  const { count, delay, jitter, mode, order, seed } = parameters;
  const letters = mode[0]! + order[0]! + (trace ? "t" : "");
  // Hyphens, letters and digits: nothing that makes a browser ask before it sends the header.
  return [1, count, delay, jitter, letters, seed, origin.toString(36)].join("-");
}

const EVENT_ID = /^(1-(\d+)-(\d+)-(\d+)-([cb])([sf])(t?)-(\d+)-([\da-z]+))\.(\d+)$/;

/** The run and the place of an event in it, or `undefined` if the id can't be one of ours. */
export function decodeEventId(id: string): { run: Run; index: number } | undefined {
  if (id.length > 128) return undefined;
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
  // One run, one spelling: no leading zeros, and no index that is.
  if (encodeRun(run) !== text || String(Number(index)) !== index) return undefined;
  return { run, index: Number(index) };
}
