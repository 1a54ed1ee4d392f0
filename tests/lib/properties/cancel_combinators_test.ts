import {
  allSettled,
  any,
  asCompleted,
  Cancelled,
  type Coroutine,
  gather,
  pause,
  race,
  retry,
  shield,
  sleep,
  spawn,
  type Task,
  taskGroup,
  timeout,
  wait,
  type WaitOptions,
} from "@tenfold/loop";
import type { CancelEverywhereOptions } from "@tenfold/loop/testing";
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { type Scene, tryEverywhere } from "./scene.ts";
import { after, fail, settled } from "../fixtures.ts";

// A failure that the target has not joined when its cancel comes is the target's own.
const UNJOINED: CancelEverywhereOptions = {
  accept: ({ result }) => String(result) === "Error: boom",
};

/** Three members, two of which wake at the same instant. */
function members(scene: Scene): Coroutine<string>[] {
  return [scene.tidy(after(10, "a")), scene.tidy(after(5, "b")), scene.tidy(after(10, "c"))];
}

Deno.test("gather: can be cancelled everywhere", () => {
  tryEverywhere((scene) => ({ target: scene.tidy(gather(members(scene))) }));
});

Deno.test("gather: can be cancelled everywhere when a member fails", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(gather([...members(scene), scene.tidy(fail(5))])),
  }));
});

Deno.test("race: can be cancelled everywhere", () => {
  tryEverywhere((scene) => ({ target: scene.tidy(race(members(scene))) }));
});

Deno.test("race: of an object can be cancelled everywhere", () => {
  tryEverywhere((scene) => {
    const [a, b, c] = members(scene);
    return { target: scene.tidy(scene.whole(race({ a: a!, b: b!, c: c! }))) };
  });
});

Deno.test("gather: with a limit can be cancelled everywhere, and never exceeds it", () => {
  tryEverywhere((scene) => {
    const inside = { now: 0, most: 0 };
    function* busy(ms: number): Coroutine<void> {
      inside.most = Math.max(inside.most, ++inside.now);
      try {
        yield* sleep(ms);
      } finally {
        inside.now--;
      }
    }
    const iterators = { begun: 0, ended: 0 };
    function* source(): Generator<() => Coroutine<void>> {
      iterators.begun++;
      try {
        for (const ms of [5, 3, 2, 5]) yield () => scene.tidy(busy(ms));
      } finally {
        iterators.ended++;
      }
    }
    return {
      target: scene.tidy(scene.whole(gather(source(), { limit: 2 }))),
      check() {
        assertEquals([inside.now, iterators.ended], [0, iterators.begun]);
        assertLessOrEqual(inside.most, 2);
      },
    };
  });
});

Deno.test("any: can be cancelled everywhere, with a winner and without one", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(
      scene.whole(any([scene.tidy(fail(5)), scene.tidy(fail(3)), ...members(scene)])),
    ),
  }));
  tryEverywhere((scene) => ({
    target: scene.tidy(
      scene.whole(any([scene.tidy(fail(5)), scene.tidy(fail(5)), scene.tidy(fail(3))])),
    ),
  }));
});

Deno.test("allSettled: can be cancelled everywhere when a member fails", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(
      scene.whole(allSettled([scene.tidy(fail(5)), ...members(scene), scene.tidy(fail(3))])),
    ),
  }));
});

Deno.test("retry: can be cancelled everywhere, begins no attempt after that, and leaves no task", () => {
  for (const times of [2, 3]) {
    tryEverywhere((scene) => {
      let [isCancelled, late] = [false, 0];
      function* attempt(attempt: number): Coroutine<number> {
        if (isCancelled) late++;
        yield* spawn(scene.tidy(sleep(4)));
        try {
          yield* sleep(2);
        } catch (error) {
          isCancelled ||= error instanceof Cancelled;
          throw error;
        }
        if (attempt < 3) throw new Error("boom");
        return attempt;
      }
      return {
        target: scene.tidy(scene.whole(retry(attempt, { times, delay: 3, jitter: 0.5 }))),
        check: () => assertEquals(late, 0),
      };
    }, UNJOINED);
  }
});

function* waiting(scene: Scene, options: WaitOptions): Coroutine<number> {
  const bodies = [...members(scene), scene.tidy(fail(6))];
  const { done, pending } = yield* wait(bodies, options);
  for (const task of pending) task.cancel();
  for (const task of [...done, ...pending]) yield* settled(task);
  return done.length + pending.length;
}

