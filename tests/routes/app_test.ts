import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type PerfettoTrace, summarize } from "@tenfold/loop";
import app from "../../routes/mod.ts";
import { countStreams } from "../../routes/stream/registry.ts";

Deno.test("HEAD: the status and headers are those of GET, the body is empty", async () => {
  for (const path of ["/", "/trace?seed=1", "/health", "/trace?count=0", "/nope"]) {
    const [head, got] = [
      await app.request(path, { method: "HEAD" }),
      await app.request(path),
    ];
    assertEquals(await head.text(), "");
    assertEquals(head.status, got.status);
    assertEquals(head.headers.get("content-type"), got.headers.get("content-type"));
    await got.body?.cancel();
  }
});

Deno.test("/trace: the body is the parameters, the summary and the log, the same for the same seed", async () => {
  const response = await app.request("/trace?seed=42&count=3");
  const { parameters, summary, entries } = await response.json();
  assertEquals(parameters.seed, 42);
  assertEquals(summary, JSON.parse(JSON.stringify(summarize(entries))));
  assertEquals([summary.elapsed, summary.waited, summary.overlap], [1000, 3000, 3]);
  const again = await (await app.request("/trace?seed=42&count=3")).json();
  assertEquals(entries, again.entries);
});

Deno.test("/trace: it is in the room until the client has it, and no write is over 16 KiB", async () => {
  const response = await app.request("/trace?count=200");
  const length = Number(response.headers.get("content-length"));
  assertEquals([countStreams().open, countStreams().coroutines], [1, 200]);
  const chunks = await Array.fromAsync(response.body!);
  assertEquals(chunks.reduce((sum, chunk) => sum + chunk.length, 0), length);
  assert(chunks.length > 4 && chunks.every((chunk) => chunk.length <= 16_384));
  assertEquals(countStreams().open, 0);
  const left = await app.request("/trace");
  await left.body!.cancel();
  assertEquals(countStreams().open, 0);
});

Deno.test("/trace: format=perfetto has one track for the thread and one for each task", async () => {
  const response = await app.request("/trace?seed=42&format=perfetto");
  const { otherData, traceEvents }: PerfettoTrace = await response.json();
  assertEquals(otherData.seed, 42);
  const tracks = traceEvents.filter(({ name }) => name === "thread_name");
  assertEquals(tracks.length, 12);
  assert(traceEvents.some(({ ph, name }) => ph === "X" && name === "sleeping"));
});

Deno.test("/health: the body has the status, the stream counts and the versions", async () => {
  const { status, streams, versions } = await (await app.request("/health")).json();
  assertEquals([status, streams.open, versions.deno], ["ok", 0, Deno.version.deno]);
});

Deno.test("/: a client that does not ask for HTML gets commands with the request's origin", async () => {
  const response = await app.request("http://example.com:8000/");
  assertEquals(response.headers.get("content-type"), "text/plain; charset=UTF-8");
  assertEquals(response.headers.get("vary"), "Accept");
  assertStringIncludes(await response.text(), "curl -N http://example.com:8000/stream");
});
