import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import fc from "fast-check";
import {
  encodeComment,
  encodeEvent,
  encodeResumed,
  encodeRetry,
  type ServerSentEvent,
} from "../../../routes/stream/sse.ts";
import { KeepingParser, StandardParser } from "../standard_parser.ts";

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

Deno.test("encodeComment(), encodeRetry(), encodeResumed(): clients dispatch nothing", () => {
  fc.assert(fc.property(oneLine, oneLine, fc.nat(), (comment, id, retry) => {
    for (
      const text of [
        encodeComment(comment),
        encodeComment(),
        encodeRetry(retry),
        encodeResumed(retry, id, comment),
        encodeResumed(retry),
      ]
    ) {
      assertEquals(parsed(text + encodeEvent({ data: "7" })).length, 1);
      const parser = new StandardParser();
      parser.feedText(text);
      assertEquals(parser.events, []);
    }
  }));
});

Deno.test("encodeComment(), encodeRetry(): they have no empty line, at which some clients dispatch", () => {
  for (const text of [encodeComment(), encodeComment("x"), encodeRetry(1000)]) {
    assertMatch(text, /^.+\n$/);
  }
});

Deno.test("encodeResumed(): it sets the time and the last id again", () => {
  const parser = new StandardParser();
  parser.feedText(encodeResumed(1000, "a.3"));
  assertEquals([parser.retry, parser.lastEventId], [1000, "a.3"]);
});

Deno.test("encodeResumed(): an event that was kept in part ends as one that nothing listens to", () => {
  const event = encodeEvent({ event: "done", id: "a.4", data: "kept" });
  for (let cut = 0; cut < event.length; cut++) {
    const parser = new KeepingParser();
    parser.feedText(event.slice(0, cut));
    parser.reconnect();
    parser.feedText(encodeResumed(1000, "a.3"));
    assert(parser.events.every(({ type }) => type === "resumed"), `cut at ${cut}`);
    assertEquals(parser.lastEventId, "a.3");
    parser.events.length = 0;
    parser.feedText(event);
    assertEquals(parser.events, [{ type: "done", data: "kept", lastEventId: "a.4" }]);
  }
});

Deno.test("encodeEvent(): the fields come in order, then an empty line", () => {
  assertEquals(encodeEvent({ data: "7" }), "data: 7\n\n");
  assertEquals(
    encodeEvent({ event: "done", id: "a.1", data: "x\r\ny" }),
    "event: done\ndata: x\ndata: y\nid: a.1\n\n",
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
