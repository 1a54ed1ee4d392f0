import { DeadlockError, LimitError } from "./errors.ts";
import { descendants } from "./lifecycle.ts";
import { JOINING_CHILDREN, type LoopTask, stackOf, WAITING } from "./task.ts";

/** The error for a loop in which nothing can happen any more: each task, and what it waits for. */
export function deadlock(main: LoopTask<unknown>): DeadlockError {
  const lines: string[] = [];
  for (const task of descendants(main)) {
    if (task.phase === JOINING_CHILDREN) lines.push(`"${task.name}" waits for its children`);
    if (task.phase !== WAITING) continue;
    const line = lineOf(task);
    const where = line === undefined ? "" : ` ${line}`;
    lines.push(`"${task.name}" waits ${task.blockedOn!.describe()}${where}`);
  }
  const tail = lines.map((line) => `\n  ${line}`).join("");
  return new DeadlockError(`nothing is ready, and nothing will be:${tail}`);
}

/** The error for a run that takes more steps than `maxSteps`. */
export function tooManySteps(limit: number): LimitError {
  const hint = "does a task pause for ever?";
  return new LimitError(`maxSteps: the run has not ended after ${limit} steps; ${hint}`);
}

/** The error for tasks that go on after they were cancelled because the run has to end. */
export function endlessCleanup(main: LoopTask<unknown>): LimitError {
  const names = descendants(main).map(({ name }) => `"${name}"`).join(", ");
  return new LimitError(`the cleanup of ${names} does not end`);
}

/**
 * The first line of the user's that a task waits at. The stack begins with the library's own
 * frames, which all lie in the folder of the first one. In a bundle all code is in one file, so
 * there the line is the library's; it is still better than none.
 */
function lineOf(task: LoopTask<unknown>): string | undefined {
  const frames = stackOf(task.iterator).split("\n").filter((line) => /:\d+/.test(line));
  const library = /\S+(?=core\/task\.[jt]s)/.exec(frames[0] ?? "")?.[0];
  const line = frames.find((frame) => library === undefined || !frame.includes(library));
  return (line ?? frames[0])?.trim();
}
