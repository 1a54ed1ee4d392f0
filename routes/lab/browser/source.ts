import { type Entry, EventLoop, pacedClock } from "@tenfold/loop";
import type { Parameters } from "../../parameters.ts";
import { orderOf, tutorial } from "../../tutorial.ts";
import { queryOf } from "../run.ts";

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
const PATIENCE = 5000;

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
  /** When the run began, by the clock here, in ms since the Unix epoch. */
  #origin: number | undefined;
  /** When the connection was lost, by the same. */
  #lost: number | undefined;

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
  }

  /** Where the run must be by now, in ms since it began. */
  get now(): number {
    return this.#origin === undefined ? 0 : Date.now() - this.#origin;
  }

  /** Ends it, wherever it is. */
  close(): void {
    this.#isClosed = true;
    this.#source.close();
    this.#loop?.cancel("the page is left");
  }

  #listen(source: EventSource): void {
    source.onopen = () => {
      this.#lost = undefined;
      this.#tell("live");
    };
    source.addEventListener("start", () => this.#origin = Date.now());
    source.addEventListener("trace", ({ data }) => this.#take(JSON.parse(data)));
    source.addEventListener("done", () => {
      source.close();
      this.#tell("over");
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) return void this.#ask();
      this.#lost ??= Date.now();
      // A server that was never there does not come back.
      const isGone = this.#origin === undefined || Date.now() - this.#lost > PATIENCE;
      if (!isGone) return this.#tell("lost");
      source.close();
      this.#goOn("local");
    };
  }

  /** An EventSource does not say why it was refused. */
  async #ask(): Promise<void> {
    try {
      const response = await fetch(this.#url);
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
    const loop = new EventLoop(tutorial(this.#parameters), {
      clock: pacedClock({ origin: this.#origin ??= Date.now() }),
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
