import type { Axis } from "../view/axis.ts";
import { AXES } from "../view/html.ts";
import { describeRun, endingText, printedMarkup } from "../view/printed.ts";
import { isWaitedFor } from "../view/arrows.ts";
import type { Ran } from "../view/ran.ts";
import { scaleOf } from "../view/scale.ts";
import { exact, rowNames, shortName } from "../view/text.ts";
import { Timeline } from "../view/timeline.ts";
import { setMarkup } from "./dom.ts";
import { Bench } from "./bench.ts";

/** How long all names on the stage may be together, in characters, to be those of the rows. */
const MAX_TOKENS_LENGTH = 48;

/** The run of a program that the reader can change. */
export class ProgramBench extends Bench {
  /** How it ended, in words. */
  #ending = "";
  /** The run to its end, for which there is to be room, although less is shown. */
  #all = new Timeline();

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
    this.#all = this.whole;
    if (!isWhole) this.load({ entries: entries.slice(0, upTo), lines: located }, new Map(lines));
    this.#ending = isWhole ? endingText(ending) : "";
    this.root.toggleAttribute("data-timeless", this.whole.now === 0);
    this.root.querySelector(".taken")!.textContent = isWhole ? exact(this.whole.now) : "";
    this.root.querySelector<HTMLElement>(".ending")!.dataset.kind = ending.kind;
  }

  /** Draws the pictures for the room there is. */
  fit(): void {
    this.draw(scaleOf(Math.max(100, this.width), [this.#all]));
  }

  protected override titleOf(axis: Axis): string {
    return `The run, ${AXES[axis]}`;
  }

  protected override describe(timeline: Timeline): string {
    return describeRun(timeline);
  }

  /** As their rows, so that none is taken for what it prints, as long as there is room. */
  protected override tokenNames({ lanes }: Timeline): readonly string[] {
    const names = rowNames(lanes);
    return names.join("").length <= MAX_TOKENS_LENGTH ? names : lanes.map(shortName);
  }

  protected override present(timeline: Timeline): void {
    const printed = this.root.querySelector(".printed")!;
    setMarkup(printed, printedMarkup(timeline));
    const isOver = timeline.entries === this.whole.entries;
    // Of a run that goes on, the last text is to be seen.
    printed.scrollTop = isOver ? 0 : printed.scrollHeight;
    const ending = this.root.querySelector(".ending")!;
    const text = isOver ? this.#ending : "";
    // A screen reader reads what is written, the same text too.
    if (ending.textContent !== text) ending.textContent = text;
    // The line that fails, and the failure, are not to be seen before they come.
    const hasFailed = isOver || timeline.lanes.some(({ state }) => state === "failed");
    this.root.toggleAttribute("data-unfailed", !hasFailed);
    this.root.querySelector(".key [data-key=holder]")
      ?.classList.toggle("absent", !isWaitedFor(timeline));
  }
}
