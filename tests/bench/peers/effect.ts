import { Effect, Fiber, Queue, Tracer } from "effect";
import type { Peer } from "../peers.ts";
import type { Relay } from "../switches.ts";

const unbounded = { concurrency: "unbounded" } as const;

function switching(turn: Effect.Effect<void>): (relay: Relay, id: number) => Effect.Effect<void> {
  return (relay, id) =>
    Effect.gen(function* () {
      yield* Effect.yieldNow;
      relay.begin(id);
      for (let left = relay.turns; left > 0; left--) {
        relay.visit(id);
        yield* turn;
      }
      relay.end(id);
    });
}

const yielding = switching(Effect.yieldNow);
const spanning = switching(
  Effect.withSpan(Effect.yieldNow, "switch", { captureStackTrace: false }),
);

async function traced(relay: Relay, tell: (span: Tracer.Span) => void): Promise<void> {
  const tracer = Tracer.make({
    span(options) {
      const span = new Tracer.NativeSpan(options);
      tell(span);
      return span;
    },
  });
  const all = Effect.all(relay.members(spanning), unbounded);
  await Effect.runPromise(Effect.withTracer(all, tracer));
}

const returning = (value: number) =>
  Effect.gen(function* () {
    return value;
  });

const sleeping = (times: number) =>
  Effect.gen(function* () {
    for (let done = 0; done < times; done++) yield* Effect.sleep(1);
    return times;
  });

const yieldingOnce = (value: number) =>
  Effect.gen(function* () {
    yield* Effect.yieldNow;
    return value;
  });

/** Effect: fibers of a runtime of its own, with values for effects. */
export const effect: Peer = {
  switch: {
    does: "yield* Effect.yieldNow, an immediate each",
    async work(relay) {
      await Effect.runPromise(Effect.all(relay.members(yielding), unbounded));
    },
  },
  dropped: {
    does: "the same withSpan, which reads the clock: counted",
    async work(relay) {
      let spans = 0;
      await traced(relay, () => spans++);
      return spans;
    },
  },
  recorded: {
    does: "the same withSpan, which reads the clock: kept",
    async work(relay) {
      const spans: Tracer.Span[] = [];
      await traced(relay, (span) => spans.push(span));
      return spans.length;
    },
  },
  spawn: {
    does: "Effect.forkChild(child), Fiber.join(fiber)",
    work: (count) =>
      Effect.runPromise(Effect.gen(function* () {
        let sum = 0;
        for (let done = 0; done < count; done++) {
          const fiber = yield* Effect.forkChild(returning(1));
          sum += yield* Fiber.join(fiber);
        }
        return sum;
      })),
  },
  sleep: {
    does: "yield* Effect.sleep(1)",
    async work(count) {
      const each = Array.from({ length: 1000 }, () => sleeping(count / 1000));
      const times = await Effect.runPromise(Effect.all(each, unbounded));
      return times.reduce((total, value) => total + value);
    },
  },
  cancel: {
    does: "forkChild(child), yieldNow, Fiber.interrupt(fiber)",
    work: (count) =>
      Effect.runPromise(Effect.gen(function* () {
        let cleaned = 0;
        const clean = Effect.sync(() => {
          cleaned++;
        });
        for (let done = 0; done < count; done++) {
          const fiber = yield* Effect.forkChild(Effect.ensuring(Effect.never, clean));
          yield* Effect.yieldNow;
          yield* Fiber.interrupt(fiber);
        }
        return cleaned;
      })),
  },
  gather: {
    does: "yield* Effect.all(children, unbounded)",
    work: (count) =>
      Effect.runPromise(Effect.gen(function* () {
        let sum = 0;
        for (let done = 0; done < count; done += 1000) {
          const children = Array.from({ length: 1000 }, () => yieldingOnce(1));
          const values = yield* Effect.all(children, unbounded);
          sum += values.reduce((total, value) => total + value);
        }
        return sum;
      })),
  },
  queue: {
    does: "Queue.bounded(1), Queue.offer, Queue.take",
    work: (count) =>
      Effect.runPromise(Effect.gen(function* () {
        const queue = yield* Queue.bounded<number>(1);
        yield* Effect.forkChild(Effect.gen(function* () {
          for (let put = 0; put < count; put++) yield* Queue.offer(queue, 1);
        }));
        let sum = 0;
        for (let taken = 0; taken < count; taken++) sum += yield* Queue.take(queue);
        return sum;
      })),
  },
};
