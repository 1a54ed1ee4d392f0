import {
  type Coroutine,
  Event,
  gather,
  Lock,
  Queue,
  race,
  shield,
  sleep,
  spawn,
  taskGroup,
  timeout,
  wait,
} from "@tenfold/loop";
import { type Scene, tryEverywhere } from "./scene.ts";
import { caught, fail, settled } from "../fixtures.ts";

// Each row of the rules of cancel and of failure, cancelled everywhere.

type Row = [claim: string, program: (scene: Scene) => Coroutine<unknown>];

const CANCEL: Row[] = [
  ["children of a task that cleans up", (scene) =>
    scene.tidy(function* () {
      yield* spawn(scene.tidy(sleep(9)));
      yield* spawn(scene.tidy(spawnNested(scene)));
      yield* sleep(3);
    }())],
  ["what is below a shield", (scene) =>
    scene.tidy(shield(function* () {
      yield* spawn(scene.tidy(sleep(2)));
      yield* sleep(3);
    }()))],
  ["what a cleanup spawns", (scene) =>
    scene.tidy(function* () {
      try {
        yield* sleep(3);
      } finally {
        yield* shield(gather([scene.tidy(sleep(1)), scene.tidy(sleep(2))]));
      }
    }())],
  ["a grant that is not received", (scene) =>
    scene.tidy(function* () {
      const [queue, lock, event] = [new Queue<number>(1), new Lock(), new Event()];
      const held = yield* lock.acquire();
      yield* spawn(function* () {
        yield* sleep(2);
        queue.tryPut(1);
        held.release();
        event.set();
      }());
      yield* race([scene.tidy(queue.get()), scene.tidy(lock.acquire()), scene.tidy(event.wait())]);
    }())],
  ["a drain in finally", (scene) =>
    scene.tidy(function* () {
      const queue = new Queue<number>(2);
      const consumer = yield* spawn(scene.tidy(function* () {
        while (!(yield* queue.next()).done) yield* sleep(1);
      }()));
      try {
        for (let n = 0; n < 3; n++) yield* queue.put(n);
      } finally {
        queue.close();
        yield* consumer;
      }
    }())],
  [
    "a group that is decided",
    (scene) => scene.tidy(race([scene.tidy(sleep(2)), scene.tidy(sleep(9)), scene.tidy(sleep(2))])),
  ],
  ["a task that is cancelled by itself", (scene) =>
    scene.tidy(taskGroup(function* (group) {
      const victim = yield* group.spawn(scene.tidy(sleep(9)));
      yield* group.spawn(scene.tidy(sleep(3)));
      yield* sleep(1);
      victim.cancel();
      yield* sleep(3);
    }))],
  ["a halt", (scene) =>
    scene.tidy(function* () {
      const task = yield* spawn(scene.tidy(sleep(9)));
      yield* sleep(1);
      yield* task.halt();
      yield* sleep(1);
    }())],
  ["a task that is ended by force", (scene) =>
    scene.tidy(function* () {
      // Not `tidy`, which cleans up in `catch`: force passes that.
      const task = yield* spawn(gather([scene.tidy(shield(sleep(3)))]));
      yield* sleep(1);
      task.cancel("now", { force: true });
      yield* settled(task);
    }())],
  ["a daemon", (scene) =>
    scene.tidy(function* () {
      yield* spawn(scene.tidy(sleep(9)), { daemon: true });
      yield* sleep(2);
    }())],
  ["settled and wait", (scene) =>
    scene.tidy(function* () {
      const task = yield* spawn(fail(2));
      yield* task.settled();
      const { done } = yield* wait([task, scene.tidy(sleep(1))]);
      for (const each of done) yield* each.settled();
    }())],
];

function* spawnNested(scene: Scene): Coroutine<void> {
  yield* spawn(scene.tidy(sleep(5)));
  yield* sleep(1);
}

for (const [claim, program] of CANCEL) {
  Deno.test(`cancel: everywhere, of ${claim}`, () => {
    // What came to a child before the cancel is heard by none: then it is the target's.
    const accept = ({ result }: { result: unknown }) => String(result) === "Error: boom";
    tryEverywhere((scene) => ({ target: program(scene), others: [sleep(2)] }), {
      within: 10,
      accept,
    });
  });
}

const FAILURE: Row[] = [
  ["of a parent that is suspended", (scene) =>
    scene.tidy(function* () {
      yield* spawn(scene.tidy(fail(2)));
      yield* spawn(scene.tidy(sleep(9)));
      yield* sleep(5);
    }())],
  ["of a parent that is ready", (scene) =>
    scene.tidy(function* () {
      yield* spawn(scene.tidy(fail(2)));
      yield* sleep(2);
      yield* sleep(2);
    }())],
  ["of a parent in a shield", (scene) =>
    scene.tidy(function* () {
      yield* spawn(fail(2));
      yield* shield(sleep(4));
      yield* sleep(3);
    }())],
  ["of a parent that only waits for its children", (scene) =>
    scene.tidy(function* () {
      yield* spawn(scene.tidy(fail(2)));
      yield* spawn(scene.tidy(sleep(9)));
    }())],
  ["of a parent that catches it", (scene) =>
    scene.tidy(function* () {
      yield* spawn(fail(2));
      yield* caught(sleep(5));
    }())],
  ["that a joiner catches in time", (scene) =>
    scene.tidy(function* () {
      const child = yield* spawn(fail(2));
      yield* spawn(scene.tidy(sleep(3)));
      yield* shield(sleep(3));
      yield* caught(child);
      yield* sleep(1);
    }())],
  ["that is held", (scene) =>
    scene.tidy(function* () {
      yield* spawn(fail(2), { failure: "hold" });
      yield* sleep(4);
    }())],
  ["in a timeout", (scene) =>
    scene.tidy(timeout(
      4,
      scene.tidy(function* () {
        yield* spawn(scene.tidy(fail(2)));
        yield* sleep(5);
      }()),
    ))],
];

for (const [claim, program] of FAILURE) {
  Deno.test(`failure: everywhere cancelled, ${claim}`, () => {
    tryEverywhere((scene) => ({ target: program(scene) }), {
      within: 10,
      // It may come first, or catch what is thrown: then the failure is the target's all the same.
      accept: ({ state, result }) => state === "done" || String(result) === "Error: boom",
    });
  });
}
