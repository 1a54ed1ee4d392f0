import type { Entry } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import { boundaries, isStep, type Scale, timeAt } from "../view/axis.ts";
import { laneSize, TOP, toSvg } from "../view/svg.ts";
import { type Lane, Timeline } from "../view/timeline.ts";
import { type Line, lineAt, type Place, placeOf, python } from "../view/listing.ts";
import type { Connection } from "./live-run.ts";
import { exact, figures, names, rows, sentence, story, TITLES } from "../view/html.ts";

/** One run on the page: its drawing, figures, program and table, all from its log. */
export class Pane {
  readonly mode: Parameters["mode"];
  readonly #root: HTMLElement;
  readonly #program: readonly Line[];
  #parameters: Parameters;
  #entries: Entry[] = [];
  /** All of the run that is known. */
  timeline = new Timeline();
  /** The run up to the moment that is looked at. */
  #shown = new Timeline();
  #xs: number[] = [];
  #scale: Scale | undefined;
  #selected: number | undefined;

  /**
   * @param root Where it is.
   * @param parameters The run.
   * @param onSeek Called when somebody points at a column.
   */
  constructor(root: HTMLElement, parameters: Parameters, onSeek: (columns: number) => void) {
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
    this.#drawing.addEventListener("click", ({ offsetX, offsetY, target }) => {
      if ((target as Element).closest("svg") === null) return;
      const lane = Math.floor((offsetY - TOP) / laneSize(this.timeline.room).height);
      if (lane in this.timeline.lanes) this.#selected = lane;
      const after = this.#xs.findIndex((x) => x > offsetX);
      onSeek(after < 0 ? this.#xs.length - 1 : after);
    });
    root.addEventListener("keydown", (event) => this.#move(event));
    for (const details of root.querySelectorAll("details")) {
      details.addEventListener("toggle", () => this.#update());
    }
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  /** Begins with a run of which so much is known. */
  reset(parameters: Parameters, entries: readonly Entry[] = []): void {
    this.#parameters = { ...parameters, mode: this.mode };
    this.#entries = [...entries];
    const { count } = parameters;
    this.timeline = new Timeline(entries, this.mode === "blocking" ? 1 : 1 + count);
    this.#selected = undefined;
    // The other language says the same of the same run.
    const lines = python(this.#parameters);
    const codes = this.#root.querySelectorAll(".listing:last-child code");
    for (const [index, code] of codes.entries()) code.textContent = lines[index]!.text;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.timeline.add(entry);
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
    this.#xs = boundaries(this.timeline, scale);
    const told = sentence(this.#parameters, this.timeline);
    this.#drawing.innerHTML = toSvg(this.timeline, scale, this.mode, TITLES[this.mode], told);
    const figure = this.#root.querySelector(".figure")!;
    figure.className = `figure ${laneSize(this.timeline.room).name}`;
  }

  /** Shows what is missing: from the last entry to a time that has passed, in ms. */
  miss(until: number): void {
    const scale = this.#scale!;
    const percent = (ms: number) => 100 * timeAt(ms, scale) / scale.width;
    const from = percent(this.timeline.now);
    const width = scale.axis === "time" ? percent(until) - from : 0;
    const gap = this.#drawing.querySelector("rect.gap")!;
    gap.setAttribute("x", `${from}%`);
    gap.setAttribute("width", `${Math.max(0, width)}%`);
  }

  /** Says when, as the log has announced, something will happen next. */
  due(): void {
    const times = this.timeline.lanes.flatMap(({ until }) => until ?? []);
    if (times.length === 0) return;
    this.connect(`live, next event due at ${exact(Math.min(...times))}`, "live");
  }

  /** Who is at it in a column, in words. */
  whoHas(column: number): string {
    const here = this.timeline.columns[column]!;
    const name = here.task === null ? "" : this.timeline.lanes[here.task]!.name;
    if (isStep(here)) return `${name} runs`;
    return here.task === null ? "all are asleep" : `${name} keeps the thread`;
  }

  /**
   * Shows the run up to a moment.
   *
   * @param columns How many columns.
   * @param isNow Whether it is in the last of them, or past it.
   * @param now Logical time, in ms.
   * @param isPassing Whether another moment follows at once: the table waits for the last.
   */
  show(columns: number, isNow: boolean, now: number, isPassing: boolean): void {
    const all = this.timeline.columns;
    const last = all[columns - 1];
    const count = isNow && last !== undefined
      ? last.entries
      : all[columns]?.before ?? this.#entries.length;
    const isEnd = count === this.#entries.length;
    this.#shown = isEnd ? this.timeline : new Timeline(this.#entries.slice(0, count));
    const x = isEnd ? 100 : 100 * this.#place(columns, isNow, now) / this.#scale!.width;
    const veil = this.#drawing.querySelector(".veil")!;
    veil.setAttribute("x", `${x}%`);
    veil.setAttribute("width", `${100 - x}%`);
    this.#drawing.querySelector(".cursor")!.setAttribute("x", `${x}%`);
    this.#update(isPassing);
  }

  #update(isPassing = false): void {
    const { lanes } = this.#shown;
    const list = this.#root.querySelector(".names ol")!;
    const focused = list.contains(document.activeElement);
    list.innerHTML = names(this.#shown, (lane) => `data-lane="${lane}" tabindex="${lane && -1}"`);
    this.#select(this.#selected, focused);
    this.#root.querySelector(".figures")!.innerHTML = figures(this.#shown, this.#parameters);
    if (this.#isOpen(".program")) this.#point(lanes);
    if (this.#isOpen(".table") && !isPassing) {
      this.#root.querySelector("tbody")!.innerHTML = rows(this.#shown, (lane, index) => {
        const code = document.createElement("code");
        code.textContent = lineAt(placeOf(lane, index, this.mode), this.#program);
        return code.outerHTML;
      });
    }
  }

  /** Marks the lines at which the coroutines are. */
  #point(lanes: readonly Lane[]): void {
    const at = new Map<Place, Lane[]>();
    for (const [index, lane] of lanes.entries()) {
      const place = placeOf(lane, index, this.mode);
      if (place !== undefined) at.set(place, [...at.get(place) ?? [], lane]);
    }
    for (const line of this.#root.querySelectorAll<HTMLElement>(".listing li")) {
      const here = at.get(line.dataset.place as Place) ?? [];
      const holder = here.find(({ state }) => state === "running" || state === "blocking");
      const parked = here.filter((lane) => lane !== holder);
      line.classList.toggle("running", holder?.state === "running");
      line.classList.toggle("blocking", holder?.state === "blocking");
      line.classList.toggle("parked", holder === undefined && parked.length > 0);
      const who = parked.length > 3 ? [`×${parked.length}`] : parked.map(shortName);
      if (holder !== undefined) who.unshift(`▶\uFE0E ${shortName(holder)}`);
      line.querySelector(".chip")!.textContent = who.join(" ");
    }
  }

  /** One lane is chosen, by a press or the arrow keys, and told of in words. */
  #select(index: number | undefined, focus = true): void {
    const buttons = this.#root.querySelectorAll<HTMLElement>("[data-lane]");
    const text = this.#root.querySelector<HTMLElement>(".story")!;
    text.hidden = index === undefined || !(index in this.#shown.lanes);
    if (index === undefined || text.hidden) return;
    this.#selected = index;
    text.textContent = story(this.#shown, index);
    for (const [place, button] of buttons.entries()) {
      button.tabIndex = place === index ? 0 : -1;
      button.setAttribute("aria-pressed", String(place === index));
    }
    if (focus) buttons[index]?.focus();
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

  /** Where the cursor is: past so many columns, and if time passes next, somewhere in that. */
  #place(columns: number, isNow: boolean, now: number): number {
    const [from = 0, to = from] = this.#xs.slice(columns, columns + 2);
    const next = this.timeline.columns[columns];
    if (isNow || next === undefined || isStep(next)) return from;
    const part = (now - next.from) / (next.to - next.from);
    return from + (to - from) * Math.max(0, Math.min(1, part));
  }

  #isOpen(selector: string): boolean {
    return this.#root.querySelector<HTMLDetailsElement>(`details${selector}`)!.open;
  }

  get #drawing(): HTMLElement {
    return this.#root.querySelector(".drawing")!;
  }
}

function shortName({ name }: Lane): string {
  return /\d+/.exec(name)?.[0] ?? name;
}
