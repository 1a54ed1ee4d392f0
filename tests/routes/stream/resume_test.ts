import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import app from "../../../routes/mod.ts";
import { openStream } from "../../../routes/stream/writer.ts";
import { countStreams, sweep } from "../../../routes/stream/registry.ts";
import { type Parameters, withDefaults } from "../../../routes/tutorial/parameters.ts";
import { decodeEventId, encodeRun, type Run } from "../../../routes/stream/event-id.ts";
import { type Message, messages } from "../messages.ts";
import { HastyParser, KeepingParser, StandardParser } from "../standard_parser.ts";

// Wherever a stream is cut, the events that a client has, and those that it gets when it resumes, are
// together the events of the uncut stream: none missing, none twice. The app does not know these runs:
// the tests open them beside it. tests/system resumes in other isolates and processes.

/** A run of long ago, so that all of it comes at once. */
function past(given: Partial<Parameters>, trace = false): Run {
  return { parameters: withDefaults({ seed: 42, ...given }), trace, origin: Date.UTC(2025, 0, 1) };
}

/** The text of a whole stream. */
async function uncut(run: Run): Promise<string> {
  const text = await new Response(openStream(run, 0)).text();
  const list = messages([text]);
  assertEquals(list.map(({ id }) => id), list.map((_, index) => `${encodeRun(run)}.${index}`));
  assertEquals([list[0]!.event, list.at(-1)!.event], ["start", "done"]);
  return text;
}

/** A query for a run with these parameters and a random seed. */
function queryOf({ parameters, trace }: Run): string {
  const { seed: _, ...rest } = parameters;
  const query = Object.entries({ ...rest, ...(trace && { trace: 1 }) });
  return query.map(([name, value]) => `${name}=${value}`).join("&");
}

/** The queries and headers with which clients resume. */
const WAYS: ((id: string, run: Run) => [query: string, header: string])[] = [
  (id) => ["", id],
  (id) => [`lastEventId=${id}`, ""],
  // An EventSource requests the same URL again, whose query may have parameters
  (id, run) => [queryOf(run), id],
  // or the id with which the page opened it.
  (id, run) => [`lastEventId=${encodeRun(run)}.0`, id],
];

function request([query, header]: [string, string], method = "GET"): Promise<Response> {
  const headers = header === "" ? {} : { "last-event-id": header };
  return Promise.resolve(app.request(`/stream?${query}`, { method, headers }));
}

/** The text that a client gets when it resumes after an event: "" for 204. */
async function resumed(id: string, way = 0): Promise<string> {
  const { run } = decodeEventId(id)!;
  const response = await request(WAYS[way % WAYS.length]!(id, run));
  const text = await response.text();
  if (response.status === 204) return text;
  assertEquals(response.status, 200);
  assert(text.startsWith(`:\nretry: 1000\nevent: resumed\nid: ${id}\n\n`), text);
  return text;
}

for (const trace of [false, true]) {
  Deno.test(`resume: a stream ${trace ? "with its trace " : ""}that is cut at any byte continues without loss or repetition`, async () => {
    const runs = [1, 2, 3, 10].flatMap((count) =>
      [0, 3, 1000].flatMap((jitter) =>
        (["cooperative", "blocking"] as const).flatMap((mode) =>
          (["shuffled", "fifo"] as const).flatMap((order) =>
            [0, 42, 0xffff_ffff].map((seed) => past({ count, jitter, mode, order, seed }, trace))
          )
        )
      )
    );
    let way = 0;
    for (const run of runs) {
      const text = await uncut(run);
      // Feeds the client byte by byte. Cuts that leave it the same events share one request.
      const cuts = new Set<number>();
      const whole = messages(text, ({ length }) => cuts.add(length));
      assertEquals([...cuts], Array.from({ length: whole.length + 1 }, (_, index) => index));
      cuts.delete(0);
      for (const cut of cuts) {
        const rest = messages([await resumed(whole[cut - 1]!.id!, way++)]);
        assertEquals([...whole.slice(0, cut), ...rest], whole);
      }
    }
    assertEquals(countStreams().open, 0);
  });
}

/** Clients, with the bytes of an event after which a cut loses the event to them: none, or one. */
const CLIENTS = [
  { kind: "the standard's", Parser: StandardParser, gap: false },
  { kind: "one that keeps half an event", Parser: KeepingParser, gap: false },
  { kind: "one that takes an id at the end of its line", Parser: HastyParser, gap: true },
];

for (const { kind, Parser, gap } of CLIENTS) {
  Deno.test(`resume: a client of this kind has each event once, whatever the cut: ${kind}`, async () => {
    for (const run of [past({ count: 3 }), past({ count: 2, mode: "blocking" }, true)]) {
      const text = await uncut(run);
      const whole = new StandardParser();
      whole.feedText(text);
      const begun = text.indexOf("\n\n") + 2;
      for (let cut = begun; cut <= text.length; cut++) {
        const client = new Parser();
        client.feedText(text.slice(0, cut));
        client.reconnect();
        client.feedText(await resumed(client.lastEventId));
        const events = client.events.filter(({ type }) => type !== "resumed");
        // Between the end of the id's line and the empty line: one byte, which no order can close.
        const isInGap = text[cut - 1] === "\n" && text[cut] === "\n";
        if (gap && isInGap) assertEquals(events.length, whole.events.length - 1);
        else assertEquals(events, whole.events, `cut at ${cut}`);
      }
    }
  });
}

const runs = fc.record({
  count: fc.integer({ min: 1, max: 30 }),
  delay: fc.nat(10_000),
  jitter: fc.nat(10_000),
  mode: fc.constantFrom("cooperative", "blocking"),
  order: fc.constantFrom("shuffled", "fifo"),
  seed: fc.nat(0xffff_ffff),
});

