import { allSettled, type Coroutine, gather, now, sleepUntil, timeout } from "@tenfold/loop";

const DAY = 24 * 60 * 60 * 1000;

/** A job, and when it is due each day: so many ms after midnight, UTC. */
export interface Job {
  name: string;
  at: number;
  work: () => Coroutine<void>;
}

/** Runs each job when it is due, every day, and gives it an hour. One that fails runs tomorrow. */
export function* schedule(
  jobs: readonly Job[],
  begun: Date,
  report: (line: string) => void,
): Coroutine<never[]> {
  return yield* gather(jobs.map(({ name, at, work }) =>
    function* () {
      for (;;) {
        const time = begun.getTime() + (yield* now());
        const today = time - time % DAY + at;
        const due = today > time ? today : today + DAY;
        yield* sleepUntil(due - begun.getTime());
        const [result] = yield* allSettled([timeout(DAY / 24, work)], { name });
        const how = result.status === "fulfilled" ? "is done" : `failed: ${result.reason.message}`;
        report(`${new Date(due).toISOString()} ${name} ${how}`);
      }
    }
  ));
}
