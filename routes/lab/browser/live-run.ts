import { type Entry, EventLoop, pacedClock } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import { orderOf, tutorial } from "../../tutorial/program.ts";
import { queryOf } from "../view/query.ts";

/** Where the entries of a run come from. */
export type Connection =
  | "connecting"
  | "live"
  | "lost"
  | "over"
  /** The server refused the stream: the browser runs the program itself. */
  | "refused"
  /** The server is gone: the browser goes on with the run. */
  | "local";

/** How long to wait for a connection before going on without the server, in ms. */
const GONE_AFTER = 5000;

/**
 * How long a new connection must last to count as back, in ms, if it brings no entry before: a full
 * server accepts a client that comes back, and ends the stream at once.
 */
const STEADY_AFTER = 500;

/**
 * The most streams of a whole browser. It makes six connections to a server, with HTTP/1.1, and the
 * next page needs some.
 */
const MAX_STREAMS = 3;

/** Takes one of the streams that a browser may have, and returns what gives it back. */
async function takeStream(): Promise<(() => void) | undefined> {
  // There are no locks where the page did not come over HTTPS: what can't be counted is not bounded.
  if (navigator.locks === undefined) return () => {};
  for (let stream = 0; stream < MAX_STREAMS; stream++) {
    const release = await new Promise<(() => void) | undefined>((resolve) => {
      navigator.locks.request(`tenfold-stream-${stream}`, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(undefined);
        return new Promise<void>((done) => resolve(done));
      }).catch(() => resolve(undefined));
    });
    if (release !== undefined) return release;
  }
  return undefined;
}

/** A run in real time: from the server, or, when that is gone, from here. It is the same run. */
export class LiveRun {
  readonly #parameters: Parameters;
  readonly #onEntry: (entry: Entry) => void;
  readonly #report: (connection: Connection, detail?: string) => void;
  readonly #url: string;
  #source: EventSource | undefined;
  /** Gives back the stream that this run has of those that a browser may have. */
  #release: (() => void) | undefined;
  /** The id of the last event that came. */
  #lastId = "";
  #loop: EventLoop<unknown> | undefined;
  #next = 0;
  #isClosed = false;
  /** When the run began, on the monotonic clock, in ms. */
  #origin: number | undefined;
  /** When the connection was lost, on the same clock. */
  #lost: number | undefined;
  /** The timer of the connection that is being made. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  /** Ends with the run what was begun for it. */
  readonly #closing = new AbortController();

  constructor(
    parameters: Parameters,
    onEntry: (entry: Entry) => void,
    onConnection: (connection: Connection, detail?: string) => void,
  ) {
    this.#parameters = parameters;
    this.#onEntry = onEntry;
    this.#report = (connection, detail) => {
      if (!this.#isClosed) onConnection(connection, detail);
    };
    this.#url = `/stream?trace=1&mode=${parameters.mode}&${queryOf(parameters)}`;
    document.addEventListener("visibilitychange", () => this.#show(), {
      signal: this.#closing.signal,
    });
    this.#open();
  }

  /** Opens a stream, or goes on without one if the browser has as many as it may. */
  async #open(): Promise<void> {
    const release = await takeStream();
    if (this.#isClosed || document.hidden) return release?.();
    if (release === undefined) return this.#goOn("refused", "other tabs have all live streams");
    this.#release = release;
    // A stream that was left is resumed after the last event that came.
    const resume = this.#lastId === "" ? "" : `&lastEventId=${this.#lastId}`;
    const source = this.#source = new EventSource(this.#url + resume);
    this.#listen(source);
    // A browser makes at most six connections to a server, and other tabs may hold them all.
    this.#wait(GONE_AFTER, () => {
      this.#leave();
      this.#goOn("refused", "no connection came about");
    });
  }

  /** A page that is hidden needs no stream; when it is shown again, it resumes. */
  #show(): void {
    if (this.#loop !== undefined || this.#isOver) return;
    if (!document.hidden) return void this.#open();
    clearTimeout(this.#waiting);
    this.#leave();
  }

  #leave(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  /** How long ago the run began, in ms. */
  get now(): number {
    return this.#origin === undefined ? 0 : performance.now() - this.#origin;
  }

  /** Ends the run. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#waiting);
    this.#closing.abort();
    this.#leave();
    this.#loop?.cancel("the page is left");
  }

  #listen(source: EventSource): void {
    source.onopen = () => {
      // A full server accepts a client that comes back, too, and ends the stream at once.
      if (this.#lost === undefined) this.#live();
      else this.#wait(STEADY_AFTER, () => this.#live());
    };
    source.addEventListener("start", ({ lastEventId }) => {
      this.#origin = performance.now();
      this.#lastId = lastEventId;
    });
    source.addEventListener("trace", ({ data, lastEventId }) => {
      this.#lastId = lastEventId;
      if (this.#lost !== undefined) this.#live();
      this.#take(JSON.parse(data));
    });
    source.addEventListener("done", () => {
      clearTimeout(this.#waiting);
      this.#isOver = true;
      this.#leave();
      this.#report("over");
    });
    source.onerror = () => {
      clearTimeout(this.#waiting);
      if (source.readyState === EventSource.CLOSED) return void this.#ask();
      this.#lost ??= performance.now();
      // Without a first event there is no run to come back to.
      const isGone = this.#origin === undefined || performance.now() - this.#lost > GONE_AFTER;
      if (!isGone) return this.#report("lost");
      this.#leave();
      this.#goOn("local");
    };
  }

  #wait(ms: number, then: () => void): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(then, ms);
  }

  #live(): void {
    clearTimeout(this.#waiting);
    this.#lost = undefined;
    this.#report("live");
  }

  /** Asks the server why it refused: an `EventSource` does not say. */
  async #ask(): Promise<void> {
    this.#leave();
    try {
      const response = await fetch(this.#url, { signal: this.#closing.signal });
      if (response.ok) {
        // There is room again, too late. An unread body would hold a connection and a stream.
        await response.body?.cancel();
        return this.#goOn("refused", "the server had no room");
      }
      const isProblem = response.headers.get("content-type") === "application/problem+json";
      if (!isProblem) throw new Error(`expected a problem, received ${response.status}`);
      this.#goOn("refused", (await response.json()).detail);
    } catch {
      this.#goOn("local");
    }
  }

  /** Runs the program here, on the wall's time: what is over by now comes at once. */
  #goOn(connection: Connection, detail?: string): void {
    if (this.#isClosed) return;
    this.#origin ??= performance.now();
    const loop = new EventLoop(tutorial(this.#parameters), {
      clock: pacedClock({ origin: Date.now() - this.now }),
      order: orderOf(this.#parameters),
      trace: (entry) => this.#take(entry),
    });
    this.#loop = loop;
    this.#report(connection, detail);
    loop.run().then(() => this.#report("over"), () => {});
  }

  #take(entry: Entry): void {
    // A loop that is cancelled still logs how its tasks end.
    if (this.#isClosed || entry.seq < this.#next) return;
    this.#next = entry.seq + 1;
    this.#onEntry(entry);
  }
}
