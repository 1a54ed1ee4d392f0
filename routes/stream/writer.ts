// Not from `@tenfold/loop`: see `../tutorial/program.ts`.
import { pacedClock } from "../../lib/run/clock.ts";
import { EventLoop, traceWith } from "../../lib/run/event-loop.ts";
import { encodeRun, type Run } from "./event-id.ts";
import { type EventSink, RunEvents } from "./events.ts";
import { countStream, type Demand, type OpenBody, register, unregister } from "./registry.ts";
import { MAX_WRITE, STALL_SWEEPS } from "./sliced.ts";
import { encodeComment, encodeResumed, encodeRetry } from "./sse.ts";
import { longestRun } from "../tutorial/parameters.ts";
import { orderOf, tutorial } from "../tutorial/program.ts";

/** How long a client should wait before it reconnects, in ms: Chromium and Firefox wait longer. */
const RETRY_MS = 1000;

/**
 * The same, at least and at most, for a server that is stopping: another one is there already, and
 * should not get all clients at once. The first line of the next response sets the usual time again.
 */
const DRAIN_RETRY_MS = { min: 250, max: 1250 };

/**
 * How many quiet sweeps lead to a heartbeat. Deno Deploy stops an isolate that has sent nothing for
 * 5 s; proxies wait longer, 30 s and more.
 */
const HEARTBEAT_SWEEPS = 3;

const encoder = new TextEncoder();

/** The body of a response: the events of a run, which it runs at the pace of the wall. */
class StreamWriter
  implements OpenBody, EventSink, UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly demand: Demand;
  readonly #events: RunEvents;
  readonly #loop: EventLoop<unknown>;
  /** `null` once the client has everything or has left. */
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  /** Settles when all coroutines of the run have ended. */
  #settled: Promise<void> | undefined;
  /** Text that the client has not taken yet. It is ASCII, so characters are bytes. */
  #pending: string;
  /** Whether the client waits for the next write. */
  #isAsked = false;
  /** Sweeps since the last write. */
  #idleSweeps = 0;
  #isFlushing = false;
  /** Whether any event was written. A heartbeat then has to wait for the end of an event. */
  #hasBegun = false;
  /** Whether the stream stops before its run is over. Some clients take a clean end for that. */
  #isStopping = false;
  /** Resolves when the client has taken everything, for one who has stopped the stream. */
  #taken: PromiseWithResolvers<void> | undefined;
  /** Whether no more events will follow. */
  #isOver = false;

  constructor(run: Run, from: number, comment: string | undefined) {
    const lastId = from === 0 ? undefined : `${encodeRun(run)}.${from - 1}`;
    this.#pending = lastId === undefined && comment === undefined
      ? encodeRetry(RETRY_MS)
      : encodeResumed(RETRY_MS, lastId, comment);
    this.#loop = new EventLoop(tutorial(run.parameters), {
      clock: pacedClock({ origin: run.origin }),
      order: orderOf(run.parameters),
      ...(run.trace && { trace: (entry) => this.#events.trace(entry) }),
    });
    this.#events = new RunEvents(run, from, this.#loop, this);
    if (!run.trace) traceWith(this.#loop, this.#events);
    this.demand = demandOf(run);
    register(this);
    countStream("opened");
  }

  start(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#controller = controller;
    this.#events.start();
    this.#settled = this.#loop.run().then(() => this.#finish(), (error) => this.#fail(error));
  }

  /** The client can take more. */
  pull(): void {
    this.#isAsked = true;
    this.#flush();
  }

  /**
   * The client has left.
   *
   * @returns When the run has cleaned up, so that after it nothing of the stream is left.
   */
  async cancel(): Promise<void> {
    this.#end("the client has left");
    await this.#settled;
  }

  stop(): Promise<void> {
    const taken = this.#taken ??= Promise.withResolvers<void>();
    if (this.#controller === null) taken.resolve();
    if (!this.#isOver) {
      const { min, max } = DRAIN_RETRY_MS;
      this.#pending += encodeRetry(min + Math.floor(Math.random() * (max - min + 1)));
      this.#isStopping = true;
      this.#finish();
      this.#loop.cancel("the server is stopping");
    }
    return taken.promise;
  }

  cut(reason = "the server has stopped"): void {
    const error = new Error(reason);
    // `Deno.serve` prints it.
    error.stack = reason;
    this.#end(reason)?.error(error);
  }

  sweep(): "heartbeat" | "dropped" | undefined {
    this.#idleSweeps++;
    // The run of an isolate whose clock is ahead begins when this clock gets there. Until then its
    // first event is pending, and heartbeats go before it.
    const isBetweenEvents = this.#pending === "" || !this.#hasBegun;
    if (this.#isAsked && isBetweenEvents && this.#idleSweeps >= HEARTBEAT_SWEEPS) {
      this.#write(encodeComment());
      return "heartbeat";
    }
    if (this.#isAsked || this.#idleSweeps < STALL_SWEEPS) return undefined;
    // The client can resume from the last id that it has read.
    this.cut("a client that read nothing for 30 s was dropped");
    return "dropped";
  }

  add(text: string): void {
    if (this.#isOver) return;
    this.#pending += text;
    this.flushSoon();
  }

  flushSoon(): void {
    if (this.#isOver || this.#isFlushing) return;
    this.#isFlushing = true;
    // After the loop has run this instant, so that all its events leave in one write.
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #finish(): void {
    this.#isOver = true;
    this.#flush();
  }

  #fail(error: unknown): void {
    // A stream that is over has cancelled its run.
    if (this.#isOver) return;
    console.error(error);
    this.#end("the run has failed")?.error(new Error("the run has failed"));
  }

  /** Writes pending text if the client waits for it and the instant is complete. */
  #flush(): void {
    if (!this.#isAsked || !(this.#isOver || this.#loop.isIdle)) return;
    const text = this.#pending.slice(0, MAX_WRITE);
    this.#pending = this.#pending.slice(MAX_WRITE);
    if (text !== "") {
      this.#hasBegun = true;
      this.#write(text);
    }
    if (!this.#isOver || this.#pending !== "") return;
    if (!this.#isStopping) this.#end("the run is over")?.close();
    // The last write has been taken when the client asks for another.
    else if (this.#isAsked) this.#taken?.resolve();
  }

  #write(text: string): void {
    this.#isAsked = false;
    this.#idleSweeps = 0;
    this.#controller?.enqueue(encoder.encode(text));
  }

  /** Ends the run and gives its place free. Returns the controller the first time, then `null`. */
  #end(reason: string): ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null {
    const controller = this.#controller;
    if (controller === null) return null;
    this.#controller = null;
    this.#isOver = true;
    this.#loop.cancel(reason);
    unregister(this);
    this.#taken?.resolve();
    return controller;
  }
}

/** What a stream of a run takes of the room from now on. */
export function demandOf({ parameters, origin }: Run): Demand {
  // A run that has begun has less to go; one that begins on another clock's time has more.
  const ms = origin + longestRun(parameters) - Date.now();
  return { coroutines: parameters.count, ms };
}

/**
 * Starts a run and returns the body of its stream.
 *
 * @param run The run. If it began in the past, it first catches up at once.
 * @param from The index of the first event to write.
 * @param comment A comment to begin with.
 */
export function openStream(run: Run, from: number, comment?: string): ReadableStream<Uint8Array> {
  return new ReadableStream(new StreamWriter(run, from, comment), { highWaterMark: 0 });
}
