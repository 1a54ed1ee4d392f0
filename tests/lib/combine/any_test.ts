import { any, Cancelled, type Coroutine, now, simulate, sleep, spawn } from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { after, caught, fail } from "../fixtures.ts";

Deno.test("any: gives the first success, whatever failed before, and cancels the others", () => {
  simulate(function* () {
    assertEquals(yield* any([fail(1, "no"), after(20, "yes"), after(50, "late")]), "yes");
    assertEquals(yield* now(), 20);
  });
});

Deno.test("any: throws all failures if none succeeds, in the order in which they happened", () => {
  const error = assertThrows(
    () => simulate(any([fail(2, "second"), fail(1, "first")])),
    AggregateError,
    "any: no coroutine succeeded",
  );
  assertEquals(error.errors.map(String), ["Error: first", "Error: second"]);
  assertEquals((assertThrows(() => simulate(any([]))) as AggregateError).errors, []);
});

Deno.test("any: waits for the cleanup of the others, and throws what that throws", () => {
  function* clumsy(): Coroutine<string> {
    try {
      yield* sleep(100);
    } catch {
      yield* sleep(5);
    }
    throw new Error("in cleanup");
  }
  simulate(function* () {
    const [at, error] = yield* caught(any([after(10, "yes"), clumsy()]));
    assertEquals([at, (error as Error).message], [15, "in cleanup"]);
  });
});

Deno.test("any: cancelled, it cancels all, and a member that is cancelled alone has failed", () => {
  simulate(function* () {
    const alone = yield* spawn(sleep(100));
    const both = yield* spawn(any([alone, fail(5, "no")]));
    yield* sleep(1);
    alone.cancel("by itself");
    const result = yield* both.settled();
    assertEquals(result.state, "failed");
    const task = yield* spawn(any([after(50, 1), after(60, 2)]));
    yield* sleep(1);
    task.cancel();
    const ended = yield* task.settled();
    assertEquals(ended.state, "cancelled");
    if (ended.state === "cancelled") assertInstanceOf(ended.error, Cancelled);
  });
});
