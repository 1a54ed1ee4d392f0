import type { Entry, SuspendEntry } from "@tenfold/loop";
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";

/** What a log says of a task, up to an entry. */
interface TaskSoFar {
  parent: number | null;
  children: Set<number>;
  stage: "new" | "ready" | "running" | "suspended" | "over";
  asleep: SuspendEntry | null;
  cancelled: boolean;
}

/** Asserts that a whole log keeps the rules that hold for every program, order and clock. */
export function assertKeepsGrammar(entries: readonly Entry[]): void {
  const tasks = new Map<number, TaskSoFar>();
  let running: number | null = null;
  let blocker: SuspendEntry | null = null;
  let blockedUntil = 0;
  let last = 0;

  entries.forEach((entry, index) => {
    const line = `entry ${index}: ${JSON.stringify(entry)}`;
    assertEquals(entry.seq, index, line);
    assertGreaterOrEqual(entry.at, last, line);
    last = entry.at;

    if (entry.type === "spawn") {
      assertEquals(entry.task, tasks.size, line);
      // The parent of a task in a group is the owner of the group, and any task may spawn into it.
      const asker = running;
      if (entry.parent === null) assertEquals(asker, null, line);
      else assert(asker !== null && tasks.get(entry.parent)!.stage !== "over", line);
      if (entry.parent !== null) tasks.get(entry.parent)!.children.add(entry.task);
      const { parent } = entry;
      tasks.set(entry.task, {
        parent,
        children: new Set(),
        stage: "new",
        asleep: null,
        cancelled: false,
      });
      const next = entries[index + 1];
      assert(next?.type === "ready" && next.task === entry.task && next.by === asker, line);
      return;
    }

    const task = tasks.get(entry.task)!;
    assert(task !== undefined && task.stage !== "over", line);
    switch (entry.type) {
      case "ready":
        if (task.stage === "suspended") {
          const { why, until } = task.asleep!;
          assert(why !== "pause" && why !== "children", line);
          if (entry.by === "timer") {
            assert(why === "sleep" || (why === "wait" && until !== undefined), line);
            // Never early, and late only by a block.
            assert(entry.at === until || (entry.at === blockedUntil && entry.at > until!), line);
          } else if (why === "sleep" || why === "block") {
            assert(task.cancelled, line);
          } else if (HANDED_OVER.has(why) && entry.by === running) {
            // The running task gave it a permit, a value or room, or set the event.
          } else if (typeof entry.by === "number" && !task.cancelled) {
            assertEquals(tasks.get(entry.by)!.stage, "over", line);
          }
        } else {
          assertEquals(task.stage, "new", line);
        }
        task.stage = "ready";
        if (blocker?.task === entry.task) blocker = null;
        break;
      case "step":
        assertEquals(running, null, line);
        if (task.stage === "suspended") {
          const { why, until } = task.asleep!;
          assert(why === "pause" || why === "block", line);
          if (why === "block") {
            assertEquals(entry.at, until, line);
            blockedUntil = until!;
          }
        } else {
          assertEquals(task.stage, "ready", line);
        }
        assert(blocker === null || blocker.task === entry.task, line);
        blocker = null;
        task.stage = "running";
        running = entry.task;
        break;
      case "suspend":
        assertEquals(running, entry.task, line);
        if (entry.why !== "wait") {
          assert((entry.until !== undefined) === (entry.why === "sleep" || entry.why === "block"));
        }
        if (entry.until !== undefined) assertGreaterOrEqual(entry.until, entry.at, line);
        task.stage = "suspended";
        task.asleep = entry;
        running = null;
        if (entry.why === "block") blocker = entry;
        break;
      case "emit":
        assertEquals(running, entry.task, line);
        break;
      case "cancel":
        // A second time by force only, which the log does not tell.
        task.cancelled = true;
        break;
      case "exit":
        if (running === entry.task) running = null;
        else if (task.stage === "suspended") assertEquals(task.asleep!.why, "children", line);
        // It never ran.
        else assert(task.stage === "ready" && task.cancelled, line);
        for (const child of task.children) assertEquals(tasks.get(child)!.stage, "over", line);
        if (entry.outcome === "cancelled") assert(task.cancelled, line);
        task.stage = "over";
    }
  });

  for (const [id, { stage }] of tasks) assertEquals(stage, "over", `task ${id}`);
  assertEquals(entries.at(-1)?.task, 0);
}

const HANDED_OVER: ReadonlySet<string> = new Set([
  ...["semaphore", "lock", "event", "queue", "condition", "barrier"],
]);
