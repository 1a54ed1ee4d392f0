import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import app from "../../../routes/mod.ts";
import { countStreams, drain } from "../../../routes/stream/registry.ts";
import { StandardParser } from "../standard_parser.ts";

const CLIENTS = 20;

// In a file of its own, because draining cannot be undone.
Deno.test("drain(): streams are cut after a whole event, new ones are 503, resumed ones are sent away", async () => {
  const readers = await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    const mode = client % 2 === 0 ? "cooperative" : "blocking";
    const { body } = await app.request(`/stream?delay=60000&mode=${mode}`);
    return body!.pipeThrough(new TextDecoderStream()).getReader();
  }));
  const first = await Promise.all(readers.map(async (reader) => (await reader.read()).value!));
  // A trace in the middle of being read is finished.
  const trace = await app.request("/trace?count=100&seed=1");
  const traceReader = trace.body!.getReader();
  let length = (await traceReader.read()).value!.length;
  assertEquals(countStreams().open, CLIENTS + 1);

  const drained = drain();
  const times: number[] = [];
  const reading = readers.map(async (reader) => {
    const text = (await reader.read()).value!;
    assertMatch(text, /^retry: \d+\n$/);
    times.push(Number(text.slice(7)));
    // Not the end: some clients do not resume a stream that ended.
    await assertRejects(() => reader.read(), Error, "the server has stopped");
  });
  for (let chunk; !(chunk = await traceReader.read()).done;) length += chunk.value.length;
  assertEquals(length, Number(trace.headers.get("content-length")));
  await drained;
  await Promise.all(reading);
  assertEquals(countStreams().open, 0);
  // Spread over a second, so that the clients do not all reconnect at once.
  assert(times.every((ms) => ms >= 250 && ms <= 1250));
  assertNotEquals(new Set(times).size, 1);

  const fresh = await app.request("/stream");
  assertEquals([fresh.status, fresh.headers.get("retry-after")], [503, "5"]);
  assertEquals(fresh.headers.get("access-control-allow-origin"), "*");
  assertMatch((await fresh.json()).detail, /no room/);
  // For an EventSource, an error status would be final, so it gets a stream that says when to retry.
  const id = /^id: (.*)$/m.exec(first[0]!)![1]!;
  const back = await app.request("/stream", { headers: { "last-event-id": id } });
  assertEquals(back.status, 200);
  const text = await back.text();
  assertMatch(text, /^: .*no room.*\nretry: 5000\n$/);
  // And it is cut, too: there is less of it than it promises.
  assertEquals(Number(back.headers.get("content-length")), text.length + 1);
  const parser = new StandardParser();
  parser.feedText(text);
  assertEquals([parser.retry, parser.events], [5000, []]);
  assertEquals(countStreams().refused, 2);
});
