import { assert } from "@std/assert";
import { preload } from "../../routes/mod.ts";

Deno.test("preload: it leaves the thread to others after each route that it imports", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await preload();
  clearInterval(timer);
  assert(turns >= 8, `${turns}`);
});
