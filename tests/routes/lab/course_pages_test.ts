import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import app from "../../../routes/mod.ts";
import { COURSE } from "../../../routes/lab/lessons/course.ts";

Deno.test("/lessons: a client that does not ask for HTML gets a list of addresses", async () => {
  const response = await app.request("http://example.com:8000/lessons");
  assertEquals(response.headers.get("content-type"), "text/plain; charset=UTF-8");
  assertEquals(response.headers.get("vary"), "Accept");
  const text = await response.text();
  for (const { name, title } of COURSE) {
    assert(
      RegExp(`http://example.com:8000/lessons/${name} +${title.replace("?", "\\?")}\\n`).test(text),
      name,
    );
  }
});

Deno.test("/sandbox: a client that does not ask for HTML is told where it works", async () => {
  const response = await app.request("http://example.com:8000/sandbox");
  assertStringIncludes(await response.text(), "In a browser, http://example.com:8000/sandbox ");
});

Deno.test("/lessons, /sandbox: HEAD has the headers of GET, other methods are refused", async () => {
  for (const path of ["/lessons", "/sandbox"]) {
    const [head, got] = [await app.request(path, { method: "HEAD" }), await app.request(path)];
    assertEquals([head.status, await head.text()], [200, ""]);
    assertEquals(head.headers.get("content-type"), got.headers.get("content-type"));
    assert((await got.text()).length > 0);
    assertEquals((await app.request(path, { method: "POST" })).status, 405);
  }
});

Deno.test("/lessons/…: what is no lesson is 404, and without the permission to read all are", async () => {
  for (
    const path of [
      "/lessons/",
      "/lessons/nope",
      "/lessons/two-locks/x",
      `/lessons/${COURSE[0]!.name}`,
    ]
  ) {
    const response = await app.request(path);
    assertEquals([response.status, (await response.json()).status], [404, 404], path);
  }
});
