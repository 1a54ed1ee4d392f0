import {
  type Coroutine,
  DeadlockError,
  Event,
  gather,
  run,
  simulate,
  sleep,
  spawn,
  taskGroup,
  timeout,
} from "@tenfold/loop";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";

/** A file of the library, not of its tests. */
const LIBRARY = /\/lib\/\w+\/[a-z-]+\.ts:/;

/** The frames of a stack, and what follows them. */
function framesOf({ stack, message }: Error): string[] {
  return stack!.slice(stack!.indexOf(message) + message.length + 1).split("\n")
    .map((line) => line.trim());
}

function* parse(text: string): Coroutine<void> {
  yield* sleep(1);
  throw new SyntaxError(text);
}

function* work(): Coroutine<void> {
  yield* parse("bad");
}

Deno.test("stack: begins in the user's code, has none of the library's frames, and names the task", async () => {
  const program = function* () {
    yield* spawn(work(), { name: "importer" });
  };
  const errors = [
    assertThrows(() => simulate(program()), SyntaxError),
    await assertRejects(() => run(program()), SyntaxError),
  ];
  for (const error of errors) {
    const frames = framesOf(error);
    assertMatch(frames[0]!, /^at parse \(.*stacks_test\.ts:\d+:\d+\)$/);
    assertMatch(frames[1]!, /^at work \(.*stacks_test\.ts:\d+:\d+\)$/);
    assertEquals(frames.at(-1), 'in task "importer", spawned by "main"');
    assert(!LIBRARY.test(error.stack!), error.stack);
    assert(!error.stack!.includes("<anonymous>"), error.stack);
  }
});

Deno.test("stack: of an error that the library throws it begins at the user's call", () => {
  const wrong = function* (): Coroutine<void> {
    yield* sleep(-1);
  };
  const error = assertThrows(() => simulate(gather([wrong()], { name: "part" })), RangeError);
  const frames = framesOf(error);
  assertMatch(frames[0]!, /^at wrong \(.*stacks_test\.ts/);
  assertEquals(frames.at(-1), 'in task "part[0]", spawned by "main"');
  const late = assertThrows(() => simulate(timeout(5, sleep(10))), Error, "timed out");
  assert(!LIBRARY.test(late.stack!), late.stack);
  const stuck = assertThrows(() => simulate(new Event().wait()), DeadlockError);
  assert(!LIBRARY.test(framesOf(stuck).join("\n")), stuck.stack);
});

Deno.test("stack: each error of several names its own task, the one in which it was thrown", () => {
  const error = assertThrows(
    () =>
      simulate(taskGroup(function* (group) {
        yield* group.spawn(parse("one"), { name: "first" });
        yield* group.spawn(parse("two"), { name: "second" });
        yield* sleep(10);
      })),
    AggregateError,
  );
  const last = error.errors.map((error) => framesOf(error).at(-1));
  assertEquals(last, [
    'in task "first", spawned by "main"',
    'in task "second", spawned by "main"',
  ]);
});

Deno.test("stack: of main's own failure no task is named, and through nested runs each task once", () => {
  const own = assertThrows(() => simulate(parse("main")), SyntaxError);
  assert(!own.stack!.includes("in task"));
  const nested = assertThrows(
    () =>
      simulate(function* () {
        yield* spawn(
          function* () {
            simulate(gather([parse("nested")], { name: "inner" }));
          }(),
          { name: "outer" },
        );
      }()),
    SyntaxError,
  );
  assertEquals(framesOf(nested).filter((line) => line.startsWith("in task")), [
    'in task "inner[0]", spawned by "main"',
  ]);
});

Deno.test("stack: an error that can't be changed is thrown as it is", () => {
  const frozen = Object.freeze(new Error("frozen"));
  const { stack } = frozen;
  const program = function* () {
    yield* spawn(function* () {
      throw frozen;
    }());
  };
  assertEquals(assertThrows(() => simulate(program())) === frozen && frozen.stack, stack);
  for (const thrown of ["text", undefined, null, 5]) {
    let caught: unknown = "nothing";
    try {
      simulate(function* () {
        throw thrown;
      }());
    } catch (error) {
      caught = error;
    }
    assertEquals(caught, thrown);
  }
});
