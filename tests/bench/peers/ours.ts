import {
  Cancelled,
  type Coroutine,
  type Entry,
  gather,
  pause,
  Queue,
  record,
  run,
  type RunOptions,
  sleep,
  spawn,
} from "@tenfold/loop";
import type { Peer } from "../peers.ts";
import { pausing, type Relay } from "../switches.ts";

async function switching(relay: Relay, options?: RunOptions): Promise<void> {
  await run(gather(relay.members(pausing)), options);
}

function* returning(value: number): Coroutine<number> {
  return value;
}

function* spawning(count: number): Coroutine<number> {
  let sum = 0;
  for (let done = 0; done < count; done++) {
    const task = yield* spawn(returning(1));
    sum += yield* task;
  }
  return sum;
}

function* sleeping(times: number): Coroutine<number> {
  for (let done = 0; done < times; done++) yield* sleep(1);
  return times;
}

function* cancelling(count: number): Coroutine<number> {
  let cleaned = 0;
  function* waiting(): Coroutine<void> {
    try {
      yield* sleep(600_000);
    } finally {
      cleaned++;
    }
  }
  for (let done = 0; done < count; done++) {
    const task = yield* spawn(waiting());
    // A task that is cancelled before its start would have nothing to clean up.
    yield* pause();
    task.cancel();
    try {
      yield* task;
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }
  return cleaned;
}

function* pausingOnce(value: number): Coroutine<number> {
  yield* pause();
  return value;
}

function* gathering(count: number): Coroutine<number> {
  let sum = 0;
  for (let done = 0; done < count; done += 1000) {
    const values = yield* gather(Array.from({ length: 1000 }, () => pausingOnce(1)));
    sum += values.reduce((total, value) => total + value);
  }
  return sum;
}

function* queueing(count: number): Coroutine<number> {
  const queue = new Queue<number>(1);
  function* producing(): Coroutine<void> {
    for (let put = 0; put < count; put++) yield* queue.put(1);
  }
  yield* spawn(producing());
  let sum = 0;
  for (let taken = 0; taken < count; taken++) sum += yield* queue.get();
  return sum;
}

/** This loop, as `run` has it by default. */
export const ours: Peer = {
  switch: { does: "yield* pause()", work: (relay) => switching(relay) },
  dropped: {
    does: "the same, trace: a function that counts",
    async work(relay) {
      let suspensions = 0;
      const trace = ({ type }: Entry) => {
        if (type === "suspend") suspensions++;
      };
      await switching(relay, { trace });
      return suspensions;
    },
  },
  recorded: {
    does: "the same, trace: record()",
    async work(relay) {
      const trace = record();
      await switching(relay, { trace });
      return trace.entries.length / 2;
    },
  },
  spawn: { does: "yield* (yield* spawn(child()))", work: (count) => run(spawning(count)) },
  sleep: {
    does: "yield* sleep(1)",
    async work(count) {
      const each = Array.from({ length: 1000 }, () => sleeping(count / 1000));
      return (await run(gather(each))).reduce((total, value) => total + value);
    },
  },
  cancel: {
    does: "spawn(child()), pause(), task.cancel(), yield* task",
    work: (count) => run(cancelling(count)),
  },
  gather: { does: "yield* gather(children)", work: (count) => run(gathering(count)) },
  queue: {
    does: "new Queue(1), yield* put(1), yield* get()",
    work: (count) => run(queueing(count)),
  },
};
