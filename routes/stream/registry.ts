/** A stream, to whoever looks after all of them. */
export interface OpenStream {
  /** Ends it after the event that is being written, and tells the client to come back. */
  stop(): void;
  /** Looks after its reader: called once a second. Says what it did. */
  sweep(): "heartbeat" | "dropped" | undefined;
}

/** How often streams are looked after, in ms. */
const SWEEP_MS = 1000;

/** What there may be at a time, of streams and of coroutines: those are what takes memory. */
export const limits = { streams: 4000, coroutines: 100_000 };

/** The streams of this isolate whose reader has not everything yet. */
const open = new Set<OpenStream>();
let coroutines = 0;
const counts = { opened: 0, refused: 0, heartbeats: 0, dropped: 0 };
let sweeper: ReturnType<typeof setInterval> | undefined;
let stopping = false;

/** How many streams are open, and what has happened to streams until now. */
export function countStreams(): { open: number; coroutines: number } & typeof counts {
  return { open: open.size, coroutines, ...counts };
}

/**
 * Whether there is room for one more stream.
 *
 * @param count How many coroutines it would run.
 * @param resuming Whether its client comes back, for which there is a tenth more room: a browser
 * that is refused once never asks again.
 */
export function hasCapacity(count: number, resuming: boolean): boolean {
  const share = resuming ? 1.1 : 1;
  const fits = open.size < limits.streams * share &&
    coroutines + count <= limits.coroutines * share;
  if (fits && !stopping) return true;
  counts.refused++;
  return false;
}

/**
 * Counts a stream in.
 *
 * @param stream The stream.
 * @param count How many coroutines it runs.
 * @returns What to call when its reader has everything, or is gone.
 */
export function register(stream: OpenStream, count: number): () => void {
  open.add(stream);
  coroutines += count;
  counts.opened++;
  sweeper ??= setInterval(sweep, SWEEP_MS);
  return () => {
    open.delete(stream);
    coroutines -= count;
    if (open.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };
}

/** Ends all streams, and lets no new ones begin: their clients come back, and go on elsewhere. */
export function drain(): void {
  stopping = true;
  for (const stream of open) stream.stop();
}

/** Sends heartbeats, and drops who has stalled. The one timer of all streams calls it. */
export function sweep(): void {
  for (const stream of open) {
    const what = stream.sweep();
    if (what === "heartbeat") counts.heartbeats++;
    if (what === "dropped") counts.dropped++;
  }
}
