import { assert, assertEquals } from "@std/assert";
import { random } from "../../lib/core/random.ts";
import { numbers, Server, TEN } from "./server.ts";

/** The same seed gives the same requests. */
const SEED = 1;

/** How many connections the test makes, and how many at a time. */
const [CONNECTIONS, TOGETHER] = [6000, 64];

/** How long a client that waits for a response stays, in ms. */
const PATIENCE = 200;

const encoder = new TextEncoder();

/** Checks that a server has no open streams, still serves, and has printed nothing. */
async function assertWell(server: Server): Promise<void> {
  await server.hasOpen(0);
  const text = await (await fetch(`${server.url}/stream?delay=1`)).text();
  assertEquals(numbers(text).toSorted(), TEN);
  // A warning about a slow step is allowed: the machine may stall.
  assertEquals(server.said.replace(/^Tenfold: .* held the thread for .*\n/gm, ""), "");
}

/** What one connection sends, and what it does afterwards. */
interface Attack {
  parts: Uint8Array<ArrayBuffer>[];
  then: "read" | "close" | "half-close" | "leave early";
}

/** An endless sequence of attacks, the same for the same seed. */
function* attacks(seed: number): Generator<Attack, never> {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(...choices: T[]): T => choices[below(choices.length)]!;
  const often = (n: number) => next() < n;
  const many = <T>(most: number, make: () => T) => Array.from({ length: below(most + 1) }, make);
  const bytes = (most: number) =>
    String.fromCharCode(...many(most, () => below(256))).replaceAll("/", "_");

  const right = () => {
    const parameters = [
      `count=${pick(1, 2, 10, 50)}`,
      `delay=${pick(0, 1, 20, 60_000)}`,
      `jitter=${pick(0, 5, 50)}`,
      `mode=${pick("cooperative", "blocking")}`,
      `order=${pick("fifo", "shuffled")}`,
      `seed=${below(99)}`,
      `lastEventId=${id()}`,
      pick("trace=1", "format=json", "format=perfetto"),
    ];
    return parameters.filter(() => often(0.25));
  };
  const wrong = () => {
    const name = pick(
      "count",
      "delay",
      "jitter",
      "seed",
      "mode",
      "order",
      "trace",
      "n",
      "__proto__",
    );
    const value = pick(
      ...["", "-1", "1e3", "0x10", "1.5", "+5", "NaN", "60001", "9".repeat(400), "BLOCKING", "[]"],
      ...["%D9%A1", "%00", "%ff", "%E0%A4%A", "%", "a%0d%0ab", "💩", "<script>", bytes(9)],
    );
    return pick(
      `${name}=${value}`,
      pick("&", "=", "?", ";", "%", "__proto__[x]=1", "seed=1&seed=1", bytes(20)),
      `${pick("x", "seed=")}${"7".repeat(below(70_000))}`,
    );
  };
  const id = () => {
    const mode = pick("cs", "cf", "bs", "cst", "bft");
    let id = `1-${pick(1, 10, 50)}-${pick(0, 1, 1000)}-${pick(0, 5)}-${mode}-${below(99)}-`;
    id += `${(Date.UTC(2025, 0) + below(1e6)).toString(36)}.${
      pick(0, 3, 10, 11, 12, 51, below(300))
    }`;
    for (let left = often(0.6) ? 0 : below(4); left > 0; left--) {
      const at = below(id.length);
      const middle = pick("", bytes(2), "-", ".", "9", "é", id, id.charAt(at).toUpperCase());
      id = id.slice(0, at) + middle + id.slice(at + below(3));
    }
    return id;
  };
  const path = () => {
    const route = pick("/stream", "/stream", "/stream", "/trace", "/health", "/", "/nope");
    if (often(0.9)) return route;
    return pick("*", "//", "/%", "/..%2f", "/stream%00", "", "x:1", "http://a b", "http://x/stream")
      .concat(often(0.2) ? bytes(10) : "");
  };
  const header = () =>
    pick(
      () => `Last-Event-ID: ${pick("", " ", "3", "3, 9", "9".repeat(20_000), bytes(30))}`,
      () => `Host: ${pick("", "a b", "[::", "x:99999", "<script>", "evil.example", "é", bytes(5))}`,
      () => `Accept: ${pick("", "*/*", "text/html", "text/event-stream;q=0", ",;=", bytes(20))}`,
      () => `Accept-Encoding: ${pick("gzip", "br, zstd", "identity;q=0", "*;q=0")}`,
      () => `Range: ${pick("bytes=0-10", "bytes=-1", "lines=1", "bytes=" + "0-,".repeat(999))}`,
      () => `If-None-Match: ${pick("*", '"x"', bytes(5))}`,
      () => `Expect: ${pick("100-continue", "200-ok")}`,
      () => `Upgrade: ${pick("websocket", "h2c", "x")}\r\nConnection: ${pick("Upgrade", "close")}`,
      () =>
        `Transfer-Encoding: ${pick("chunked", "gzip, chunked", "identity", "chunked, chunked")}`,
      () => `Content-Length: ${pick("0", "5", "-1", "5, 6", "1e9", "99999999999999999999", "+3")}`,
      () => `X-HTTP-Method-Override: ${pick("DELETE", "GET")}`,
      () => `Access-Control-Request-Method: ${pick("GET", "DELETE", bytes(5))}`,
      () => `Origin: ${pick("null", "https://evil.example", bytes(5))}`,
      () =>
        `Connection: ${pick("keep-alive", "close", "Last-Event-ID", "Upgrade, HTTP2-Settings")}`,
      () =>
        pick("no colon", ": no name", " : folded", "a\0b: c", "bad name: x", "x:\ny", bytes(40)),
      () => `X: ${"x".repeat(below(30_000))}`,
      () => Array.from({ length: below(300) }, (_, n) => `X-${n}: ${n}`).join("\r\n"),
    )();
  const method = () =>
    often(0.7) ? "GET" : pick(
      ...["HEAD", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "QUERY", "TRACE", "CONNECT"],
      ...["get", "BREW", "", "G\0T", "é", "X".repeat(3000)],
    );
  const request = () => {
    const query = [...right(), ...(often(0.3) ? [wrong()] : [])].join("&");
    const target = path() + (query === "" && often(0.5) ? "" : `?${query}`);
    const version = often(0.9) ? "HTTP/1.1" : pick("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "x", "");
    const lines = [`${method()} ${target} ${version}`, "Host: localhost"];
    if (often(0.3)) lines.push(`Last-Event-ID: ${id()}`);
    if (often(0.5)) lines.push(...many(3, header));
    if (often(0.8)) lines.push("Connection: close");
    const body = often(0.8)
      ? ""
      : pick("hello", "5\r\nhello\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "-1\r\n");
    return lines.join(often(0.98) ? "\r\n" : pick("\n", "\r")) + "\r\n\r\n" + body;
  };
  const other = () =>
    pick(
      () => bytes(2000),
      // Beginnings of HTTP/2 and TLS.
      () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(200),
      () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" + bytes(50),
      () => "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(500),
      () => "\r\n".repeat(below(1000)),
    )();

  for (;;) {
    const text = often(0.03)
      ? other()
      : Array.from({ length: often(0.9) ? 1 : 1 + below(6) }, request).join("");
    // A string of bytes is sent as it is, any other as UTF-8.
    let whole = /^[\0-\xff]*$/.test(text)
      ? Uint8Array.from(text, (character) => character.charCodeAt(0))
      : encoder.encode(text);
    if (often(0.2)) whole = whole.slice(0, below(whole.length + 1));
    const at = below(whole.length + 1);
    yield {
      parts: often(0.2) ? [whole.slice(0, at), whole.slice(at)] : [whole],
      then: often(0.7) ? "read" : pick("close", "half-close", "leave early"),
    };
  }
}

/** Makes an attack and returns the response, one character for each byte. */
async function attempt(port: number, { parts, then }: Attack): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  let isOpen = true;
  const close = () => {
    if (isOpen) connection.close();
    isOpen = false;
  };
  const timer = setTimeout(close, PATIENCE);
  let text = "";
  try {
    const writer = connection.writable.getWriter();
    for (const part of parts) await writer.write(part);
    if (then === "close") return text;
    if (then === "half-close") await connection.closeWrite();
    for await (const part of connection.readable) {
      for (let at = 0; at < part.length; at += 10_000) {
        text += String.fromCharCode(...part.subarray(at, at + 10_000));
      }
      if (then === "leave early") break;
    }
  } catch {
    // The server may close the connection at any time.
  } finally {
    clearTimeout(timer);
    try {
      close();
    } catch { /* The end of the body has closed it. */ }
  }
  return text;
}

/** A response without the values of the page's form, which repeat the query. */
const own = (text: string) => text.replace(/ value="[^"]*"/g, "");

/** Traces of a failure of the server that no response may contain. */
const LEAK = / {2,}at |\/work|file:\/\/|\.[jt]s:|ext:(?:deno|core|runtime)|node_modules|Uncaught/;

Deno.test("fuzz: the server answers no 5xx, leaks nothing, prints nothing and keeps serving", async () => {
  await using server = await Server.start();
  const port = Number(new URL(server.url).port);
  const statuses = new Map<number, number>();
  const source = attacks(SEED);
  let left = CONNECTIONS;
  await Promise.all(Array.from({ length: TOGETHER }, async () => {
    while (left-- > 0) {
      const attack = source.next().value;
      const text = await attempt(port, attack);
      const codes = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, code]) => Number(code));
      for (const code of codes) statuses.set(code, (statuses.get(code) ?? 0) + 1);
      const wrong = codes.find((code) => code >= 500 && code !== 503) ?? LEAK.exec(own(text))?.[0];
      if (wrong === undefined) continue;
      const sent = attack.parts.map((part) => new TextDecoder("latin1").decode(part));
      throw new Error(
        `seed ${SEED}: ${wrong}\n${JSON.stringify({ ...attack, parts: sent })}\n${
          text.slice(0, 5000)
        }`,
      );
    }
  }));
  const list = JSON.stringify([...statuses].toSorted());
  for (const code of [200, 204, 400, 404, 405]) assert(statuses.has(code), list);
  await assertWell(server);
});

Deno.test("/stream: three thousand concurrent runs each have their own numbers, ids and seed", async () => {
  await using server = await Server.start();
  const responses = await Promise.all(
    Array.from(
      { length: 3000 },
      (_, seed) => fetch(`${server.url}/stream?jitter=500&seed=${seed}`),
    ),
  );
  const orders = new Set<string>();
  await Promise.all(responses.map(async (response, seed) => {
    const text = await response.text();
    assertEquals(numbers(text).toSorted(), TEN);
    orders.add(String(numbers(text)));
    const ids = [...text.matchAll(/^id: (.*)\.(\d+)$/gm)];
    assertEquals(ids.map(([, , index]) => Number(index)), [...TEN, 10, 11]);
    assertEquals([...new Set(ids.map(([, run]) => run!.split("-")[5]))], [String(seed)]);
    assertEquals(JSON.parse(/^data: ({.*})$/m.exec(text)![1]!).seed, seed);
  }));
  // Two of three thousand random orders of ten are hardly ever the same, so the seeds were kept apart.
  assert(orders.size > 2900);
  await assertWell(server);
});
