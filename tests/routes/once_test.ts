import { assertEquals, assertRejects } from "@std/assert";
import { once } from "../../routes/once.ts";

Deno.test("once(): concurrent and later callers share one load", async () => {
  let loads = 0;
  const load = once(() => Promise.resolve(++loads));
  assertEquals(await Promise.all([load(), load()]), [1, 1]);
  assertEquals(await load(), 1);
});

Deno.test("once(): a load that fails rejects its callers, and the next caller loads again", async () => {
  let loads = 0;
  const load = once(async () => {
    await null;
    if (++loads < 3) throw new Error(`load ${loads}`);
    return loads;
  });
  const callers = [load(), load()];
  for (const caller of callers) await assertRejects(() => caller, Error, "load 1");
  await assertRejects(load, Error, "load 2");
  assertEquals(await load(), 3);
});
