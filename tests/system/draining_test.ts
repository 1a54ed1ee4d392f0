import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { RunReader } from "./reader.ts";
import { Server, TEN } from "./server.ts";

const CLIENTS = 200;

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`${signal}: ${CLIENTS} clients resume on another server and have 2,000 numbers, once each`, async () => {
    await using first = await Server.start();
    await using second = await Server.start();
    const readers = Array.from({ length: CLIENTS }, (_, client) => {
      const mode = client % 2 === 0 ? "blocking&delay=100" : "cooperative&delay=100&jitter=900";
      return new RunReader(`?mode=${mode}&seed=${client}${client % 3 === 0 ? "&trace=1" : ""}`);
    });
    // When the signal comes, every client has some events and no client has all.
    const hasBegun = readers.map(() => Promise.withResolvers<void>());
    const reading = readers.map((reader, client) =>
      reader.read(first.url, () => {
        hasBegun[client]!.resolve();
        return true;
      })
    );
    await Promise.all(hasBegun.map(({ promise }) => promise));
    await delay(100);
    const { code } = await first.stop(signal);
    await Promise.all(reading);
    if (signal === "SIGTERM") assertEquals(code, 0);
    assert(readers.some(({ numbers }) => numbers.length > 0 && numbers.length < 10));

    await Promise.all(readers.map(async (reader) => {
      while (!reader.over) await reader.read(second.url);
    }));
    for (const { numbers, duplicated, lost } of readers) {
      assertEquals([numbers.toSorted(), duplicated, lost], [TEN, 0, 0]);
    }
    await second.hasOpen(0);
  });
}
