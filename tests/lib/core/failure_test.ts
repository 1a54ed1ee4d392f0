import {
  Cancelled,
  type Coroutine,
  gather,
  now,
  race,
  simulate,
  sleep,
  spawn,
  type Task,
  timeout,
  wait,
} from "@tenfold/loop";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { failWith, outcome } from "../fixtures.ts";

Deno.test("failure: is thrown to every joiner, and does not fail the parent", () => {
  const error = new Error("boom");
  const caught: unknown[] = [];
  simulate(function* () {
    const task = yield* spawn(failWith(10, error));
    function* join(): Coroutine<void> {
      caught.push(yield* outcome(task));
    }
    yield* spawn(join());
    yield* join();
    assertEquals(task.state, "failed");
  }());
  assertEquals(caught.length, 2);
  assert(caught.every((each) => each === error));
});

Deno.test("failure: one that is held, joined late and caught does not fail the parent", () => {
  const value = simulate(function* () {
    const task = yield* spawn(failWith(10, new Error("boom")), { failure: "hold" });
    yield* sleep(20);
    yield* outcome(task);
    return "well";
  }());
  assertEquals(value, "well");
});

Deno.test("failure: one that is held and that no task joined fails the parent when it ends", () => {
  const error = new Error("boom");
  let ended = 0;
  const failure = assertThrows(() =>
    simulate(function* () {
      yield* spawn(failWith(10, error), { failure: "hold" });
      yield* sleep(50);
      ended = yield* now();
    }())
  );
  assertStrictEquals(failure, error);
  assertEquals(ended, 50);
});

Deno.test("failure: fails a parent that only waits for its children at once, and cancels the others", () => {
  const error = new Error("boom");
  const seen: unknown[] = [];
  const failure = assertThrows(() =>
    simulate(function* () {
      yield* spawn(failWith(10, error));
      yield* spawn(
        function* () {
          try {
            yield* sleep(1000);
          } catch (cancelled) {
            seen.push(yield* now(), cancelled);
            throw cancelled;
          }
        }(),
        { name: "other" },
      );
    }())
  );
  assertStrictEquals(failure, error);
  const [at, cancelled] = seen as [number, Cancelled];
  assertEquals([at, cancelled.source, cancelled.by?.name], [10, "parent", "main"]);
  assertStrictEquals(cancelled.cause, error);
});

Deno.test("failure: a body that throws cancels its children, and ends when they have cleaned up", () => {
  const said: unknown[] = [];
  const error = new Error("boom");
  simulate(function* () {
    const task = yield* spawn(function* () {
      yield* spawn(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(5);
          said.push("cleaned", yield* now());
        }
      }());
      yield* failWith(10, error);
    }());
    try {
      yield* task;
    } catch (caught) {
      said.push(caught === error, yield* now());
    }
  }());
  assertEquals(said, ["cleaned", 15, true, 15]);
});

Deno.test("failure: those of children and body come together, in the order in which they happened", () => {
  const [first, second, third] = ["first", "second", "third"].map((word) => new Error(word));
  const failure = assertThrows(() =>
    simulate(function* () {
      yield* spawn(failWith(20, second), { failure: "hold" });
      yield* spawn(failWith(10, first), { failure: "hold" });
      yield* sleep(30);
      throw third;
    }())
  );
  assert(failure instanceof AggregateError);
  assertEquals(failure.errors.map((error) => error.message), ["first", "second", "third"]);
  assertStrictEquals(failure.cause, first);
  assertEquals(failure.message, '3 failures in "main"');
});

Deno.test("failure: any value can be thrown, also undefined", () => {
  for (const thrown of [undefined, null, 0, "text", Symbol("s")]) {
    let caught: unknown[] = [];
    simulate(function* () {
      const task = yield* spawn(failWith(1, thrown));
      try {
        yield* task;
      } catch (error) {
        caught = [error];
      }
    }());
    assertEquals(caught.length, 1);
    assertStrictEquals(caught[0], thrown);
  }
});

Deno.test("failure: of a parent that waits for its children, it stays when a cleanup joins the failed one", () => {
  const error = new Error("boom");
  const seen: unknown[] = [];
  const failure = assertThrows(() =>
    simulate(function* () {
      const task = yield* spawn(failWith(10, error));
      yield* spawn(function* () {
        try {
          yield* sleep(1000);
        } finally {
          seen.push(yield* outcome(task));
        }
      }());
    }())
  );
  assertStrictEquals(failure, error);
  assertEquals(seen, [error]);
});

Deno.test("failure: of tasks that fail at one instant, the one that is joined keeps its place", () => {
  const [first, second] = [new Error("first"), new Error("second")];
  const waits: ((task: Task<never>) => Coroutine<unknown>)[] = [
    (task) => task,
    (task) => gather([task, sleep(100)]),
    (task) => race([task, sleep(100)]),
    (task) => timeout(100, task),
    function* (task) {
      yield* wait([task]);
      yield* task;
    },
  ];
  for (const waitFor of waits) {
    const failure = assertThrows(() =>
      simulate(function* () {
        const joined = yield* spawn(failWith(10, first));
        yield* spawn(failWith(10, second));
        yield* waitFor(joined);
      })
    );
    assert(failure instanceof AggregateError);
    assertEquals(failure.errors.map((error) => error.message), ["first", "second"]);
    assertStrictEquals(failure.cause, first);
  }
});
