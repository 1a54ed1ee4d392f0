// Programs on fake timers: all that sinon fakes, and what the FakeTime of Deno's std fakes, which
// leaves performance.now() alone.
import FakeTimers from "@sinonjs/fake-timers";
import { gather, now, pacedClock, run, sleep, timeout } from "@tenfold/loop";

// A busy machine makes a loop yield to the host: it gets the turns that it needs.
const { setImmediate } = globalThis;
async function pass(fake, ms) {
  await fake.tickAsync(ms);
  for (let n = 0; n < 10; n++) {
    await new Promise((resolve) => setImmediate(resolve));
    await fake.tickAsync(0);
  }
}

const std = ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];

for (const [name, options] of [["sinon", {}], ["std", { toFake: std }]]) {
  for (const clock of [undefined, pacedClock()]) {
    const fake = FakeTimers.install(options);
    try {
      const seen = [];
      let isOver = false;
      const nap = function* (ms) {
        yield* sleep(ms);
        seen.push(ms);
      };
      const work = gather([nap(1000), nap(60_000), timeout(5000, nap(3000))]);
      const over = run(work, clock && { clock }).then(() => isOver = true);
      if (name === "sinon") {
        await pass(fake, 999);
        if (seen.length > 0) throw new Error("woke early");
        await pass(fake, 2);
        if (seen.join() !== "1000") throw new Error(`${seen} after 1001 ms`);
        await pass(fake, 58_990);
        if (seen.join() !== "1000,3000" || isOver) throw new Error(`${seen} after 59,991 ms`);
        await pass(fake, 20);
      } else {
        // Real time passes as well, which performance.now() counts: not to the ms, then.
        for (let n = 0; n < 70; n++) await pass(fake, 1000);
      }
      if (!isOver) throw new Error(`${name}: not over`);
      await over;
      console.log(name, clock === undefined ? "wall" : "paced", seen.join());
    } finally {
      fake.uninstall();
    }
    // The real clock again.
    const at = await run(function* () {
      yield* sleep(3);
      return yield* now();
    }());
    if (!(at >= 3 && at < 60_000)) throw new Error(`${name}: ${at} ms after fake time`);
  }
}
