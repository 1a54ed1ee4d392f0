import type { Coroutine } from "@tenfold/loop";

/** What the file of a lesson's program exports. */
export interface LessonProgram {
  main(): Coroutine<unknown>;
}

/**
 * The programs of the lessons, and the one that the sandbox begins with, by their names. Each import is literal, so that hosts find
 * the files.
 */
export const PROGRAMS: Readonly<Record<string, () => Promise<LessonProgram>>> = {
  sandbox: () => import("./sandbox.js"),
};
