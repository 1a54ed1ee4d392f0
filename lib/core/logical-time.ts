import type { Clock } from "./types.ts";

/**
 * Checks a duration or a time that a caller gave, before anything is scheduled.
 *
 * @param ms The duration or the time.
 * @param operation What the caller called.
 * @param forEver What to do to wait for ever, if there is something.
 * @throws {RangeError} If it is negative, infinite or `NaN`.
 * @throws {TypeError} If it is no number.
 */
export function checkMilliseconds(ms: number, operation: string, forEver?: string): number {
  if (typeof ms === "number" && ms >= 0 && ms < Infinity) return ms;
  const expected = `${operation}: expected a finite number of milliseconds ≥ 0`;
  if (typeof ms === "number") {
    const instead = ms === Infinity && forEver !== undefined ? `; ${forEver}` : "";
    throw new RangeError(`${expected}, received ${ms}${instead}`);
  }
  throw new TypeError(`${expected}, received ${ms === null ? "null" : typeof ms}`);
}

/** Checks a time limit that a caller gave: `Infinity` is for none. */
export function checkTimeLimit(ms: number, operation: string): number {
  return ms === Infinity ? ms : checkMilliseconds(ms, operation);
}

/** A clock that does not say how fast it runs is looked at after this time, in ms, to see. */
const FIRST_LOOK = 4;

/** Such a clock may change its rate, so it is looked at again after this time, in ms. */
const LAST_LOOK = 1000;

function zero(): number {
  return 0;
}

/** The logical time of one run, as its clock paces it. */
export class LogicalTime {
  /** Logical time, in ms. It never goes back. */
  now = 0;
  readonly mode: Clock["mode"];
  /** How many host operations have not settled: virtual time stands still for them. */
  outstanding = 0;
  readonly #clock: Clock;
  readonly #hostTime: () => number;
  /** When its rate was first of interest, by the host's clock and by the run's. */
  #begun: { host: number; reading: number } | undefined;
  #reading: () => number = zero;
  /** Whether the clock may still be before 0: a paced run can have an origin in the future. */
  #isEarly = false;

  constructor(clock: Clock, hostTime: () => number) {
    this.#clock = clock;
    this.#hostTime = hostTime;
    this.mode = clock.mode;
  }

  begin(): void {
    this.#reading = this.#clock.start();
    this.#isEarly = this.mode === "paced";
  }

  /** Whether the run is to begin later. */
  isEarly(): boolean {
    return this.#isEarly && (this.#isEarly = this.#reading() < 0);
  }

  /** The logical time that is `ms` from now. */
  deadline(ms: number, operation: string): number {
    if (ms === 0) return this.now;
    // On the wall, whole milliseconds: sleepers that start together then wake together.
    const at = this.mode === "wall"
      ? Math.ceil(Math.max(this.now, this.#reading()) + ms)
      : this.now + ms;
    if (at <= Number.MAX_SAFE_INTEGER) return at;
    throw new RangeError(`${operation}: ${ms} ms from ${this.now} is past 2^53 - 1`);
  }

  /** The logical time at which a time limit that begins now is over, if there is one. */
  deadlineOf(ms: number | undefined, operation: string): number | undefined {
    return ms === undefined || ms === Infinity ? undefined : this.deadline(ms, operation);
  }

  /** The deadline for a given time: now, if that time has passed. */
  clampToNow(at: number): number {
    return Math.max(this.now, this.mode === "wall" ? Math.ceil(at) : at);
  }

  /** Advances to a deadline if the clock has reached it, and returns whether it has. */
  tryAdvanceTo(deadline: number): boolean {
    if (this.mode === "virtual") {
      if (deadline > this.now && this.outstanding > 0) return false;
      this.now = Math.max(this.now, deadline);
      return true;
    }
    const reading = this.#reading();
    if (reading < deadline) return false;
    this.now = Math.max(this.now, this.mode === "wall" ? reading : deadline);
    return true;
  }

  /** Advances to the clock's reading, when the host brings something, but not past a deadline. */
  catchUp(deadline: number): void {
    if (this.mode === "virtual") return;
    const reading = this.#reading();
    this.now = Math.max(this.now, this.mode === "paced" ? Math.min(reading, deadline) : reading);
  }

  /** How long the host can wait until a deadline, in ms of the host. */
  timeUntil(deadline: number): number {
    if (this.mode === "virtual") return Infinity;
    const reading = this.#reading();
    const ahead = (this.isEarly() ? 0 : deadline) - reading;
    const { rate } = this.#clock;
    return rate === undefined ? this.#estimate(ahead, reading) : ahead / rate;
  }

  /** How long the host can wait if the clock does not say how fast it runs: a short guess. */
  #estimate(ahead: number, reading: number): number {
    if (!(ahead > 0) || ahead === Infinity) return ahead;
    this.#begun ??= { host: this.#hostTime(), reading };
    const elapsed = this.#hostTime() - this.#begun.host;
    const rate = (reading - this.#begun.reading) / elapsed;
    if (!(elapsed >= FIRST_LOOK) || !(rate > 0)) return Math.min(ahead, FIRST_LOOK);
    return Math.min(ahead / rate, LAST_LOOK);
  }
}
