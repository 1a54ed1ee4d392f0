import { assertEquals } from "@std/assert";
import app from "../../../routes/mod.ts";

const PATHS = ["/loop/", "/loop/mod.ts", "/loop/000000000000/mod.js"];

Deno.test("loop: a server that may not read files has nothing there", async () => {
  for (const path of PATHS) {
    const response = await app.request(path);
    assertEquals([response.status, (await response.json()).status], [404, 404]);
  }
});

Deno.test("loop: other methods than GET and HEAD are refused, as at every path", async () => {
  for (const path of [...PATHS, "/assets/000000000000/main.js"]) {
    const response = await app.request(path, { method: "POST" });
    assertEquals(
      [response.status, response.headers.get("allow")],
      [405, "GET, HEAD, OPTIONS"],
      path,
    );
  }
});

Deno.test("loop: pages of any origin may ask for it, and read what is wrong", async () => {
  const headers = { origin: "https://example.com", "access-control-request-method": "GET" };
  for (const path of PATHS) {
    const allowed = await app.request(path, { method: "OPTIONS", headers });
    assertEquals([allowed.status, allowed.headers.get("access-control-allow-origin")], [
      204,
      headers.origin,
    ]);
    const missing = await app.request(path, { headers });
    assertEquals(missing.headers.get("access-control-allow-origin"), headers.origin);
  }
});
