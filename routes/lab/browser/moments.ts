import type { Timeline } from "../view/timeline.ts";

/** A moment that the page can stop at: how many columns of each run there have been. */
export interface Moment {
  columns: number[];
  /** Which run is in its last column; the others are past theirs. */
  pane: number | undefined;
  /** The logical time it reaches from and to, in ms. */
  from: number;
  to: number;
}

/** All moments of several runs, which began together: before the first, in each column, at the end. */
export function momentsOf(timelines: readonly Timeline[]): Moment[] {
  const columns = timelines.map(() => 0);
  const stops: Moment[] = [{ columns: [...columns], pane: undefined, from: 0, to: 0 }];
  for (;;) {
    // Who is next: the first to be over, of those time that passes before a step, the upper one.
    let pane: number | undefined;
    let [from, to] = [Infinity, Infinity];
    for (const [index, timeline] of timelines.entries()) {
      const column = timeline.columns[columns[index]!];
      if (column === undefined) continue;
      if (column.to > to || column.to === to && column.from >= from) continue;
      [pane, from, to] = [index, column.from, column.to];
    }
    if (pane === undefined) break;
    columns[pane]!++;
    stops.push({ columns: [...columns], pane, from, to });
  }
  const end = Math.max(...timelines.map(({ now }) => now));
  stops.push({ columns: [...columns], pane: undefined, from: end, to: end });
  return stops;
}
