import { createParser } from "eventsource-parser";

/** An event, as a client has it. */
export interface Message {
  event: string | undefined;
  id: string | undefined;
  data: string;
}

/**
 * What a client makes of the parts that it receives: of an event without its end, nothing.
 *
 * @param parts The text, in one or in many.
 * @param received Called after each part.
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
