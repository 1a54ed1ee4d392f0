import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { installed } from "./installed.ts";
import { HTML, modules, page } from "./lab_modules.ts";
import { numbers, output, Server, TEN } from "./server.ts";

Deno.test("the page: browsers get it, other clients get usage", async () => {
  await using server = await Server.start();
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  for (
    const [accept, type] of [
      [browser, "text/html; charset=utf-8"],
      ["text/html", "text/html; charset=utf-8"],
      ["*/*", "text/plain; charset=UTF-8"],
      ["text/plain", "text/plain; charset=UTF-8"],
      ["text/plain, text/html;q=0.1", "text/plain; charset=UTF-8"],
      ["text/html;q=0", "text/plain; charset=UTF-8"],
      ["", "text/plain; charset=UTF-8"],
    ] as const
  ) {
    for (const method of ["GET", "HEAD"]) {
      // `Accept:` takes the header away.
      const args = ["-s", "-D-", "-o", "/dev/null", "-H", `Accept:${accept && ` ${accept}`}`];
      if (method === "HEAD") args.push("-I");
      const { stdout } = await output("curl", ...args, server.url);
      assert(/^HTTP\/1.1 200 /.test(stdout), stdout);
      assertEquals(/^content-type: (.*?)\r$/mi.exec(stdout)?.[1], type, `${method} ${accept}`);
      assert(/^vary: Accept(,|\r$)/mi.test(stdout), stdout);
    }
  }
});

Deno.test("the page: without the permission to read there is usage instead", async () => {
  await using server = await Server.start(["run", "--allow-net", "--allow-env", "main.ts"]);
  const response = await fetch(server.url, { headers: HTML });
  assertEquals(response.headers.get("content-type"), "text/plain; charset=UTF-8");
  assertStringIncludes(await response.text(), `curl -N ${server.url}/stream`);
  const missing = await fetch(`${server.url}/assets/any/routes/lab/style.css`);
  assertEquals([missing.status, (await missing.json()).status], [404, 404]);
  assertEquals((await (await fetch(`${server.url}/health`)).json()).status, "ok");
});

Deno.test({
  name: "Deno 2.5.0: the stream, the page and its assets are the same",
  ignore: !installed("npx"),
  async fn() {
    const where = ["-y", "deno@2.5.0", "eval", "console.log(Deno.execPath())"];
    const { code, stdout, stderr } = await output("npx", ...where);
    assertEquals(code, 0, stderr);
    const flags = ["--cached-only", "--allow-net", "--allow-read=lib,routes", "--allow-env"];
    const args = ["run", ...flags, "main.ts"];
    await using there = await Server.start(args, { deno: stdout.trim() });
    await using here = await Server.start();
    const { versions } = await (await fetch(`${there.url}/health`)).json();
    assertEquals(versions.deno, "2.5.0");
    const { html, ...rest } = await page(here.url);
    assertEquals(await page(there.url), {
      ...rest,
      html: html.replaceAll(here.url, there.url),
    });
    assertEquals(await modules(there.url), await modules(here.url));
    const text = await (await fetch(`${there.url}/stream`)).text();
    assertEquals(numbers(text).toSorted(), TEN);
  },
});
