import { createParser } from "eventsource-parser";

/** An event as a client receives it. */
export interface Message {
  event: string | undefined;
  id: string | undefined;
  data: string;
}

/**
 * Parses a stream as a client does: an event without its final empty line is discarded.
 *
 * @param parts The text, in one part or many.
 * @param received Called after each part with the events so far.
 */
export function messages(
  parts: Iterable<string>,
  received?: (list: readonly Message[]) => void,
): Message[] {
  const list: Message[] = [];
  const parser = createParser({ onEvent: ({ event, id, data }) => list.push({ event, id, data }) });
  for (const part of parts) {
    parser.feed(part);
    received?.(list);
  }
  return list;
}
