import { type Entry, EventLoop, pacedClock } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import { orderOf, tutorial } from "../../tutorial/program.ts";
import { queryOf } from "../view/query.ts";

/** How a run comes to the page. */
export type Connection =
  | "connecting"
  | "live"
  | "lost"
  | "over"
  /** The server has no room, or is gone: the run goes on in the browser. */
  | "refused"
  | "local";

/** After so long without a connection the server is taken for gone, in ms. */
const GONE_AFTER = 5000;

/** A connection that was lost is back when it has lasted so long, or brings an entry, in ms. */
const STEADY_AFTER = 500;

/** A run as it happens: from the server, and if that is gone from here, since it is the same run. */
export class LiveRun {
  readonly #parameters: Parameters;
  readonly #onEntry: (entry: Entry) => void;
  readonly #tell: (connection: Connection, detail?: string) => void;
  readonly #url: string;
  readonly #source: EventSource;
  #loop: EventLoop<unknown> | undefined;
  #next = 0;
  #isClosed = false;
  /** When the run began, by a clock that nobody sets, in ms. */
  #origin: number | undefined;
  /** When the connection was lost, by the same. */
  #lost: number | undefined;
  /** What is up if nothing comes of a connection for a while. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  readonly #asking = new AbortController();

  constructor(
    parameters: Parameters,
    onEntry: (entry: Entry) => void,
    onConnection: (connection: Connection, detail?: string) => void,
  ) {
    this.#parameters = parameters;
    this.#onEntry = onEntry;
    this.#tell = (connection, detail) => {
      if (!this.#isClosed) onConnection(connection, detail);
    };
    this.#url = `/stream?trace=1&mode=${parameters.mode}&${queryOf(parameters)}`;
    this.#source = new EventSource(this.#url);
    this.#listen(this.#source);
    // A browser has few connections to a server, and other tabs may hold them all.
    this.#wait(GONE_AFTER, () => {
      this.#source.close();
      this.#goOn("refused", "no connection came about");
    });
  }

  /** Where the run must be by now, in ms since it began. */
  get now(): number {
    return this.#origin === undefined ? 0 : performance.now() - this.#origin;
  }

  /** Ends it, wherever it is. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#waiting);
    this.#asking.abort();
    this.#source.close();
    this.#loop?.cancel("the page is left");
  }

  #listen(source: EventSource): void {
    source.onopen = () => {
      // One that has no room for who comes back answers as well, and ends it at once.
      if (this.#lost === undefined) this.#live();
      else this.#wait(STEADY_AFTER, () => this.#live());
    };
    source.addEventListener("start", () => this.#origin = performance.now());
    source.addEventListener("trace", ({ data }) => {
      if (this.#lost !== undefined) this.#live();
      this.#take(JSON.parse(data));
    });
    source.addEventListener("done", () => {
      clearTimeout(this.#waiting);
      source.close();
      this.#tell("over");
    });
    source.onerror = () => {
      clearTimeout(this.#waiting);
      if (source.readyState === EventSource.CLOSED) return void this.#ask();
      this.#lost ??= performance.now();
      // A server that was never there does not come back.
      const isGone = this.#origin === undefined || performance.now() - this.#lost > GONE_AFTER;
      if (!isGone) return this.#tell("lost");
      source.close();
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
    this.#tell("live");
  }

  /** An EventSource does not say why it was refused. */
  async #ask(): Promise<void> {
    try {
      const response = await fetch(this.#url, { signal: this.#asking.signal });
      if (response.ok) {
        // There is room again, too late; unread, it would hold a connection and a stream.
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

  /** Goes on with the run by itself: what is over by now comes at once. */
  #goOn(connection: Connection, detail?: string): void {
    if (this.#isClosed) return;
    this.#origin ??= performance.now();
    const loop = new EventLoop(tutorial(this.#parameters), {
      clock: pacedClock({ origin: Date.now() - this.now }),
      order: orderOf(this.#parameters),
      trace: (entry) => this.#take(entry),
    });
    this.#loop = loop;
    this.#tell(connection, detail);
    loop.run().then(() => this.#tell("over"), () => {});
  }

  #take(entry: Entry): void {
    // One that is closed still logs how it ends.
    if (this.#isClosed || entry.seq < this.#next) return;
    this.#next = entry.seq + 1;
    this.#onEntry(entry);
  }
}
