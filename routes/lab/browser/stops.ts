import type { Picture } from "../picture.ts";

/** A moment that the page can stop at: how many columns of each run there have been. */
export interface Stop {
  columns: number[];
  /** Which run is in its last column; the others are past theirs. */
  pane: number | undefined;
  /** Logical time, in ms. */
  at: number;
}

/** All moments of several runs, which began together: before the first, in each column, at the end. */
export function stopsOf(pictures: readonly Picture[]): Stop[] {
  const columns = pictures.map(() => 0);
  const stops: Stop[] = [{ columns: [...columns], pane: undefined, at: 0 }];
  for (;;) {
    // Who is next: the earliest, a step before time that passes, the upper before the lower.
    let pane: number | undefined;
    let best = [Infinity, Infinity];
    for (const [index, picture] of pictures.entries()) {
      const column = picture.columns[columns[index]!];
      if (column === undefined) continue;
      const key = [column.from, column.to];
      if (key[0]! < best[0]! || key[0] === best[0] && key[1]! < best[1]!) {
        [pane, best] = [index, key];
      }
    }
    if (pane === undefined) break;
    const at = pictures[pane]!.columns[columns[pane]!++]!.to;
    stops.push({ columns: [...columns], pane, at });
  }
  const at = Math.max(...pictures.map(({ now }) => now));
  stops.push({ columns: [...columns], pane: undefined, at });
  return stops;
}
