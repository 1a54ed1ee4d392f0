import type { Clock } from "../run/clock.ts";

/** The time of one run, as its clock paces it. */
export class LogicalTime {
  /** Logical time, in ms. It never goes back. */
  now = 0;
  readonly mode: Clock["mode"];
  /** Host operations that have not settled: virtual time stands still for them. */
  outstanding = 0;
  readonly #clock: Clock;
  #reading: () => number = () => 0;
  #early = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.mode = clock.mode;
  }

  begin(): void {
    this.#reading = this.#clock.start();
    this.#early = this.mode === "paced";
  }

  /** Whether the run is to begin later. */
  isEarly(): boolean {
    return this.#early && (this.#early = this.#reading() < 0);
  }

  /** The time `ms` from now, for `operation`. */
  deadline(ms: number, operation: string): number {
    const at = this.mode === "wall"
      ? Math.ceil(Math.max(this.now, this.#reading()) + ms)
      : this.now + ms;
    if (at <= Number.MAX_SAFE_INTEGER) return at;
    throw new RangeError(`${operation}: ${ms} ms from ${this.now} is past 2^53 - 1`);
  }

  /** A time as a deadline: one that has passed is now. */
  moment(at: number): number {
    return Math.max(this.now, this.mode === "wall" ? Math.ceil(at) : at);
  }

  /** Moves to a deadline if its time has come, and says whether it has. */
  reach(deadline: number): boolean {
    const reading = this.mode === "virtual" ? 0 : this.#reading();
    if (
      this.mode === "virtual" ? deadline > this.now && this.outstanding > 0 : reading < deadline
    ) {
      return false;
    }
    this.now = Math.max(this.now, this.mode === "wall" ? reading : deadline);
    return true;
  }

  /** Moves to when the host brings something: the wall's time, but not past a deadline. */
  enter(deadline: number): void {
    if (this.mode === "virtual") return;
    const reading = this.#reading();
    this.now = Math.max(this.now, this.mode === "paced" ? Math.min(reading, deadline) : reading);
  }

  /** How long the host may rest before a deadline, in ms. */
  rest(deadline: number): number {
    if (this.mode === "virtual") return Infinity;
    return (this.isEarly() ? 0 : deadline) - this.#reading();
  }
}
