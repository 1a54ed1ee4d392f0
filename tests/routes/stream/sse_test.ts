import { assertEquals, assertThrows } from "@std/assert";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import fc from "fast-check";
import {
  encodeComment,
  encodeEvent,
  encodeRetry,
  type ServerSentEvent,
} from "../../../routes/stream/sse.ts";

const anyText = fc.string({ unit: "binary", maxLength: 60 });
const lines = fc.array(fc.oneof(anyText, fc.constantFrom("\r", "\n", "\r\n", "", " ", ":", "data")))
  .map((parts) => parts.join(""));
const oneLine = anyText.map((text) => text.replace(/[\r\n\0]/g, ""));

/** The events that a client parses from a text. */
function parsed(text: string): EventSourceMessage[] {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  parser.feed(new TextDecoder().decode(new TextEncoder().encode(text)));
  return messages;
}

/** A string after a round trip through UTF-8: a lone surrogate becomes U+FFFD. */
const carried = (text: string) => text.toWellFormed();

Deno.test("encodeEvent(): a client parses the same event, with LF for every line break", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ event: oneLine, id: oneLine, data: lines }, { requiredKeys: ["data"] })),
      (events) => {
        const expected = events.map(({ event, id, data }) => ({
          event: event === undefined || event === "" ? undefined : carried(event),
          id: id === undefined ? undefined : carried(id),
          data: carried(data.replace(/\r\n|\r/g, "\n")),
        }));
        const sent = parsed(events.map((event) => encodeEvent(event as ServerSentEvent)).join(""));
        assertEquals(sent.map(({ event, id, data }) => ({ event, id, data })), expected);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("encodeEvent(), encodeComment(): CR, LF and NUL in a one-line field throw a TypeError", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom("\r", "\n", "\r\n", "\0"), anyText, (a, forged, b) => {
      const text = a + forged + b;
      assertThrows(() => encodeEvent({ id: text, data: "" }), TypeError, "id: expected no CR");
      assertThrows(() => encodeEvent({ event: text, data: "" }), TypeError, "event: expected no");
      assertThrows(() => encodeComment(text), TypeError, "comment: expected no");
    }),
  );
});

Deno.test("encodeComment(): clients ignore it", () => {
  fc.assert(fc.property(oneLine, (text) => {
    assertEquals(parsed(encodeComment(text) + encodeEvent({ data: "7" })).length, 1);
  }));
});

Deno.test("encodeEvent(): the fields come in order, then an empty line", () => {
  assertEquals(encodeEvent({ data: "7" }), "data: 7\n\n");
  assertEquals(
    encodeEvent({ event: "done", id: "a.1", data: "x\r\ny" }),
    "event: done\nid: a.1\ndata: x\ndata: y\n\n",
  );
});

Deno.test("encodeRetry(): clients take whole numbers, and every other value throws a RangeError", () => {
  let interval: number | undefined;
  const parser = createParser({ onEvent() {}, onRetry: (ms) => interval = ms });
  for (const ms of [0, 250, 1000, Number.MAX_SAFE_INTEGER]) {
    parser.feed(encodeRetry(ms));
    assertEquals(interval, ms);
  }
  for (const ms of [-1, 1.5, NaN, Infinity, 1e21]) {
    assertThrows(() => encodeRetry(ms), RangeError, "retry: expected a whole number");
  }
});
