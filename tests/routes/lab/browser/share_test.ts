import { assert, assertEquals } from "@std/assert";
import { readFragment, type Shared, toFragment } from "../../../../routes/lab/browser/share.ts";

const PROGRAM = `function* main() {
  yield* sleep(100);
  console.log("“ä” + 1 / 2 = 🙂");
}`;

/** What a fragment says, without what it does not. */
async function read(fragment: string): Promise<Partial<Shared>> {
  const said = Object.entries(await readFragment(fragment));
  return Object.fromEntries(said.filter(([, value]) => value !== undefined && value !== false));
}

Deno.test("share: what is written into a fragment is read from it", async () => {
  const all: Shared[] = [
    {},
    { source: PROGRAM },
    { source: "" },
    { order: "seed", seed: 4_294_967_295 },
    { order: "choose", picks: [0, 1, 12] },
    { order: "choose", picks: [] },
    { source: PROGRAM, order: "every", isAny: true, position: 3.125 },
  ];
  for (const shared of all) assertEquals(await read(`#${await toFragment(shared)}`), shared);
});

Deno.test("share: a fragment needs no escaping, whatever the program is", async () => {
  for (let seed = 0; seed < 50; seed++) {
    const source = Array.from({ length: 40 }, (_, n) => String.fromCharCode(32 + (n * seed) % 90));
    assert(/^p=[\w-]+$/.test(await toFragment({ source: source.join("") })));
  }
});

Deno.test("share: what is wrong in a fragment is left out", async () => {
  for (
    const wrong of ["order=lifo", "order=seed.x", "at=-1", "at=1e9", "picks=1", "%", "a#b"]
  ) {
    const { isBroken: _, ...rest } = await read(`#${wrong}`);
    assertEquals(rest, {}, wrong);
  }
  for (const broken of ["p", "p=", "p=!!!", "p=____"]) {
    assertEquals(await read(`#${broken}`), { isBroken: true }, broken);
  }
  const { length } = `#${await toFragment({ source: PROGRAM })}`;
  const cut = `#${await toFragment({ source: PROGRAM })}`.slice(0, length - 6);
  assertEquals(await read(cut), { isBroken: true });
});

Deno.test("share: a fragment that would grow to gigabytes is not read to its end", async () => {
  const fragment = await toFragment({ source: " ".repeat(5_000_000) });
  assert(fragment.length < 10_000);
  assertEquals(await read(fragment), { isBroken: true });
});
