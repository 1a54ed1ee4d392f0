import { fetchEventSource } from "@microsoft/fetch-event-source";
import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";
import { EventSource as EventSource5 } from "eventsource";
import EventSource2 from "eventsource-2";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { type BrowserName, hasBrowser, inBrowser } from "./browsers.ts";
import { Cutter, PLACES, twoCuts } from "./cutter.ts";
import { assertWhole, hear, type Heard, parse } from "./heard.ts";
import { installed } from "./installed.ts";
import { output, Server } from "./server.ts";

// Unmodified clients. Their connections are cut, and they must have every event once.

/** An unmodified client. */
interface Client {
  name: string;
  /** Whether the machine has it. The default is `true`. */
  isInstalled?: boolean;
  /** Listens to streams, all at once, until the client stops by itself. */
  hear(urls: readonly string[]): Promise<Heard[][]>;
  /** Whether it stops at the end of the run; the others ask once more, and stop at 204. */
  stopsAtEnd?: boolean;
  /** Whether it takes an id before the event is complete, and so can lose an event at one byte. */
  isHasty?: boolean;
}

const CLIENTS: readonly Client[] = [
  { name: "curl", hear: each(byHand(curl)) },
  { name: "fetch and eventsource-parser 4", hear: each(byHand(fetchAndParse)) },
  { name: "EventSource of Deno", hear: each((url) => eventsOf(hear(url))) },
  { name: "eventsource 5", hear: each((url) => eventsOf(hear(url, like(EventSource5)))) },
  {
    name: "eventsource 2",
    hear: each((url) => eventsOf(hear(url, like(EventSource2)))),
    isHasty: true,
  },
  {
    name: "@microsoft/fetch-event-source",
    hear: each(microsoft),
    stopsAtEnd: true,
    isHasty: true,
  },
  {
    name: "Symfony's EventSourceHttpClient",
    isInstalled: installed("php", "php-cli") !== undefined &&
      installed(
          "/usr/share/php/Symfony/Component/HttpClient/autoload.php",
          "php-symfony-http-client",
        ) !== undefined,
    hear: each(symfony),
    stopsAtEnd: true,
  },
  browser("EventSource of Chromium", "chromium"),
  browser("EventSource of Firefox", "firefox-esr"),
  browser("EventSource of WebKitGTK", "webkit"),
];

/** How long a client may take to stop by itself, in ms: ten times what it needs. */
const PATIENCE = 60_000;

function each(hear: (url: string) => Promise<Heard[]>): Client["hear"] {
  return (urls) => Promise.all(urls.map(hear));
}

function browser(name: string, browser: BrowserName): Client {
  return {
    name,
    isInstalled: hasBrowser(browser),
    hear: async (urls) => (await inBrowser(browser, hear, urls)).map(({ events }) => events),
  };
}

function like(source: unknown): typeof EventSource {
  return source as typeof EventSource;
}

async function eventsOf(hearing: ReturnType<typeof hear>): Promise<Heard[]> {
  const { events, readyState } = await hearing;
  assertEquals(readyState, EventSource.CLOSED);
  return events;
}

/** A client that reads one response and has to resume by hand: `undefined` is a 204. */
function byHand(read: (url: string, id?: string) => Promise<Heard[] | undefined>) {
  return async (url: string): Promise<Heard[]> => {
    const events: Heard[] = [];
    for (let left = 9; left > 0; left--) {
      const next = await read(url, events.at(-1)?.id);
      if (next === undefined) return events;
      events.push(...next);
      // A client should wait for as long as `retry` says; these are in a hurry.
      await delay(50);
    }
    throw new Error("the client got no 204 in nine requests");
  };
}

async function curl(url: string, id?: string): Promise<Heard[] | undefined> {
  const header = id === undefined ? [] : ["-H", `Last-Event-ID: ${id}`];
  const status = ["-w", "%{stderr}%{http_code}"];
  const { code, stdout, stderr } = await output("curl", "-sN", ...status, ...header, url);
  if (stderr === "204") return undefined;
  // curl exits with 18 when a transfer is cut, with 7 and 52 while a server is replaced.
  assert([0, 7, 18, 52].includes(code), `curl exited with ${code}`);
  return parse(stdout);
}

async function fetchAndParse(url: string, id?: string): Promise<Heard[] | undefined> {
  const headers = id === undefined ? {} : { "last-event-id": id };
  const events: Heard[] = [];
  try {
    const response = await fetch(url, { headers });
    if (response.status === 204) return undefined;
    const parsed = response.body!.pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { event: type = "message", id = "", data } of parsed) {
      events.push({ type, id, data });
    }
  } catch {
    // The connection was cut; the loop resumes.
  }
  return events;
}

