import { Cancelled, type Coroutine, simulate, sleep, spawn } from "@tenfold/loop";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
} from "@std/assert";
import { outcome } from "../fixtures.ts";

/** What a join throws when the task is cancelled with a reason. */
function joined(coroutine: Coroutine<unknown>, reason?: unknown): unknown {
  return simulate(function* () {
    const task = yield* spawn(coroutine, { name: "task" });
    yield* sleep(1);
    task.cancel(reason);
    return yield* outcome(task);
  }());
}

Deno.test("Cancelled: its message names the asker and the reason, of any type", () => {
  const mute = {
    toString() {
      throw new Error("no comment");
    },
  };
  for (
    const [reason, message] of [
      [undefined, '"task" was cancelled'],
      ["enough", '"task" was cancelled: enough'],
      [null, '"task" was cancelled: null'],
      [7n, '"task" was cancelled: 7'],
      [Symbol("sign"), '"task" was cancelled: Symbol(sign)'],
      [new Error("late"), '"task" was cancelled: Error: late'],
      [Object.create(null), '"task" was cancelled: object'],
      [mute, '"task" was cancelled: object'],
    ] as const
  ) {
    const error = joined(sleep(1000), reason);
    assertInstanceOf(error, Cancelled);
    assertEquals([error.message, `${error}`], [message, `Cancelled: ${message}`]);
    assertStrictEquals(error.reason, reason);
  }
});

Deno.test("Cancelled: is an Error without a stack", () => {
  const error = joined(sleep(1000));
  assert(error instanceof Error && error instanceof Cancelled);
  assertEquals([error.name, (error as Error).stack], ["Cancelled", undefined]);
});

/** Throws an error of its own when it is cancelled. */
function* replacing(error: unknown): Coroutine<void> {
  try {
    yield* sleep(1000);
  } catch {
    throw error;
  }
}

Deno.test("cancel: an error that the cleanup throws has the Cancelled as cause", () => {
  const error = new Error("cleanup");
  assertStrictEquals(joined(replacing(error)), error);
  assertInstanceOf(error.cause, Cancelled);
});

Deno.test("cancel: a frozen error or a value that the cleanup throws stays as it is", () => {
  for (const error of [Object.freeze(new Error("frozen")), "text", null]) {
    assertStrictEquals(joined(replacing(error)), error);
  }
});

Deno.test("Cancelled: printed, it shows the failure that it has as its cause", () => {
  const inner = new Cancelled("host", null, "deploy", new Error("disk full"));
  for (const cancelled of [inner, new Cancelled("join", null, "deploy", inner)]) {
    assertMatch(
      Deno.inspect(cancelled),
      /^Cancelled: .*: deploy \{\n {2}\[cause\]: Error: disk full\n/,
    );
  }
  const plain = new Cancelled("join", null, "deploy", new Cancelled("host", null, "deploy"));
  assertEquals(Deno.inspect(plain), String(plain));
  const odd = new Cancelled("host", null, "deploy", Object.create(null));
  assertEquals(
    Deno.inspect(odd),
    "Cancelled: cancelled by the host: deploy {\n  [cause]: object\n}",
  );
});
