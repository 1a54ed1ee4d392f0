import { isStep } from "../view/axis.ts";
import type { Timeline } from "../view/timeline.ts";

// A position in a run is a number: 0 is before its first column, 3 in its third, 3.5 half through
// its fourth, if that is a gap, and one more than it has columns is its end.

/** What a position in a run comes to. */
export interface Moment {
  /** How many entries of the log there have been. */
  entries: number;
  /** Logical time, in ms. */
  time: number;
  /** How much of the last column has passed, from 0 to 1. */
  part: number;
}

/** The position after the last entry of a run. */
export function endOf({ columns }: Timeline): number {
  return columns.length + 1;
}

/** The moment of a position. A step has no middle: any position in it is all of it. */
export function momentAt(run: Timeline, position: number): Moment {
  const { columns } = run;
  const index = Math.ceil(position) - 1;
  if (index < 0) return { entries: columns[0]?.before ?? run.entries, time: 0, part: 1 };
  const column = columns[index];
  if (column === undefined) return { entries: run.entries, time: run.now, part: 1 };
  const part = isStep(column) ? 1 : position - index;
  return { entries: column.entries, time: column.from + part * (column.to - column.from), part };
}

/** The first position at a time, in ms: an instant's first step, or within a gap. */
export function positionAt(run: Timeline, time: number): number {
  if (time > run.now) return endOf(run);
  const index = run.columns.findIndex(({ from, to }) => from === to ? from >= time : to > time);
  const column = run.columns[index];
  if (column === undefined) return endOf(run);
  if (isStep(column)) return index + 1;
  return index + (time - column.from) / (column.to - column.from);
}

/** Where a run that is known up to now is in the whole of it. */
export function positionOf(known: Timeline, whole: Timeline): number {
  const index = known.columns.length - 1;
  if (known.entries === whole.entries) return endOf(whole);
  const [here, there] = [known.columns[index], whole.columns[index]];
  if (here === undefined || there === undefined || isStep(there)) return index + 1;
  return index + (here.to - here.from) / (there.to - there.from);
}

/** The position a step before, or after. */
export function stepFrom(position: number, by: -1 | 1): number {
  return by < 0 ? Math.ceil(position) - 1 : Math.floor(position) + 1;
}
