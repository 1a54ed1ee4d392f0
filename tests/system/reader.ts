import { createParser } from "eventsource-parser";

/** A client of one run: it counts what comes, and knows where to go on. */
export class RunReader {
  /** Events that came for the first time. */
  delivered = 0;
  /** Events that came again. */
  duplicated = 0;
  /** Events that were left out. */
  lost = 0;
  /** The numbers, as they came. */
  readonly numbers: number[] = [];
  /** Whether the server said that there is no more. */
  over = false;
  readonly #query: string;
  #lastId: string | undefined;
  #next = 0;
  #done = false;

  /** @param query What the run is to be: `?count=10`, or nothing. */
  constructor(query: string) {
    this.#query = query;
  }

  /**
   * Asks a server for the rest, and reads.
   *
   * @param url The server.
   * @param onEvent Called after each read that brought events, with how many there are by now.
   * `false` means to leave.
   * @returns When the stream has ended, however it did.
   */
  async read(
    url: string,
    onEvent: (delivered: number) => boolean | Promise<boolean> = () => true,
  ): Promise<void> {
    const leaving = new AbortController();
    const headers: HeadersInit = this.#lastId === undefined
      ? {}
      : { "last-event-id": this.#lastId };
    const parser = createParser({ onEvent: ({ id, event, data }) => this.#take(id, event, data) });
    try {
      const response = await fetch(`${url}/stream${this.#query}`, {
        headers,
        signal: leaving.signal,
      });
      if (response.status === 204) {
        this.over = true;
        if (!this.#done) this.lost++;
      }
      if (response.status !== 200) return await response.body?.cancel();
      for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
        const before = this.delivered;
        parser.feed(text);
        if (this.delivered > before && !await onEvent(this.delivered)) return;
      }
    } catch {
      // A connection that was refused or cut: the next one goes on.
    } finally {
      leaving.abort();
    }
  }

  #take(id: string | undefined, event: string | undefined, data: string): void {
    const index = Number(id?.split(".").at(-1));
    const isSameRun = this.#lastId === undefined || run(this.#lastId) === run(id!);
    if (!isSameRun || !(index <= this.#next)) this.lost++;
    else if (index < this.#next) return void this.duplicated++;
    this.delivered++;
    this.#lastId = id;
    this.#next = index + 1;
    if (event === undefined) this.numbers.push(Number(data));
    this.#done = event === "done";
  }
}

function run(id: string): string {
  return id.slice(0, id.lastIndexOf("."));
}
