import { DeadlockError, describeError, LimitError } from "./errors.ts";
import { descendants, unhandled } from "./lifecycle.ts";
import {
  CANCEL_DELIVERED,
  JOINING_CHILDREN,
  type LoopTask,
  stackOf,
  Suspension,
  WAITING,
} from "./task.ts";

// What the loop has to say when a run can't go on, or does not end.

type AnyTask = LoopTask<unknown>;

/** How many steps each task of a run that has to end may take to clean up. */
export const CLEANUP_STEPS = 10_000;

/** How many tasks a report names: it is to be read by a person. */
const MAX_NAMED = 20;

/** What a task waits in that has taken {@linkcode CLEANUP_STEPS}: nothing wakes it. */
class OutOfSteps extends Suspension<void> {
  get why(): "pause" {
    return "pause";
  }

  start(): never {
    throw new TypeError("it is not for tasks to wait in");
  }

  abort(): void {}

  override describe(): string {
    return `for nothing, after ${CLEANUP_STEPS} steps of cleanup`;
  }
}

/** See {@linkcode CLEANUP_STEPS}. */
export const OUT_OF_STEPS: Suspension<void> = new OutOfSteps();

/** The error for a loop in which nothing can happen any more: each task, and what it waits for. */
export function deadlock(main: AnyTask): DeadlockError {
  const lines = list(descendants(main), (task) => [...waitOf(task), ...failuresOf(task)]);
  return new DeadlockError(`nothing is ready, and nothing will be:${lines}`);
}

/** The error for a run that takes more steps than `maxSteps`. */
export function tooManySteps(main: AnyTask, limit: number): LimitError {
  const tasks = descendants(main).filter((task) => wentOn(task) || task.failures !== null);
  const lines = list(tasks, (task) => [
    ...(wentOn(task) ? [`"${task.name}" was cancelled and went on`] : []),
    ...failuresOf(task),
  ]);
  const hint = "does a task pause for ever?";
  return new LimitError(`maxSteps: the run has not ended after ${limit} steps; ${hint}${lines}`);
}

/** The error for tasks that go on after they were cancelled because the run has to end. */
export function endlessCleanup(main: AnyTask): LimitError {
  const names = descendants(main).filter(({ phase }) => phase < JOINING_CHILDREN)
    .map(({ name }) => `"${name}"`);
  const rest = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
  return new LimitError(
    `the cleanup of ${names.slice(0, MAX_NAMED).join(", ")}${rest} does not end`,
  );
}

function waitOf(task: AnyTask): string[] {
  if (task.phase === JOINING_CHILDREN) return [`"${task.name}" waits for its children`];
  if (task.phase !== WAITING) return [];
  const line = lineOf(task);
  const where = line === undefined ? "" : ` ${line}`;
  const past = wentOn(task) ? "; it was cancelled and went on" : "";
  return [`"${task.name}" waits ${task.blockedOn!.describe()}${where}${past}`];
}

/** The failures of children that no task has joined yet. */
function failuresOf({ failures }: AnyTask): string[] {
  return (unhandled(failures) ?? []).flatMap(({ error, from }) =>
    from === null ? [] : [`"${from.name}" has failed: ${describeError(error)}`]
  );
}

/** Whether a task has caught its cancel, or is still cleaning up. */
function wentOn(task: AnyTask): boolean {
  return task.has(CANCEL_DELIVERED) && task.phase < JOINING_CHILDREN;
}

function list(tasks: AnyTask[], describe: (task: AnyTask) => string[]): string {
  const lines = tasks.slice(0, MAX_NAMED).flatMap(describe);
  if (tasks.length > MAX_NAMED) lines.push(`and ${tasks.length - MAX_NAMED} more tasks`);
  return lines.map((line) => `\n  ${line}`).join("");
}

/**
 * The first line of the user's that a task waits at. The stack begins with the library's own
 * frames, which all lie in the folder of the first one. In a bundle all code is in one file, so
 * there the line is the library's; it is still better than none.
 */
function lineOf(task: AnyTask): string | undefined {
  const frames = stackOf(task.iterator).split("\n").filter((line) => /:\d+/.test(line));
  const library = /[^\s(]+(?=core\/task\.[jt]s)/.exec(frames[0] ?? "")?.[0];
  const line = frames.find((frame) => library === undefined || !frame.includes(library));
  return (line ?? frames[0])?.trim();
}
