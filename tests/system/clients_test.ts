import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { EventSource as NpmEventSource } from "eventsource";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { chromium } from "playwright-core";
import { Cutter, twoCuts } from "./cutter.ts";
import { assertWhole, hear, type Heard, type Hearing, parse } from "./heard.ts";
import { installed } from "./installed.ts";
import { output, Server } from "./server.ts";

// Unmodified clients. Each connection is cut twice, and the client must have every event once.

const MODES = ["delay=100&jitter=400", "mode=blocking&delay=50"];

/** How long a client may take to stop by itself, in ms: ten times what it needs. */
const PATIENCE = 30_000;

/** Runs a client for each mode and seed, all at once, on streams that are cut twice. */
async function cutOff(
  server: Server,
  client: (url: string) => Promise<Heard[]>,
  seeds = [1],
): Promise<void> {
  await Promise.all(seeds.flatMap((seed) =>
    MODES.map(async (mode, nth) => {
      await using cutter = new Cutter(server.url, twoCuts(2 * seed + nth));
      const events = await deadline(client(`${cutter.url}/stream?${mode}`), PATIENCE);
      await assertWhole(events, server.url);
      // Two cuts, the rest, and the request that is answered 204.
      assertEquals(cutter.requests.length, 4);
      assertEquals(cutter.requests.at(-1), { method: "GET", lastEventId: events.at(-1)!.id });
    })
  ));
}

/** The events of an EventSource; checks that it stopped at 204. */
function stopped({ events, returns, readyState }: Hearing): Heard[] {
  assertEquals([returns, readyState], [3, EventSource.CLOSED]);
  return events;
}

Deno.test("curl: resuming by hand after two cuts gives every event once", async () => {
  await using server = await Server.start();
  const client = async (url: string): Promise<Heard[]> => {
    const events: Heard[] = [];
    for (let times = 0; times < 9; times++) {
      const id = events.at(-1)?.id;
      const header = id === undefined ? [] : ["-H", `Last-Event-ID: ${id}`];
      const status = ["-w", "%{stderr}%{http_code}"];
      const { code, stdout, stderr } = await output("curl", "-sN", ...status, ...header, url);
      if (stderr === "204") return events;
      assertEquals(stderr, "200");
      // curl exits with 18 when a transfer is cut.
      assert(code === 0 || code === 18, `curl exited with ${code}`);
      events.push(...parse(stdout));
    }
    throw new Error("curl got no 204 in nine requests");
  };
  await cutOff(server, client, [1, 2, 3, 4, 5]);
});

Deno.test("EventSource of Deno: it resumes after two cuts and stops at 204", async () => {
  await using server = await Server.start();
  await cutOff(server, async (url) => stopped(await hear(url)));
});

Deno.test("eventsource of npm: it resumes after two cuts and stops at 204", async () => {
  await using server = await Server.start();
  await cutOff(server, async (url) => {
    const hearing = await hear(url, NpmEventSource as unknown as typeof EventSource);
    assertEquals(hearing.code, 204);
    return stopped(hearing);
  });
});

Deno.test("fetch and eventsource-parser of npm: resuming by hand after two cuts gives every event once", async () => {
  await using server = await Server.start();
  const client = async (url: string): Promise<Heard[]> => {
    const events: Heard[] = [];
    for (let times = 0; times < 9; times++) {
      const id = events.at(-1)?.id;
      const headers = id === undefined ? {} : { "last-event-id": id };
      const response = await fetch(url, { headers });
      if (response.status === 204) return events;
      const parsed = response.body!.pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      try {
        for await (const { event: type = "message", id = "", data } of parsed) {
          events.push({ type, id, data });
        }
      } catch {
        // The connection was cut; the loop resumes.
      }
    }
    throw new Error("the client got no 204 in nine requests");
  };
  await cutOff(server, client, [1, 2, 3, 4, 5]);
});

const path = installed("chromium");

Deno.test({
  name: "EventSource of Chromium, from another origin: it resumes after two cuts and stops at 204",
  ignore: !path,
  async fn() {
    await using server = await Server.start();
    await onPage(async (tab) => {
      await cutOff(server, async (url) => stopped(await tab.evaluate(hear, url)));
    });
  },
});

Deno.test({
  name: "fetch of Chromium, from another origin: Last-Event-ID is sent after a preflight",
  ignore: !path,
  async fn() {
    await using server = await Server.start();
    const url = `${server.url}/stream?delay=20`;
    const all = parse(await (await fetch(url)).text());
    await using cutter = new Cutter(server.url, []);
    const id = all[4]!.id;
    await onPage(async (tab) => {
      const text = await tab.evaluate(async ([url, id]) => {
        return await (await fetch(url!, { headers: { "Last-Event-ID": id! } })).text();
      }, [`${cutter.url}/stream`, id]);
      assertEquals(parse(text), all.slice(5));
    });
    assertEquals(cutter.requests, [
      { method: "OPTIONS", lastEventId: undefined },
      { method: "GET", lastEventId: id },
    ]);
  },
});

type Tab = Awaited<ReturnType<Awaited<ReturnType<typeof chromium.launch>>["newPage"]>>;

/** Opens a page of another origin in headless Chromium. */
async function onPage(use: (tab: Tab) => Promise<void>): Promise<void> {
  const headers = { "content-type": "text/html" };
  await using page = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("<!doctype html>", { headers }),
  );
  // Chromium's sandbox refuses to run as root, which is the user in containers.
  const browser = await chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${page.addr.port}/`);
    await use(tab);
  } finally {
    await browser.close();
  }
}
