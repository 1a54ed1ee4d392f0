import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_RUN_MS } from "../../../routes/tutorial/parameters.ts";
import { decodeEventId, encodeRun, type Run } from "../../../routes/stream/event-id.ts";

const runs: fc.Arbitrary<Run> = fc.record({
  parameters: fc.record({
    count: fc.integer({ min: 1, max: 1000 }),
    delay: fc.integer({ min: 0, max: 60_000 }),
    jitter: fc.integer({ min: 0, max: 60_000 }),
    mode: fc.constantFrom("cooperative", "blocking"),
    order: fc.constantFrom("shuffled", "fifo"),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  }),
  trace: fc.boolean(),
  origin: fc.maxSafeNat(),
}).filter(({ parameters: { mode, count, delay, jitter } }) =>
  mode === "cooperative" || count * (delay + jitter) <= MAX_RUN_MS
);

Deno.test("event id: decoding gives the encoded run back, and no character needs a preflight", () => {
  fc.assert(fc.property(runs, fc.nat(20_000), (run, index) => {
    const id = `${encodeRun(run)}.${index}`;
    assertEquals(decodeEventId(id), { run, index });
    assert(id.length <= 128 && /^[\da-z.-]+$/.test(id), id);
  }));
});

Deno.test("decodeEventId(): a run has one spelling, and everything else is undefined", () => {
  fc.assert(fc.property(fc.string(), (text) => assertEquals(decodeEventId(text), undefined)));
  const good = "1-10-1000-0-cs-42-mwrzbflu.3";
  assert(decodeEventId(good) !== undefined);
  for (
    const id of [
      "",
      "3",
      good + " ",
      " " + good,
      good + "\n",
      good.slice(0, -2),
      good.replace(/^1/, "2"),
      good.replace("-10-", "-010-"),
      good.replace("-10-", "-0-"),
      good.replace("-10-", "-1001-"),
      good.replace("-1000-", "-60001-"),
      good.replace("cs", "sc"),
      good.replace("cs", "csT"),
      good.replace("42", "4294967296"),
      good.replace("42", "-42"),
      good.replace("mwrzbflu", "MWRZBFLU"),
      good.replace("mwrzbflu", "0mwrzbflu"),
      good.replace("mwrzbflu", "zzzzzzzzzzzz"),
      good.replace(".3", ".03"),
      good.replace(".3", ".3.3"),
      good.replace(".3", ".-3"),
      "1-1000-60000-0-bs-42-mwrzbflu.3",
      "1".repeat(20_000),
    ]
  ) assertEquals(decodeEventId(id), undefined, id);
});
