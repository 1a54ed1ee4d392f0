/**
 * A constraint: `to` is at least `ms` after `from`; with `strict` 1, more than that. For "at most"
 * the two change places and `ms` is negative.
 */
export interface Difference {
  from: number;
  to: number;
  ms: number;
  strict: 0 | 1;
}

/** Instants closer than this, relative to their size, are one: sums of fractions are not exact. */
const TOLERANCE = 1e-9;

/**
 * Instants, as numbers from 0, and the least times for them under constraints on their
 * differences. Instant 0 is at 0 ms. A time is a number of ms and a count of infinitesimals, by
 * which "more than" is told from "at least".
 *
 * @see Scott Cotton, Oded Maler: "Fast and Flexible Difference Constraint Propagation for DPLL(T)",
 * SAT 2006, for why a constraint contradicts the others just if it pushes on its own `from`.
 */
export class Differences {
  readonly #ms: number[] = [0];
  readonly #above: number[] = [0];
  readonly #from: Difference[][] = [[]];
  /** What to put back, the last change at the end: an instant and its time. */
  readonly #trail: [instant: number, ms: number, above: number][] = [];
  readonly #added: Difference[] = [];

  /** Makes an instant that is not before `from`. */
  instant(from: number): number {
    const instant = this.#ms.length;
    this.#ms.push(0);
    this.#above.push(0);
    this.#from.push([]);
    this.add([{ from, to: instant, ms: 0, strict: 0 }]);
    return instant;
  }

  /** The least time of an instant, in ms, without the infinitesimals. */
  at(instant: number): number {
    return this.#ms[instant]!;
  }

  /** Compares two instants by their least times. */
  compare(a: number, b: number): number {
    return this.#ms[a]! - this.#ms[b]! || this.#above[a]! - this.#above[b]!;
  }

  /** Adds constraints, all or none. Returns whether times exist for them all. */
  add(constraints: readonly Difference[]): boolean {
    const trail = this.#trail.length;
    const added = this.#added.length;
    for (const constraint of constraints) {
      this.#added.push(constraint);
      this.#from[constraint.from]!.push(constraint);
      if (!this.#push(constraint)) {
        this.#undo(trail, added);
        return false;
      }
    }
    return true;
  }

  /** Whether times exist if these are added, which they are not. */
  allows(constraints: readonly Difference[]): boolean {
    const trail = this.#trail.length;
    const added = this.#added.length;
    const allowed = this.add(constraints);
    if (allowed) this.#undo(trail, added);
    return allowed;
  }

  /** Fixes an instant to its least time, in whole or half or quarter ms if it can be. */
  fix(instant: number): number {
    const ms = this.#ms[instant]!;
    for (let part = this.#above[instant] === 0 ? 0 : 0.5;; part /= 2) {
      const at = ms + part;
      const fixed = this.add([
        { from: 0, to: instant, ms: at, strict: 0 },
        { from: instant, to: 0, ms: -at, strict: 0 },
      ]);
      if (fixed || part < TOLERANCE) return at;
    }
  }

  /** The least times of all instants, in ms: the infinitesimals as small as they need to be. */
  solve(): number[] {
    for (let part = 0.5;; part /= 2) {
      const times = this.#ms.map((ms, instant) => ms + part * this.#above[instant]!);
      const holds = this.#added.every(({ from, to, ms, strict }) => {
        const gap = times[to]! - times[from]! - ms;
        const slack = TOLERANCE * Math.max(1, Math.abs(times[to]!));
        return strict === 1 ? gap > 0 : gap >= -slack;
      });
      if (holds || part < TOLERANCE) return times;
    }
  }

  /** Moves later what a new constraint makes later. Returns `false` if that would never end. */
  #push(constraint: Difference): boolean {
    const queue = [constraint];
    for (let next = 0; next < queue.length; next++) {
      const { from, to, ms, strict } = queue[next]!;
      const least = this.#ms[from]! + ms;
      const above = this.#above[from]! + strict;
      const before = this.#ms[to]!;
      const isSame = Math.abs(least - before) <= TOLERANCE * Math.max(1, Math.abs(before));
      if (isSame ? above <= this.#above[to]! : least < before) continue;
      if (to === 0 || to === constraint.from) return false;
      this.#trail.push([to, before, this.#above[to]!]);
      if (!isSame) this.#ms[to] = least;
      this.#above[to] = above;
      queue.push(...this.#from[to]!);
    }
    return true;
  }

  #undo(trail: number, added: number): void {
    while (this.#trail.length > trail) {
      const [instant, ms, above] = this.#trail.pop()!;
      this.#ms[instant] = ms;
      this.#above[instant] = above;
    }
    while (this.#added.length > added) this.#from[this.#added.pop()!.from]!.pop();
  }
}
