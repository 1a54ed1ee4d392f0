import { findCycle } from "./cycle.ts";
import { DeadlockError, describeError, LimitError } from "./errors.ts";
import { childrenOf, descendants, unhandled, wentOn } from "./lifecycle.ts";
import { usersLine } from "./stacks.ts";
import { type LoopTask, stackOf, Suspension } from "./task.ts";
import { DONE, JOINING_CHILDREN, WAITING } from "./phases.ts";

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
  return new DeadlockError(`nothing is ready, and nothing will be:\n  ${waits(main).join("\n  ")}`);
}

/** What each task of a loop is doing, a line for each. */
export function describe(main: AnyTask): string {
  if (main.phase >= DONE) return `"main" has ended: ${main.state}`;
  return waits(main).join("\n");
}

function waits(main: AnyTask): string[] {
  const tasks = descendants(main);
  const lines = linesOf(tasks, (task) => [...stateOf(task), ...failuresOf(task)]);
  const circle = findCycle(tasks, waitedFor);
  if (circle !== undefined) {
    const steps = circle.map((task) => `"${task.name}" waits ${whatFor(task)}`);
    lines.push(`a circle: ${steps.join("; ")}`);
  }
  return lines;
}

function whatFor(task: AnyTask): string {
  if (task.phase !== WAITING) return "for its children";
  return task.blockedOn!.describe() + task.blockedOn!.describeHolders();
}

/** The tasks whose doing a task waits for. */
function waitedFor(task: AnyTask): AnyTask[] {
  if (task.phase === JOINING_CHILDREN) return childrenOf(task);
  return task.phase === WAITING ? [...task.blockedOn!.waitsFor] : [];
}

/** The error for a run that takes more steps than `maxSteps`. */
export function tooManySteps(main: AnyTask, limit: number): LimitError {
  const tasks = descendants(main).filter((task) => wentOn(task) || task.failures !== null);
  const lines = linesOf(tasks, (task) => [
    ...(wentOn(task) ? [`"${task.name}" was cancelled and went on`] : []),
    ...failuresOf(task),
  ]);
  const { ready, time } = main.kernel;
  const next = ready.length === 0 ? "a sleeper" : `"${ready.first.name}"`;
  const where = `at ${time.now} ms, where ${next} is next; does it go on for ever?`;
  return new LimitError(
    [`maxSteps: the run has not ended after ${limit} steps, ${where}`, ...lines].join("\n  "),
  );
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

function stateOf(task: AnyTask): string[] {
  if (task.phase === JOINING_CHILDREN) return [`"${task.name}" waits for its children`];
  if (task.phase !== WAITING) return [`"${task.name}" is ${task.state}`];
  const line = usersLine(stackOf(task.iterator));
  const where = line === undefined ? "" : ` ${line}`;
  const past = wentOn(task) ? "; it was cancelled and went on" : "";
  const operation = task.blockedOn!;
  const holders = operation.describeHolders();
  return [`"${task.name}" waits ${operation.describe()}${where}${holders}${past}`];
}

/** The failures of children that no task has joined yet. */
function failuresOf({ failures }: AnyTask): string[] {
  return (unhandled(failures) ?? []).flatMap(({ error, from }) =>
    from === null ? [] : [`"${from.name}" has failed: ${describeError(error)}`]
  );
}

function linesOf(tasks: AnyTask[], describe: (task: AnyTask) => string[]): string[] {
  const lines = tasks.slice(0, MAX_NAMED).flatMap(describe);
  if (tasks.length > MAX_NAMED) lines.push(`and ${tasks.length - MAX_NAMED} more tasks`);
  return lines;
}
