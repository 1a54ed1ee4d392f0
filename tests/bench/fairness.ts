import { type Coroutine, EventLoop, gather, pause } from "@tenfold/loop";
import { grouped, print } from "./measure.ts";

const FETCHES = 200;

/** Holds the thread a little in each of its steps, as real work does, until it is cancelled. */
function* working(): Coroutine<void> {
  for (;;) {
    const end = performance.now() + 0.05;
    while (performance.now() < end);
    yield* pause();
  }
}

/** What the same process takes to answer itself, in ms, sorted. */
async function latencies(url: string): Promise<number[]> {
  const samples: number[] = [];
  for (let left = FETCHES; left > 0; left--) {
    const before = performance.now();
    const text = await (await fetch(url)).text();
    if (text !== "here") throw new Error(`the server said ${text}`);
    samples.push(performance.now() - before);
  }
  return samples.toSorted((a, b) => a - b);
}

/** Measures what a server in the same process feels of loops that never rest. */
export async function fairness(): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    return new Response("here");
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const rows = [["p50", "p99", "worst", "a fetch to the same process, in ms, beside"]];
  for (const busy of [0, 1, 8]) {
    const loops = Array.from({ length: busy }, () => {
      const tasks = Array.from({ length: 100 }, working);
      return new EventLoop(gather(tasks));
    });
    const runs = loops.map((loop) => loop.run().catch(() => {}));
    const samples = await latencies(url);
    for (const loop of loops) loop.cancel();
    await Promise.all(runs);
    const at = (part: number) => grouped(samples[Math.ceil(part * FETCHES) - 1]!, 1);
    const what = busy === 0 ? "nothing" : `${busy} busy loop${busy === 1 ? "" : "s"} of 100 tasks`;
    rows.push([at(0.5), at(0.99), at(1), what]);
  }
  await server.shutdown();
  print(`What others feel of a loop that never rests; ${FETCHES} fetches, one after another`, rows);
}
