import { assert, assertEquals, assertMatch } from "@std/assert";
import { output, Server } from "./server.ts";

/** Sends bytes on a connection of its own and returns the response, one character for each byte. */
async function raw(server: Server, text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(text));
  let response = "";
  const buffer = new Uint8Array(65_536);
  for (let read; (read = await connection.read(buffer)) !== null;) {
    response += new TextDecoder("latin1").decode(buffer.subarray(0, read));
  }
  return response;
}

const PATHS = ["/", "/stream", "/trace", "/trace?count=1000&format=perfetto", "/health", "/nope"];

Deno.test("HEAD: it names the headers of GET and no length, over HTTP/1.0, HTTP/1.1 and h2c", async () => {
  await using server = await Server.start();
  for (const path of PATHS) {
    for (const version of ["--http1.0", "--http1.1", "--http2-prior-knowledge"]) {
      const { code, stdout } = await output("curl", "-sI", version, server.url + path);
      assertEquals(code, 0, `${version} ${path}`);
      assertMatch(stdout, path === "/nope" ? /^HTTP\/\S+ 404/ : /^HTTP\/\S+ 200/);
      assertMatch(stdout, /^x-content-type-options: nosniff/m);
      assertMatch(stdout, /^content-type: /m);
      assert(!/^content-length:/m.test(stdout), stdout);
    }
  }
  await server.hasOpen(0);
});

Deno.test("OPTIONS: a proxy's check, without a host and of the server as a whole, is 204", async () => {
  await using server = await Server.start();
  for (
    const request of [
      // As HAProxy sends it by default.
      "OPTIONS / HTTP/1.0\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      "OPTIONS /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ]
  ) {
    const response = await raw(server, request);
    assertMatch(response, /^HTTP\/1\.[01] 204 /);
    assertMatch(response, /^allow: GET, HEAD, OPTIONS\r$/m);
  }
});

Deno.test("Host: one that is no host[:port] is 400 and chooses no route", async () => {
  await using server = await Server.start();
  for (const host of ["a/health?", "user@a", "a#b", "a\\b", "a b<>", "[::", "x:99999", "$(id)"]) {
    const request = `GET /nope HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    assertMatch(await raw(server, request), /^HTTP\/1\.1 400 /, host);
  }
  for (
    const request of ["GET /health HTTP/1.0\r\n\r\n", "GET /health HTTP/1.1\r\nHost: a.b:1\r\n"]
  ) {
    const response = await raw(server, `${request.trimEnd()}\r\nConnection: close\r\n\r\n`);
    assertMatch(response, /^HTTP\/1\.[01] 200 /);
  }
  const h2 = ["-s", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_code}"];
  const { stdout } = await output("curl", ...h2, "-H", "Host: user@a", `${server.url}/health`);
  assertEquals(stdout, "400");
});

Deno.test("headers: every answer has nosniff and is not stored, whatever the request", async () => {
  await using server = await Server.start();
  for (
    const line of [
      ...["GET / HTTP/1.1", "GET /nope HTTP/1.1", "POST /stream HTTP/1.1", "BREW /trace HTTP/1.1"],
      ...["GET /stream?count=0 HTTP/1.1", "POST /assets/x HTTP/1.1", "TRACE / HTTP/1.1"],
      ...["OPTIONS * HTTP/1.1", "CONNECT a.b:80 HTTP/1.1", "HEAD /trace HTTP/1.1"],
    ]
  ) {
    const response = await raw(server, `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assertMatch(response, /^x-content-type-options: nosniff\r$/m, line);
    assertMatch(response, /^cache-control: no-(store|cache)/m, line);
  }
});

Deno.test("/: the page prints commands with PUBLIC_URL, or with what a proxy says", async () => {
  const headers = { accept: "text/html", "x-forwarded-proto": "https" };
  await using plain = await Server.start();
  const host = new URL(plain.url).host;
  const page = await (await fetch(plain.url, { headers })).text();
  assertMatch(page, new RegExp(`curl -N &quot;https://${host}/stream\\?`));
  const first = "export PUBLIC_URL=https://tenfold.example";
  await using known = await Server.start(undefined, { first });
  const other = await (await fetch(known.url, { headers })).text();
  assertMatch(other, /curl -N &quot;https:\/\/tenfold\.example\/stream\?/);
});

Deno.test("/: the page of the default run, which is kept, names the host of each request", async () => {
  await using server = await Server.start();
  const asked = async (path: string, host: string, encoding: string) => {
    const headers = { accept: "text/html", "x-forwarded-host": host, "accept-encoding": encoding };
    return await (await fetch(server.url + path, { headers })).text();
  };
  for (const host of ["a.example", "b.example", "a.example"]) {
    for (const encoding of ["identity", "gzip", "br"]) {
      for (const path of ["/", "/?embed", "/?seed=42"]) {
        const text = await asked(path, host, encoding);
        const urls = new Set(text.match(/http:\/\/[\w.:]+(?=\/\?|\/stream)/g));
        assertEquals([...urls], [`http://${host}`]);
        assertEquals(text.includes('<html lang="en" class="embed">'), path === "/?embed");
      }
    }
  }
  const other = await asked("/?seed=43", "a.example", "br");
  assertMatch(other, /value="43"/);
});

Deno.test("HEAD: a thousand requests open no stream and take less of a core than 2 s", async () => {
  await using server = await Server.start();
  await fetch(`${server.url}/trace`).then((response) => response.text());
  const before = await server.streams();
  const cpu = server.cpuTime();
  await Promise.all(Array.from({ length: 1000 }, async (_, n) => {
    const path = ["/stream", "/stream?lastEventId=3", "/trace?count=1000&format=perfetto"][n % 3]!;
    const response = await fetch(server.url + path, { method: "HEAD" });
    assertEquals([response.status, await response.text()], [200, ""]);
  }));
  const spent = server.cpuTime() - cpu;
  assertEquals(await server.streams(), before);
  // Computing a third of them would take 3 s.
  assert(!(spent > 2000), `${spent} ms`);
});
