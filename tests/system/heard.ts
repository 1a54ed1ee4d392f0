import { assertEquals } from "@std/assert";
import { createParser } from "eventsource-parser";

/** An event that a client received. */
export interface Heard {
  type: string;
  id: string;
  data: string;
}

/** What a client received until it stopped. */
export interface Hearing {
  events: Heard[];
  /** How often it reconnected by itself. */
  returns: number;
  /** Its state at the end, and the status of its last response if it exposes one. */
  readyState: number;
  code: number | undefined;
}

/**
 * Listens to a stream until the client stops by itself. Browsers run this function from its source
 * text, so it refers to nothing outside itself.
 */
export function hear(url: string, Source = EventSource): Promise<Hearing> {
  return new Promise((resolve) => {
    const source = new Source(url);
    const events: Heard[] = [];
    let returns = 0;
    for (const type of ["start", "message", "done"]) {
      source.addEventListener(type, (event) => {
        const { lastEventId: id, data } = event as MessageEvent<string>;
        events.push({ type, id, data });
      });
    }
    source.addEventListener("error", (error) => {
      const { readyState } = source;
      // Clients of npm say which status made them stop.
      const { code, status } = error as { code?: number; status?: number };
      const stops = readyState === source.CLOSED || status === 204;
      // A client that reconnects nine times will not stop.
      if (!stops && ++returns < 9) return;
      source.close();
      resolve({ events, returns, readyState: source.readyState, code: code ?? status });
    });
  });
}

/** The complete events of a text that may end inside one. */
export function parse(text: string): Heard[] {
  const events: Heard[] = [];
  const parser = createParser({
    onEvent: ({ event = "message", id = "", data }) => events.push({ type: event, id, data }),
  });
  parser.feed(text);
  return events;
}

/** Checks that these are all events of one run, each once, in order, equal to those of `/trace`. */
export async function assertWhole(events: readonly Heard[], server: string): Promise<void> {
  const run = events[0]?.id.replace(/\.0$/, "");
  const types = ["start", ...Array(10).fill("message"), "done"];
  assertEquals(
    events.map(({ type, id }) => `${type} ${id}`),
    types.map((type, index) => `${type} ${run}.${index}`),
  );
  const data = events.map(({ data }) => JSON.parse(data));
  const numbers = data.slice(1, -1);
  assertEquals(numbers.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const { summary } = await (await fetch(`${server}/trace?${new URLSearchParams(data[0])}`)).json();
  const { emitted, elapsed, waited, steps } = summary;
  assertEquals([numbers, data.at(-1)], [emitted, { elapsed, waited, steps }]);
}
