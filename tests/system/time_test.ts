import { assert, assertEquals } from "@std/assert";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { installed } from "./installed.ts";
import { Server } from "./server.ts";

/** Debian's library that shows a process another time; `faketime` alone cannot change it later. */
const library = installed(
  `/usr/lib/${Deno.build.arch}-linux-gnu/faketime/libfaketime.so.1`,
  "faketime",
);

/** How long a stream of 2.4 s may take, in ms. */
const PATIENCE = 20_000;

for (const [how, offset] of [["back by an hour", "-3600"], ["forward by an hour", "+3600"]]) {
  Deno.test({
    name: `time: a system clock that is set ${how} neither stalls nor rushes a stream`,
    ignore: library === undefined,
    async fn() {
      const file = Deno.makeTempFileSync({ prefix: "time-" });
      Deno.writeTextFileSync(file, "+0\n");
      const variables = {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: "1",
        // The monotonic clock cannot be set.
        DONT_FAKE_MONOTONIC: "1",
      };
      const first = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);
      await using server = await Server.start(undefined, { first: first.join("; ") });
      const url = `${server.url}/stream?mode=blocking&count=6&delay=400&seed=1`;
      const arrivals: number[] = [];
      const began = performance.now();
      const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
      const events = response.body!.pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { event, data } of events) {
        if (event === undefined) arrivals.push(performance.now() - began);
        if (data === "1") Deno.writeTextFileSync(file, `${offset}\n`);
      }
      assertEquals(arrivals.length, 6);
      for (const [index, ms] of arrivals.entries()) {
        // Not early, and not late by more than a busy machine explains.
        const due = 400 * (index + 1);
        assert(ms >= due - 5 && ms < due + 2000, `number ${index} came after ${ms} ms`);
      }
      // The clock was set: a new run begins an hour away.
      const text = await (await fetch(`${server.url}/stream?delay=0`)).text();
      const origin = parseInt(/^id: .*-(\w+)\.0$/m.exec(text)![1]!, 36);
      assert(Math.abs(origin - Date.now()) > 3_500_000);
      Deno.removeSync(file);
    },
  });
}
