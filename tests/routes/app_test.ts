import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type PerfettoTrace, summarize } from "@tenfold/loop";
import app from "../../routes/mod.ts";

async function problem(response: Response): Promise<Record<string, unknown>> {
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  assertEquals(response.headers.get("cache-control"), "no-store");
  const body = await response.json();
  assertEquals(body.status, response.status);
  return body;
}

Deno.test("routing: an unknown path is 404 and the detail lists the known ones", async () => {
  for (const path of ["/nope", "/stream/", "/stream/7", "/STREAM", "/..%2fmain.ts", "/health/x"]) {
    const response = await app.request(path);
    assertEquals(response.status, 404, path);
    assertStringIncludes(String((await problem(response)).detail), "/stream");
  }
});

Deno.test("routing: a wrong method is 405 with Allow", async () => {
  for (const path of ["/", "/stream", "/trace", "/health"]) {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "QUERY"]) {
      const response = await app.request(path, { method });
      assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
      await problem(response);
    }
  }
});

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

Deno.test("preflight: Last-Event-ID is allowed on /stream and /trace", async () => {
  for (const path of ["/stream", "/trace"]) {
    const response = await app.request(path, {
      method: "OPTIONS",
      headers: {
        origin: "https://example.com",
        "access-control-request-method": "GET",
        "access-control-request-headers": "last-event-id",
      },
    });
    assertEquals(response.status, 204);
    assertEquals(response.headers.get("access-control-allow-origin"), "*");
    assertMatch(response.headers.get("access-control-allow-headers")!, /Last-Event-ID/);
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
