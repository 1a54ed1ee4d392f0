import { assertEquals } from "@std/assert";
import { Hono } from "hono/tiny";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { respond } from "../../routes/respond.ts";

const TEXT = "a text that is compressed\n".repeat(20);

const app = new Hono();
app.get("/once", (c) => respond(c, TEXT, {}));
app.get("/kept", (c) => respond(c, TEXT, {}, "kept"));
const compressed = new Map<string, Uint8Array<ArrayBuffer>>();
app.get("/changing", (c) => respond(c, TEXT, {}, compressed));

const CASES: readonly [accepted: string | undefined, expected: string | null][] = [
  // What Chromium, Firefox and Safari send over HTTPS.
  ["gzip, deflate, br, zstd", "br"],
  ["gzip, deflate, br", "br"],
  // What they send without TLS.
  ["gzip, deflate", "gzip"],
  ["GZIP, BR", "br"],
  ["br;q=0.5, gzip", "gzip"],
  ["br;q=0, gzip;q=0.1", "gzip"],
  ["gzip;q=0.5, identity", null],
  ["br;q=0, gzip;q=0", null],
  ["zstd", null],
  ["*", null],
  ["", null],
  [undefined, null],
];

Deno.test("respond: of what the client likes best, Brotli before gzip", async () => {
  for (const path of ["/once", "/kept", "/kept", "/changing", "/changing"]) {
    for (const [accepted, expected] of CASES) {
      const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
      const response = await app.request(path, { headers });
      const encoding = response.headers.get("content-encoding");
      assertEquals(encoding, expected, `${path}: ${accepted}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ""];
      assertEquals(new TextDecoder().decode(decode?.(bytes) ?? bytes), TEXT);
    }
  }
});

Deno.test("respond: what a text is compressed to is kept where the caller says", async () => {
  compressed.clear();
  const bytes = async (encoding: string) => {
    const headers = { "accept-encoding": encoding };
    return new Uint8Array(await (await app.request("/changing", { headers })).arrayBuffer());
  };
  for (const encoding of ["br", "gzip"]) {
    const sent = await bytes(encoding);
    assertEquals(compressed.get(encoding), sent);
  }
  compressed.set("gzip", new Uint8Array([1]));
  assertEquals(await bytes("gzip"), new Uint8Array([1]));
  assertEquals([...compressed.keys()], ["br", "gzip"]);
});
