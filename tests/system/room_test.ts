import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { UnreadConnection } from "./h2.ts";
import { numbers, Server, TEN } from "./server.ts";

// One visitor, with a few connections, against everyone's room.

const LARGE = "/stream?count=1000&delay=60000&jitter=60000";
const LONG = "/stream?mode=blocking&count=10&delay=60000";
const TRACE = "/trace?count=1000&format=perfetto";

/** How many requests `Deno.serve` takes on one HTTP/2 connection at a time. */
const STREAMS = 200;

/** Checks that visitors with default parameters are served. */
async function assertServes(server: Server): Promise<void> {
  const [stream, trace, page] = await Promise.all([
    fetch(`${server.url}/stream?delay=20`),
    fetch(`${server.url}/trace`),
    fetch(server.url, { headers: { accept: "text/html" } }),
  ]);
  assertEquals([stream.status, trace.status, page.status], [200, 200, 200]);
  assertEquals(numbers(await stream.text()).toSorted(), TEN);
  await trace.json();
  await page.text();
}

/** Waits until the server has answered this many of the requests, one way or the other. */
async function answered(server: Server, requests: number): Promise<Record<string, number>> {
  for (let left = 200; left > 0; left--) {
    const streams = await server.streams();
    if (streams.open! + streams.refused! >= requests) return streams;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not all of ${requests} requests were answered`);
}

Deno.test("room: one h2c connection of large runs leaves room for everyone", async () => {
  await using server = await Server.start();
  using _ = await UnreadConnection.open(server.url, Array(100).fill(LARGE), 65_535);
  const { open, coroutines } = await answered(server, 100);
  assertEquals([open, coroutines], [40, 40_000]);
  await assertServes(server);
});

Deno.test("room: 4,000 long runs and 200 large ones over h2c leave room for everyone", async () => {
  await using server = await Server.start();
  using stack = new DisposableStack();
  const open = async (path: string) => {
    const paths = Array(STREAMS).fill(path);
    stack.use(await UnreadConnection.open(server.url, paths, 65_535));
  };
  for (let left = 20; left > 0; left--) await open(LONG);
  await open(LARGE.replaceAll("60000", "5000"));
  const streams = await answered(server, 21 * STREAMS);
  assertEquals([streams.open, streams.coroutines], [1640, 56_000]);
  await assertServes(server);
});

Deno.test("room: 400 large traces that are not read, over h2c and HTTP/1.1, stay within their part", async () => {
  await using server = await Server.start();
  await assertServes(server);
  const before = server.memory();
  using _ = await UnreadConnection.open(server.url, Array(STREAMS).fill(TRACE), 0);
  await answered(server, STREAMS);
  const { hostname, port } = new URL(server.url);
  const connections = await Promise.all(Array.from({ length: STREAMS }, async () => {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const request = `GET ${TRACE} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    return connection;
  }));
  const { open } = await answered(server, STREAMS);
  assertEquals(open, 40);
  // 40 traces of 1.2 MB, and what the collector has left of their computation: it runs as the server
  // goes on serving.
  for (let left = 60; left > 0 && server.memory() - before > 200; left--) {
    await assertServes(server);
    await delay(250);
  }
  const grown = server.memory() - before;
  assert(!(grown > 200), `the server has grown by ${grown} MB`);
  for (const connection of connections) connection.close();
});

Deno.test("room: a page needs none, as the server draws no large ones", async () => {
  await using server = await Server.start(undefined, { first: "export MAX_STREAMS=1" });
  using _ = await UnreadConnection.open(server.url, [LARGE], 65_535);
  await server.hasOpen(1);
  for (const method of ["GET", "HEAD"]) {
    for (const count of [100, 101, 1000]) {
      const headers = { accept: "text/html" };
      const page = await fetch(`${server.url}/?count=${count}`, { method, headers });
      assertEquals([page.status, page.headers.get("content-type")], [
        200,
        "text/html; charset=utf-8",
      ]);
      assert((await page.text()).length < 200_000);
    }
  }
});
