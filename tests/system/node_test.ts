import { assertEquals } from "@std/assert";
import { output } from "./server.ts";

Deno.test("the library's sources run under Node as they are, and do the same", async () => {
  const program = "tests/system/portable.ts";
  const node = await output("npx", "-y", "node@24", program);
  const deno = await output(Deno.execPath(), "run", program);
  assertEquals([node.code, deno.code], [0, 0], node.stderr + deno.stderr);
  assertEquals(JSON.parse(node.stdout), JSON.parse(deno.stdout));
  assertEquals(JSON.parse(node.stdout).same, true);
});
