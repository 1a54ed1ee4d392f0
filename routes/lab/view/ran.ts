import type { Entry } from "@tenfold/loop";

/** Who goes first whenever several coroutines are ready. */
export type RunOrder =
  | { by: "fifo" }
  | { by: "seed"; seed: number }
  /** As `replay(picks)`; once the picks are used up, first come, first served. */
  | { by: "picks"; picks: readonly number[] };

/** A program that is to be run. */
export interface AskedProgram {
  /** Its text: JavaScript with a `function* main`. */
  source: string;
  order: RunOrder;
  /** Whether waits have the lengths that the program gives them, or any: see `explore`. */
  timing: "exact" | "any";
}

/** How a run ended, for people. */
export interface Ending {
  kind:
    | "done"
    /** `main` threw. */
    | "failed"
    /** Nobody can go on. */
    | "deadlock"
    /** It gave back the thread too often, or ran out of memory, or held the thread for too long. */
    | "endless"
    /** It is not JavaScript, or has no `main`. */
    | "syntax";
  /** One sentence, or the program's own error. Empty if there is nothing to say. */
  text: string;
  line?: number | undefined;
}

/** Something that the reader should know of a line, such as a coroutine that was never run. */
export interface Remark {
  line: number;
  text: string;
}

/** A choice of the order: who was ready, and which of them it took. */
export interface Choice {
  /** How many entries of the log there were before it. */
  before: number;
  /** Which of the {@linkcode Ran.picks} it is. */
  at: number;
  /** The numbers of the tasks, in the order in which they became ready. */
  ready: readonly number[];
  /** The index of the one that it took. */
  picked: number;
}

/** What became of a program. All of it is plain data: values are kept as texts. */
export interface Ran {
  entries: Entry[];
  /** For each entry the lines of the program that were being run, the innermost first. */
  lines: number[][];
  choices: Choice[];
  /** All that was chosen, for `{ by: "picks" }`: also the lengths of waits of uncertain length. */
  picks: number[];
  ending: Ending;
  remarks: Remark[];
}

/** What became of a program under every order. */
export interface Explored {
  schedules: number;
  /** Whether these are all there are. */
  isComplete: boolean;
  /** The first schedule that failed: how, and the picks, for `{ by: "picks" }`. */
  failure?: Ending & { picks: number[] } | undefined;
  /** Why there are no schedules at all, as of a program that is not JavaScript. */
  ending?: Ending | undefined;
}
