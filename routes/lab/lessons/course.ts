/** A question of a lesson, to be answered before the program is run. */
export interface Question {
  text: string;
  answers: readonly string[];
  /** Which of the answers is right, from 0. */
  right: number;
}

/** A change of the program that the lesson suggests. */
export interface Edit {
  /** What the reader is asked to do, and what to look at. */
  text: string;
  /** What stands once in the program, and what takes its place. */
  from: string;
  to: string;
}

/** The same program elsewhere. */
export interface Elsewhere {
  /** Its file, beside this one. */
  file: string;
  /** Where it differs from ours, if it does. */
  differs?: string;
}

/** One lesson of the course. Its program is `NAME.js`, beside this file. */
export interface Lesson {
  name: string;
  title: string;
  question: Question;
  /** Two sentences on what was to be seen. */
  answer: string;
  edit: Edit;
  /** Which order the lesson begins with. */
  order: "fifo" | "choose" | "every";
  /** What `explore` takes waits for. */
  timing: "exact" | "any";
  python: Elsewhere;
  javaScript: Elsewhere;
}

/** The course, in order. */
export const COURSE: readonly Lesson[] = [];
