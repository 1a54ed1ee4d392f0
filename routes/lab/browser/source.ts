import { type Entry, EventLoop, pacedClock } from "@tenfold/loop";
import type { Parameters } from "../../parameters.ts";
import { decodeEventId } from "../../run-id.ts";
import { orderOf, tutorial } from "../../tutorial.ts";
import { queryOf } from "../run.ts";

/** How a run comes to the page. */
export type Connection =
  | "connecting"
  | "live"
  | "lost"
  | "over"
  /** The server said no: it has no room. */
  | "refused"
  /** The server is gone, and the run goes on in the browser. */
  | "local";

/** After so many attempts in a row the server is taken for gone. */
const ATTEMPTS = 3;

/** A run as it happens: from the server, and if that is gone from here, since it is the same run. */
export class LiveRun {
  readonly #parameters: Parameters;
  readonly #onEntry: (entry: Entry) => void;
  readonly #onConnection: (connection: Connection, detail?: string) => void;
  readonly #url: string;
  readonly #source: EventSource;
  #loop: EventLoop<unknown> | undefined;
  #next = 0;
  #failures = 0;
  /** When the run began, in ms since the Unix epoch. */
  #origin: number | undefined;

  constructor(
    parameters: Parameters,
    onEntry: (entry: Entry) => void,
    onConnection: (connection: Connection, detail?: string) => void,
  ) {
    this.#parameters = parameters;
    this.#onEntry = onEntry;
    this.#onConnection = onConnection;
    this.#url = `/stream?trace=1&mode=${parameters.mode}&${queryOf(parameters)}`;
    this.#source = new EventSource(this.#url);
    this.#listen(this.#source);
    onConnection("connecting");
  }

  /** Ends it, wherever it is. */
  close(): void {
    this.#source.close();
    this.#loop?.cancel("the page is left");
  }

  #listen(source: EventSource): void {
    source.onopen = () => {
      this.#failures = 0;
      this.#onConnection("live");
    };
    source.addEventListener("start", ({ lastEventId }) => {
      this.#origin = decodeEventId(lastEventId)?.run.origin;
    });
    source.addEventListener("trace", ({ data }) => this.#take(JSON.parse(data)));
    source.addEventListener("done", () => {
      source.close();
      this.#onConnection("over");
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) return void this.#ask();
      this.#failures++;
      if (this.#failures < ATTEMPTS) return this.#onConnection("lost");
      source.close();
      this.#goOn();
    };
  }

  /** An EventSource does not say why it was refused. */
  async #ask(): Promise<void> {
    try {
      const response = await fetch(this.#url, { method: "GET" });
      const isProblem = response.headers.get("content-type") === "application/problem+json";
      if (!isProblem) throw new Error(`expected a problem, received ${response.status}`);
      this.#onConnection("refused", (await response.json()).detail);
    } catch {
      this.#goOn();
    }
  }

  /** Goes on with the run by itself: what is over by now comes at once. */
  #goOn(): void {
    const loop = new EventLoop(tutorial(this.#parameters), {
      clock: pacedClock({ origin: this.#origin ?? Date.now() }),
      order: orderOf(this.#parameters),
      trace: (entry) => this.#take(entry),
    });
    this.#loop = loop;
    this.#onConnection("local");
    loop.run().then(() => this.#onConnection("over"), () => {});
  }

  #take(entry: Entry): void {
    if (entry.seq < this.#next) return;
    this.#next = entry.seq + 1;
    this.#onEntry(entry);
  }
}
