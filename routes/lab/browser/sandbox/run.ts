import { EventLoop } from "../../../../lib/run/event-loop.ts";
import { virtualClock } from "../../../../lib/run/clock.ts";
import type { Startable } from "../../../../lib/core/types.ts";
import type { Entry } from "../../../../lib/trace/entry.ts";
import type { AskedProgram, Ending, Ran } from "../../view/ran.ts";
import { MAX_STEPS } from "../../view/ending.ts";
import { endingOf, noMain } from "./endings.ts";
import type { Program } from "./program.ts";
import { NotedOrder } from "./noted-order.ts";
import { FULL, MAX_ENTRIES, Recording } from "./recording.ts";
import { remarksOn } from "./remarks.ts";
import { scopeOf } from "./scope.ts";

/**
 * Runs a program.
 *
 * @param program The program, which is made anew.
 * @param asked In which order, and so on.
 * @param onEntry Called with each entry of the log, and its lines, as soon as it is there.
 */
export function runProgram(
  program: Program,
  asked: AskedProgram,
  onEntry?: (entry: Entry, lines: number[]) => void,
): Ran {
  const { source } = asked;
  const recording = new Recording(program, onEntry);
  const order = new NotedOrder(asked, () => recording.entries.length);
  const remarks = remarksOn(source);
  let ending: Ending | undefined;
  recording.during(() => {
    try {
      const print = (text: string) => recording.print(text);
      const onOptions = () => {
        const [line] = recording.here();
        if (line === undefined || remarks.some((remark) => remark.text === OPTIONS)) return;
        remarks.push({ line, text: OPTIONS });
      };
      const scope = scopeOf(print, program.isScript, () => recording.now, onOptions);
      const main = program.make(scope.values);
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
  ending ??= endingOfLog(recording);
  const { entries, lines } = recording;
  const { choices, picks } = order;
  return { entries, lines, choices, picks, ending, remarks };
}

const OPTIONS =
  "The page chooses the order and keeps the log: options of run and simulate are not " +
  "used here.";

/** How a run ended that came to its end, of which the log may not have all. */
function endingOfLog({ isCut, isFull }: Recording): Ending {
  const more = (most: number) => `The log has more than ${most.toLocaleString("en")} entries`;
  if (isCut) return { kind: "endless", text: `${more(MAX_ENTRIES)}: the rest is not shown.` };
  const rest = "what the program printed after that is not shown, only what its tasks did.";
  return { kind: "done", text: isFull ? `${more(FULL)}: ${rest}` : "" };
}
