import type { Parameters } from "../../tutorial/parameters.ts";
import type { Axis } from "../view/axis.ts";
import { AXES } from "../view/html.ts";
import type { LocatedLog } from "../view/lines.ts";
import { queryOf } from "../view/query.ts";
import { exact, figuresOf, modeOf, orderText, outputOf, sentence } from "../view/text.ts";
import type { Timeline } from "../view/timeline.ts";
import { setMarkup } from "./dom.ts";
import { Bench, type Program } from "./bench.ts";
import type { Connection } from "./live-run.ts";
import { withLazy } from "./loader.ts";

/** A run of the tutorial, with its figures, its output and its program in several languages. */
export class TutorialBench extends Bench {
  readonly mode: Parameters["mode"];
  readonly #source: Program;
  #parameters: Parameters;

  /**
   * @param root Where it is.
   * @param parameters The run.
   */
  constructor(root: HTMLElement, parameters: Parameters) {
    const mode = root.dataset.mode as Parameters["mode"];
    super(root, mode);
    this.mode = mode;
    this.#parameters = { ...parameters, mode };
    const lines = root.querySelectorAll<HTMLElement>("[data-language=TypeScript] li");
    this.#source = new Map(
      [...lines].map((line) => [
        Number(line.dataset.line),
        line.querySelector("code")!.textContent!,
      ]),
    );
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  /** Begins with a run that has been computed: shown whole, or to come live, entry by entry. */
  reset(parameters: Parameters, log: LocatedLog, isLive = false): void {
    const isOther = queryOf(parameters) !== queryOf(this.#parameters);
    this.#parameters = { ...parameters, mode: this.mode };
    this.load(log, this.#source, isLive);
    if (isOther) this.#translate();
    this.root.querySelector(".output small")!.textContent = orderText(this.#parameters);
    this.root.querySelector(".taken")!.textContent = exact(this.whole.now);
  }

  /** Fits the programs in the other languages to the run. */
  #translate(): void {
    withLazy(({ LANGUAGES, paint }) => {
      for (const [language, program] of Object.entries(LANGUAGES)) {
        const codes = this.root.querySelectorAll(`[data-language=${language}] code`);
        for (const [index, { text, differs }] of program(this.#parameters).entries()) {
          setMarkup(codes[index]!, paint(text, differs));
        }
      }
    });
  }

  /** Says where the entries come from. */
  connect(text: string, connection: Connection): void {
    const element = this.root.querySelector<HTMLElement>(".connection")!;
    element.textContent = text;
    element.dataset.connection = connection;
  }

  protected override titleOf(axis: Axis): string {
    return `${modeOf(this.mode).title} run, ${AXES[axis]}`;
  }

  protected override describe(timeline: Timeline): string {
    return sentence(this.#parameters, timeline);
  }

  protected override present(timeline: Timeline): void {
    const cells = document.querySelectorAll(`[data-figure=${this.mode}]`);
    for (const [index, text] of figuresOf(timeline).entries()) cells[index]!.textContent = text;
    this.root.querySelector("samp")!.textContent = outputOf(timeline);
  }
}
