import { markup } from "../view/markup.ts";
import type { Choice as Open, Ran } from "../view/ran.ts";
import { setMarkup } from "./dom.ts";

/** The reader as the scheduler: whenever several coroutines are ready, they pick one. */
export class Choice {
  readonly #root: HTMLElement;
  /** The picks made so far, those of waits of uncertain length among them. */
  #picks: readonly number[] = [];
  /** How many picks there were before each choice that was made. */
  #made: readonly number[] = [];
  /** The picks before the choice that is open. */
  #before: readonly number[] = [];
  /** Called with all picks when there is another one, or one less. */
  onPick: (picks: number[]) => void = () => {};

  constructor(root: HTMLElement) {
    this.#root = root;
    root.addEventListener("click", ({ target }) => {
      const { pick, undo } = (target as Element).closest<HTMLElement>("button")?.dataset ?? {};
      if (pick !== undefined) this.onPick([...this.#before, Number(pick)]);
      else if (undo === "one") this.onPick(this.#picks.slice(0, this.#made.at(-1) ?? 0));
      else if (undo === "all") this.onPick([]);
    });
  }

  hide(): void {
    this.#root.hidden = true;
  }

  /**
   * Shows the choice that is open, if there is one, and nothing where there was none.
   *
   * @param ran The run.
   * @param open The choice.
   * @param picks The picks made so far.
   * @param names The names of the coroutines.
   */
  show(ran: Ran, open: Open | undefined, picks: readonly number[], names: readonly string[]): void {
    const isFocused = this.#root.contains(document.activeElement);
    this.#picks = picks;
    this.#made = ran.choices.map(({ at }) => at).filter((at) => at < picks.length);
    this.#before = ran.picks.slice(0, open?.at);
    const made = this.#made.length;
    if (open === undefined && made === 0) return this.hide();
    const question = open === undefined
      ? "You have made every choice."
      : `Choice ${made + 1}: ${open.ready.length} are ready. Who goes next?`;
    const ready = open?.ready.map((task, pick) =>
      markup`<button type="button" class="primary" data-pick="${pick}">${names[task]}</button>`
    );
    const none = made === 0 ? markup` disabled` : undefined;
    const content = markup`<p class="question">${question}</p>
      <div class="buttons">${ready}<button type="button" data-undo="one"${none}>Undo</button>
        <button type="button" data-undo="all"${none}>Start again</button></div>`;
    setMarkup(this.#root, content);
    this.#root.hidden = false;
    if (isFocused) {
      this.#root.querySelector<HTMLElement>("[data-pick], [data-undo=all]")?.focus();
    }
  }
}
