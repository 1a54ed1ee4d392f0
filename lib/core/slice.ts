/** The most steps between two looks at the clock: a look costs as much as six steps. */
const MAX_WINDOW = 256;
/** How long a window should take, in ms, a sixteenth of a slice: slow steps get shorter windows. */
const WINDOW_TIME = 0.5;
/** A step that takes longer than this, in ms, is reported: asyncio's `slow_callback_duration`. */
const SLOW_STEP = 100;
/**
 * After a slow step this many steps are timed one by one, so that the next slow one is named
 * exactly. At 50 ns a look, they cost half a millisecond together.
 */
const SUSPICIOUS_STEPS = 10_000;

/** Decides when a busy loop yields to its host, and notices steps that take too long. */
export class Slice {
  /** Steps until the next look at the clock. */
  left = 1;
  /** How many steps the next window has. */
  window = 1;
  readonly #hostTime: () => number;
  readonly #onSlowStep: (steps: number, ms: number) => void;
  #end = Infinity;
  /** How many more steps are timed one by one. */
  #suspicious = 0;
  /** When the clock was looked at last. */
  #lookedAt = NaN;

  /**
   * @param hostTime The host's monotonic clock, in ms.
   * @param onSlowStep Called when at least one of that many steps was slow, with their time.
   */
  constructor(hostTime: () => number, onSlowStep: (steps: number, ms: number) => void) {
    this.#hostTime = hostTime;
    this.#onSlowStep = onSlowStep;
  }

  /** The loop enters at `now`, and is to yield to the host at `end`. */
  enter(end: number, now: number): void {
    this.#end = end;
    this.#lookedAt = now;
    // The first step is timed alone, so that a slow task is named exactly: most often it was woken
    // by itself. A simulation never yields.
    this.window = end === Infinity ? MAX_WINDOW : 1;
    // Passes that follow one another are one slice: it may be over before this one begins.
    this.left = now < end ? this.window : 0;
  }

  /** Begins another window, after `steps` steps. Returns whether the slice has time for it. */
  look(steps: number): boolean {
    const now = this.#end < Infinity ? this.leave(steps) : -Infinity;
    this.left = this.window;
    return now < this.#end;
  }

  /** Ends a window after `steps` steps, and returns the host's time. */
  leave(steps: number): number {
    const now = this.#hostTime();
    const took = now - this.#lookedAt;
    this.#lookedAt = now;
    if (steps === 0) return now;
    this.#suspicious = took > SLOW_STEP ? SUSPICIOUS_STEPS : this.#suspicious - steps;
    const fitting = this.#suspicious > 0 ? 1 : Math.floor(steps * WINDOW_TIME / took) || 1;
    this.window = Math.min(MAX_WINDOW, this.window * 2, fitting);
    // If many steps took long together, perhaps none of them was slow.
    if (took > SLOW_STEP && took > SLOW_STEP / 10 * steps) this.#onSlowStep(steps, took);
    return now;
  }
}
