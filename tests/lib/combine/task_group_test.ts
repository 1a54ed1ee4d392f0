import {
  Cancelled,
  type Coroutine,
  gather,
  now,
  pause,
  record,
  simulate,
  sleep,
  spawn,
  type Task,
  type TaskGroup,
  taskGroup,
} from "@tenfold/loop";
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { after, caught, fail, failInCleanup, slow } from "../fixtures.ts";

Deno.test("taskGroup: ends when its body and all its tasks have ended, with the body's value", () => {
  simulate(function* () {
    const value = yield* taskGroup(function* (group) {
      for (const ms of [10, 30, 20]) yield* group.spawn(sleep(ms));
      return yield* now();
    });
    assertEquals([value, yield* now()], [0, 30]);
  }());
});

Deno.test("taskGroup: its body can join its tasks, which have the names it gave", () => {
  simulate(function* () {
    const value = yield* taskGroup(function* (group) {
      const task = yield* group.spawn(after(10, "value"), { name: "worker" });
      assertEquals([task.name, task.state], ["worker", "ready"]);
      return yield* task;
    });
    assertEquals(value, "value");
  }());
});

Deno.test("taskGroup: a task that fails cancels body and siblings, and its error comes after their cleanup", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(taskGroup(function* (group) {
      yield* group.spawn(slow(3, log));
      yield* group.spawn(fail(10, "boom"), { name: "culprit" });
      yield* slow(5, log);
    }));
    assertEquals([at, error.message], [15, "boom"]);
    const [first, second] = log as [Cancelled, Cancelled];
    assertStrictEquals(first, second);
    assertEquals([first.source, first.by?.name], ["sibling", "culprit"]);
    assertStrictEquals(first.cause, error);
    assertEquals(log.slice(2), ["cleaned at 13", "cleaned at 15"]);
  }());
});

Deno.test("taskGroup: a body that fails cancels the tasks", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const [at, error] = yield* caught(taskGroup(function* (group) {
      yield* group.spawn(slow(3, log));
      yield* fail(10, "body");
    }));
    assertEquals([at, error.message, log[1]], [13, "body", "cleaned at 13"]);
  }());
});

Deno.test("taskGroup: two or more failures come together, in order, with the first as cause", () => {
  simulate(function* () {
    const [, error] = yield* caught(taskGroup(function* (group) {
      yield* group.spawn(fail(10, "child"));
      yield* failInCleanup(1, "body");
    }));
    assertInstanceOf(error, AggregateError);
    assertEquals(error.errors.map(({ message }) => message), ["child", "body"]);
    assertStrictEquals(error.cause, error.errors[0]);
    assertEquals(error.message, '2 failures in taskGroup of "main"');
  }());
});

Deno.test("taskGroup: a failure that its body joined and caught still fails the group", () => {
  simulate(function* () {
    const [, error] = yield* caught(taskGroup(function* (group) {
      const task = yield* group.spawn(fail(10, "boom"));
      yield* caught(task);
      return "body";
    }));
    assertEquals(error.message, "boom");
  }());
});

Deno.test("taskGroup: a task that is cancelled by itself leaves the others alone", () => {
  simulate(function* () {
    const log: string[] = [];
    const result = yield* taskGroup(function* (group) {
      const task = yield* group.spawn(sleep(100));
      yield* group.spawn(function* () {
        yield* sleep(20);
        log.push("sibling");
      }());
      yield* sleep(10);
      task.cancel("unwanted");
      yield* sleep(100);
      log.push(task.state);
      return "body";
    });
    assertEquals([result, log, yield* now()], ["body", ["sibling", "cancelled"], 110]);
  }());
});

Deno.test("taskGroup: cancelled, it cancels body and tasks, and ends cancelled", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const task = yield* spawn(taskGroup(function* (group) {
      yield* group.spawn(slow(5, log));
      yield* slow(2, log);
    }));
    yield* sleep(10);
    task.cancel("enough");
    const [at] = yield* caught(task);
    assertEquals([at, task.state], [15, "cancelled"]);
    assertEquals(log.slice(2), ["cleaned at 12", "cleaned at 15"]);
  }());
});

Deno.test("taskGroup: expects a function that returns a coroutine", () => {
  assertThrows(
    () => taskGroup(sleep(1) as unknown as () => Coroutine<void>),
    TypeError,
    "taskGroup: expected a function, received a coroutine; write taskGroup(function* (group)",
  );
  assertThrows(
    () => simulate(taskGroup((() => 5) as unknown as () => Coroutine<void>)),
    TypeError,
    "taskGroup: expected a coroutine, received 5",
  );
});

