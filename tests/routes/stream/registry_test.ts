import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import app from "../../../routes/mod.ts";
import { openStream } from "../../../routes/stream/writer.ts";
import { countStreams, limits, sweep } from "../../../routes/stream/registry.ts";
import { encodeRun } from "../../../routes/stream/event-id.ts";
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
      assertEquals(text((await next).value), ":\n");
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
    assertEquals(text((await next).value), ":\n");
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
      assertMatch(text(value), /\nid: .*\n\n$/);
      // It is cut, not ended: some clients do not resume a stream that ended.
      await assertRejects(() => reader.read(), Error, "a client that read nothing for 30 s");
    });
    assertEquals(changes, { opened: 1, dropped: 1 });
  }
});

Deno.test("sweep(): a trace whose client reads nothing during thirty of them is cut", async () => {
  for (const read of [0, 1, 5]) {
    const changes = await counted(async () => {
      const response = await app.request("/trace?count=1000");
      const reader = response.body!.getReader();
      let length = 0;
      for (let left = read; left > 0; left--) {
        for (let i = 0; i < 29; i++) sweep();
        length += (await reader.read()).value!.length;
      }
      assertEquals(countStreams().open, 1);
      for (let i = 0; i < 30; i++) sweep();
      assertEquals(countStreams().open, 0);
      for (let chunk; !(chunk = await reader.read()).done;) length += chunk.value.length;
      assert(length < Number(response.headers.get("content-length")));
    });
    assertEquals(changes, { dropped: 1 });
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

Deno.test("openStream(): no write is over 16 KiB, and the events stay in order", async () => {
  for (const mode of ["cooperative", "blocking"] as const) {
    const long = run({ count: 1000, delay: 5, jitter: 5, mode }, true, 0);
    const chunks = await Array.fromAsync(openStream(long, 0));
    assert(chunks.length > 5);
    for (const chunk of chunks) assert(chunk.length <= 16_384, `${chunk.length}`);
    const whole = chunks.map(text).join("");
    const ids = [...whole.matchAll(/^id: .*\.(\d+)$/gm)].map(([, index]) => Number(index));
    assertEquals(ids, ids.map((_, index) => index));
    assertEquals([...whole.matchAll(/^data: (\d+)$/gm)].length, 1000);
    assertEquals(whole.match(/^event: (start|done)$/gm), ["event: start", "event: done"]);
  }
});

/** Sets limits while `use` runs. */
async function limited(given: Partial<typeof limits>, use: () => Promise<void>): Promise<void> {
  const before = { ...limits };
  Object.assign(limits, given);
  try {
    await use();
  } finally {
    Object.assign(limits, before);
  }
}

/** Opens a stream until one is refused, and returns those that opened. */
async function fill(path: string): Promise<Response[]> {
  const responses: Response[] = [];
  for (;;) {
    const response = await app.request(path);
    if (response.status === 200) {
      responses.push(response);
      continue;
    }
    assertEquals([response.status, response.headers.get("retry-after")], [503, "5"]);
    assertEquals(response.headers.get("content-type"), "application/problem+json");
    await response.body?.cancel();
    return responses;
  }
}

const cancelAll = (responses: Response[]) =>
  Promise.all(responses.map(({ body }) => body!.cancel()));

Deno.test("limits.streams: a new stream beyond it is 503, a resumed one may take a tenth more", async () => {
  await limited({ streams: 20 }, async () => {
    const changes = await counted(async () => {
      const full = await fill("/stream?delay=10000");
      assertEquals(full.length, 20);
      const reader = full[0]!.body!.getReader();
      const id = /^id: (.*)$/m.exec(text((await reader.read()).value))![1]!;
      const init = { headers: { "last-event-id": id } };
      const back = await Promise.all([1, 2, 3].map(() => app.request("/stream", init)));
      assertEquals(back.map(({ status }) => status), [200, 200, 200]);
      assertEquals(countStreams().open, 22);
      assertStringIncludes(await back[2]!.text(), "retry: 5000");
      reader.releaseLock();
      await cancelAll([...full, ...back.slice(0, 2)]);
      // The others have left, so a new stream opens.
      const again = await app.request("/stream?delay=1");
      assertEquals([...(await again.text()).matchAll(/^data: \d$/gm)].length, 10);
    });
    assertEquals(changes, { opened: 23, refused: 2 });
  });
});

Deno.test("limits.coroutines: a stream that would exceed it is 503, a smaller one opens", async () => {
  await limited({ coroutines: 1050 }, async () => {
    const full = await fill("/stream?delay=10000&count=100");
    const small = await app.request("/stream?delay=10000&count=50");
    assertEquals([full.length, small.status, countStreams().coroutines], [10, 200, 1050]);
    await cancelAll([...full, small]);
    assertEquals(countStreams().coroutines, 0);
  });
});

/** Requests that take much of the room, each with the share of it that its kind may take. */
const GREEDY = [
  { kind: "large streams", path: "/stream?count=1000&delay=5000" },
  { kind: "long cooperative streams", path: "/stream?count=100&delay=16000" },
  { kind: "long blocking streams", path: "/stream?mode=blocking&count=16&delay=1000" },
  { kind: "large traces", path: "/trace?count=1000" },
];

for (const { kind, path } of GREEDY) {
  Deno.test(`hasCapacity(): ${kind} take at most two fifths of the room`, async () => {
    await limited({ streams: 100, coroutines: 10_000 }, async () => {
      const full = await fill(path);
      const { open, coroutines } = countStreams();
      assertEquals(open, full.length);
      assert(open === 40 || coroutines === 4000, `${open} streams, ${coroutines} coroutines`);
      await cancelAll(full);
    });
  });
}

Deno.test("hasCapacity(): a default run opens beside all large and long ones, resumed ones too", async () => {
  await limited({ streams: 100, coroutines: 10_000 }, async () => {
    const full: Response[] = [];
    for (const { path } of GREEDY) full.push(...await fill(path));
    // Ids of runs that go on for long: their clients may take a tenth more.
    for (const parameters of [{ count: 1000, delay: 14_000 }, { delay: 60_000 }]) {
      const id = `${encodeRun(run(parameters))}.0`;
      for (let left = 50; left > 0; left--) {
        full.push(await app.request("/stream", { headers: { "last-event-id": id } }));
      }
    }
    const { open, coroutines } = countStreams();
    assert(open <= 88 && coroutines <= 8800, `${open} streams, ${coroutines} coroutines`);
    for (const path of ["/stream", "/stream?mode=blocking", "/stream?jitter=1000", "/trace"]) {
      const response = await app.request(path);
      assertEquals(response.status, 200, path);
      full.push(response);
    }
    await cancelAll(full);
    assertEquals([countStreams().open, countStreams().coroutines], [0, 0]);
  });
});

Deno.test("hasCapacity(): a default run opens beside all large and long ones in a room of three, and of any more", async () => {
  for (let streams = 1; streams <= 12; streams++) {
    await limited({ streams }, async () => {
      const long = await fill("/stream?delay=60000");
      const large = await fill("/stream?count=1000");
      // A room for one or two has a place for each kind, as far as it goes.
      assertEquals([long.length > 0, large.length > 0], [true, streams > 1], `${streams}`);
      // Their clients lose the connection, and come back.
      const id = `${encodeRun(run({ delay: 60_000 }))}.0`;
      const init = { headers: { "last-event-id": id } };
      const back = await Promise.all([1, 2, 3].map(() => app.request("/stream", init)));
      const full = [...long, ...large, ...back];
      const response = await app.request("/stream");
      assertEquals(response.status, streams > 2 ? 200 : 503, `${streams}`);
      full.push(response);
      await cancelAll(full);
    });
  }
});

Deno.test("HEAD: without room it is 503, as GET is", async () => {
  await limited({ streams: 1 }, async () => {
    const full = await fill("/stream");
    for (const path of ["/stream", "/trace", "/fixtures/event"]) {
      for (const method of ["GET", "HEAD"]) {
        const { status, headers, body } = await app.request(path, { method });
        assertEquals([status, headers.get("retry-after")], [503, "5"], `${method} ${path}`);
        await body!.cancel();
      }
    }
    await cancelAll(full);
  });
});

Deno.test("hasCapacity(): a run of long ago is short, and the end of a long run is, too", async () => {
  await limited({ streams: 10 }, async () => {
    const full = await fill("/stream?delay=60000");
    assertEquals(full.length, 4);
    for (const age of [50_000, 3_600_000]) {
      const id = `${encodeRun(run({ delay: 60_000 }, false, Date.now() - age))}.0`;
      const response = await app.request(`/stream?lastEventId=${id}`);
      const reader = response.body!.getReader();
      assert(!text((await reader.read()).value).includes("retry: 5000"));
      await reader.cancel();
    }
    await cancelAll(full);
  });
});
