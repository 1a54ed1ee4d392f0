import { createParser } from "eventsource-parser";

/** A client of one run that counts events and can resume. */
export class RunReader {
  /** How many events arrived for the first time. */
  delivered = 0;
  /** How many events arrived again. */
  duplicated = 0;
  /** How many times events were missing. */
  lost = 0;
  /** The numbers in the order of arrival. */
  readonly numbers: number[] = [];
  /** Whether the server has answered 204: the run has no more events. */
  over = false;
  readonly #query: string;
  #lastId: string | undefined;
  #next = 0;
  #done = false;

  /** @param query The query of the run, as `?count=10`, or "". */
  constructor(query: string) {
    this.#query = query;
  }

  /**
   * Requests the rest of the run from a server, and reads it.
   *
   * @param url The server.
   * @param onEvent Called after each read that brought events, with how many there are so far.
   * Returns `false` to leave.
   * @returns When the stream has ended, been cut, or been left.
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
      // The connection was refused or cut; the next call resumes.
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
