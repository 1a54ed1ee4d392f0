import { type Coroutine, forEach, retry, until } from "@tenfold/loop";
import { type EventSourceMessage, EventSourceParserStream } from "eventsource-parser/stream";

/** Follows a stream of events until the server has no more, and takes it up again where it broke. */
export function* follow(
  url: string,
  handle: (event: EventSourceMessage) => Coroutine<void>,
): Coroutine<void> {
  let lastId: string | undefined;
  yield* retry(function* () {
    const headers: Record<string, string> = lastId === undefined ? {} : { "last-event-id": lastId };
    const response = yield* until((signal) => fetch(url, { headers, signal }));
    if (response.status === 204) return;
    if (!response.ok) {
      yield* until(async () => await response.body?.cancel());
      throw new Error(`${url} answers ${response.status}`);
    }
    const events = response.body!
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    yield* forEach(events, function* (event) {
      yield* handle(event);
      lastId = event.id;
    });
    throw new Error(`${url} has ended`);
  }, { times: Infinity, delay: 50, factor: 1, jitter: 0.5 });
}
