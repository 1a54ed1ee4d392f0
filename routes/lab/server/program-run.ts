import { type Coroutine, DeadlockError, fifo, replay, simulate } from "@tenfold/loop";
import { explore } from "../../../lib/testing/explore.ts";
import { read } from "../../sources.ts";
import type { Lesson } from "../lessons/course.ts";
import { logAsEmit } from "../lessons/log-as-emit.ts";
import { deadlockText, MAX_STEPS } from "../view/ending.ts";
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

/**
 * Runs a program of this project: others don't run on the server.
 *
 * @param file Its path from the root of the project.
 * @param main Makes it, afresh each time.
 * @param by Which order to show: of all orders, the first that fails, if one does.
 * @param timing What trying all orders takes waits for.
 */
export async function runProgram(
  file: string,
  main: () => Coroutine<unknown>,
  by: Lesson["order"] = "fifo",
  timing: Lesson["timing"] = "exact",
): Promise<ProgramRun> {
  const source = (await read(file)).trimEnd();
  const explored = by === "every" ? tryAll(main, timing) : undefined;
  const order = explored?.failure === undefined ? fifo() : replay(explored.failure.picks);
  const options = {
    order,
    timing: by === "every" ? timing : "exact",
    maxSteps: MAX_STEPS,
  } as const;
  let ending: Ending = { kind: "done", text: "" };
  const log = locate(file, (trace) => {
    try {
      logAsEmit(() => simulate(main(), { ...options, trace }));
    } catch (error) {
      ending = endingOf(error);
    }
  });
  return { source, log, ending, explored };
}

function tryAll(main: () => Coroutine<unknown>, timing: Lesson["timing"]): Explored {
  const { schedules, complete, failure } = logAsEmit(() => explore(main, { timing }));
  return {
    schedules,
    isComplete: complete,
    failure: failure && { ...endingOf(failure.error), picks: failure.picks },
  };
}

/** A place in a program, as a stack has it. */
const FRAME = /\bat (?:\S+ )?\(?file:\S*?:(\d+):\d+\)?/g;

function endingOf(error: unknown): Ending {
  if (error instanceof DeadlockError) {
    return { kind: "deadlock", text: deadlockText(error.message.replace(FRAME, "at line $1")) };
  }
  return { kind: "failed", text: String(error) };
}
