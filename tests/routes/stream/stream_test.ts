import { assert, assertEquals, assertMatch } from "@std/assert";
import app from "../../../routes/mod.ts";
import { openStream } from "../../../routes/stream/writer.ts";
import { countStreams } from "../../../routes/stream/registry.ts";
import { type Parameters, withDefaults } from "../../../routes/tutorial/parameters.ts";
import type { Run } from "../../../routes/stream/event-id.ts";
import { type Message, messages } from "../messages.ts";

async function get(
  path: string,
  init?: RequestInit,
): Promise<{ response: Response; list: Message[] }> {
  const response = await app.request(path, init);
  return { response, list: messages([await response.text()]) };
}

/** A run of an hour ago, so that all of it comes at once. */
function past(given: Partial<Parameters>, trace = false): Run {
  return { parameters: withDefaults(given), trace, origin: Date.now() - 3_600_000 };
}

const numbersOf = (list: Message[]) =>
  list.filter(({ event }) => event === undefined).map(({ data }) => Number(data));

Deno.test("/stream: the events are start, ten numbers and done, each with its id", async () => {
  const { response, list } = await get("/stream?delay=20&seed=42");
  assertEquals(response.status, 200);
  assertEquals(Object.fromEntries(response.headers), {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Retry-After",
    "cache-control": "no-store, no-transform",
    "content-type": "text/event-stream",
    "vary": "Origin",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  assertEquals(list.map(({ event }) => event), ["start", ...Array(10).fill(undefined), "done"]);
  const run = list[0]!.id!.slice(0, -2);
  assertMatch(run, /^1-10-20-0-cs-42-[\da-z]+$/);
  assertEquals(list.map(({ id }) => id), list.map((_, index) => `${run}.${index}`));
  assertEquals(JSON.parse(list[0]!.data), {
    count: 10,
    delay: 20,
    jitter: 0,
    mode: "cooperative",
    order: "shuffled",
    seed: 42,
  });
  assertEquals(list.at(-1)!.data, '{"elapsed":20,"waited":200,"steps":22}');
  assertEquals(numbersOf(list).toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("/stream: the same seed gives the same numbers, a random one gives others", async () => {
  const runs = await Promise.all(
    ["&seed=42", "&seed=42", "", "", ""].map((seed) => get(`/stream?delay=1${seed}`)),
  );
  const [a, b, ...others] = runs.map(({ list }) => String(numbersOf(list)));
  assertEquals(a, b);
  assertEquals(new Set(others).size, 3);
});

Deno.test("/stream: the numbers and the figures are those of /trace, in both modes, with the log and without", async () => {
  for (const mode of ["cooperative", "blocking"]) {
    for (const log of ["", "&trace=1"]) {
      const query = `count=20&delay=1&jitter=5&seed=7&mode=${mode}`;
      const { list } = await get(`/stream?${query}${log}`);
      const { summary } = await (await app.request(`/trace?${query}`)).json();
      const { elapsed, waited, steps, emitted } = summary;
      assertEquals(numbersOf(list), emitted);
      assertEquals(JSON.parse(list.at(-1)!.data), { elapsed, waited, steps });
    }
  }
});

Deno.test("/stream: trace=1 adds an event for each entry of the log", async () => {
  const { list } = await get("/stream?delay=1&seed=3&trace=1");
  const { entries } = await (await app.request("/trace?delay=1&seed=3")).json();
  const traced = list.filter(({ event }) => event === "trace").map(({ data }) => JSON.parse(data));
  assertEquals(traced, entries);
  assertEquals(numbersOf(list).length, 10);
  assertMatch(list[0]!.id!, /-cst-3-/);
});

Deno.test("openStream(): all events of an instant leave in one write, and never early", async () => {
  const run = {
    parameters: withDefaults({ count: 6, delay: 10, jitter: 40, seed: 5 }),
    trace: true,
  };
  const origin = Date.now();
  const seen = new Set<number>();
  let writes = 0;
  for await (const bytes of openStream({ ...run, origin }, 0)) {
    writes++;
    // Under load two instants may share a write; one instant never takes two.
    const text = new TextDecoder().decode(bytes);
    const instants = new Set([...text.matchAll(/"at":(\d+)/g)].map(([, at]) => Number(at)));
    for (const at of instants) {
      assert(!seen.has(at), `${at} ms is in two writes`);
      assert(Date.now() >= origin + at, `${at} ms is early`);
      seen.add(at);
    }
  }
  assert(writes > 1 && seen.size === 7, `${writes} writes of ${[...seen]}`);
});

Deno.test("openStream(): a run of long ago comes in one write", async () => {
  const chunks = await Array.fromAsync(openStream(past({ jitter: 1000 }), 0));
  assertEquals(chunks.length, 1);
});

Deno.test("openStream(): cancel() ends the run and its timers", async () => {
  for (const mode of ["cooperative", "blocking"]) {
    const response = await app.request(`/stream?delay=60000&mode=${mode}`);
    const reader = response.body!.getReader();
    await reader.read();
    assertEquals(countStreams().open, 1);
    await reader.cancel();
    assertEquals(countStreams().open, 0);
  }
});

Deno.test("openStream(): cancel() resolves after all coroutines have cleaned up", async () => {
  const run = { ...past({ count: 1000, delay: 60_000 }), origin: Date.now() };
  const reader = openStream(run, 0).getReader();
  await reader.read();
  // On a slow machine, which this clock pretends, the loop yields to the host during cleanup.
  const { now } = performance;
  let readings = 0;
  performance.now = () => now.call(performance) + 5 * readings++;
  try {
    await reader.cancel();
    assert(readings > 20, "the cleanup took one turn");
    // A loop that has ended no longer reads the clock.
    const before = readings;
    await new Promise((resolve) => setTimeout(resolve, 10));
    assertEquals(readings, before);
  } finally {
    performance.now = now;
  }
});

Deno.test("openStream(): a thousand clients that leave in the middle of a burst leave nothing behind", async () => {
  const readers = Array.from({ length: 1000 }, (_, client) => {
    const run = { ...past({ count: 100 }), origin: Date.now() + (client % 3) };
    return openStream(run, 0).getReader();
  });
  assertEquals(countStreams().open, 1000);
  await Promise.all(readers.map(async (reader) => {
    await reader.read();
    await reader.cancel();
  }));
  assertEquals(countStreams().open, 0);
});

Deno.test("/stream: HEAD has the headers of GET and starts no run", async () => {
  const before = countStreams();
  const response = await app.request("/stream", { method: "HEAD" });
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assertEquals(await response.text(), "");
  assertEquals(countStreams(), before);
});
