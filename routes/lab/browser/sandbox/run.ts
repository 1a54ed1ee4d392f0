import { EventLoop } from "../../../../lib/run/event-loop.ts";
import { virtualClock } from "../../../../lib/run/clock.ts";
import type { Startable } from "../../../../lib/core/types.ts";
import type { Entry } from "../../../../lib/trace/entry.ts";
import { explore } from "../../../../lib/testing/explore.ts";
import type { Asked, Ending, Explored, Ran } from "../../view/ran.ts";
import { endingOf, MAX_STEPS, noMain, textOf } from "./endings.ts";
import type { Program } from "./program.ts";
import { NotedOrder } from "./noted-order.ts";
import { MAX_ENTRIES, Recording } from "./recording.ts";
import { remarksOn } from "./remarks.ts";
import { scopeOf } from "./scope.ts";

/** How long a search tries, in ms: what a reader waits for. That is some 20,000 orders. */
const SEARCH_TIME = 2_000;

/** How often a search tells how far it has come, in ms. */
const TELLING = 100;

/**
 * Runs a program.
 *
 * @param program The program, which is made anew.
 * @param asked In which order, and so on.
 * @param onEntry Called with each entry of the log, and its lines, as soon as it is there.
 */
export function runProgram(
  program: Program,
  asked: Asked,
  onEntry?: (entry: Entry, lines: number[]) => void,
): Ran {
  const { source } = asked;
  const recording = new Recording(program, onEntry);
  const order = new NotedOrder(asked, () => recording.entries.length);
  let ending: Ending | undefined;
  recording.during(() => {
    try {
      const main = program.make(scopeOf((text) => recording.print(text), program.isScript).values);
      ending = noMain(main, source);
      if (ending !== undefined) return;
      const loop = new EventLoop(main as Startable<unknown>, {
        clock: virtualClock(),
        order,
        timing: asked.timing,
        maxSteps: MAX_STEPS,
        trace(entry) {
          order.see(entry);
          recording.add(entry);
        },
      });
      recording.readTimeBy(() => loop.now);
      loop.simulate();
    } catch (error) {
      ending = endingOf(error, program, recording);
    }
  });
  ending ??= recording.isCut
    ? {
      kind: "endless",
      text: `The log has more than ${MAX_ENTRIES} entries; the rest is left out.`,
    }
    : { kind: "done", text: "" };
  const { entries, lines } = recording;
  const { choices, picks } = order;
  return { entries, lines, choices, picks, ending, remarks: remarksOn(source) };
}

/**
 * Runs a program under every order, or as many as there is time for.
 *
 * @param onProgress Called now and then, with how many orders were tried.
 */
export function exploreProgram(
  program: Program,
  asked: Asked,
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
      explored.failure = { picks: failure.picks, text: textOf(failure.error) };
    }
    return explored;
  } catch (error) {
    const ending = endingOf(error, program, { entries: [], lines: [] });
    return { schedules: 0, isComplete: false, ending };
  }
}
