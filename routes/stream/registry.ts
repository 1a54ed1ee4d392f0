/** An open stream, as the registry sees it. */
export interface OpenStream {
  /** Ends the stream after its current event and tells the client to reconnect soon. */
  stop(): void;
  /** Called once a second. Sends a heartbeat or drops a stalled client, and returns which. */
  sweep(): "heartbeat" | "dropped" | undefined;
}

/** How often {@linkcode sweep} runs, in ms. */
const SWEEP_MS = 1000;

/**
 * How many streams may be open, and how many coroutines may run in all of them. 4,000 streams of
 * ten coroutines take some 130 MB, and so do 100 streams of 1,000. With connections and bursts on
 * top, either stays below the 512 MB that Deno Deploy gives an isolate.
 */
export const limits = { streams: 4000, coroutines: 100_000 };

/** A tenth more room for clients that resume: a refused `EventSource` never reconnects. */
const RESUME_SHARE = 1.1;

/** The streams whose client has not received everything yet. */
const open = new Set<OpenStream>();
let coroutines = 0;
const counts = { opened: 0, refused: 0, heartbeats: 0, dropped: 0 };
let sweeper: ReturnType<typeof setInterval> | undefined;
let isDraining = false;

/** How many streams and coroutines there are, and what has happened to streams so far. */
export function countStreams(): { open: number; coroutines: number } & typeof counts {
  return { open: open.size, coroutines, ...counts };
}

/**
 * Whether one more stream may open.
 *
 * @param count How many coroutines it would run.
 * @param isResuming Whether its client resumes a run.
 */
export function hasCapacity(count: number, isResuming: boolean): boolean {
  const share = isResuming ? RESUME_SHARE : 1;
  return !isDraining && open.size < limits.streams * share &&
    coroutines + count <= limits.coroutines * share;
}

/** Counts a request that {@linkcode hasCapacity} has turned away. */
export function countRefusal(): void {
  counts.refused++;
}

/**
 * Adds a stream.
 *
 * @param stream The stream.
 * @param count How many coroutines it runs.
 * @returns Removes it again. Call it once, when the client has everything or has left.
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

/** Stops all streams and refuses new ones; their clients resume on another server. */
export function drain(): void {
  isDraining = true;
  for (const stream of open) stream.stop();
}

/** Sends heartbeats and drops stalled clients. One timer serves all streams. */
export function sweep(): void {
  for (const stream of open) {
    const action = stream.sweep();
    if (action === "heartbeat") counts.heartbeats++;
    if (action === "dropped") counts.dropped++;
  }
}
