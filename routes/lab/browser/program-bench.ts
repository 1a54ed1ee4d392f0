import type { Axis } from "../view/axis.ts";
import { AXES } from "../view/html.ts";
import { describeRun, endingText, printedMarkup } from "../view/printed.ts";
import type { Ran } from "../view/ran.ts";
import { exact } from "../view/text.ts";
import type { Timeline } from "../view/timeline.ts";
import { Bench } from "./bench.ts";

/** The run of a program that the reader can change. */
export class ProgramBench extends Bench {
  /** How it ended, in words. */
  #ending = "";
  /** How many columns there is to be room for, although the run has fewer. */
  #columns = 0;

  constructor(root: HTMLElement) {
    super(root, "program");
  }

  /**
   * Begins with a run.
   *
   * @param source The program.
   * @param ran What became of it.
   * @param upTo How many entries of its log to show; all by default.
   */
  take(source: string, ran: Ran, upTo = ran.entries.length): void {
    const isWhole = upTo === ran.entries.length;
    const lines = source.split("\n").map((line, index) => [index + 1, line] as const);
    const { entries, lines: located, ending } = ran;
    this.load({ entries, lines: located }, new Map(lines));
    this.#columns = this.whole.columns.length;
    if (!isWhole) this.load({ entries: entries.slice(0, upTo), lines: located }, new Map(lines));
    this.#ending = isWhole ? endingText(ending) : "";
    this.root.toggleAttribute("data-timeless", this.whole.now === 0);
    this.root.querySelector(".taken")!.textContent = isWhole ? exact(this.whole.now) : "";
    this.root.querySelector<HTMLElement>(".ending")!.dataset.kind = ending.kind;
  }

  /** Draws the pictures for the room there is. */
  fit(): void {
    const { now, columns } = this.whole;
    this.draw({
      width: Math.max(100, this.width),
      ms: now,
      columns: Math.max(this.#columns, columns.length),
    });
  }

  protected override titleOf(axis: Axis): string {
    return `The run, ${AXES[axis]}`;
  }

  protected override describe(timeline: Timeline): string {
    return describeRun(timeline);
  }

  protected override present(timeline: Timeline): void {
    this.root.querySelector(".printed")!.innerHTML = `${printedMarkup(timeline)}`;
    const isOver = timeline.entries === this.whole.entries;
    this.root.querySelector(".ending")!.textContent = isOver ? this.#ending : "";
  }
}
