// Runs unchanged in Deno, Node and browsers. Prints a line for each claim, and "all" at the end.
import {
  Cancelled,
  DeadlockError,
  Event,
  forEach,
  gather,
  Lock,
  main,
  now,
  pause,
  Queue,
  run,
  Semaphore,
  simulate,
  sleep,
  sleepUntil,
  spawn,
  TaskLocal,
  timeout,
  until,
} from "@tenfold/loop";

function assertEquals(actual, expected) {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`expected ${right}, received ${left}`);
}

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const failure = (promise) => promise.then(() => undefined, (error) => error);

const claims = {
  async "callbacks put, set and release, and wake tasks"() {
    const [queue, event, lock] = [new Queue(1), new Event(), new Lock()];
    const permit = lock.tryAcquire();
    let begin;
    const begun = new Promise((resolve) => begin = resolve);
    // The last one begins when the others wait.
    const last = function* () {
      begin();
    };
    const over = run(gather([queue.get(), event.wait(), lock.acquire(), last()]));
    await begun;
    assertEquals([queue.tryPut("a"), queue.tryPut("b"), queue.tryPut("c")], [true, true, false]);
    event.set();
    permit.release();
    assertEquals((await over)[0], "a");
  },

  async "loops share a semaphore and a queue, and lose nothing when they are aborted"() {
    const [pool, queue] = [new Semaphore(3), new Queue(2)];
    let [put, got, left] = [0, 0, 60];
    const controllers = Array.from({ length: left }, () => new AbortController());
    const over = Promise.allSettled(controllers.map(({ signal }, n) =>
      run(
        function* () {
          const permit = yield* pool.acquire();
          try {
            yield* until(turn());
            if (n % 2) {
              yield* queue.put(n);
              put++;
            } else {
              yield* queue.get();
              got++;
            }
          } finally {
            permit.release();
          }
        }(),
        { signal },
      ).finally(() => left--)
    ));
    for (let n = 0; left > 0; n++) {
      await turn();
      controllers[(n * 7) % 60].abort();
    }
    await over;
    assertEquals([pool.available, put - got], [3, queue.length]);
  },

  async "a lock that its holder asks for again is a deadlock"() {
    const lock = new Lock();
    const again = function* () {
      yield* lock.acquire();
      yield* lock.acquire();
    };
    assertEquals((await failure(run(again()))) instanceof DeadlockError, true);
  },

  async "thenables are taken as await takes them"() {
    const twice = { then: (resolve) => [resolve(1), resolve(2)] };
    const nested = { then: (resolve) => resolve(Promise.resolve(5)) };
    assertEquals(await run(gather([until(twice), until(nested)])), [1, 5]);
    const throws = {
      then() {
        throw new Error("at once");
      },
    };
    assertEquals((await failure(run(until(throws)))).message, "at once");
  },

  async "a promise that is handed over and not reached may reject"() {
    const signal = AbortSignal.abort();
    const late = turn().then(() => Promise.reject(new Error("late")));
    assertEquals((await failure(run(until(late), { signal }))) instanceof Cancelled, true);
    await turn(2);
  },

  async "a cancel aborts with an AbortError, and wait waits for what is aborted"() {
    const log = [];
    const work = async (signal) => {
      await new Promise((resolve) => signal.onabort = resolve);
      await turn();
      log.push(signal.reason.name);
      throw signal.reason;
    };
    const error = await failure(run(timeout(1, until(work, { wait: true }))));
    assertEquals([log, error.name], [["AbortError"], "TimeoutError"]);
  },

  async "forEach goes through iterables, streams and queues, and a quiet stream is told of a cancel"() {
    const seen = [];
    const push = function* (value) {
      seen.push(value);
    };
    await run(forEach([1, Promise.resolve(2)], push));
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(3);
        controller.close();
      },
    });
    await run(forEach(stream, push));
    const queue = new Queue(Infinity);
    queue.tryPut(4);
    queue.close();
    await run(forEach(queue, push));
    assertEquals(seen, [1, 2, 3, 4]);
    let told;
    const quiet = new ReadableStream({ cancel: (reason) => told = reason });
    await failure(run(timeout(2, forEach(quiet, push))));
    assertEquals([told instanceof Cancelled, quiet.locked], [true, false]);
  },

  async "of two tasks that await one coroutine the second is told, and the first goes on"() {
    const nap = function* () {
      yield* sleep(4);
      return "value";
    }();
    const user = function* () {
      return yield* nap;
    };
    const errors = await run(function* () {
      const [first, second] = [
        yield* spawn(user()),
        yield* spawn(user(), { name: "second", failure: "hold" }),
      ];
      return [yield* first, (yield* second.settled()).error.message];
    }());
    assertEquals(errors[0], "value");
    assertEquals(errors[1].includes(`"second" awaited what another task has ended`), true);
  },

  async "a busy loop lets timers of the host fire, and sleep(0) takes no time"() {
    let fired = false;
    setTimeout(() => fired = true, 1);
    await run(function* () {
      while (!fired) yield* pause();
      for (let n = 0; n < 1000; n++) yield* sleep(0);
    }());
  },

  async "clocks of another rate, and times of the system's clock"() {
    const fast = {
      mode: "paced",
      rate: 1000,
      start() {
        const origin = performance.now();
        return () => 1000 * (performance.now() - origin);
      },
    };
    const at = run(
      function* () {
        yield* sleep(20_000);
        return yield* now();
      }(),
      { clock: fast },
    );
    assertEquals(await at, 20_000);
    let refused;
    try {
      await run(sleepUntil(Date.now()));
    } catch (error) {
      refused = error.message.includes("looks like a Date.now()");
    }
    assertEquals(refused, true);
  },

  async "a task local follows its task, and the stack of a failure names the task"() {
    const user = new TaskLocal("nobody");
    const handle = function* (name) {
      user.set(name);
      yield* sleep(1);
      return user.get();
    };
    assertEquals(simulate(gather([handle("a"), handle("b")])), ["a", "b"]);
    const fails = function* () {
      throw new Error("boom");
    };
    const error = await failure(run(gather([fails()], { name: "part" })));
    assertEquals(error.stack.includes(`in task "part[0]", spawned by "main"`), true);
  },

  async "main runs a program, and leaves nothing that keeps the process alive"() {
    assertEquals(await main(gather([sleep(1)])), [null]);
  },
};

for (const [claim, test] of Object.entries(claims)) {
  await test();
  console.log(claim);
}
console.log("all");
globalThis.all = true;
