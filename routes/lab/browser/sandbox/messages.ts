import type { Entry } from "../../../../lib/trace/entry.ts";
import type { AskedProgram, Ending, Explored, Ran } from "../../view/ran.ts";

// What the page and its sandbox say to each other.

/** What the page asks for. */
export type Request =
  /** With `isWatched`, each entry of the log is sent as soon as it is there. */
  | { what: "run"; asked: AskedProgram; isWatched: boolean }
  | { what: "explore"; asked: AskedProgram }
  | { what: "parse"; source: string };

/** What the sandbox answers. */
export type Answer =
  /** It is loaded, and waits to be asked. */
  | { what: "ready" }
  /** The program has changed the language: another one would not run as it should. */
  | { what: "spoiled" }
  /** It does not answer, because an earlier program has done so in the meantime. */
  | { what: "refused" }
  | { what: "ran"; ran: Ran }
  | { what: "explored"; explored: Explored }
  /** With what is wrong with the program, if it can't be run. */
  | { what: "parsed"; mistake: Ending | undefined }
  /** Of a run that is watched: so far it has come. */
  | { what: "entry"; entry: Entry; lines: number[] }
  /** Of a search that goes on: how many orders it has tried. */
  | { what: "progress"; schedules: number };
