import { explore } from "../../../../lib/testing/explore.ts";
import type { AskedProgram, Explored } from "../../view/ran.ts";
import { MAX_STEPS } from "../../view/ending.ts";
import { endingOf, noMain } from "./endings.ts";
import type { Program } from "./program.ts";
import { scopeOf } from "./scope.ts";

/** How long a search tries, in ms: what a reader waits for. That is some 20,000 orders. */
const SEARCH_TIME = 2_000;

/** How often a search tells how far it has come, in ms. */
const TELLING = 100;

/** A search keeps no logs. */
const NO_LOG = { entries: [], lines: [] };

/**
 * Runs a program under every order, or as many as there is time for.
 *
 * @param onProgress Called now and then, with how many orders were tried.
 */
export function exploreProgram(
  program: Program,
  asked: AskedProgram,
  onProgress: (schedules: number) => void = () => {},
): Explored {
  const { values, rewind } = scopeOf(() => {}, program.isScript);
  let begun = 0;
  let told = performance.now();
  const make = () => {
    const now = performance.now();
    if (now - told >= TELLING) {
      told = now;
      onProgress(begun);
    }
    begun++;
    rewind();
    return program.make(values);
  };
  try {
    const ending = noMain(make(), asked.source);
    if (ending !== undefined) return { schedules: 0, isComplete: false, ending };
    const { schedules, complete, failure } = explore(
      // What begins to run may fail under some order only.
      () => (make() as () => never)(),
      { maxTime: SEARCH_TIME, maxSteps: MAX_STEPS, timing: asked.timing },
    );
    const explored: Explored = { schedules, isComplete: complete };
    if (failure !== undefined) {
      explored.failure = { ...endingOf(failure.error, program, NO_LOG), picks: failure.picks };
    }
    return explored;
  } catch (error) {
    const ending = endingOf(error, program, NO_LOG);
    return { schedules: 0, isComplete: false, ending };
  }
}
