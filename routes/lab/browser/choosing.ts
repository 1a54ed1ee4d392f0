import { chosen, type Entry, record, simulate, time } from "@tenfold/loop";
import { explore } from "../../../lib/explore.ts";
import type { Parameters } from "../../parameters.ts";
import { tutorial } from "../../tutorial.ts";
import { draw, laneSize } from "../drawing.ts";
import { Picture } from "../picture.ts";
import { exact, figures, names, sentence } from "../telling.ts";

/** The choice that nobody has made yet. */
class Open extends Error {
  readonly names: string[];

  constructor(names: string[]) {
    super("open");
    this.names = names;
  }
}

/** You are the scheduler: the run is computed anew from its start with the picks made so far. */
export class Choosing {
  readonly #root: HTMLElement;
  readonly #say: (text: string) => void;
  #parameters: Parameters;
  #picks: number[] = [];

  constructor(root: HTMLElement, parameters: Parameters, say: (text: string) => void) {
    this.#root = root;
    this.#say = say;
    this.#parameters = { ...parameters, mode: "cooperative", jitter: 0, count: 3 };
    root.addEventListener("click", ({ target }) => this.#press(target as Element));
    root.addEventListener("change", ({ target }) => {
      this.#parameters.count = Number((target as HTMLSelectElement).value);
      this.#picks = [];
      this.#show();
    });
    this.#show();
  }

  #press(target: Element): void {
    const { pick, undo } = target.closest<HTMLElement>("button")?.dataset ?? {};
    if (pick !== undefined) this.#picks.push(Number(pick));
    else if (undo === "one") this.#picks.pop();
    else if (undo === "all") this.#picks = [];
    else return;
    this.#show();
    this.#root.querySelector<HTMLElement>("[data-pick], [data-undo=all]")?.focus();
  }

  #show(): void {
    const { entries, open } = this.#run();
    const picture = new Picture(entries);
    const lanes = 1 + this.#parameters.count;
    const scale = { axis: "steps" as const, width: 1000, ms: 1, columns: 2 * lanes + 1 };
    const told = sentence("cooperative", this.#parameters, picture);
    const done = this.#picks.length;
    this.#root.innerHTML =
      `<div class="figure ${laneSize(lanes).name}"><div class="names"><div class="strips">` +
      `<span>THREAD</span><span>CPU</span></div><ol>${names(picture, false)}</ol></div>` +
      `<div class="drawing">${draw(picture, scale, "choice", "Your run", told)}</div></div>` +
      `<p class="question">${
        open === undefined
          ? `It is over, after ${done} choices of yours.`
          : `Choice ${done + 1}: these are ready. Who goes next?`
      }</p><div class="buttons">${
        (open ?? []).map((name, index) =>
          `<button type="button" class="primary" data-pick="${index}">${name}</button>`
        ).join("")
      }<button type="button" data-undo="one"${
        done === 0 ? " disabled" : ""
      }>Take it back</button>` +
      `<button type="button" data-undo="all">From the start</button>` +
      `<label>with <select aria-label="coroutines">${
        [2, 3, 4].map((count) =>
          `<option${count === this.#parameters.count ? " selected" : ""}>${count}</option>`
        ).join("")
      }</select> coroutines</label></div><dl class="figures">${figures(entries)}</dl>` +
      (open === undefined ? `<p class="verdict">${this.#verdict(picture.now)}</p>` : "");
    this.#say(open === undefined ? "Your run is over." : `${open.length} coroutines are ready.`);
  }

  /** The run up to the first choice that is open, and who is ready there. */
  #run(): { entries: Entry[]; open: string[] | undefined } {
    const trace = record();
    let choice = 0;
    let length = 0;
    const order = chosen((ready) => {
      if (choice < this.#picks.length) return this.#picks[choice++]!;
      // What is logged from here on is how the loop ends a run that can't go on.
      length = trace.entries.length;
      throw new Open(ready.map(({ name }) => name));
    });
    try {
      simulate(tutorial(this.#parameters), { order, trace });
      return { entries: trace.entries, open: undefined };
    } catch (error) {
      if (!(error instanceof Open)) throw error;
      return { entries: trace.entries.slice(0, length), open: error.names };
    }
  }

  /** Every other way you could have gone, tried. */
  #verdict(elapsed: number): string {
    const parameters = this.#parameters;
    const { schedules, complete, failure } = explore(function* () {
      yield* tutorial(parameters);
      if ((yield* time()) !== elapsed) throw new Error("another total time");
    });
    if (failure !== undefined || !complete) throw new Error(`explored ${schedules}: ${failure}`);
    return `You took one of ${schedules} orders. All of them have been run just now: the total ` +
      `time never changed, it is ${exact(elapsed)}.`;
  }
}
