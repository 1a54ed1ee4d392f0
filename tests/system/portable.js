// Runs wherever JavaScript does: uses nothing of the host but `console`.
import { block, emit, gather, Lock, pacedClock, pause, record, run } from "@tenfold/loop";
import { shuffled, simulate, sleep, summarize, until } from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";

function* display(num) {
  yield* sleep(20);
  yield* emit(num);
}

const numbers = () => gather(Array.from({ length: 10 }, (_, num) => display(num)));
const [virtual, paced] = [record(), record()];
simulate(numbers(), { order: shuffled(42), trace: virtual });
await run(numbers(), { order: shuffled(42), trace: paced, clock: pacedClock() });

const lock = new Lock();
function* guarded() {
  const permit = yield* lock.acquire();
  yield* pause();
  permit.release();
}

console.log(JSON.stringify({
  same: JSON.stringify(virtual.entries) === JSON.stringify(paced.entries),
  summary: summarize(virtual.entries),
  wall: await run(gather([sleep(5), block(5), until(Promise.resolve("host"))])),
  schedules: explore(() => gather([guarded(), guarded()])).schedules,
}));
