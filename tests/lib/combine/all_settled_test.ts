import { allSettled, Cancelled, now, simulate, sleep, spawn } from "@tenfold/loop";
import { assertEquals, assertInstanceOf } from "@std/assert";
import { after, fail } from "../fixtures.ts";

Deno.test("allSettled: gives how each ended, in the order given, and lets failures be", () => {
  simulate(function* () {
    const [one, two] = yield* allSettled([fail(1, "no"), after(20, "yes")]);
    assertEquals(one.status === "rejected" && String(one.reason), "Error: no");
    assertEquals(two, { status: "fulfilled", value: "yes" });
    assertEquals(yield* now(), 20);
  });
});

Deno.test("allSettled: a member that is cancelled alone is rejected with its Cancelled", () => {
  simulate(function* () {
    const task = yield* spawn(sleep(100));
    yield* spawn(function* () {
      yield* sleep(5);
      task.cancel();
    });
    const [result] = yield* allSettled([task]);
    assertInstanceOf(result.status === "rejected" ? result.reason : null, Cancelled);
  });
});

Deno.test("allSettled: cancelled, it cancels all and ends cancelled", () => {
  simulate(function* () {
    const task = yield* spawn(allSettled([sleep(100), sleep(200)]));
    yield* sleep(1);
    task.cancel();
    assertEquals((yield* task.settled()).state, "cancelled");
    assertEquals(yield* now(), 1);
  });
});