/** It is made for pages, of which it needs the visibility. */
async function microsoft(url: string): Promise<Heard[]> {
  const page = { hidden: false, addEventListener() {}, removeEventListener() {} };
  Object.assign(globalThis, { window: globalThis, document: page });
  const events: Heard[] = [];
  await fetchEventSource(url, {
    openWhenHidden: true,
    onmessage({ event, id, data }) {
      // It hands over events without data, too: what ends an event that was kept in part.
      if (event === "resumed") return assertEquals(data, "");
      events.push({ type: event || "message", id, data });
    },
  });
  return events;
}

async function symfony(url: string): Promise<Heard[]> {
  const { stdout, stderr } = await output("php", "tests/system/clients/symfony.php", url);
  if (stdout === "") throw new Error(stderr);
  const events: Heard[] = JSON.parse(stdout);
  return events.filter(({ type, data }) => type !== "resumed" || data !== "");
}

for (const client of CLIENTS) {
  const { name, isInstalled = true, stopsAtEnd = false, isHasty = false } = client;

  Deno.test({
    name: `${name}: after two cuts at each of five places of an event it has every event once`,
    ignore: !isInstalled,
    async fn() {
      await using server = await Server.start();
      await using stack = new AsyncDisposableStack();
      const cutters = PLACES.map(({ pattern }) =>
        stack.use(new Cutter(server.url, [pattern(3), pattern(7)]))
      );
      const urls = cutters.map(({ url }) => `${url}/stream?delay=100&jitter=400`);
      const heard = await deadline(client.hear(urls), PATIENCE);
      for (const [index, { place }] of PLACES.entries()) {
        let events = heard[index]!;
        if (isHasty && place === "after the id line") {
          // Both cuts are at the one byte at which these clients take an event for received.
          const indexes = events.map(({ id }) => Number(id.split(".").at(-1)));
          assertEquals(indexes, [0, 1, 2, 4, 5, 6, 8, 9, 10, 11]);
          events = [];
        }
        if (events.length > 0) await assertWhole(events, server.url);
        const requests = cutters[index]!.requests.filter(({ method }) => method === "GET");
        assertEquals(requests.length, stopsAtEnd ? 3 : 4, `requests, cut ${place}`);
      }
    },
  });

  Deno.test({
    name: `${name}: when its server is stopped by SIGTERM it has every event once from another`,
    ignore: !isInstalled,
    async fn() {
      await using first = await Server.start();
      await using second = await Server.start();
      await using cutter = new Cutter(first.url, []);
      const hearing = client.hear([`${cutter.url}/stream?mode=blocking&delay=300`]);
      // The client has the third number, and seven are to come.
      while (!/\.3\n\n/.test(cutter.received)) await delay(20);
      cutter.forward(second.url);
      const { code } = await first.stop("SIGTERM");
      assertEquals([code, first.said], [0, ""]);
      const [events] = await deadline(hearing, PATIENCE);
      await assertWhole(events!, second.url);
      assert((await second.streams()).opened! > 0);
    },
  });
}

Deno.test("curl: resuming after cuts at any bytes gives every event once", async () => {
  await using server = await Server.start();
  await Promise.all([1, 2, 3, 4, 5].map(async (seed) => {
    await using cutter = new Cutter(server.url, twoCuts(seed));
    const events = await byHand(curl)(`${cutter.url}/stream?mode=blocking&delay=50`);
    await assertWhole(events, server.url);
    assertEquals(cutter.requests.at(-1), { method: "GET", lastEventId: events.at(-1)!.id });
  }));
});

Deno.test({
  name: "fetch of Chromium, from another origin: Last-Event-ID is sent after a preflight",
  ignore: !hasBrowser("chromium"),
  async fn() {
    await using server = await Server.start();
    const url = `${server.url}/stream?delay=20`;
    const all = parse(await (await fetch(url)).text());
    await using cutter = new Cutter(server.url, []);
    const id = all[4]!.id;
    const get = async ([url, id]: string[]) => {
      return await (await fetch(url!, { headers: { "Last-Event-ID": id! } })).text();
    };
    const [text] = await inBrowser("chromium", get, [[`${cutter.url}/stream`, id]]);
    assertEquals(parse(text!), all.slice(5));
    assertEquals(cutter.requests, [
      { method: "OPTIONS", lastEventId: undefined },
      { method: "GET", lastEventId: id },
    ]);
  },
});
