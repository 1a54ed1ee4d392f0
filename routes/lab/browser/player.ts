import type { Scale } from "../view/axis.ts";
import { exact } from "../view/html.ts";
import { byId } from "./dom.ts";
import type { Pane } from "./pane.ts";
import { type Moment, momentsOf } from "./moments.ts";

/** A replay takes at most so long, in ms, and a moment of it, among steps, so long. */
const REPLAY = 15_000;
const MOMENT = 250;

const moment = byId<HTMLInputElement>("moment");
const play = byId<HTMLButtonElement>("play");

/** Which moment of the runs the page shows: one scrubber for both. */
export class Player {
  readonly #panes: readonly Pane[];
  #axis: Scale["axis"] = "time";
  /** Whether there is more to come, by itself. */
  #isLive = false;
  #moments: Moment[] = [];
  /** The moment that is looked at, or `undefined` for whatever is the last. */
  #at: number | undefined;
  #frame: number | undefined;

  constructor(panes: readonly Pane[]) {
    this.#panes = panes;
    const steps = { first: -Infinity, back: -1, forth: 1, last: Infinity };
    for (const [id, by] of Object.entries(steps)) {
      byId(id).addEventListener("click", () => this.go(this.#index + by));
    }
    play.addEventListener("click", () => this.toggle());
    moment.addEventListener("input", () => this.go(Number(moment.value), true));
    // The table is not made anew for each moment that is passed.
    moment.addEventListener("change", () => this.#show());
  }

  get #last(): number {
    return this.#moments.length - 1;
  }

  get #index(): number {
    return Math.min(this.#at ?? Infinity, this.#last);
  }

  /**
   * The runs have been drawn anew: with more, or other columns.
   *
   * @param axis What is across.
   * @param isLive Whether there is more to come, by itself.
   */
  update(axis: Scale["axis"], isLive: boolean): void {
    this.#axis = axis;
    this.#isLive = isLive;
    this.#moments = momentsOf(this.#panes.map(({ timeline }) => timeline));
    moment.max = String(this.#last);
    this.#show();
  }

  /** Stops, and looks at a moment. The last of all means to follow what comes. */
  go(index: number, isPassing = false): void {
    this.pause();
    this.#look(index, isPassing);
  }

  /** Goes to where so many columns of a run have been. */
  seek(pane: number, columns: number): void {
    this.go(this.#moments.findIndex((stop) => stop.columns[pane]! >= columns));
  }

  /** Follows what comes, or shows all there is. */
  follow(): void {
    this.#at = undefined;
  }

  toggle(): void {
    if (this.#frame !== undefined) return this.pause();
    if (this.#isLive) {
      // To pause what happens is to look at where it is by now.
      return this.go(this.#at === undefined ? this.#last - 1 : Infinity);
    }
    if (this.#at === undefined) this.#look(0);
    const started = performance.now();
    const from = this.#index;
    const turn = (now: number) => {
      const isOver = this.#play(from, now - started);
      if (isOver) return this.go(Infinity);
      this.#frame = requestAnimationFrame(turn);
    };
    this.#frame = requestAnimationFrame(turn);
    this.#label();
  }

  pause(): void {
    if (this.#frame === undefined) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#show();
  }

  /** Shows where a replay is after so many ms, and says whether that is its end. */
  #play(from: number, passed: number): boolean {
    if (this.#axis === "steps") {
      const index = from + Math.floor(passed / Math.min(MOMENT, REPLAY / this.#last));
      this.#look(index, true);
      return index >= this.#last;
    }
    const { to: end } = this.#moments[this.#last]!;
    const now = this.#moments[from]!.to + passed * Math.max(1, end / REPLAY);
    this.#look(this.#moments.findLastIndex((stop) => stop.to <= now), true, now);
    return now > end;
  }

  #look(index: number, isPassing = false, now?: number): void {
    this.#at = index >= this.#last ? undefined : Math.max(0, index);
    this.#show(isPassing, now);
  }

  /** Shows the moment; or, if a time is given, that, which may be between two moments. */
  #show(isPassing = false, now?: number): void {
    const index = this.#index;
    const stop = this.#moments[index]!;
    for (const [place, pane] of this.#panes.entries()) {
      const isNow = stop.pane === place && now === undefined;
      pane.show(stop.columns[place]!, isNow, now ?? stop.to, isPassing);
    }
    const pane = now === undefined && stop.pane !== undefined ? this.#panes[stop.pane] : undefined;
    const who = pane && ` · ${pane.mode}: ${pane.whoHas(stop.columns[stop.pane!]! - 1)}`;
    const isGap = now === undefined && stop.from < stop.to;
    const time = isGap
      ? `${exact(stop.from)} to ${exact(stop.to)}`
      : exact(Math.floor(now ?? stop.to));
    const told = `${index} of ${this.#last} · ${time}${who ?? ""}`;
    moment.value = String(index);
    moment.setAttribute("aria-valuetext", told);
    byId("told").textContent = told;
    const ends = { first: 0, back: 0, forth: this.#last, last: this.#last };
    for (const [id, end] of Object.entries(ends)) {
      byId<HTMLButtonElement>(id).disabled = index === end;
    }
    this.#label();
  }

  #label(): void {
    const isMoving = this.#frame !== undefined || this.#isLive && this.#at === undefined;
    play.textContent = isMoving ? "Pause" : this.#isLive ? "Follow" : "Play";
  }
}
