// Heights in units of a sixteenth of the reader's font size: pixels, by default. The names beside a
// picture have the same in style.css, since the policy of the page forbids styles in the markup; a
// test compares the two.

/** Of the labels of an axis: a line of text. */
export const AXIS = 22;

/** Of a strip with the space below it, and of the bar in it. */
export const STRIP = 20;
export const BAR = STRIP - 4;

/** Between the strips and the lanes. */
export const SPACE = 6;

/** The most lanes with names: `main` and forty coroutines, which fill a large screen. */
export const MAX_NAMED_LANES = 41;

/** With more lanes than this, which fill a small screen, the axis is repeated below them. */
export const AXIS_REPEATED_FROM = 20;

/** The most that all lanes take together, when there are too many for names. */
const MAX_LANES_HEIGHT = 800;

/** The height of a lane when there are `lanes` of them, and its class in the style sheet. */
export function laneSize(lanes: number): { height: number; name: "tall" | "low" } {
  if (lanes <= MAX_NAMED_LANES) return { height: 24, name: "tall" };
  return { height: Math.max(1, Math.min(8, MAX_LANES_HEIGHT / lanes)), name: "low" };
}

/** Where the lanes begin, below a number of strips. */
export function topOf(strips: number): number {
  return AXIS + strips * STRIP + SPACE;
}
