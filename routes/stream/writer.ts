import { type Entry, EventLoop, pacedClock } from "@tenfold/loop";
import { encodeComment, encodeRetry } from "./sse.ts";
import { type OpenStream, register } from "./registry.ts";
import { RunEvents } from "./events.ts";
import type { Run } from "./event-id.ts";
import { orderOf, tutorial } from "../tutorial/program.ts";

/** How long a client should wait before it comes back, in ms. */
const RETRY_MS = 1000;

/** The same, if the server is stopping and another one takes over. */
const DRAIN_RETRY_MS = 250;

/** After so many sweeps in silence there is a heartbeat. */
const HEARTBEAT_SWEEPS = 3;

/** After so many sweeps in which it took nothing, a reader is dropped. */
const STALL_SWEEPS = 30;

/** The longest write, in bytes: what a slow reader has not asked for stays with the stream. */
const MAX_WRITE = 64 * 1024;

const encoder = new TextEncoder();

/** The bytes of a run's events, written as its coroutines wake, at the pace of the wall. */
class StreamWriter implements OpenStream, UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #events: RunEvents;
  readonly #loop: EventLoop<unknown>;
  readonly #onLeave: () => void;
  /** `null` when the reader has everything, or is gone. */
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  /** What the reader has not taken yet, all of it ASCII. */
  #pending: string;
  /** Whether the reader waits for more. */
  #asked = false;
  /** How many sweeps there were since it took something. */
  #idle = 0;
  #flushing = false;
  /** Whether anything of the run was written: a comment could then be in the middle of an event. */
  #begun = false;
  #over = false;

  constructor(run: Run, from: number, comment: string | undefined) {
    this.#pending = (comment === undefined ? "" : encodeComment(comment)) + encodeRetry(RETRY_MS);
    this.#events = new RunEvents(run, from, (text) => this.#pending += text);
    this.#loop = new EventLoop(tutorial(run.parameters), {
      clock: pacedClock({ origin: run.origin }),
      order: orderOf(run.parameters),
      trace: (entry) => this.#trace(entry),
    });
    this.#onLeave = register(this, run.parameters.count);
  }

  start(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#controller = controller;
    this.#events.start();
    this.#loop.run().then(() => this.#finish(), (error) => this.#fail(error));
  }

  /** The reader wants more. */
  pull(): void {
    this.#asked = true;
    this.#flush();
  }

  /** The reader is gone. */
  cancel(): void {
    this.#end("the client has left");
  }

  stop(): void {
    if (this.#over) return;
    this.#pending += encodeRetry(DRAIN_RETRY_MS);
    this.#finish();
    this.#loop.cancel("the server is stopping");
  }

  sweep(): "heartbeat" | "dropped" | undefined {
    this.#idle++;
    // A run that another isolate began, whose clock is ahead, begins only when this one gets there.
    const isBetween = this.#pending === "" || !this.#begun;
    if (this.#asked && isBetween && this.#idle >= HEARTBEAT_SWEEPS) {
      this.#write(":\n\n");
      return "heartbeat";
    }
    if (this.#asked || this.#idle < STALL_SWEEPS) return undefined;
    // Nothing is lost: it comes back with the last id that it has read.
    this.#end("the client has stalled")?.close();
    return "dropped";
  }

  #trace(entry: Entry): void {
    if (this.#over) return;
    this.#events.trace(entry);
    if (this.#flushing) return;
    this.#flushing = true;
    // After the loop's turn, so that all events of one instant leave in one write.
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #finish(): void {
    this.#over = true;
    this.#flush();
  }

  #fail(error: unknown): void {
    // One that was cancelled is over.
    if (this.#over) return;
    console.error(error);
    this.#end("the run has failed")?.error(new Error("the run has failed"));
  }

  /** Writes what is pending, if the reader waits for it and its instant is over. */
  #flush(): void {
    if (!this.#asked || !(this.#over || this.#loop.isIdle)) return;
    const text = this.#pending.slice(0, MAX_WRITE);
    this.#pending = this.#pending.slice(MAX_WRITE);
    if (text !== "") {
      this.#begun = true;
      this.#write(text);
    }
    if (this.#over && this.#pending === "") this.#end("the run is over")?.close();
  }

  #write(text: string): void {
    this.#asked = false;
    this.#idle = 0;
    this.#controller?.enqueue(encoder.encode(text));
  }

  /** Lets go of the reader and of the run, whichever goes on. */
  #end(reason: string): ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null {
    const controller = this.#controller;
    if (controller === null) return null;
    this.#controller = null;
    this.#over = true;
    this.#loop.cancel(reason);
    this.#onLeave();
    return controller;
  }
}

/**
 * Opens a stream of a run.
 *
 * @param run The run.
 * @param from The index of the first event to write. The run is behind the wall by then, and
 * catches up at once.
 * @param comment What to tell a person beforehand.
 */
export function openStream(run: Run, from: number, comment?: string): ReadableStream<Uint8Array> {
  return new ReadableStream(new StreamWriter(run, from, comment), { highWaterMark: 0 });
}
