// What AsyncLocalStorage does in tasks, in Deno and in Node. Prints one line for each claim.
import { AsyncLocalStorage } from "node:async_hooks";
import assert from "node:assert/strict";
import { Event, gather, pause, Queue, run, sleep, spawn, TaskLocal, until } from "@tenfold/loop";

const storage = new AsyncLocalStorage();
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

const claims = {
  async "two requests at once each see their own store, whatever they wait for"() {
    const shared = new Queue(1);
    function* handle(name) {
      const seen = [storage.getStore()];
      yield* sleep(5);
      seen.push(storage.getStore());
      // A task of the other loop, or a callback in its context, wakes this one.
      if (name === "alice") seen.push(yield* shared.get());
      else yield* shared.put("from bob");
      seen.push(storage.getStore());
      seen.push(yield* until(() => turn().then(() => storage.getStore())));
      seen.push(yield* until(turn().then(() => storage.getStore())));
      yield* spawn(function* () {
        yield* sleep(1);
        seen.push(storage.getStore());
      }());
      yield* sleep(3);
      return new Set(seen);
    }
    const [alice, bob] = await Promise.all(
      ["alice", "bob"].map((name) => storage.run(name, () => run(handle(name)))),
    );
    assert.deepEqual(alice, new Set(["alice", "from bob"]));
    assert.deepEqual(bob, new Set(["bob"]));
  },

  async "a function given to until runs in the loop's context, and its signal's listeners too"() {
    const seen = [];
    const loop = storage.run("loop", () =>
      run(function* () {
        const task = yield* spawn(until((signal) => {
          seen.push(storage.getStore());
          signal.addEventListener("abort", () => seen.push(storage.getStore()));
          return new Promise(() => {});
        }));
        yield* sleep(1);
        task.cancel();
      }()));
    await loop;
    assert.deepEqual(seen, ["loop", "loop"]);
  },

  async "a loop that a callback of another context wakes goes on in its own"() {
    const event = new Event();
    const seen = storage.run("loop", () =>
      run(function* () {
        yield* event.wait();
        return storage.getStore();
      }()));
    await turn();
    storage.run("callback", () => event.set());
    assert.equal(await seen, "loop");
  },

  async "a loop that a timer of another loop fires with goes on in its own context"() {
    const sleeper = function* () {
      yield* sleep(5);
      return storage.getStore();
    };
    const names = ["a", "b", "c"];
    const seen = names.map((name) => storage.run(name, () => run(sleeper())));
    assert.deepEqual(await Promise.all(seen), names);
  },

  async "a busy loop that yields to the host goes on in its own context"() {
    const busy = function* () {
      for (const end = performance.now() + 30; performance.now() < end;) yield* pause();
      return storage.getStore();
    };
    const seen = ["a", "b"].map((name) => storage.run(name, () => run(busy())));
    assert.deepEqual(await Promise.all(seen), ["a", "b"]);
  },

  async "a cancel by a callback of another context is thrown in the loop's own"() {
    const controller = new AbortController();
    let seen;
    const over = storage.run("loop", () =>
      run(
        function* () {
          try {
            yield* sleep(60_000);
          } finally {
            seen = storage.getStore();
          }
        }(),
        { signal: controller.signal },
      ));
    await turn();
    storage.run("callback", () => controller.abort());
    await over.catch(() => {});
    assert.equal(seen, "loop");
  },

  async "storage.run in a step holds for that call, and for what it begins"() {
    const seen = await run(function* () {
      const begun = storage.run("inner", () => until(turn().then(() => storage.getStore())));
      return [storage.getStore(), yield* begun, storage.getStore()];
    }());
    assert.deepEqual(seen, [undefined, "inner", undefined]);
  },

  async "enterWith in a task is seen by all tasks of the loop, until the loop waits"() {
    const seen = await storage.run("loop", () =>
      run(gather([
        function* () {
          storage.enterWith("entered");
          yield* pause();
          const before = storage.getStore();
          yield* sleep(2);
          return [before, storage.getStore()];
        }(),
        function* () {
          const before = storage.getStore();
          yield* sleep(2);
          return [before, storage.getStore()];
        }(),
      ])));
    assert.deepEqual(seen, [["entered", "loop"], ["entered", "loop"]]);
  },

  async "a TaskLocal is a task's own where a store is its loop's"() {
    const user = new TaskLocal("nobody");
    function* handle(name) {
      user.set(name);
      yield* sleep(2);
      return [user.get(), storage.getStore()];
    }
    const seen = await storage.run("loop", () => run(gather([handle("alice"), handle("bob")])));
    assert.deepEqual(seen, [["alice", "loop"], ["bob", "loop"]]);
  },
};

for (const [claim, test] of Object.entries(claims)) {
  await test();
  console.log(claim);
}
