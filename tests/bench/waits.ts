// What a cancelled wait leaves on a promise that never settles, beside Promise.race:
// deno run --v8-flags=--expose-gc --config deno.json tests/bench/waits.ts
import { run, sleep, spawn, until } from "@tenfold/loop";

const COUNT = 50_000;
const { gc } = globalThis as { gc?: () => void };

async function bytesEach(leave: (never: Promise<void>) => Promise<unknown>): Promise<number> {
  const never = new Promise<void>(() => {});
  await leave(never);
  const settle = async () => {
    for (let n = 0; n < 3; n++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc!();
    }
    return Deno.memoryUsage().heapUsed;
  };
  const before = await settle();
  for (let n = 0; n < COUNT; n++) await leave(never);
  const after = await settle();
  // It must be alive until here.
  never.then(() => {});
  return Math.round((after - before) / COUNT);
}

const race = await bytesEach((never) => Promise.race([never, Promise.resolve()]));
const cancelled = await bytesEach((never) =>
  run(function* () {
    const task = yield* spawn(until(never));
    yield* sleep(0);
    task.cancel();
  }())
);
const ratio = (cancelled / race).toFixed(2);
console.log(`bytes left by a wait: Promise.race ${race}, a cancelled until ${cancelled}: ${ratio}`);
