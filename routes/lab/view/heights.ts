// Heights in pixels. The names beside a drawing have the same in style.css: the policy of the page
// forbids styles in the markup, so a test compares the two.
/** Of the labels of the axis: a line of text. */
export const AXIS = 22;
/** Of a strip with the space below it, and without. */
export const STRIP = 20;
export const BAR = STRIP - 4;
/** Where the lanes begin. */
export const TOP = AXIS + 2 * STRIP + 6;

/** More lanes than this have no room for names. */
export const MAX_NAMED_LANES = 41;

/** From so many lanes on the axis is written below them, too. */
export const AXIS_REPEATED_FROM = 20;

/** How high a lane is, of so many, and what the style sheet calls that. */
export function laneSize(lanes: number): { height: number; name: "tall" | "low" } {
  if (lanes <= MAX_NAMED_LANES) return { height: 24, name: "tall" };
  return { height: Math.max(1, Math.min(8, 800 / lanes)), name: "low" };
}
