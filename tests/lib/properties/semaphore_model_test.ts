import {
  type Coroutine,
  type Permit,
  Semaphore,
  shuffled,
  simulate,
  sleep,
  spawn,
} from "@tenfold/loop";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

Deno.test("Semaphore: never gives out more permits than it has, and all come back", () => {
  const job = fc.record({
    after: fc.nat({ max: 4 }),
    holds: fc.nat({ max: 4 }),
    // When it is cancelled, if it is.
    cancelled: fc.option(fc.nat({ max: 8 })),
    tries: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(job, { minLength: 1, maxLength: 10 }),
      fc.nat(),
      (permits, jobs, seed) => {
        const pool = new Semaphore(permits);
        let [out, most] = [0, 0];
        function* work({ after, holds, tries }: typeof jobs[number]): Coroutine<void> {
          yield* sleep(after);
          const free = pool.available;
          const permit: Permit | undefined = tries ? pool.tryAcquire() : yield* pool.acquire();
          if (permit === undefined) return assertEquals(free, 0);
          using _permit = permit;
          most = Math.max(most, ++out);
          assertEquals(pool.available <= permits - out, true);
          try {
            yield* sleep(holds);
          } finally {
            out--;
          }
        }
        simulate(
          function* () {
            for (const job of jobs) {
              const task = yield* spawn(work(job));
              yield* spawn(function* () {
                yield* sleep(job.cancelled ?? 0);
                if (job.cancelled !== null) task.cancel();
              }());
            }
          }(),
          { order: shuffled(seed) },
        );
        assertEquals([out, pool.available], [0, permits]);
        assert(most <= permits);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});
