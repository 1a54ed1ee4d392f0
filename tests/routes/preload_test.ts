import { assert, assertEquals } from "@std/assert";
import { preload } from "../../routes/mod.ts";

Deno.test("preload: it leaves the thread to others after each route that it imports", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await preload();
  clearInterval(timer);
  assert(turns >= 8, `${turns}`);
});

Deno.test("preload: it reads no file that it may not read: on a terminal, Deno would ask and wait", async () => {
  const read = Deno.readTextFile;
  const asked: unknown[] = [];
  Deno.readTextFile = (path) => {
    asked.push(path);
    return Promise.reject(new Deno.errors.NotCapable());
  };
  try {
    await preload();
  } finally {
    Deno.readTextFile = read;
  }
  assertEquals(asked, []);
});