/** The events of a client whose connection is cut after each of these numbers of bytes. */
async function cutOff(text: string, cuts: number[]): Promise<Message[]> {
  const list: Message[] = [];
  for (const [way, cut] of cuts.entries()) {
    list.push(...messages([text.slice(0, cut % (text.length + 1))]));
    // A client without an id would get a new run; this one reads the same run from its start again.
    if (list.length > 0) text = await resumed(list.at(-1)!.id!, way);
  }
  return [...list, ...messages([text])];
}

Deno.test("resume: a stream that is cut up to ten times is whole in the end", async () => {
  const cuts = fc.array(fc.nat(), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(runs, fc.boolean(), cuts, async (parameters, trace, cuts) => {
      const text = await uncut(past(parameters, trace));
      assertEquals(await cutOff(text, cuts), messages([text]));
    }),
    { numRuns: 500 },
  );
});

Deno.test("resume: a stream of several writes is whole after ten cuts", async () => {
  const cuts = fc.array(fc.nat(), { minLength: 10, maxLength: 10 });
  for (const mode of ["cooperative", "blocking"] as const) {
    const text = await uncut(past({ count: 600, delay: 900, jitter: 100, mode }, true));
    assert(text.length > 200_000);
    const property = fc.asyncProperty(cuts, async (cuts) => {
      assertEquals(await cutOff(text, cuts), messages([text]));
    });
    await fc.assert(property, { numRuns: 3 });
  }
});

/** The events of a client that cancels after some chunks, of which the last arrives in part. */
async function readSome(body: ReadableStream<Uint8Array>, chunks: number, part: number) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  for (let count = 1; count <= chunks; count++) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(count < chunks ? value : value.subarray(0, part * value.length));
  }
  await reader.cancel();
  return messages([text]);
}

Deno.test("resume: a live run is resumed on time, between heartbeats", async () => {
  const queries = [
    "mode=blocking&count=5&delay=50&jitter=20",
    "mode=blocking&count=3&delay=80&trace=1",
    "count=6&delay=10&jitter=200",
  ];
  const clients = queries.flatMap((query) =>
    [2, 3, 4, 5].flatMap((chunks) => [0, 0.3, 0.8, 1].map((part) => ({ query, chunks, part })))
  );
  // Heartbeats come between the events, and a cut may fall into one.
  const heart = setInterval(sweep, 10);
  await Promise.all(clients.map(async ({ query, chunks, part }) => {
    const { body } = await app.request(`/stream?${query}`);
    const list = await readSome(body!, chunks, part);
    list.push(...messages([await resumed(list.at(-1)!.id!)]));
    const now = Date.now();
    const { run } = decodeEventId(list[0]!.id!)!;
    assert(now >= run.origin + JSON.parse(list.at(-1)!.data).elapsed);
    assertEquals(list, messages([await uncut(run)]));
  })).finally(() => clearInterval(heart));
  const { heartbeats, open } = countStreams();
  assert(heartbeats > 0 && open === 0);
});

Deno.test("resume: events that are due come at once, later ones keep their time", async () => {
  const parameters = withDefaults({ mode: "blocking", delay: 60_000 });
  // The run takes ten minutes and has been running for nine and a half.
  const run = { parameters, trace: false, origin: Date.now() - 570_000 };
  const response = await request([`lastEventId=${encodeRun(run)}.3`, ""]);
  const list = await readSome(response.body!, 1, 1);
  assertEquals(list.map(({ data }) => data), ["3", "4", "5", "6", "7", "8"]);
});

Deno.test("resume: a run of long ago comes in one write", async () => {
  const run = past({ mode: "blocking", jitter: 1000 });
  const whole = messages([await uncut(run)]);
  const { body } = await request(["", whole[4]!.id!]);
  const chunks = await Array.fromAsync(body!, (bytes) => new TextDecoder().decode(bytes));
  assertEquals(chunks.length, 1);
  assertEquals(messages(chunks), whole.slice(5));
});

Deno.test("resume: the last event's id is 204, and the one before it gives the last event", async () => {
  for (const trace of [false, true]) {
    const run = past({ count: 3 }, trace);
    const [last, before] = messages([await uncut(run)]).toReversed();
    for (const way of WAYS) {
      for (const method of ["GET", "HEAD"]) {
        const finished = await request(way(last!.id!, run), method);
        assertEquals([finished.status, finished.body], [204, null]);
        assertEquals(finished.headers.get("cache-control"), "no-store");
        const going = await request(way(before!.id!, run), method);
        assertEquals(going.status, 200);
        const rest = method === "HEAD" ? [] : [last!];
        assertEquals(messages([await going.text()]), rest);
      }
    }
  }
});

Deno.test("resume: a client that has no complete event begins a new run", async () => {
  const query = "count=2&delay=0&seed=7";
  // These streams begin with a comment, and a cut may fall into it.
  const response = await request([query, "none of ours"]);
  const text = await response.text();
  assertMatch(text, /^: /m);
  const whole = messages([text]);
  const datas = whole.map(({ data }) => data);
  const resumes = new Map<string | undefined, Promise<string>>();
  for (let cut = 0; cut <= text.length; cut++) {
    const list = messages([text.slice(0, cut)]);
    const id = list.at(-1)?.id;
    const get = async () => await (await request([query, id ?? ""])).text();
    if (!resumes.has(id)) resumes.set(id, get());
    const rest = messages([await resumes.get(id)!]);
    if (id === undefined) assertEquals(rest.map(({ data }) => data), datas);
    else assertEquals([...list, ...rest], whole);
  }
  // The first client sends no id, so its stream has no comment.
  assert(!/^:/m.test(await resumes.get(undefined)!));
  assertEquals(resumes.size, 5);
});
