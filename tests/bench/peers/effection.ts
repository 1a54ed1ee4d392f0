import {
  action,
  all,
  createQueue,
  type Operation,
  run,
  sleep,
  spawn,
  suspend,
  withResolvers,
} from "effection";
import type { Peer } from "../peers.ts";
import type { Relay } from "../switches.ts";
import { Log } from "./log.ts";

const nothing = () => {};

/** Effection has no pause: the least that goes through its queue is an action that is resolved. */
function turn(): Operation<void> {
  return action((resolve) => {
    resolve();
    return nothing;
  });
}

function* turning(relay: Relay, id: number): Operation<void> {
  yield* turn();
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    yield* turn();
  }
  relay.end(id);
}

function* logging(relay: Relay, id: number, log: Log): Operation<void> {
  yield* turn();
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    log.tell(id, "suspend");
    yield* turn();
    log.tell(id, "step");
  }
  relay.end(id);
}

function* returning(value: number): Operation<number> {
  return value;
}

function* sleeping(times: number): Operation<number> {
  for (let done = 0; done < times; done++) yield* sleep(1);
  return times;
}

function* turningOnce(value: number): Operation<number> {
  yield* turn();
  return value;
}

/** Effection: the same idea, of structured concurrency on generators. */
export const effection: Peer = {
  switch: {
    does: "yield* action((resolve) => (resolve(), () => {}))",
    async work(relay) {
      await run(() => all(relay.members(turning)));
    },
  },
  dropped: {
    does: "the same, two lines of a log by hand: counted",
    async work(relay) {
      const log = new Log(false);
      await run(() => all(relay.members((relay, id) => logging(relay, id, log))));
      return log.suspensions;
    },
  },
  recorded: {
    does: "the same, two lines of a log by hand: kept",
    async work(relay) {
      const log = new Log(true);
      await run(() => all(relay.members((relay, id) => logging(relay, id, log))));
      return log.lines.length / 2;
    },
  },
  spawn: {
    does: "yield* (yield* spawn(child))",
    work: (count) =>
      run(function* () {
        let sum = 0;
        for (let done = 0; done < count; done++) {
          const task = yield* spawn(() => returning(1));
          sum += yield* task;
        }
        return sum;
      }),
  },
  sleep: {
    does: "yield* sleep(1)",
    async work(count) {
      const each = Array.from({ length: 1000 }, () => sleeping(count / 1000));
      return (await run(() => all(each))).reduce((total, value) => total + value);
    },
  },
  cancel: {
    does: "spawn(child), a future for its start, task.halt()",
    work: (count) =>
      run(function* () {
        let cleaned = 0;
        for (let done = 0; done < count; done++) {
          const started = withResolvers<void>();
          const task = yield* spawn(function* () {
            started.resolve();
            try {
              yield* suspend();
            } finally {
              cleaned++;
            }
          });
          // What spawned goes first, whatever it yields: only the child can say that it has started.
          yield* started.operation;
          yield* task.halt();
        }
        return cleaned;
      }),
  },
  gather: {
    does: "yield* all(children)",
    work: (count) =>
      run(function* () {
        let sum = 0;
        for (let done = 0; done < count; done += 1000) {
          const values = yield* all(Array.from({ length: 1000 }, () => turningOnce(1)));
          sum += values.reduce((total, value) => total + value);
        }
        return sum;
      }),
  },
  queue: {
    does: "createQueue(), which has no bound: add(1), yield* next()",
    work: (count) =>
      run(function* () {
        const queue = createQueue<number, void>();
        yield* spawn(function* () {
          for (let put = 0; put < count; put++) {
            queue.add(1);
            yield* turn();
          }
        });
        let sum = 0;
        for (let taken = 0; taken < count; taken++) {
          const next = yield* queue.next();
          if (!next.done) sum += next.value;
        }
        return sum;
      }),
  },
};
