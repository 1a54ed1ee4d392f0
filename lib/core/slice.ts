import { hostTime } from "../run/host.ts";

/** At most this many steps pass between two looks at the clock: one look costs as much as six. */
const LONGEST_WINDOW = 256;
/** How long a window should take, in ms. Slow steps get shorter ones. */
const WINDOW_TIME = 0.5;
/** A step that takes longer than this, in ms, is reported: asyncio's `slow_callback_duration`. */
const HOG = 100;
/** For so many steps after one each step has a window of its own, so that the next one is named. */
const WARY = 10_000;
/** What entering the loop counts, in steps: a chain of short turns comes to a look, too. */
const ENTRY = 8;

/** The stretch of time after which a busy loop gives its host a chance. */
export class Slice {
  /** Steps until the next look at the clock. */
  left = 1;
  /** How many steps the next window has. */
  window = 1;
  #end = Infinity;
  /** How many more steps are looked at one by one. */
  #wary = 0;
  /** When the clock was looked at last. */
  #looked = NaN;

  /** The loop begins a stretch, at `now`, that should end at `end`. */
  enter(end: number, now: number): void {
    this.#end = end;
    this.#looked = now;
    this.left -= ENTRY;
    // Nobody waits for the end of a simulation.
    if (end === Infinity) this.window = LONGEST_WINDOW;
  }

  /** After so many steps, begins another window of them. Says whether there is time for it. */
  look(steps: number, hog: (ms: number) => void): boolean {
    const now = this.#end < Infinity ? this.leave(steps, hog) : -Infinity;
    this.left = this.window;
    return now < this.#end;
  }

  /** After so many steps, ends a window of them, and tells if one was far too long. */
  leave(steps: number, hog: (ms: number) => void): number {
    const now = hostTime();
    const took = now - this.#looked;
    this.#looked = now;
    if (steps === 0) return now;
    this.#wary = took > HOG ? WARY : this.#wary - steps;
    const fitting = this.#wary > 0 ? 1 : Math.floor(steps * WINDOW_TIME / took) || 1;
    this.window = Math.min(LONGEST_WINDOW, this.window * 2, fitting);
    // Of many steps that took long together, maybe none did.
    if (took > HOG && took > HOG / 10 * steps) hog(took);
    return now;
  }
}
