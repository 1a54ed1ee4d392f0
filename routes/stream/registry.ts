import { Problem } from "../problem.ts";

// The room of this isolate: the responses that are open, and how many there may be.

/** A response that is being sent, as the registry sees it. */
export interface OpenBody {
  /** What it takes of the room. */
  readonly demand: Demand;
  /**
   * Ends the response, or has its client reconnect.
   *
   * @returns When the client has taken everything that there is for it.
   */
  stop(): Promise<void>;
  /** Breaks the connection off. */
  cut(): void;
  /** Called once a second. Sends a heartbeat or drops a stalled client, and returns which. */
  sweep(): "heartbeat" | "dropped" | undefined;
}

/** What a response takes of the room. */
export interface Demand {
  /** How many coroutines it runs or has run: memory and computing time grow with them. */
  coroutines: number;
  /** How long it lasts for a client that keeps reading, in ms. */
  ms: number;
}

/**
 * How many responses may be open, and how many coroutines they may have in all. 4,000 streams of ten
 * coroutines take some 130 MB, and 100 streams of 1,000 no more. The process, the connections and
 * what the collector has not freed yet come on top: with those, 8,000 streams took 773 MB
 * (`routes/README.md`), so 4,000 take about half of the 768 MB that Deno Deploy gives an instance.
 */
export const limits = { streams: 4000, coroutines: 100_000 };

/**
 * A response of more coroutines than this is large, and takes more than 3 ms of a core, or 100 kB, or
 * both: ten times the default.
 */
const LARGE = 100;

/** A response that lasts longer than this, in ms, is long: the default blocking run takes 10 s. */
const LONG_MS = 15_000;

/**
 * The part of the room that large responses may take in all, and long ones another. One client can
 * fill either with a few kB. The fifth that is left takes only responses that are neither: to keep
 * it full, the client would have to ask again for each of them every few seconds.
 */
const SHARE = 0.4;

/** A tenth more room for clients that resume: an `EventSource` that is refused never reconnects. */
const RESUME_SHARE = 1.1;

/** How long bytes may take to the network before a response is cut, in ms: HTTP/2 drops the rest. */
export const FLUSH_MS = 100;

/** How often {@linkcode sweep} runs, in ms. */
const SWEEP_MS = 1000;

/** The responses whose client has not received everything yet. */
const open = new Set<OpenBody>();

const all = { share: 1, streams: 0, coroutines: 0 };
const large = { share: SHARE, streams: 0, coroutines: 0 };
const long = { share: SHARE, streams: 0, coroutines: 0 };

const counts = { opened: 0, refused: 0, heartbeats: 0, dropped: 0 };
let sweeper: ReturnType<typeof setInterval> | undefined;
let isDraining = false;

/** How many responses and coroutines there are, and what has happened to streams so far. */
export function countStreams(): { open: number; coroutines: number } & typeof counts {
  return { open: open.size, coroutines: all.coroutines, ...counts };
}

/** Counts a stream that was opened or refused. */
export function countStream(event: "opened" | "refused"): void {
  counts[event]++;
}

/** When a client that was refused should ask again, in seconds. */
export const RETRY_AFTER_S = 5;

/** What a client that was refused is told. */
export const NO_ROOM = "this server has no room for another response of this size at the moment";

/** The response for a client that was refused. */
export function noRoom(): Problem {
  countStream("refused");
  return new Problem(503, NO_ROOM, [], { "retry-after": `${RETRY_AFTER_S}` });
}

/**
 * Whether there is room for one more response.
 *
 * @param demand What it would take.
 * @param isResuming Whether its client resumes a run.
 */
export function hasCapacity(demand: Demand, isResuming = false): boolean {
  if (isDraining) return false;
  return partsOf(demand).every(({ share, streams, coroutines }) => {
    const part = isResuming ? share * RESUME_SHARE : share;
    // Rounded up, the two parts of a small room would leave nothing. One answer must fit in any.
    return streams + 1 <= Math.max(1, Math.floor(limits.streams * part)) &&
      coroutines + demand.coroutines <= limits.coroutines * part;
  });
}

/** Adds a response to the room. */
export function register(body: OpenBody): void {
  const { demand } = body;
  open.add(body);
  for (const part of partsOf(demand)) {
    part.streams++;
    part.coroutines += demand.coroutines;
  }
  sweeper ??= setInterval(sweep, SWEEP_MS);
}

/** Removes a response from the room. Call it once, when the client has everything or has left. */
export function unregister(body: OpenBody): void {
  const { demand } = body;
  open.delete(body);
  for (const part of partsOf(demand)) {
    part.streams--;
    part.coroutines -= demand.coroutines;
  }
  if (open.size > 0) return;
  clearInterval(sweeper);
  sweeper = undefined;
}

/** The parts of the room in which a demand counts. */
function partsOf(demand: Demand): typeof all[] {
  const parts = [all];
  if (demand.coroutines > LARGE) parts.push(large);
  if (demand.ms > LONG_MS) parts.push(long);
  return parts;
}

/** How long after {@linkcode drain} open streams are cut, in ms: later than a process exits. */
const CUT_DELAY_MS = 2000;

/**
 * Stops all streams and refuses new ones; their clients resume on another server.
 *
 * The streams are cut, not ended, because some clients take the end for that of the run. The exit of
 * the process does that, and if it does not come, this does: `Deno.serve` then logs a line for each.
 *
 * @returns When all clients have what there is for them.
 */
export async function drain(): Promise<void> {
  isDraining = true;
  await Promise.all(Array.from(open, (body) => body.stop()));
  await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
  if (open.size > 0) setTimeout(() => open.forEach((body) => body.cut()), CUT_DELAY_MS);
}

/** Sends heartbeats and drops stalled clients. One timer serves all responses. */
export function sweep(): void {
  for (const body of open) {
    const action = body.sweep();
    if (action === "heartbeat") counts.heartbeats++;
    if (action === "dropped") counts.dropped++;
  }
}
