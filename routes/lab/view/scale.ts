import { columnWidth, MARGIN, type Scale, STEPS_MARGIN } from "./axis.ts";
import { widthsOfEnds } from "./labels.ts";
import type { Timeline } from "./timeline.ts";

/** For the lines between lanes that wait for one another, and their arrows. */
const FOR_LINES = 40;

/** How much of a picture is left free after the end, at most: more for values, which are never cut. */
const MOST = { all: 0.3, values: 0.4 };

/**
 * A scale for the pictures of some runs, which leaves room for what is written and drawn after their
 * end: errors, who was cancelled by whom, who waits for whom.
 *
 * @param width The width of the pictures.
 * @param runs The runs.
 */
export function scaleOf(width: number, runs: readonly Timeline[]): Scale {
  const whole: Scale = {
    width,
    ms: Math.max(0, ...runs.map(({ now }) => now)),
    columns: Math.max(1, ...runs.map(({ columns }) => columns.length)),
  };
  const wanted = runs.map((run) => {
    const { values, all } = widthsOfEnds(run);
    const lines = run.verdict === undefined ? 0 : FOR_LINES;
    return Math.max(
      Math.min(MOST.values * width, values),
      Math.min(MOST.all * width, Math.max(lines, all)),
    );
  });
  const room = Math.max(0, ...wanted);
  // Each axis has a margin already.
  const [time, steps] = [MARGIN, STEPS_MARGIN].map((margin) => Math.max(0, room - margin));
  return {
    width,
    ms: whole.ms * (width - MARGIN) / (width - MARGIN - time!),
    columns: whole.columns * columnWidth({ ...whole, columns: 1 }) /
      (columnWidth({ ...whole, columns: 1 }) - steps!),
  };
}
