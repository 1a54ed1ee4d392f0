// Heights in pixels. The names beside a drawing have the same in style.css: the policy of the page
// forbids styles in the markup, so a test compares the two.
/** Of the labels of the axis: a line of text. */
export const AXIS = 22;
/** Of a strip with the space below it, and without. */
export const STRIP = 20;
export const BAR = STRIP - 4;
/** Where the lanes begin. */
export const TOP = AXIS + 2 * STRIP + 6;

/** The most lanes with names: `main` and forty coroutines, which fill a large screen. */
export const MAX_NAMED_LANES = 41;

/** With more lanes than this, which fill a small screen, the axis is repeated below them. */
export const AXIS_REPEATED_FROM = 20;

/** The height of a lane when there are `lanes` of them, and its class in the style sheet. */
export function laneSize(lanes: number): { height: number; name: "tall" | "low" } {
  if (lanes <= MAX_NAMED_LANES) return { height: 24, name: "tall" };
  return { height: Math.max(1, Math.min(8, 800 / lanes)), name: "low" };
}
