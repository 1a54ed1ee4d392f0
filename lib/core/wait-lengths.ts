import { random } from "./random.ts";

/** Draws how long waits of uncertain length take: for each task its own row of numbers. */
export class Lengths {
  readonly #seed: number;
  readonly #rows = new Map<number, () => number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A length in ms, a whole number if both bounds are. */
  draw(task: number, min: number, max: number): number {
    let next = this.#rows.get(task);
    // Mixed by a large odd number, so that neighbours of a seed do not share rows.
    if (next === undefined) {
      this.#rows.set(task, next = random(Math.imul(this.#seed, 0x9e37_79b1) + task));
    }
    if (!Number.isInteger(min) || !Number.isInteger(max)) return min + next() * (max - min);
    return min + Math.floor(next() * (max - min + 1));
  }
}
