import { assert, assertEquals, assertMatch } from "@std/assert";
import app from "../../../routes/mod.ts";
import { countStreams, drain } from "../../../routes/stream/registry.ts";

// In a file of its own, because draining cannot be undone.
Deno.test("drain(): streams end between two events, new ones are 503, resumed ones are sent away", async () => {
  const readers = await Promise.all(["cooperative", "blocking"].map(async (mode) => {
    const { body } = await app.request(`/stream?delay=60000&mode=${mode}`);
    return body!.pipeThrough(new TextDecoderStream()).getReader();
  }));
  const first = await Promise.all(readers.map(async (reader) => (await reader.read()).value!));
  assertEquals(countStreams().open, 2);
  drain();
  for (const reader of readers) {
    assertEquals((await reader.read()).value, "retry: 250\n\n");
    assert((await reader.read()).done);
  }
  assertEquals(countStreams().open, 0);

  const fresh = await app.request("/stream");
  assertEquals([fresh.status, fresh.headers.get("retry-after")], [503, "5"]);
  assertEquals(fresh.headers.get("access-control-allow-origin"), "*");
  assertMatch((await fresh.json()).detail, /no room/);
  // For an EventSource, an error status would be final, so it gets a stream that says when to retry.
  const id = /^id: (.*)$/m.exec(first[0]!)![1]!;
  const back = await app.request("/stream", { headers: { "last-event-id": id } });
  assertEquals(back.status, 200);
  assertMatch(await back.text(), /^retry: 5000\n\n: .*no room.*\n\n$/);
  assertEquals(countStreams().refused, 2);
});
