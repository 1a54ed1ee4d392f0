import { DeadlockError, type Entry, fifo, replay, simulate } from "@tenfold/loop";
import { explore } from "../../../lib/testing/explore.ts";
import { read } from "../../sources.ts";
import type { Lesson } from "../lessons/course.ts";
import { type LessonProgram, PROGRAMS } from "../lessons/programs.ts";
import { locate, type LocatedLog } from "../view/lines.ts";
import type { Ending, Explored } from "../view/ran.ts";

/** What a page shows of a program. */
export interface ProgramRun {
  /** Its text. */
  source: string;
  log: LocatedLog;
  ending: Ending;
  /** What came of every order, if all were to be tried. */
  explored?: Explored | undefined;
}

/** Runs a program of {@linkcode PROGRAMS}: files of this project, which may run on the server. */
export async function runProgram({ name, order: by, timing }: Asked): Promise<ProgramRun> {
  const file = `routes/lab/lessons/${name}.js`;
  const source = (await read(file)).trimEnd();
  const program = await PROGRAMS[name]!();
  const tried = by === "every" ? tryAll(program, timing) : undefined;
  const order = tried?.failure === undefined ? fifo() : replay(tried.failure.picks);
  const mode = by === "every" ? timing : "exact";
  let ending: Ending = { kind: "done", text: "" };
  const log = locate(file, (trace) => {
    try {
      printing(trace, (trace) => {
        simulate(program.main(), { order, trace, timing: mode, maxSteps: MAX_STEPS });
      });
    } catch (error) {
      ending = endingOf(error);
    }
  });
  return { source, log, ending, explored: tried };
}

/** Which program is to be run, and how. */
type Asked = Pick<Lesson, "name" | "order" | "timing">;

/** As many as a program of the reader's may take. */
const MAX_STEPS = 2000;

function tryAll(program: LessonProgram, timing: Lesson["timing"]): Explored {
  const { schedules, complete, failure } = printing(
    () => {},
    () => explore(() => program.main(), { timing }),
  );
  return {
    schedules,
    isComplete: complete,
    failure: failure && { picks: failure.picks, text: String(failure.error) },
  };
}

/**
 * Runs something while what it prints with `console.log` is logged as a value that the running task
 * emits. All of it happens before this function returns, so nothing else on the server prints
 * meanwhile.
 */
function printing<T>(
  trace: (entry: Entry) => void,
  run: (trace: (entry: Entry) => void) => T,
): T {
  /** The last step, unless nothing is logged: an exploration tries too many runs for that. */
  let step: Entry | undefined;
  let seq = 0;
  const { log } = console;
  console.log = (...values: unknown[]) => {
    if (step === undefined) return;
    const { at, task } = step;
    trace({ seq: seq++, at, task, type: "emit", value: values.map(String).join(" ") });
  };
  try {
    return run((entry) => {
      if (entry.type === "step") step = entry;
      trace({ ...entry, seq: seq++ });
    });
  } finally {
    console.log = log;
  }
}

function endingOf(error: unknown): Ending {
  if (error instanceof DeadlockError) {
    const waits = error.message.split("\n").slice(1).map((wait) => wait.trim());
    return { kind: "deadlock", text: `Nobody can go on: ${waits.join("; ")}.` };
  }
  return { kind: "failed", text: String(error) };
}
