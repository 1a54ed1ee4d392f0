import type { Entry } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import { boundaries, isStep, type Scale, timeAt } from "../view/axis.ts";
import { toSvg } from "../view/svg.ts";
import { laneSize, TOP } from "../view/heights.ts";
import { type Lane, Timeline } from "../view/timeline.ts";
import { python } from "../view/listing.ts";
import { firstLinesOf, type LocatedLog } from "../view/lines.ts";
import { markup } from "../view/markup.ts";
import type { Connection } from "./live-run.ts";
import { exact, figures, names, rows, sentence, story, titleOf } from "../view/html.ts";

/** One run on the page: its drawing, figures, program and table, all from its log. */
export class Pane {
  readonly mode: Parameters["mode"];
  readonly #root: HTMLElement;
  /** The texts of the program's lines, by their numbers in the source. */
  readonly #program: ReadonlyMap<number, string>;
  #parameters: Parameters;
  #entries: Entry[] = [];
  /** The whole run as it was computed here: an entry that comes from the server has no line. */
  #log: LocatedLog = { entries: [], lines: [] };
  /** All of the run that is known. */
  timeline = new Timeline();
  /** Where each coroutine will begin. */
  #starts: (number | undefined)[] = [];
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
    this.#program = new Map(
      [...lines].map((line) => [
        Number(line.dataset.line),
        line.querySelector("code")!.textContent!,
      ]),
    );
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

  /** Begins with a run that has been computed: shown whole, or to come live, entry by entry. */
  reset(parameters: Parameters, log: LocatedLog, isLive = false): void {
    this.#parameters = { ...parameters, mode: this.mode };
    this.#log = log;
    this.#entries = isLive ? [] : [...log.entries];
    this.#starts = firstLinesOf(log).map((number) => this.#headOf(number));
    const room = this.mode === "blocking" ? 1 : 1 + parameters.count;
    this.timeline = new Timeline(this.#entries, log.lines, room);
    this.#selected = undefined;
    // The other language says the same of the same run.
    const lines = python(this.#parameters);
    const codes = this.#root.querySelectorAll(".listing:last-child code");
    for (const [index, code] of codes.entries()) code.textContent = lines[index]!.text;
  }

  get log(): LocatedLog {
    return this.#log;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.timeline.add(entry, this.#log.lines[entry.seq]?.[0]);
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
    this.#drawing.innerHTML = `${toSvg(this.timeline, scale, this.mode, titleOf(this.mode), told)}`;
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
    this.#shown = isEnd
      ? this.timeline
      : new Timeline(this.#entries.slice(0, count), this.#log.lines);
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
    list.innerHTML = `${markup`${
      names(this.#shown, (lane) => markup`data-lane="${lane}" tabindex="${lane && -1}"`)
    }`}`;
    this.#select(this.#selected, focused);
    this.#root.querySelector(".figures")!.innerHTML = `${markup`${
      figures(this.#shown, this.#parameters)
    }`}`;
    if (this.#isOpen(".program")) this.#point(lanes);
    if (this.#isOpen(".table") && !isPassing) {
      const where = (lane: Lane, index: number) =>
        this.#program.get(this.#lineOf(lane, index) ?? 0)?.trim() ?? "";
      this.#root.querySelector("tbody")!.innerHTML = `${markup`${rows(this.#shown, where)}`}`;
    }
  }

  /** Marks the lines at which the coroutines are. */
  #point(lanes: readonly Lane[]): void {
    const at = Map.groupBy(lanes, (lane) => this.#lineOf(lane, lanes.indexOf(lane)));
    for (const line of this.#root.querySelectorAll<HTMLElement>(".listing li")) {
      const here = at.get(Number(line.dataset.line)) ?? [];
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

  /** The line at which a lane's coroutine is. One that has not begun is where it will begin. */
  #lineOf(lane: Lane, index: number): number | undefined {
    if (lane.ended !== undefined) return undefined;
    return lane.line ?? this.#starts[index];
  }

  /** The line at which the function begins that a line is in. */
  #headOf(number: number | undefined): number | undefined {
    let head = number;
    while (head !== undefined && !this.#program.get(head)?.startsWith("function")) {
      head = this.#program.has(head - 1) ? head - 1 : undefined;
    }
    return head;
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
