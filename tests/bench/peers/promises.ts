import type { Peer } from "../peers.ts";
import { awaiting, type Relay } from "../switches.ts";
import { Log } from "./log.ts";

async function logging(relay: Relay, id: number, log: Log): Promise<void> {
  await undefined;
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    log.tell(id, "suspend");
    await undefined;
    log.tell(id, "step");
  }
  relay.end(id);
}

// deno-lint-ignore require-await -- its promise is what is awaited
async function returning(value: number): Promise<number> {
  return value;
}

async function sleeping(times: number): Promise<number> {
  for (let done = 0; done < times; done++) await new Promise((resolve) => setTimeout(resolve, 1));
  return times;
}

async function awaitingOnce(value: number): Promise<number> {
  await undefined;
  return value;
}

/** What the language and the host have, without a library. */
export const promises: Peer = {
  switch: {
    does: "await undefined",
    async work(relay) {
      await Promise.all(relay.members(awaiting));
    },
  },
  dropped: {
    does: "await undefined, two lines of a log by hand: counted",
    async work(relay) {
      const log = new Log(false);
      await Promise.all(relay.members((relay, id) => logging(relay, id, log)));
      return log.suspensions;
    },
  },
  recorded: {
    does: "await undefined, two lines of a log by hand: kept",
    async work(relay) {
      const log = new Log(true);
      await Promise.all(relay.members((relay, id) => logging(relay, id, log)));
      return log.lines.length / 2;
    },
  },
  spawn: {
    does: "await asyncFn(), which starts at once",
    async work(count) {
      let sum = 0;
      for (let done = 0; done < count; done++) {
        const promise = returning(1);
        sum += await promise;
      }
      return sum;
    },
  },
  sleep: {
    does: "await new Promise((resolve) => setTimeout(resolve, 1))",
    async work(count) {
      const each = Array.from({ length: 1000 }, () => sleeping(count / 1000));
      return (await Promise.all(each)).reduce((total, value) => total + value);
    },
  },
  cancel: {
    does: "AbortController, a listener that rejects, abort(), await",
    async work(count) {
      let cleaned = 0;
      async function waiting(signal: AbortSignal): Promise<void> {
        try {
          await new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          });
        } finally {
          cleaned++;
        }
      }
      for (let done = 0; done < count; done++) {
        const controller = new AbortController();
        const promise = waiting(controller.signal);
        controller.abort();
        try {
          await promise;
        } catch (error) {
          if (error !== controller.signal.reason) throw error;
        }
      }
      return cleaned;
    },
  },
  gather: {
    does: "await Promise.all(promises)",
    async work(count) {
      let sum = 0;
      for (let done = 0; done < count; done += 1000) {
        const values = await Promise.all(Array.from({ length: 1000 }, () => awaitingOnce(1)));
        sum += values.reduce((total, value) => total + value);
      }
      return sum;
    },
  },
  queue: {
    does: "a TransformStream of one: await write(1), await read()",
    async work(count) {
      const { readable, writable } = new TransformStream<number, number>();
      const writer = writable.getWriter();
      const reader = readable.getReader();
      const producing = (async () => {
        for (let put = 0; put < count; put++) await writer.write(1);
      })();
      let sum = 0;
      for (let taken = 0; taken < count; taken++) sum += (await reader.read()).value!;
      await producing;
      return sum;
    },
  },
};
