import { isCancelled, type TaskReference } from "./errors.ts";

// What a stack has to say to the user: where in their code, and in which task. Computed when it is
// read or surfaces, because few are.

/** How many errors of an `AggregateError` get a clear stack: to write one out takes 0.1 ms. */
const MAX_CLARIFIED = 20;

/** A frame, as V8 writes it, and as Firefox and Safari do. */
const FRAME = /^\s+at |@\S*:\d+:\d+$/;
/** A function of the engine's: a generator's `next` above all. */
const ENGINE = / \(<anonymous>\)$/;

/** What the frames of the library have in common: its folder, unless it is in a bundle. */
let folder: string | null | undefined;

/** Whether a frame of a stack is the library's, or the engine's between others. */
function isLibrarys(frame: string): boolean {
  folder ??= /[^\s(@]+(?=core\/stacks\.[jt]s)/.exec(new Error().stack ?? "")?.[0] ?? null;
  if (ENGINE.test(frame)) return true;
  return folder === null ? /^\s*at \S+\.next /.test(frame) : frame.includes(folder);
}

/** The first line of a stack that is the user's, if there is one. */
export function usersLine(stack: string): string | undefined {
  return stack.split("\n").find((line) => FRAME.test(line) && !isLibrarys(line))?.trim();
}

/** In which task an error was thrown, and by which that was spawned. */
const origins = new WeakMap<object, string>();

/** Notes that a task has failed with an error, if it is the first. */
export function noteOrigin(
  error: unknown,
  task: TaskReference,
  parent: TaskReference | null,
): void {
  if (parent === null) return;
  try {
    if (!(error instanceof Error) || origins.has(error)) return;
    origins.set(error, `    in task "${task.name}", spawned by "${parent.name}"`);
  } catch {
    // A proxy that does not say what it is has no stack to add to.
  }
}

/**
 * Has the stack of an error that leaves a run begin in the user's code, and name the task that has
 * failed with it. So for the first errors of an `AggregateError`.
 */
export function clarifyStack(error: unknown): void {
  try {
    if (!(error instanceof Error) || isCancelled(error)) return;
    if (error instanceof AggregateError) error.errors.slice(0, MAX_CLARIFIED).forEach(clarifyStack);
    if (typeof error.stack !== "string" || Object.isFrozen(error)) return;
    const lines = error.stack.split("\n").filter((line) => !FRAME.test(line) || !isLibrarys(line));
    const origin = origins.get(error);
    if (origin !== undefined && !lines.includes(origin)) lines.push(origin);
    error.stack = lines.join("\n");
  } catch {
    // A proxy, or a getter that throws: it stays as it is.
  }
}
