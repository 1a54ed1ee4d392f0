import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { Cutter } from "./cutter.ts";
import { assertWhole, parse } from "./heard.ts";
import { RunReader } from "./reader.ts";
import { argumentsOf, numbers, output, ROOT, Server, TEN } from "./server.ts";

/** Requests /health and the stream over one connection, so that the same worker answers both. */
async function read(url: string, id?: string) {
  const header = id === undefined ? [] : ["-H", `Last-Event-ID: ${id}`];
  // An empty line after each response; the number of new connections on standard error.
  const report = ["-w", "\n%{stderr}%{num_connects}"];
  const urls = [`${url}/health`, `${url}/stream?mode=blocking&delay=50`];
  const { code, stdout, stderr } = await output("curl", "-sN", ...report, ...header, ...urls);
  assertEquals(stderr, "10", "curl took a connection each");
  const [health, ...rest] = stdout.split("\n");
  return { code, isolate: JSON.parse(health!).isolate, events: parse(rest.join("\n")) };
}

/** A server of two threads, each with a server of its own on the same port. */
const startWorkers = (variables = "") =>
  Server.start(undefined, { first: `export WORKERS=2 ${variables}` });

/** The isolates of a server of two threads, once both answer. */
async function isolatesOf(server: Server): Promise<Set<string>> {
  const isolates = new Set<string>();
  for (let left = 500; left > 0 && isolates.size < 2; left--) {
    // A connection of its own, so that the kernel picks a worker again.
    const headers = { connection: "close" };
    const response = await fetch(`${server.url}/health`, { headers }).catch(() => undefined);
    if (response === undefined) await delay(20);
    else isolates.add((await response.json()).isolate);
  }
  return isolates;
}

// Only Linux distributes connections among the workers.
const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "WORKERS: a stream that is cut resumes on another worker",
  ignore,
  async fn() {
    await using server = await startWorkers();
    // The response to /health has some 500 bytes, the stream 800.
    await using cutter = new Cutter(server.url, [900]);
    const { code, isolate, events } = await read(cutter.url);
    assertEquals(code, 18, "curl: the stream was not cut");
    assert(isolate && events.length > 0);
    // The kernel picks the worker of a connection at random.
    for (let left = 64; left > 0; left--) {
      const rest = await read(server.url, events.at(-1)!.id);
      await assertWhole([...events, ...rest.events], server.url);
      if (rest.isolate !== isolate) return;
    }
    throw new Error("all connections went to one worker");
  },
});

Deno.test({
  name: "WORKERS: a port that the workers of another server share is in use",
  ignore,
  async fn() {
    await using server = await startWorkers();
    const { port } = new URL(server.url);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: argumentsOf("start"),
      cwd: ROOT,
      env: { PORT: port, WORKERS: "2", NO_COLOR: "1" },
      stderr: "piped",
      stdout: "null",
      signal: AbortSignal.timeout(10_000),
    }).output();
    assertEquals(code, 1);
    const expected = `port ${port} is in use; choose another, as in PORT=8001\n`;
    assertEquals(new TextDecoder().decode(stderr), expected);
  },
});

Deno.test({
  name: "WORKERS: MAX_STREAMS is the number of streams of all workers together",
  ignore,
  async fn() {
    await using server = await startWorkers("MAX_STREAMS=9");
    const statuses: number[] = [];
    const aborting = new AbortController();
    for (let left = 60; left > 0; left--) {
      // A connection of its own, so that the kernel picks a worker again.
      const headers = { connection: "close" };
      const { signal } = aborting;
      const response = await fetch(`${server.url}/stream?delay=10000`, { headers, signal });
      statuses.push(response.status);
      if (response.status === 503) await response.body!.cancel();
      else response.text().catch(() => {});
    }
    aborting.abort();
    assertEquals(statuses.filter((status) => status === 200).length, 9);
  },
});

Deno.test({
  name: "WORKERS: on SIGTERM the streams of all workers are cut after a whole event",
  ignore,
  async fn() {
    await using server = await startWorkers();
    const clients = Array.from(
      { length: 12 },
      () => output("curl", "-sN", `${server.url}/stream?delay=60000`),
    );
    const isolates = new Set<string>();
    for (let open = 0; open < clients.length;) {
      const each = new Map<string, number>();
      for (let left = 30; left > 0; left--) {
        const headers = { connection: "close" };
        const { isolate, streams } = await (await fetch(`${server.url}/health`, { headers }))
          .json();
        each.set(isolate, streams.open);
        isolates.add(isolate);
      }
      open = [...each.values()].reduce((sum, count) => sum + count, 0);
    }
    assertEquals(isolates.size, 2);
    const { code } = await server.stop("SIGTERM");
    assertEquals([code, server.said], [0, ""]);
    for (const { code, stdout } of await Promise.all(clients)) {
      assertEquals(code, 18);
      assert(/\nid: .*\.0\n\nretry: \d+\n$/.test(stdout), stdout);
    }
  },
});

Deno.test({
  name: "WORKERS: after file descriptors ran out, open streams end whole and new ones are served",
  ignore,
  async fn() {
    await using server = await Server.start(undefined, { first: "ulimit -n 96; export WORKERS=2" });
    const early = await fetch(`${server.url}/stream?delay=500`);
    const { hostname, port } = new URL(server.url);
    const idle: Deno.Conn[] = [];
    for (let left = 150; left > 0; left--) {
      const connection = await Deno.connect({ hostname, port: Number(port) }).catch(() => null);
      if (connection !== null) idle.push(connection);
    }
    await delay(300);
    for (const connection of idle) connection.close();
    assertEquals(numbers(await early.text()).toSorted(), TEN);
    // Both workers listen again.
    const isolates = await isolatesOf(server);
    assertEquals(isolates.size, 2);
    const late = await fetch(`${server.url}/stream?delay=1`);
    assertEquals(numbers(await late.text()).toSorted(), TEN);
  },
});

Deno.test({
  name: "WORKERS: one that crashes is replaced on the same port, and its streams resume",
  ignore,
  async fn() {
    const args = [
      "run",
      "--config=deno.json",
      "--unstable-net",
      "-A",
      "tests/system/crashing_server.ts",
    ];
    await using server = await Server.start(args, { first: "export WORKERS=2" });
    const readers = Array.from({ length: 16 }, () => new RunReader("?mode=blocking&delay=200"));
    const reading = readers.map((reader) => reader.read(server.url));
    const before = await isolatesOf(server);
    await (await fetch(`${server.url}/crash`)).body?.cancel();
    await Promise.all(reading);
    for (const reader of readers) {
      while (!reader.over) await reader.read(server.url);
      const { numbers, duplicated, lost } = reader;
      assertEquals([numbers.toSorted(), duplicated, lost], [TEN, 0, 0]);
    }
    const after = await isolatesOf(server);
    assertEquals([before.size, after.size, before.union(after).size], [2, 2, 3]);
    const { code } = await server.stop("SIGTERM");
    assertEquals(code, 0);
    assertMatch(server.said, /^a worker has failed: Uncaught Error: as demanded\n$/m);
  },
});
