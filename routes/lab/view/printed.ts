import { type Markup, markup } from "./markup.ts";
import type { Ending } from "./ran.ts";
import { capitalized, wholeText } from "./text.ts";
import type { Timeline } from "./timeline.ts";

// What the page says of any program's run, from its log and its ending.

/** More texts than this are not all listed: they are written anew at each step. */
const MAX_PRINTED = 1_000;

/** What a program has printed so far, a text beside the other, each as it is. */
export function printedMarkup({ summary: { emitted } }: Timeline): Markup {
  if (emitted.length === 0) return markup`<i>nothing yet</i>`;
  const rest = emitted.length - MAX_PRINTED;
  return markup`${
    emitted.slice(0, MAX_PRINTED).map((value) => markup`<samp>${wholeText(value)}</samp> `)
  }${rest > 0 ? `and ${rest.toLocaleString("en")} more` : ""}`;
}

/** How a program ended, if there is more to say than that it returned. */
export function endingText({ kind, text, line }: Ending): string {
  const at = line === undefined ? "" : `line ${line}`;
  if (kind === "failed") return `It failed${at && ` at ${at}`}: ${text}`;
  return at === "" ? text : `${capitalized(at)}: ${text}`;
}

/** What there is to see in the picture of a program, in a sentence. */
export function describeRun({ lanes, now }: Timeline): string {
  const tasks = lanes.length === 1 ? "One coroutine" : `${lanes.length} coroutines`;
  return `${tasks}: ${lanes.map(({ name, state }) => `${name} ${state}`).join(", ")}; at ${
    now / 1000
  } s.`;
}
