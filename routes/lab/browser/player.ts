import { isStep } from "../view/axis.ts";
import { positionText } from "../view/text.ts";
import type { Bench } from "./bench.ts";
import { endOf, positionOf, stepFrom } from "./moments.ts";

/** How long a step is shown in a replay, in ms: long enough to read its line. */
const STEP = 350;

/** What all steps of a replay take at most, and all gaps: a longer replay teaches no more. */
const MAX_STEPS = 8000;
const MAX_GAPS = 10_000;

/** The controls of one run: where in it the page is. */
export class Player {
  readonly #bench: Bench;
  readonly #range: HTMLInputElement;
  readonly #play: HTMLButtonElement;
  readonly #buttons: ReadonlyMap<string, HTMLButtonElement>;
  /** The position that is shown, or `undefined` for the end, or for what happens live. */
  #position: number | undefined;
  #frame: number | undefined;
  /** How fast a replay is: 2 is twice as fast. */
  speed = 1;
  /** Called when the position has changed, and does not change again by itself. */
  onRest = () => {};

  constructor(bench: Bench) {
    this.#bench = bench;
    const { root } = bench;
    this.#range = root.querySelector("input[type=range]")!;
    this.#play = root.querySelector(".play")!;
    const buttons = root.querySelectorAll<HTMLButtonElement>("[data-move]");
    this.#buttons = new Map([...buttons].map((button) => [button.dataset.move!, button]));
    for (const [move, button] of this.#buttons) {
      button.addEventListener("click", () => this.move(move));
    }
    this.#play.addEventListener("click", () => this.toggle());
    this.#range.addEventListener("input", () => this.go(Number(this.#range.value), true));
    // The table is not made anew for each position that is passed.
    this.#range.addEventListener("change", () => this.show());
  }

  /** Where the page is in the run. */
  get position(): number {
    return Math.min(this.#position ?? Infinity, this.#last);
  }

  /** The position that was chosen, if it is not the end, or what happens live. */
  get chosen(): number | undefined {
    return this.#bench.isLive ? undefined : this.#position;
  }

  /** Whether the page shows the end, or what happens live. */
  get isFollowing(): boolean {
    return this.#position === undefined;
  }

  /** The last position there is by now. */
  get #last(): number {
    const { live, whole } = this.#bench;
    return live === undefined ? endOf(whole) : positionOf(live, whole);
  }

  /** Goes where a button says. */
  move(move: string): void {
    const moves: Record<string, number> = {
      first: 0,
      back: stepFrom(this.position, -1),
      forth: stepFrom(this.position, 1),
      last: Infinity,
    };
    this.go(moves[move]!);
  }

  /** Stops, and shows a position. The last one means to follow what comes. */
  go(position: number, isPassing = false): void {
    this.#stop();
    this.#look(position);
    this.show(isPassing);
  }

  /** Shows the end, or what happens live. */
  follow(): void {
    this.go(Infinity);
  }

  /** Stops, to show the end of another run. */
  reset(): void {
    this.#stop();
    this.#position = undefined;
  }

  /** Plays, or stays where it is. */
  toggle(): void {
    if (this.#frame !== undefined) {
      this.#stop();
      return this.show();
    }
    // What is paused stays where it is, also in the middle of a sleep.
    if (this.#bench.isLive) return this.#position === undefined ? this.#pause() : this.follow();
    this.#replay();
  }

  #pause(): void {
    this.#position = this.position;
    this.show();
  }

  #replay(): void {
    const { whole } = this.#bench;
    const { columns } = whole;
    const steps = columns.filter(isStep).length;
    const step = Math.min(STEP, MAX_STEPS / steps);
    const pace = Math.min(1, MAX_GAPS / whole.now);
    const durations = columns.map(({ from, to }) => from === to ? step : pace * (to - from));
    let position = this.#position ?? 0;
    let before = performance.now();
    const isReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#look(position);
    const turn = (now: number) => {
      let left = (now - before) * this.speed;
      before = now;
      while (left > 0 && position < columns.length) {
        const index = Math.floor(position);
        const rest = durations[index]! * (index + 1 - position);
        // To the next column, or into this one.
        position = left >= rest ? index + 1 : position + left / durations[index]!;
        left -= rest;
      }
      if (position >= columns.length) return this.follow();
      // A step is shown from its start.
      const isWhole = isStep(columns[Math.floor(position)]!) || isReduced;
      this.#look(isWhole ? Math.floor(position) + 1 : position);
      this.show(true);
      this.#frame = requestAnimationFrame(turn);
    };
    this.#frame = requestAnimationFrame(turn);
    this.#label();
  }

  #stop(): void {
    if (this.#frame === undefined) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  #look(position: number): void {
    this.#position = position >= this.#last ? undefined : Math.max(0, position);
  }

  /**
   * Shows the run as it is at the position.
   *
   * @param isPassing Whether another position follows at once.
   */
  show(isPassing = false): void {
    const { whole } = this.#bench;
    const { position } = this;
    const end = endOf(whole);
    const shown = this.#bench.show(this.#position, position, isPassing);
    const isEnd = position === end;
    const text = isEnd && this.#bench.endText !== undefined
      ? this.#bench.endText
      : positionText(shown, whole, position > 0, isEnd);
    this.#range.max = String(end);
    this.#range.value = String(position);
    this.#range.setAttribute("aria-valuetext", text);
    this.#bench.root.querySelector(".position")!.textContent = text;
    for (const [move, button] of this.#buttons) {
      const isUseless = move === "first" || move === "back" ? position === 0 : isEnd;
      // A button that was disabled would lose the focus.
      button.setAttribute("aria-disabled", String(isUseless));
    }
    this.#label();
    if (!isPassing && this.#frame === undefined) this.onRest();
  }

  #label(): void {
    const { isLive } = this.#bench;
    const isMoving = this.#frame !== undefined || isLive && this.#position === undefined;
    this.#play.textContent = isMoving ? "Pause" : isLive ? "Follow" : "Play";
  }
}
