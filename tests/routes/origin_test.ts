import { assertEquals, assertStringIncludes } from "@std/assert";
import { originOf, parseSite, site } from "../../routes/origin.ts";
import app from "../../routes/mod.ts";

const origin = (headers: HeadersInit, url = "http://10.0.0.5:8000/x?y") =>
  originOf(new Request(url, { headers }));

Deno.test("originOf(): it is that of the request, unless a proxy names another protocol or host", () => {
  assertEquals(origin({}), "http://10.0.0.5:8000");
  assertEquals(origin({ "x-forwarded-proto": "https" }), "https://10.0.0.5:8000");
  assertEquals(origin({ "x-forwarded-host": "example.com" }), "http://example.com");
  assertEquals(
    origin({ "x-forwarded-proto": "https, http", "x-forwarded-host": "a.example:81, b" }),
    "https://a.example:81",
  );
});

Deno.test("originOf(): a forwarded protocol or host that is none is ignored", () => {
  for (const proto of ["javascript", "HTTPS:", "", "https://", "ftp"]) {
    assertEquals(origin({ "x-forwarded-proto": proto }), "http://10.0.0.5:8000", proto);
  }
  for (
    const host of [
      "",
      "a b",
      "a/b",
      "$(id)",
      "a`id`",
      "user@a",
      "<script>",
      "a;b",
      "a'",
      "\xe9",
      "a:99999",
      "[1]",
      "1.2.3.4.5",
    ]
  ) {
    assertEquals(origin({ "x-forwarded-host": host }), "http://10.0.0.5:8000", host);
  }
});

Deno.test("parseSite(): it takes a server's URL or a folder's, and nothing that a shell would read", () => {
  assertEquals(parseSite("https://example.com/"), "https://example.com");
  assertEquals(parseSite("http://[::1]:8000"), "http://[::1]:8000");
  assertEquals(parseSite("https://example.com/ten/fold/"), "https://example.com/ten/fold");
  for (
    const text of [
      ...[
        "example.com",
        "",
        "ftp://a",
        "https://",
        "https://a/?x",
        "https://a/#x",
        "https://u:p@a",
      ],
      ...["https://a/$(id)", "https://a/`id`", "https://a/';id'", "javascript:alert(1)"],
    ]
  ) assertEquals(parseSite(text), undefined, text);
});

Deno.test("/: the usage prints commands with the public URL, or with what a proxy says", async () => {
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "example.com" };
  const forwarded = await app.request("/", { headers });
  assertStringIncludes(await forwarded.text(), 'curl -N "https://example.com/stream?');
  site.url = "https://tenfold.example/here";
  try {
    const response = await app.request("/", { headers });
    assertStringIncludes(await response.text(), 'curl -N "https://tenfold.example/here/stream?');
  } finally {
    site.url = undefined;
  }
});
