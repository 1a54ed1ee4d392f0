import { chosen, type Entry, record, simulate } from "@tenfold/loop";
import { now } from "../../../lib/ops/now.ts";
import { explore } from "../../../lib/testing/explore.ts";
import type { Parameters } from "../../tutorial/parameters.ts";
import { tutorial } from "../../tutorial/program.ts";
import { Timeline } from "../view/timeline.ts";
import { markup } from "../view/markup.ts";
import { toSvg } from "../view/svg.ts";
import { figure, names } from "../view/html.ts";
import { exact, outputOf, sentence } from "../view/text.ts";
import { setMarkup } from "./dom.ts";

/** A choice that the reader has not made yet. */
class ChoiceNeeded extends Error {
  readonly names: string[];

  constructor(names: string[]) {
    super("open");
    this.names = names;
  }
}

/** You are the scheduler: the run is computed anew from its start with the picks made so far. */
export class YouSchedule {
  readonly #root: HTMLElement;
  readonly #say: (text: string) => void;
  #parameters: Parameters;
  #picks: number[] = [];

  constructor(root: HTMLElement, parameters: Parameters, say: (text: string) => void) {
    this.#root = root;
    this.#say = say;
    this.#parameters = { ...parameters, mode: "cooperative", jitter: 0, count: 3 };
    root.onclick = ({ target }) => this.#press(target as Element);
    root.onchange = ({ target }) => {
      this.#parameters.count = Number((target as HTMLSelectElement).value);
      this.#picks = [];
      this.#show();
      root.querySelector("select")!.focus();
    };
    this.#show();
    root.querySelector<HTMLElement>("[data-pick]")!.focus();
  }

  /** Begins anew, with other parameters. */
  reset(parameters: Parameters): void {
    const { count } = this.#parameters;
    this.#parameters = { ...parameters, mode: "cooperative", jitter: 0, count };
    this.#picks = [];
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
    const { entries, ready } = this.#run();
    const { count } = this.#parameters;
    const timeline = new Timeline(entries, [], 1 + count);
    const scale = { width: 1000, ms: 1, columns: 2 * count + 3 };
    const shown = { axis: "steps" as const, timeline, scale, id: "choice" };
    const text = sentence(this.#parameters, timeline);
    // Each lane that is ready is a button.
    const lane = (index: number) => {
      const pick = ready?.indexOf(timeline.lanes[index]!.name) ?? -1;
      return pick < 0 ? undefined : markup`class="primary" data-pick="${pick}"`;
    };
    const question = ready === undefined
      ? this.#verdict(timeline.now)
      : `Choice ${this.#picks.length + 1}: ${ready.length} are ready. Which one goes next?`;
    const none = this.#picks.length === 0 ? markup` disabled` : undefined;
    const counts = [2, 3, 4].map((option) => {
      const selected = option === count ? markup` selected` : undefined;
      return markup`<option${selected}>${option}</option>`;
    });
    const content = markup`<p class="question">${question}</p>
      ${
      figure(
        "steps",
        1 + count,
        timeline.lanes,
        names(timeline, lane),
        toSvg(shown, "Your run, step by step", text),
      )
    }
      <div class="buttons"><button type="button" data-undo="one"${none}>Undo</button>
        <button type="button" data-undo="all">Start again</button>
        <label><select aria-label="How many coroutines">${counts}</select> coroutines</label></div>
      <p class="output">Printed: <samp>${outputOf(timeline)}</samp></p>`;
    setMarkup(this.#root, content);
    this.#say(question);
  }

  /** The run up to the first choice that is open, and who is ready there. */
  #run(): { entries: Entry[]; ready: string[] | undefined } {
    const trace = record();
    let choice = 0;
    let length = 0;
    const order = chosen((ready) => {
      if (choice < this.#picks.length) return this.#picks[choice++]!;
      // What is logged from here on is how the loop ends a run that can't go on.
      length = trace.entries.length;
      throw new ChoiceNeeded(ready.map(({ name }) => name));
    });
    try {
      simulate(tutorial(this.#parameters), { order, trace });
      return { entries: trace.entries, ready: undefined };
    } catch (error) {
      if (!(error instanceof ChoiceNeeded)) throw error;
      return { entries: trace.entries.slice(0, length), ready: error.names };
    }
  }

  /** Every other way you could have gone, tried. */
  #verdict(elapsed: number): string {
    const parameters = this.#parameters;
    const { schedules, complete, failure } = explore(function* () {
      yield* tutorial(parameters);
      if ((yield* now()) !== elapsed) throw new Error("another total time");
    });
    if (failure !== undefined || !complete) throw new Error(`explored ${schedules}: ${failure}`);
    return `Your order is one of ${schedules}. Your browser has just run all ${schedules}: each took ` +
      `${exact(elapsed)}.`;
  }
}
