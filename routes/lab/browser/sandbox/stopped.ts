import type { Entry } from "@tenfold/loop";
import type { Ending, Ran } from "../../view/ran.ts";
import { lineOfMain, nameOf } from "./endings.ts";

// How a run ends that does not end by itself, or did not begin.

/** How many entries of a watched run are sent: who prints for ever would flood the page. */
export const MAX_WATCHED = 2_000;

/** A coroutine keeps the thread. The log has come as far as that. */
export function heldThread(
  { entries, lines }: { entries: readonly Entry[]; lines: readonly number[][] },
  source: string,
): Ending {
  const step = entries.findLastIndex(({ type }) => type === "step");
  if (step < 0) {
    return { kind: "endless", text: "The program holds the thread before main begins." };
  }
  const { task } = entries[step]!;
  const who = nameOf(task, entries);
  const line = lineSince(lines.slice(step)) ??
    lineSince(lines.filter((_, index) => index < step && entries[index]!.task === task)) ??
    (task === 0 ? lineOfMain(source) : undefined);
  const text = entries.length < MAX_WATCHED
    ? `${who} still runs${line === undefined ? "" : ", and was last seen here"}: ` +
      `look for a loop ${line === undefined ? "" : "after it "}that never waits.`
    : `${who} goes on and on without a wait${line === undefined ? "" : `, at line ${line}`}.`;
  return { kind: "endless", text, line };
}

function lineSince(lines: readonly number[][]): number | undefined {
  return lines.findLast((lines) => lines.length > 0)?.[0];
}

/** The sandbox can't be loaded. */
export function neverLoaded(): Ending {
  return { kind: "failed", text: "The sandbox could not be loaded: is the server gone?" };
}

/** The page has given up the run. */
export function givenUp(): Ending {
  return { kind: "failed", text: "The run was given up." };
}

/** A run of which there is only the ending. */
export function withEnding(ending: Ending): Ran {
  return { entries: [], lines: [], choices: [], picks: [], ending, remarks: [] };
}
