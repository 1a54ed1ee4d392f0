// Encodes the format of Server-Sent Events:
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

/** One event of a stream. */
export interface ServerSentEvent {
  /** Its type. An event without one is a `message`: browsers pass it to `onmessage`. */
  event?: string;
  id?: string;
  data: string;
}

/**
 * Encodes an event: the lines `event`, `id` and `data`, and the empty line that ends it.
 *
 * CR, LF and CR LF in `data` all arrive as LF, since the format has no other line break.
 *
 * @throws {TypeError} If `event` or `id` contains CR, LF or NUL. A line break would begin another
 * field, and clients ignore an id with NUL.
 */
export function encodeEvent({ event, id, data }: ServerSentEvent): string {
  let text = "";
  if (event !== undefined) text += `event: ${checkLine("event", event)}\n`;
  if (id !== undefined) text += `id: ${checkLine("id", id)}\n`;
  // Clients remove one space after the colon. Without this one, they would remove one of the data.
  if (!/[\r\n]/.test(data)) return `${text}data: ${data}\n\n`;
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return text + "\n";
}

/**
 * Encodes a comment: clients ignore it, proxies see that the connection is in use.
 *
 * @throws {TypeError} If it contains CR, LF or NUL.
 */
export function encodeComment(comment: string): string {
  return `: ${checkLine("comment", comment)}\n\n`;
}

/**
 * Encodes how long a client should wait before it reconnects.
 *
 * @param ms A whole number ≥ 0, in ms.
 * @throws {RangeError} If it is not: some clients ignore other values, some reconnect at once.
 */
export function encodeRetry(ms: number): string {
  if (Number.isSafeInteger(ms) && ms >= 0) return `retry: ${ms}\n\n`;
  throw new RangeError(`retry: expected a whole number of ms ≥ 0, received ${ms}`);
}

function checkLine(field: string, value: string): string {
  if (!/[\r\n\0]/.test(value)) return value;
  throw new TypeError(`${field}: expected no CR, LF or NUL, received ${JSON.stringify(value)}`);
}
