import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { numbers, Server, TEN } from "./server.ts";

const encoder = new TextEncoder();

/** A connection that stays open, for one request after the other. */
class KeptConnection implements Disposable {
  readonly #connection: Deno.TcpConn;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async open(server: Server): Promise<KeptConnection> {
    const { hostname, port } = new URL(server.url);
    return new KeptConnection(await Deno.connect({ hostname, port: Number(port) }));
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  /** Requests a path as a browser does, and returns the status. */
  async status(path: string): Promise<number> {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n`;
    await this.#connection.write(encoder.encode(request));
    let text = "";
    const buffer = new Uint8Array(65_536);
    let length = Infinity;
    while (text.length < length && !text.endsWith("\r\n0\r\n\r\n")) {
      const read = await this.#connection.read(buffer);
      if (read === null) throw new Error(`the server closed the connection after ${text}`);
      text += new TextDecoder("latin1").decode(buffer.subarray(0, read));
      const head = text.indexOf("\r\n\r\n");
      const size = /^content-length: (\d+)/im.exec(text);
      if (head >= 0 && size !== null) length = head + 4 + Number(size[1]);
    }
    return Number(text.split(" ")[1]);
  }
}

/**
 * Opens idle connections, of which the server cannot accept all.
 *
 * @returns A function that closes them.
 */
async function exhaust(server: Server, connections: number): Promise<() => void> {
  const { hostname, port } = new URL(server.url);
  const idle: Deno.Conn[] = [];
  for (let left = connections; left > 0; left--) {
    // The server stops listening when it cannot accept one, and the next are refused.
    const connection = await Deno.connect({ hostname, port: Number(port) }).catch(() => undefined);
    if (connection !== undefined) idle.push(connection);
  }
  await delay(300);
  return () => idle.forEach((connection) => connection.close());
}

Deno.test("file descriptors: after they ran out, open streams end whole and new ones are served", async () => {
  await using server = await Server.start(undefined, { first: "ulimit -n 64" });
  const early = await fetch(`${server.url}/stream?delay=500`);
  const release = await exhaust(server, 100);
  release();
  assertEquals(numbers(await early.text()).toSorted(), TEN);
  await server.hasOpen(0);
  const late = await fetch(`${server.url}/stream?delay=1`);
  assertEquals(numbers(await late.text()).toSorted(), TEN);
});

/** Waits until the server has imported all routes, which it does a second after its start. */
async function preloaded(server: Server): Promise<void> {
  let [cpu, idle] = [NaN, 0];
  // It is done when it has used no processor time for 2 s.
  for (let ms = 0; ms < 1500 || idle < 2000; ms += 100) {
    await delay(100);
    const now = server.cpuTime();
    idle = now === cpu ? idle + 100 : 0;
    cpu = now;
  }
}

// The files of the page are first read while none can be opened, and must be read when one can.
for (const path of ["/", "/stream?delay=0", "/trace"]) {
  Deno.test(`file descriptors: ${path} is served again after its first request found none left`, async () => {
    await using server = await Server.start(undefined, { first: "ulimit -n 64" });
    using kept = await KeptConnection.open(server);
    assertEquals(await kept.status("/health"), 200);
    await preloaded(server);
    const release = await exhaust(server, 100);
    const during = await kept.status(path).catch(() => 500);
    release();
    assert(during === 200 || during === 500, `${during}`);
    await server.hasOpen(0);
    const response = await fetch(server.url + path, { headers: { accept: "text/html" } });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  });
}

Deno.test("file descriptors: the page's scripts are served again after their first requests found none left", async () => {
  await using server = await Server.start(undefined, { first: "ulimit -n 256" });
  const page = await (await fetch(server.url, { headers: { accept: "text/html" } })).text();
  const scripts = /data-scripts="([^"]+)"/.exec(page)![1]!.split(" ");
  assert(scripts.length > 10);
  using kept = await KeptConnection.open(server);
  assertEquals(await kept.status("/health"), 200);
  await preloaded(server);
  const release = await exhaust(server, 300);
  for (const path of scripts.slice(0, 5)) await kept.status(path).catch(() => {});
  release();
  await server.hasOpen(0);
  for (const path of scripts) {
    const response = await fetch(server.url + path);
    assertEquals([response.status, response.headers.get("content-type")], [200, "text/javascript"]);
    await response.body?.cancel();
  }
});
