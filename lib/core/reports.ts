import { family } from "./lifecycle.ts";
import { DeadlockError } from "./errors.ts";
import { CLOSING, peek, WAITING } from "./suspension.ts";
import type { LoopTask } from "./task.ts";

const LIBRARY = new URL("../", import.meta.url).href;

/** The report of a loop in which nothing can happen any more. */
export function deadlock(main: LoopTask<unknown>): DeadlockError {
  const lines: string[] = [];
  for (const task of family(main)) {
    if (task.stage === CLOSING) lines.push(`"${task.name}" waits for its children`);
    if (task.stage !== WAITING) continue;
    const line = lineOf(task);
    const where = line === undefined ? "" : ` ${line}`;
    lines.push(`"${task.name}" waits ${task.waiting!.describe()}${where}`);
  }
  const tail = lines.map((line) => `\n  ${line}`).join("");
  return new DeadlockError(`nothing is ready, and nothing will be:${tail}`);
}

/** The first line of the user's that a task waits at. */
function lineOf(task: LoopTask<unknown>): string | undefined {
  const frames = peek(task.driver).split("\n").filter((line) => /:\d+/.test(line));
  return frames.find((line) => !line.includes(LIBRARY))?.trim();
}
