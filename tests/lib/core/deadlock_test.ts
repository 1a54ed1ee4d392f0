import {
  Cancelled,
  type Coroutine,
  DeadlockError,
  Event,
  gather,
  pacedClock,
  record,
  run,
  simulate,
  sleep,
  spawn,
  type Task,
  wallClock,
} from "@tenfold/loop";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { fail } from "../fixtures.ts";

/** Two that join each other, and one that gathers both. */
function* embrace(log: unknown[] = []): Coroutine<void> {
  const tasks: Task<void>[] = [];
  function* join(other: number): Coroutine<void> {
    try {
      yield* tasks[other]!;
    } catch (error) {
      log.push((error as Cancelled).source);
      yield* sleep(5);
      log.push("cleaned");
      throw error;
    }
  }
  tasks.push(yield* spawn(join(1), { name: "romeo" }), yield* spawn(join(0), { name: "juliet" }));
  yield* gather(tasks);
}

Deno.test("DeadlockError: names every task, what it waits for, and the line", () => {
  const error = assertThrows(() => simulate(embrace()), DeadlockError);
  const lines = error.message.split("\n");
  assertEquals(lines.length, 5);
  assertEquals(lines[0], "nothing is ready, and nothing will be:");
  assertMatch(
    lines[1]!,
    /^ {2}"main" waits for 2 of 2 tasks at embrace \(.*deadlock_test\.ts:\d+:\d+\)$/,
  );
  assertMatch(
    lines[2]!,
    /^ {2}"romeo" waits to join "juliet" at join \(.*deadlock_test\.ts:\d+:\d+\)$/,
  );
  assertMatch(
    lines[3]!,
    /^ {2}"juliet" waits to join "romeo" at join \(.*deadlock_test\.ts:\d+:\d+\)$/,
  );
});

Deno.test("DeadlockError: names the tasks that wait for their children", () => {
  const error = assertThrows(
    () =>
      simulate(function* () {
        const tasks: Task<void>[] = [];
        function* join(): Coroutine<void> {
          yield* tasks[0]!;
        }
        tasks.push(
          yield* spawn(
            function* () {
              yield* spawn(join(), { name: "child" });
            }(),
            { name: "parent" },
          ),
        );
      }()),
    DeadlockError,
  );
  assertMatch(
    error.message,
    /:\n {2}"main" waits for its children\n {2}"parent" waits for its children\n {2}"child" waits to join "parent" at /,
  );
});

Deno.test("DeadlockError: the tasks are cancelled first, and clean up", () => {
  const log: unknown[] = [];
  const trace = record();
  assertThrows(() => simulate(embrace(log), { trace }), DeadlockError);
  assertEquals(log, ["deadlock", "deadlock", "cleaned", "cleaned"]);
  const [main] = trace.entries.filter((entry) => entry.type === "cancel");
  assertEquals([main?.task, main?.by], [0, "loop"]);
  assertEquals(trace.entries.filter((entry) => entry.type === "exit").length, 3);
});

Deno.test("DeadlockError: a deadlock in the cleanup ends the run with the first report", () => {
  const error = assertThrows(
    () =>
      simulate(function* () {
        try {
          yield* embrace();
        } finally {
          yield* embrace();
        }
      }()),
    DeadlockError,
  );
  assertEquals(error.message.split("\n").length, 5);
});

Deno.test("DeadlockError: is thrown on every clock", async () => {
  for (const clock of [wallClock(), pacedClock(), pacedClock({ origin: 0 })]) {
    await assertRejects(() => run(embrace(), { clock }), DeadlockError, '"romeo" waits to join');
  }
});

Deno.test("DeadlockError: a task that gathers itself is a deadlock", () => {
  assertThrows(
    () =>
      simulate(function* () {
        function* self(): Coroutine<void> {
          yield* gather([task]);
        }
        const task: Task<void> = yield* spawn(self());
      }()),
    DeadlockError,
    '"task 1" waits for 1 of 1 tasks',
  );
});

Deno.test("DeadlockError: a task that sleeps for long is none", () => {
  simulate(gather([sleep(1e9)]));
});

Deno.test("DeadlockError: of a group that is ending it counts the tasks that it still waits for", () => {
  const error = assertThrows(
    () =>
      simulate(function* () {
        const joined = yield* spawn(new Event().wait());
        yield* gather([
          joined,
          fail(1),
          function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* new Event().wait();
            }
          }(),
        ]);
      }()),
    DeadlockError,
  );
  assertMatch(error.message, /"main" waits for 1 of 3 tasks/);
});