for (const returnWhen of ["all-completed", "first-completed", "first-exception"] as const) {
  Deno.test(`wait: can be cancelled everywhere, until ${returnWhen}`, () => {
    tryEverywhere((scene) => ({ target: scene.tidy(waiting(scene, { returnWhen })) }), UNJOINED);
  });
  Deno.test(`wait: can be cancelled everywhere, until ${returnWhen} or a timeout`, () => {
    for (const timeout of [0, 5, 7, 10]) {
      tryEverywhere(
        (scene) => ({ target: scene.tidy(waiting(scene, { returnWhen, timeout })) }),
        UNJOINED,
      );
    }
  });
}

Deno.test("asCompleted: can be cancelled everywhere", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(function* () {
      let count = 0;
      for (const next of asCompleted(members(scene))) count += (yield* next).length;
      return count;
    }()),
  }));
});

Deno.test("asCompleted: can be cancelled everywhere when its results are awaited side by side", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(function* () {
      const values = yield* gather(
        [...asCompleted(members(scene))].map((next) => scene.tidy(next)),
      );
      return values.length;
    }()),
  }));
});

Deno.test("taskGroup: can be cancelled everywhere", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(taskGroup(function* (group) {
      for (const member of members(scene)) yield* group.spawn(member);
      yield* scene.tidy(pause());
      yield* group.spawn(scene.tidy(taskGroup(function* (inner) {
        yield* inner.spawn(scene.tidy(sleep(3)));
      })));
      return "body";
    })),
  }));
});

Deno.test("taskGroup: can be cancelled everywhere when a child fails", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(taskGroup(function* (group) {
      for (const member of members(scene)) yield* group.spawn(member);
      yield* group.spawn(scene.tidy(fail(5)));
      yield* scene.tidy(sleep(10));
    })),
  }));
});

for (const [what, ms] of [["in time", 11], ["just in time", 10], ["too late", 9]] as const) {
  Deno.test(`timeout: can be cancelled everywhere, with work that ends ${what}`, () => {
    tryEverywhere((scene) => ({
      target: scene.tidy(timeout(ms, scene.tidy(after(10, "value")))),
    }));
  });
}

Deno.test("timeout: with a value for what is late can be cancelled everywhere", () => {
  for (const ms of [0, 5, 9, 10]) {
    tryEverywhere((scene) => ({
      target: scene.tidy(
        scene.whole(timeout(ms, scene.tidy(after(10, "value")), { else: "late" })),
      ),
    }));
  }
});

Deno.test("timeout: can be cancelled everywhere when it fires while the work cleans up", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(timeout(5, scene.tidy(gather([scene.tidy(fail(4)), ...members(scene)])))),
  }));
});

Deno.test("shield: can be cancelled everywhere, and what it protects is whole", () => {
  tryEverywhere((scene) => {
    let [begun, ended] = [0, 0];
    function* whole(): Coroutine<void> {
      begun++;
      yield* gather([sleep(4), sleep(2)]);
      yield* shield(sleep(1));
      ended++;
    }
    return {
      target: scene.tidy(function* () {
        yield* sleep(5);
        yield* shield(whole());
        yield* sleep(5);
      }()),
      check: () => assertEquals(ended, begun),
    };
  }, { within: 10 });
});

Deno.test("Task: a join can be cancelled everywhere, and leaves the joined task alone", () => {
  tryEverywhere((scene) => {
    let joined!: Task<string>;
    return {
      target: scene.tidy(function* () {
        yield* sleep(1);
        return yield* joined;
      }()),
      others: [function* () {
        joined = yield* spawn(scene.tidy(after(5, "value")));
        return yield* joined;
      }()],
    };
  });
});

Deno.test("Task: one that waits for its children can be cancelled everywhere", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(function* () {
      for (const member of members(scene)) yield* spawn(member);
    }()),
  }));
});

Deno.test("combinators: can be cancelled everywhere inside one another", () => {
  tryEverywhere((scene) => ({
    target: scene.tidy(gather([
      scene.tidy(timeout(
        8,
        scene.tidy(race([
          scene.tidy(gather(members(scene))),
          scene.tidy(shield(scene.tidy(sleep(3)))),
        ])),
      )),
      scene.tidy(taskGroup(function* (group) {
        const task = yield* group.spawn(scene.tidy(timeout(7, race(members(scene)))));
        return yield* task;
      })),
    ])),
    others: [sleep(5)],
  }), { within: 10 });
});
