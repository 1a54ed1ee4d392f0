// Encodes the format of Server-Sent Events:
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

/** One event of a stream. */
export interface ServerSentEvent {
  /** Its type. An event without one is a `message`: browsers pass it to `onmessage`. */
  event?: string | undefined;
  id?: string | undefined;
  data: string;
}

/**
 * Encodes an event: the lines `event`, `data` and `id`, and the empty line that ends it.
 *
 * The id comes last because some clients take it as soon as they have its line: npm's `eventsource`
 * up to 2 and `@microsoft/fetch-event-source`. When the connection is cut inside an event, they would
 * resume after it.
 *
 * CR, LF and CR LF in `data` all arrive as LF, since the format has no other line break.
 *
 * @throws {TypeError} If `event` or `id` contains CR, LF or NUL. A line break would begin another
 * field, and clients ignore an id with NUL.
 */
export function encodeEvent({ event, id, data }: ServerSentEvent): string {
  let text = "";
  if (event !== undefined) text += `event: ${checkLine("event", event)}\n`;
  // Clients remove one space after the colon. Without this one, they would remove one of the data.
  if (!/[\r\n]/.test(data)) text += `data: ${data}\n`;
  else for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  if (id !== undefined) text += `id: ${checkLine("id", id)}\n`;
  return text + "\n";
}

/**
 * Encodes the end of an event that the client may have kept in part from its last connection.
 *
 * The standard has clients discard it. WebKit and npm's `eventsource` up to 2 keep it, and take the
 * next lines for its rest. To them, this ends it as an event `resumed`, to which nothing listens; to
 * the others it is an event without data, which they do not dispatch.
 *
 * @param retry As for {@linkcode encodeRetry}.
 * @param id The id of the last event that the client has, in case part of another one was kept, too.
 * @param comment A comment, which ends a line that was kept in part.
 */
export function encodeResumed(retry: number, id?: string, comment?: string): string {
  const line = id === undefined ? "" : `id: ${checkLine("id", id)}\n`;
  return `${encodeComment(comment)}${encodeRetry(retry)}event: resumed\n${line}\n`;
}

/**
 * Encodes a comment: clients ignore it, proxies see that the connection is in use.
 *
 * It is a line, not a block. An empty line after it would make some clients dispatch an event without
 * data: `@microsoft/fetch-event-source`, Symfony's client and others.
 *
 * @param comment The comment. The default is an empty one.
 * @throws {TypeError} If it contains CR, LF or NUL.
 */
export function encodeComment(comment?: string): string {
  return comment === undefined ? ":\n" : `: ${checkLine("comment", comment)}\n`;
}

/**
 * Encodes how long a client should wait before it reconnects: a line, for the same reason.
 *
 * @param ms A whole number ≥ 0, in ms.
 * @throws {RangeError} If it is not: some clients ignore other values, some reconnect at once.
 */
export function encodeRetry(ms: number): string {
  if (Number.isSafeInteger(ms) && ms >= 0) return `retry: ${ms}\n`;
  throw new RangeError(`retry: expected a whole number of ms ≥ 0, received ${ms}`);
}

function checkLine(field: string, value: string): string {
  if (!/[\r\n\0]/.test(value)) return value;
  throw new TypeError(`${field}: expected no CR, LF or NUL, received ${JSON.stringify(value)}`);
}
