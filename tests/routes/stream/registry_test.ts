import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import app from "../../../routes/mod.ts";
import { openStream } from "../../../routes/stream/writer.ts";
import { countStreams, limits, sweep } from "../../../routes/stream/registry.ts";
import { type Parameters, withDefaults } from "../../../routes/tutorial/parameters.ts";

const run = (given: Partial<Parameters>, trace = false, origin = Date.now()) => ({
  parameters: withDefaults({ seed: 1, ...given }),
  trace,
  origin,
});

/** The counts that change while `what` runs, and by how much. */
async function counted(what: () => Promise<void>): Promise<Record<string, number>> {
  const before = countStreams();
  await what();
  const changed = Object.entries(countStreams()).map(([name, count]) =>
    [name, count - before[name as keyof typeof before]] as const
  );
  return Object.fromEntries(changed.filter(([, change]) => change !== 0));
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

Deno.test("sweep(): a quiet stream gets a heartbeat at every third one", async () => {
  const changes = await counted(async () => {
    const reader = openStream(run({ delay: 60_000 }), 0).getReader();
    await reader.read();
    for (let round = 0; round < 20; round++) {
      const next = reader.read();
      // The reader asks the stream in a microtask.
      await null;
      for (let i = 0; i < 3; i++) sweep();
      assertEquals(text((await next).value), ":\n\n");
    }
    assertEquals(countStreams().open, 1);
    await reader.cancel();
  });
  assertEquals(changes, { opened: 1, heartbeats: 20 });
});

Deno.test("sweep(): a stream whose run begins in the future gets heartbeats before its first event", async () => {
  const changes = await counted(async () => {
    const reader = openStream(run({}, false, Date.now() + 50_000), 1).getReader();
    const next = reader.read();
    await null;
    for (let i = 0; i < 3; i++) sweep();
    assertEquals(text((await next).value), ":\n\n");
    await reader.cancel();
  });
  assertEquals(changes, { opened: 1, heartbeats: 1 });
});

Deno.test("sweep(): a client that reads nothing during thirty of them is dropped after a whole event", async () => {
  for (const origin of [Date.now(), 0]) {
    const changes = await counted(async () => {
      const reader = openStream(run({ delay: 60_000 }, true, origin), 0).getReader();
      const { value } = await reader.read();
      await null;
      for (let i = 0; i < 29; i++) sweep();
      assertEquals(countStreams().open, 1);
      sweep();
      assertEquals(countStreams().open, 0);
      assertStringIncludes(text(value), "\nid: ");
      assert((await reader.read()).done);
    });
    assertEquals(changes, { opened: 1, dropped: 1 });
  }
});

Deno.test("sweep(): a client that reads once in 29 of them is not dropped", async () => {
  const stream = openStream(run({ count: 1000 }, true, 0), 0);
  const reader = stream.getReader();
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    length += chunk.value.length;
    for (let i = 0; i < 29; i++) sweep();
  }
  assert(length > 500_000);
});

Deno.test("openStream(): no write is over 64 KiB, and the events stay in order", async () => {
  for (const mode of ["cooperative", "blocking"] as const) {
    const long = run({ count: 1000, delay: 5, jitter: 5, mode }, true, 0);
    const chunks = await Array.fromAsync(openStream(long, 0));
    assert(chunks.length > 5);
    for (const chunk of chunks) assert(chunk.length <= 65_536, `${chunk.length}`);
    const whole = chunks.map(text).join("");
    const ids = [...whole.matchAll(/^id: .*\.(\d+)$/gm)].map(([, index]) => Number(index));
    assertEquals(ids, ids.map((_, index) => index));
    assertEquals([...whole.matchAll(/^data: (\d+)$/gm)].length, 1000);
    assertEquals(whole.match(/^event: (start|done)$/gm), ["event: start", "event: done"]);
  }
});

Deno.test("limits.streams: a new stream beyond it is 503, a resumed one may take a tenth more", async () => {
  const before = limits.streams;
  limits.streams = 20;
  try {
    const changes = await counted(async () => {
      const full = await Promise.all(
        Array.from({ length: 20 }, () => app.request("/stream?delay=60000")),
      );
      const fresh = await app.request("/stream");
      assertEquals([fresh.status, fresh.headers.get("retry-after")], [503, "5"]);
      assertEquals(fresh.headers.get("content-type"), "application/problem+json");
      await fresh.body?.cancel();
      const reader = full[0]!.body!.getReader();
      const id = /^id: (.*)$/m.exec(text((await reader.read()).value))![1]!;
      const init = { headers: { "last-event-id": id } };
      const back = await Promise.all([1, 2, 3].map(() => app.request("/stream", init)));
      assertEquals(back.map(({ status }) => status), [200, 200, 200]);
      assertEquals(countStreams().open, 22);
      assertStringIncludes(await back[2]!.text(), "retry: 5000");
      reader.releaseLock();
      for (const { body } of [...full, ...back.slice(0, 2)]) await body!.cancel();
      // The others have left, so a new stream opens.
      const again = await app.request("/stream?delay=1");
      assertEquals([...(await again.text()).matchAll(/^data: \d$/gm)].length, 10);
    });
    assertEquals(changes, { opened: 23, refused: 2 });
  } finally {
    limits.streams = before;
  }
});

Deno.test("limits.coroutines: a stream that would exceed it is 503, a smaller one opens", async () => {
  const { coroutines } = limits;
  limits.coroutines = 2500;
  try {
    const many = "/stream?delay=60000&count=1000";
    const full = await Promise.all([app.request(many), app.request(many)]);
    const refused = await app.request(many);
    await refused.body?.cancel();
    const small = await app.request("/stream?delay=60000&count=500");
    assertEquals([refused.status, small.status, countStreams().coroutines], [503, 200, 2500]);
    for (const { body } of [...full, small]) await body!.cancel();
    assertEquals(countStreams().coroutines, 0);
  } finally {
    limits.coroutines = coroutines;
  }
});
