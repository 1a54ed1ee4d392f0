import type { Entry } from "@tenfold/loop";
import type { Parameters } from "../../parameters.ts";
import { boundaries, draw, laneSize, type Scale } from "../drawing.ts";
import { type Lane, Picture } from "../picture.ts";
import { type Line, lineAt, placeOf } from "../program.ts";
import type { Connection } from "./source.ts";
import { figures, names, rows, sentence, story } from "../telling.ts";

/** One run on the page: its drawing, figures, program and table, all from its log. */
export class Pane {
  readonly mode: Parameters["mode"];
  readonly #root: HTMLElement;
  readonly #program: readonly Line[];
  #parameters: Parameters;
  #entries: Entry[] = [];
  /** All of the run that is known. */
  picture = new Picture();
  /** The run up to the moment that is looked at. */
  #shown = new Picture();
  #count = 0;
  #xs: number[] = [];
  #scale: Scale | undefined;
  #selected: number | undefined;

  constructor(root: HTMLElement, parameters: Parameters) {
    this.#root = root;
    this.mode = root.dataset.mode as Parameters["mode"];
    this.#parameters = { ...parameters, mode: this.mode };
    const lines = root.querySelectorAll<HTMLElement>(".listing:first-child li");
    this.#program = [...lines].map((line) => ({
      text: line.querySelector("code")!.textContent!,
      place: (line.dataset.place || undefined) as Line["place"],
    }));
    root.addEventListener("click", ({ target }) => {
      const lane = (target as Element).closest<HTMLElement>("[data-lane]")?.dataset.lane;
      if (lane !== undefined) this.#select(Number(lane));
    });
    root.addEventListener("keydown", (event) => this.#move(event));
    for (const details of root.querySelectorAll("details")) {
      details.addEventListener("toggle", () => this.#tell());
    }
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  /** Begins with a run of which so much is known. */
  reset(parameters: Parameters, entries: readonly Entry[] = []): void {
    this.#parameters = { ...parameters, mode: this.mode };
    this.#entries = [...entries];
    this.picture = new Picture(entries);
    this.#selected = undefined;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.picture.add(entry);
  }

  /** Says how the run comes. */
  connect(text: string, connection: Connection): void {
    const element = this.#root.querySelector<HTMLElement>(".connection")!;
    element.textContent = text;
    element.dataset.connection = connection;
  }

  /** The room for the drawing, in pixels. */
  get width(): number {
    return this.#drawing.clientWidth;
  }

  /** Draws all that is known. */
  draw(scale: Scale): void {
    this.#scale = scale;
    this.#xs = boundaries(this.picture, scale);
    const title = this.mode === "blocking" ? "Blocking run" : "Cooperative run";
    const told = sentence(this.mode, this.#parameters, this.picture);
    this.#drawing.innerHTML = draw(this.picture, scale, this.mode, title, told);
    const figure = this.#root.querySelector(".figure")!;
    figure.className = `figure ${laneSize(this.picture.lanes.length).name}`;
  }

  /**
   * Shows the run up to a moment.
   *
   * @param columns How many columns.
   * @param isNow Whether it is in the last of them, or past it.
   */
  show(columns: number, isNow: boolean): void {
    const all = this.picture.columns;
    const last = all[columns - 1];
    const count = isNow && last !== undefined
      ? last.entries
      : all[columns]?.before ?? this.#entries.length;
    const isEnd = count === this.#entries.length;
    this.#count = count;
    this.#shown = isEnd ? this.picture : new Picture(this.#entries.slice(0, count));
    const x = isEnd ? 100 : 100 * (this.#xs[columns] ?? 0) / this.#scale!.width;
    const veil = this.#drawing.querySelector(".veil")!;
    veil.setAttribute("x", `${x}%`);
    veil.setAttribute("width", `${100 - x}%`);
    this.#drawing.querySelector(".cursor")!.setAttribute("x", `${x}%`);
    this.#tell();
  }

  #tell(): void {
    const { lanes } = this.#shown;
    const list = this.#root.querySelector(".names ol")!;
    const focused = list.contains(document.activeElement);
    list.innerHTML = names(this.#shown, true);
    this.#select(this.#selected, focused);
    const soFar = this.#entries.slice(0, this.#count);
    this.#root.querySelector(".figures")!.innerHTML = figures(soFar);
    if (this.#isOpen(".program")) this.#point(lanes);
    if (this.#isOpen(".table")) {
      this.#root.querySelector("tbody")!.innerHTML = rows(this.#shown, (lane, index) => {
        const code = document.createElement("code");
        code.textContent = lineAt(placeOf(lane, index, this.mode), this.#program);
        return code.outerHTML;
      });
    }
  }

  /** Marks the lines at which the coroutines are. */
  #point(lanes: readonly Lane[]): void {
    const at = new Map<string, { name: string; isRunning: boolean }[]>();
    for (const [index, lane] of lanes.entries()) {
      const place = placeOf(lane, index, this.mode);
      if (place === undefined) continue;
      const name = /\d+/.exec(lane.name)?.[0] ?? lane.name;
      const isRunning = lane.state === "running";
      at.set(place, [...at.get(place) ?? [], { name, isRunning }]);
    }
    for (const line of this.#root.querySelectorAll<HTMLElement>(".listing li")) {
      const here = at.get(line.dataset.place!) ?? [];
      const runner = here.find(({ isRunning }) => isRunning);
      const parked = here.filter(({ isRunning }) => !isRunning);
      const many = parked.length > 3
        ? `×${parked.length}`
        : parked.map(({ name }) => name).join(" ");
      line.classList.toggle("running", runner !== undefined);
      line.classList.toggle("parked", runner === undefined && parked.length > 0);
      line.querySelector(".chip")!.textContent = [runner && `▶\uFE0E ${runner.name}`, many].filter(
        Boolean,
      ).join(" ");
    }
  }

  /** One lane is chosen, by a press or the arrow keys, and told of in words. */
  #select(index: number | undefined, focus = true): void {
    const buttons = this.#root.querySelectorAll<HTMLElement>("[data-lane]");
    const lane = index === undefined ? undefined : this.#shown.lanes[index];
    const text = this.#root.querySelector<HTMLElement>(".story")!;
    text.hidden = lane === undefined;
    if (lane === undefined) return;
    this.#selected = index;
    text.textContent = story(lane);
    for (const [place, button] of buttons.entries()) {
      button.tabIndex = place === index ? 0 : -1;
      button.setAttribute("aria-pressed", String(place === index));
    }
    if (focus) buttons[index!]?.focus();
  }

  /** The names are one stop of the tab key; the arrows go up and down. */
  #move(event: KeyboardEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-lane]");
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (button === null || by === undefined) return;
    event.preventDefault();
    const lanes = this.#shown.lanes.length;
    this.#select((Number(button.dataset.lane) + by + lanes) % lanes);
  }

  #isOpen(selector: string): boolean {
    return this.#root.querySelector<HTMLDetailsElement>(`details${selector}`)?.open ?? false;
  }

  get #drawing(): HTMLElement {
    return this.#root.querySelector(".drawing")!;
  }
}
