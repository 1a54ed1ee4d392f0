import type { Ending, Explored, Ran } from "./ran.ts";
import { capitalized, exact, valueText } from "./text.ts";

// What came of an order, in sentences.

/** What came of one run. */
export function ranText({ entries, ending }: Ran): string {
  const steps = entries.filter(({ type }) => type === "step").length;
  const turns = `${count(steps)} ${steps === 1 ? "turn" : "turns"} on the thread`;
  const time = exact(entries.at(-1)?.at ?? 0);
  const end = ending.kind === "done" ? "finished" : ENDS[ending.kind];
  return `${capitalized(end)} at ${time}, after ${turns}.`;
}

/** What came of trying every order: nothing if none could be tried. */
export function exploredText({ schedules, isComplete, failure, ending }: Explored): string {
  if (ending !== undefined) return "";
  const tried = isComplete
    ? schedules === 1 ? "There is one order" : `All ${count(schedules)} orders tried`
    : `${count(schedules)} orders tried, and there are more`;
  if (failure !== undefined) {
    return schedules === 1
      ? "1 order tried: it ends in an error."
      : `${count(schedules)} orders tried: number ${
        count(schedules)
      } is the first that ends in an error.`;
  }
  return `${tried}: ${
    isComplete && schedules === 1 ? "it ends in no error" : "none ends in an error"
  }.`;
}

/** How long a program takes that the reader has changed, and how long it took before. */
export function changedText(now: number, before: number): string {
  if (now !== before) return `Changed: now ${exact(now)}, before ${exact(before)}.`;
  return now === 0 ? "Changed." : `Changed: ${exact(now)}, as before.`;
}

/** How far a search has come that goes on. */
export function progressText(schedules: number): string {
  return schedules === 0
    ? "Trying every order…"
    : `Trying every order: ${count(schedules)} so far…`;
}

/**
 * What the choices of the reader have changed.
 *
 * @param yours The run that the reader chose.
 * @param first The run of the same program, first come, first served.
 * @param explored How many orders there are.
 */
export function choiceText(yours: Ran, first: Ran, explored: Explored): string {
  const { schedules, isComplete } = explored;
  const among = isComplete ? count(schedules) : `at least ${count(schedules)}`;
  const changes = changesOf(yours, first);
  if (schedules === 1 && isComplete) return "There was nothing to choose: there is one order.";
  const text = changes.length === 0
    ? "It prints the same, and takes as long, as first come, first served."
    : `First come, first served, ${changes.join(", and ")}.`;
  return `Your order is one of ${among}. ${text}`;
}

/** How the run of first come, first served differs, each as the end of a sentence. */
function changesOf(yours: Ran, first: Ran): string[] {
  const changes: string[] = [];
  if (yours.ending.kind !== first.ending.kind) changes.push(ENDS[first.ending.kind]);
  const [mine, theirs] = [yours, first].map(printedBy);
  if (mine !== theirs) changes.push(`it prints ${theirs}`);
  const [here, there] = [yours, first].map(({ entries }) => entries.at(-1)?.at ?? 0);
  if (here !== there) changes.push(`it takes ${exact(there!)}`);
  return changes;
}

const ENDS: Record<Ending["kind"], string> = {
  done: "it does not fail",
  failed: "it fails",
  deadlock: "nobody can go on",
  endless: "it has not ended",
  syntax: "it is no program",
};

function printedBy({ entries }: Ran): string {
  const values = entries.flatMap((entry) => entry.type === "emit" ? [valueText(entry.value)] : []);
  return values.length === 0 ? "nothing" : `“${values.join(" · ")}”`;
}

function count(number: number): string {
  return number.toLocaleString("en");
}
