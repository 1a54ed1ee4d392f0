/** One event of a stream. */
export interface ServerSentEvent {
  /** Its type. Without one it is a `message`: what `onmessage` hears and `curl` shows bare. */
  event?: string;
  id?: string;
  data: string;
}

/**
 * The event as text: `event`, `id` and `data` lines and an empty one.
 *
 * Whatever ends a line in `data` (CR, LF or both) arrives as LF: the format has no other.
 *
 * @throws {TypeError} If `event` or `id` contains CR, LF or NUL, which would forge further lines
 * or have the id ignored.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function encodeEvent({ event, id, data }: ServerSentEvent): string {
  let text = "";
  if (event !== undefined) text += `event: ${checkLine("event", event)}\n`;
  if (id !== undefined) text += `id: ${checkLine("id", id)}\n`;
  // The space is taken off by the client; without it, one of the data's own would be.
  if (!/[\r\n]/.test(data)) return `${text}data: ${data}\n\n`;
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return text + "\n";
}

/**
 * A comment as text: ignored by clients, and keeps proxies awake.
 *
 * @throws {TypeError} If it contains CR, LF or NUL.
 */
export function encodeComment(comment: string): string {
  return `: ${checkLine("comment", comment)}\n\n`;
}

/**
 * As text: how long a client should wait before it connects again.
 *
 * @param ms A whole number ≥ 0, in ms.
 * @throws {RangeError} If it is none: clients would ignore it, or come back at once.
 */
export function encodeRetry(ms: number): string {
  if (Number.isSafeInteger(ms) && ms >= 0) return `retry: ${ms}\n\n`;
  throw new RangeError(`retry: expected a whole number ≥ 0, received ${ms}`);
}

function checkLine(field: string, value: string): string {
  if (!/[\r\n\0]/.test(value)) return value;
  throw new TypeError(`${field}: expected no CR, LF or NUL, received ${JSON.stringify(value)}`);
}