Deno.test("taskGroup: groups inside groups end from the inside out", () => {
  simulate(function* () {
    const log: unknown[] = [];
    const tasks: Task<unknown>[] = [];
    const [at, error] = yield* caught(taskGroup(function* (outer) {
      tasks.push(
        yield* outer.spawn(taskGroup(function* (inner) {
          yield* inner.spawn(slow(4, log));
          yield* gather([slow(2, log)]);
        })),
      );
      yield* outer.spawn(fail(10, "boom"));
    }));
    assertEquals([at, error.message, tasks[0]!.state], [14, "boom", "cancelled"]);
    assertEquals(log.slice(2), ["cleaned at 12", "cleaned at 14"]);
  }());
});

Deno.test("group.spawn: any task of the loop may spawn into the group", () => {
  const trace = record();
  simulate(
    function* () {
      let open!: TaskGroup;
      yield* spawn(function* () {
        yield* sleep(5);
        yield* open.spawn(after(20, "from outside"), { name: "guest" });
      }());
      yield* taskGroup(function* (group) {
        open = group;
        yield* group.spawn(function* () {
          yield* sleep(5);
          yield* group.spawn(sleep(10), { name: "grandchild" });
        }());
        yield* sleep(6);
      });
      assertEquals(yield* now(), 25);
    }(),
    { trace },
  );
  const parents = trace.entries.flatMap((entry) =>
    entry.type === "spawn" && ["guest", "grandchild"].includes(entry.name!) ? [entry.parent] : []
  );
  // Whoever asks: they are children of the task that called taskGroup.
  assertEquals(parents, [0, 0]);
});

Deno.test("group.spawn: a task that another task spawned into the group fails the group only", () => {
  simulate(function* () {
    let open!: TaskGroup;
    const guest = yield* spawn(function* () {
      yield* sleep(5);
      yield* open.spawn(fail(5, "boom"));
      yield* sleep(50);
      return "unharmed";
    }());
    const [at, error] = yield* caught(taskGroup(function* (group) {
      open = group;
      yield* sleep(100);
    }));
    assertEquals([at, error.message], [10, "boom"]);
    assertEquals(yield* guest, "unharmed");
  }());
});

Deno.test("group.spawn: into a group that has ended is an error, and starts nothing", () => {
  simulate(function* () {
    let ended!: TaskGroup;
    yield* taskGroup(function* (group) {
      ended = group;
      yield* pause();
    });
    let ran = false;
    const [, error] = yield* caught(ended.spawn(function* () {
      ran = true;
    }()));
    yield* sleep(1);
    assertInstanceOf(error, TypeError);
    assertEquals([error.message, ran], ["group.spawn: the group has ended", false]);
  }());
});

Deno.test("group.spawn: a task with a pending cancel that spawns into its group starts nothing", () => {
  simulate(function* () {
    let ran = false;
    const task = yield* spawn(taskGroup(function* (group) {
      yield* sleep(10);
      // Awake, with the cancel still to come.
      yield* group.spawn(function* () {
        ran = true;
      }());
      yield* sleep(10);
    }));
    yield* sleep(10);
    task.cancel("enough");
    const [at] = yield* caught(task);
    assertEquals([at, task.state, ran], [10, "cancelled", false]);
  }());
});

Deno.test("group.spawn: into a group that cancels its tasks starts nothing, and the task ends cancelled", () => {
  simulate(function* () {
    let open!: TaskGroup;
    let ran = false;
    const guest = yield* spawn(function* () {
      // The group waits for a cleanup then.
      yield* sleep(12);
      return yield* open.spawn(function* () {
        ran = true;
        yield* sleep(100);
      }());
    }());
    const [at, error] = yield* caught(taskGroup(function* (group) {
      open = group;
      yield* group.spawn(slow(5, []));
      yield* fail(10, "boom");
    }));
    assertEquals([at, error.message], [15, "boom"]);
    assertEquals([(yield* guest).state, ran], ["cancelled", false]);
  }());
});

Deno.test("group.spawn: expects a coroutine, which runs once", () => {
  simulate(function* () {
    yield* taskGroup(function* (group) {
      assertThrows(
        () => group.spawn(5 as unknown as Coroutine<void>),
        TypeError,
        "group.spawn: expected a coroutine, received 5",
      );
      const asked = group.spawn(sleep(1));
      yield* asked;
      assertInstanceOf((yield* caught(asked))[1], TypeError);
    });
  }());
});

Deno.test("taskGroup: refuses to spawn for a task of another loop", () => {
  simulate(taskGroup(function* (group) {
    const other = () => simulate(group.spawn(sleep(1)));
    assertThrows(other, TypeError, 'group.spawn: the group of "main" belongs to another loop');
  }));
});
