import { type Entry, EventLoop, pacedClock } from "@tenfold/loop";
import { encodeComment } from "./event.ts";
import { RunEvents } from "./run-events.ts";
import type { Run } from "./run-id.ts";
import { orderOf, tutorial } from "./tutorial.ts";

const encoder = new TextEncoder();

/** The streams of this isolate whose run goes on. */
const open = new Set<OpenStream>();
let opened = 0;

/** How many streams are open, and how many have been opened. */
export function countStreams(): { open: number; opened: number } {
  return { open: open.size, opened };
}

/** Ends all streams: their clients come back, and go on elsewhere. */
export function endStreams(): void {
  for (const stream of open) stream.stop();
}

/** The bytes of a run's events, written as its coroutines wake, at the pace of the wall. */
class OpenStream implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #events: RunEvents;
  readonly #loop: EventLoop<unknown>;
  /** `null` when nothing may be written any more. */
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  #pending: string;
  #flushing = false;

  constructor(run: Run, from: number, comment: string | undefined) {
    this.#pending = comment === undefined ? "" : encodeComment(comment);
    this.#events = new RunEvents(run, from, (text) => this.#pending += text);
    this.#loop = new EventLoop(tutorial(run.parameters), {
      clock: pacedClock({ origin: run.origin }),
      order: orderOf(run.parameters),
      trace: (entry) => this.#trace(entry),
    });
  }

  start(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#controller = controller;
    open.add(this);
    opened++;
    this.#events.start();
    this.#loop.run().then(() => this.#end(), (error) => this.#fail(error));
  }

  /** The client has left. */
  cancel(): void {
    this.#leave();
    this.#loop.cancel("the client has left");
  }

  /** Ends the stream cleanly, wherever it is. */
  stop(): void {
    this.#end();
    this.#loop.cancel("the server is stopping");
  }

  #end(): void {
    this.#write();
    this.#leave()?.close();
  }

  #fail(error: unknown): void {
    const controller = this.#leave();
    // A run that was cancelled has left before.
    if (controller === null) return;
    console.error(error);
    controller.error(new Error("the run has failed"));
  }

  #leave(): ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null {
    const controller = this.#controller;
    this.#controller = null;
    open.delete(this);
    return controller;
  }

  #trace(entry: Entry): void {
    this.#events.trace(entry);
    if (this.#flushing) return;
    this.#flushing = true;
    // After the loop's turn, so that all events of one instant leave in one write.
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#loop.quiet) this.#write();
    });
  }

  #write(): void {
    if (this.#pending === "" || this.#controller === null) return;
    const bytes = encoder.encode(this.#pending);
    this.#pending = "";
    this.#controller.enqueue(bytes);
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
  return new ReadableStream(new OpenStream(run, from, comment));
}
