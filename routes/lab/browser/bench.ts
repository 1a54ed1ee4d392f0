import type { Entry } from "@tenfold/loop";
import { type Axis, columnWidth, type Scale, timeAtX, xOfTime } from "../view/axis.ts";
import { laneSize, MAX_NAMED_LANES } from "../view/heights.ts";
import { figureClass, names } from "../view/html.ts";
import { firstLinesOf, type LocatedLog } from "../view/lines.ts";
import { markup } from "../view/markup.ts";
import { signed } from "../view/states.ts";
import { drawMarks, lanesTop, toSvg } from "../view/svg.ts";
import { chipText, HINT, shortName } from "../view/text.ts";
import { type Lane, type Mark, Timeline } from "../view/timeline.ts";
import { setMarkup } from "./dom.ts";
import { ifExplaining, withExplaining } from "./loader.ts";
import { momentAt, positionAt } from "./moments.ts";

const BOTH: readonly Axis[] = ["time", "steps"];

const NOTHING = markup``;

/** The room for a chip beside a line, in pixels: see `.chip` in the style sheets. */
const CHIP = 53;

/** The texts of a program's lines, by their numbers. */
export type Program = ReadonlyMap<number, string>;

/**
 * One run on the page: its program, pictures and table, all from its log. What else a page shows of
 * it, a class of its own adds.
 */
export abstract class Bench {
  readonly root: HTMLElement;
  /** The start of the ids of its pictures. */
  readonly id: string;
  #program: Program = new Map();
  /** The log of the whole run. */
  #log: LocatedLog = { entries: [], lines: [] };
  /** The whole run. */
  whole = new Timeline();
  /** The run as far as it has happened, if it does so live. */
  live: Timeline | undefined;
  /** Whether there is more to come, by itself. */
  isLive = false;
  /** The run up to the moment that is shown, and where that is. */
  #shown = new Timeline();
  #position = 0;
  #scale: Scale | undefined;
  /** The mark under the pointer. */
  #pointedAt: Mark | undefined;
  /** The lane that is selected. */
  selected: number | undefined;
  /** Where each coroutine will begin. */
  #starts: (number | undefined)[] = [];
  /** What the page says of its last position, if that is not where the run ends. */
  endText: string | undefined;
  /** Called with the position of a click in a picture. */
  onSeek: (position: number) => void = () => {};
  /** Called when another lane has been selected. */
  onSelect = () => {};

  /**
   * @param root Where it is.
   * @param id The start of the ids of its pictures.
   */
  constructor(root: HTMLElement, id: string) {
    this.root = root;
    this.id = id;
    root.addEventListener("click", ({ target }) => {
      const lane = (target as Element).closest<HTMLElement>("[data-lane]")?.dataset.lane;
      if (lane !== undefined) {
        this.select(Number(lane) === this.selected ? undefined : Number(lane));
      }
    });
    root.addEventListener("keydown", (event) => this.#press(event));
    this.#table.addEventListener("toggle", () => this.#update());
    for (const axis of BOTH) {
      const drawing = this.#drawing(axis);
      drawing.addEventListener("click", (event) => {
        const { lane, position } = this.#pointed(axis, event);
        if (lane in this.whole.lanes) this.select(lane);
        this.onSeek(position);
      });
      drawing.addEventListener("pointermove", (event) => this.#explain(axis, event));
      drawing.addEventListener("pointerleave", () => {
        this.#pointedAt = undefined;
        this.#tell();
      });
    }
  }

  /** What the picture of an axis is called. */
  protected abstract titleOf(axis: Axis): string;

  /** What there is to see in a picture, in a sentence. */
  protected abstract describe(timeline: Timeline): string;

  /** Shows what a page has beside the pictures, at a moment of the run. */
  protected abstract present(timeline: Timeline): void;

  /** What the coroutines are called on the stage. */
  protected tokenNames({ lanes }: Timeline): readonly string[] {
    return lanes.map(shortName);
  }

  get log(): LocatedLog {
    return this.#log;
  }

  /** The run as far as it is known. */
  get timeline(): Timeline {
    return this.live ?? this.whole;
  }

  /**
   * Begins with a run that has been computed.
   *
   * @param log Its log.
   * @param program The program that was run.
   * @param isLive Whether it is to come live, entry by entry, instead of being shown whole.
   */
  protected load(log: LocatedLog, program: Program, isLive = false): void {
    this.#log = log;
    this.#program = program;
    this.#starts = firstLinesOf(log).map((number) => this.#headOf(number));
    this.whole = new Timeline(log.entries, log.lines);
    this.live = isLive ? new Timeline([], [], this.whole.room) : undefined;
    this.isLive = isLive;
    this.selected = undefined;
    this.#pointedAt = undefined;
    const focused = this.#buttons.indexOf(document.activeElement as HTMLElement);
    const list = this.root.querySelectorAll(".names ol");
    const lanes = (lane: number) => markup`data-lane="${lane}" tabindex="${lane && -1}"`;
    setMarkup(list[0]!, markup`${names(this.whole, lanes)}`);
    setMarkup(list[1]!, markup`${names(this.whole, () => undefined)}`);
    // The focus stays where it was, in the new list.
    if (focused >= 0) this.#buttons[Math.min(focused, this.#buttons.length - 1)]?.focus();
  }

  /** Takes an entry of the live run. */
  add(entry: Entry): void {
    this.live!.add(entry, this.#log.lines[entry.seq]?.[0]);
  }

  /** The room for the pictures, in pixels. */
  get width(): number {
    return Math.max(...BOTH.map((axis) => this.#drawing(axis).clientWidth));
  }

  /** Draws both pictures; {@linkcode show} then fills them. */
  draw(scale: Scale): void {
    this.#scale = scale;
    for (const axis of BOTH) {
      const picture = { axis, timeline: this.whole, scale, id: `${this.id}-${axis}` };
      const svg = toSvg(picture, this.titleOf(axis), this.describe(this.whole), NOTHING);
      setMarkup(this.#drawing(axis), svg);
      const figure = this.root.querySelector(`.figure.${axis}`)!;
      figure.className = figureClass(axis, this.whole.room, this.whole.lanes);
    }
  }

  /** Shows up to when entries are missing, in ms: from the last one that came. */
  miss(until: number): void {
    const { width } = this.#scale!;
    const [from, to] = [this.timeline.now, until].map((ms) =>
      100 * xOfTime(ms, this.#scale!) / width
    );
    const gap = this.#part("time", "rect.gap");
    gap.setAttribute("x", `${from}%`);
    gap.setAttribute("width", `${Math.max(0, to! - from!)}%`);
  }

  /** Draws the whole run palely behind what is shown of it. */
  #drawGhost(axis: Axis): void {
    const ghost = this.#part(axis, ".ghost");
    if (ghost.firstChild !== null) return;
    const picture = { axis, timeline: this.whole, scale: this.#scale!, id: `${this.id}-${axis}` };
    setMarkup(ghost, drawMarks(picture));
  }

  /**
   * Shows the run at a position.
   *
   * @param chosen The position, or `undefined` for all there is by now.
   * @param position Where that is.
   * @param isPassing Whether another position follows at once: the table waits for the last.
   * @returns The run up to there.
   */
  show(chosen: number | undefined, position: number, isPassing: boolean): Timeline {
    const { entries, lines } = this.#log;
    const moment = momentAt(this.whole, position);
    this.#position = position;
    if (chosen === undefined) this.#shown = this.timeline;
    else {
      this.#shown = new Timeline(entries.slice(0, moment.entries), lines, this.whole.room);
      this.#shown.advance(moment.time);
    }
    const scale = this.#scale!;
    const isEnd = chosen === undefined && this.live === undefined;
    for (const axis of BOTH) {
      const picture = { axis, timeline: this.#shown, scale, id: `${this.id}-${axis}` };
      setMarkup(this.#part(axis, ".past"), drawMarks({ ...picture, part: moment.part }));
      const x = axis === "time" ? xOfTime(this.#shown.now, scale) : position * columnWidth(scale);
      const isShown = !isEnd && (this.isLive || chosen !== undefined);
      this.#part(axis, ".cursor").setAttribute("x", `${isShown ? 100 * x / scale.width : 100}%`);
      if (isShown && this.live === undefined) this.#drawGhost(axis);
    }
    this.root.classList.toggle("partial", chosen !== undefined);
    this.#update(isPassing);
    return this.#shown;
  }

  #update(isPassing = false): void {
    const timeline = this.#shown;
    for (const button of this.root.querySelectorAll<HTMLElement>(".names ol li")) {
      const lane = timeline.lanes[[...button.parentElement!.children].indexOf(button)];
      button.classList.toggle("unborn", lane === undefined);
      const [sign, word] = button.querySelectorAll("svg, span");
      const state = lane?.state ?? "created";
      if (word!.textContent === state) continue;
      word!.remove();
      sign!.outerHTML = `${signed(state)}`;
    }
    this.present(timeline);
    this.#point(timeline.lanes);
    ifExplaining(({ showStage }) =>
      showStage(this.root.querySelector(".stage")!, timeline, this.tokenNames(timeline))
    );
    this.#tell();
    if (isPassing || !this.#table.open) return;
    const lineOf = (lane: Lane, index: number) =>
      this.#program.get(this.#lineOf(lane, index) ?? 0)?.trim() ?? "";
    withExplaining(({ rows }) => {
      if (timeline !== this.#shown) return;
      setMarkup(this.root.querySelector("tbody")!, markup`${rows(timeline, lineOf)}`);
    });
  }

  /** Marks the lines at which the coroutines are. */
  #point(lanes: readonly Lane[]): void {
    const at = Map.groupBy(lanes, (lane, index) => this.#lineOf(lane, index));
    for (const line of this.root.querySelectorAll<HTMLElement>(".listing li")) {
      const here = at.get(Number(line.dataset.line)) ?? [];
      const holder = here.find(({ state }) => state === "running" || state === "blocking");
      const parked = here.filter((lane) => lane !== holder);
      line.classList.toggle("running", holder?.state === "running");
      line.classList.toggle("blocking", holder?.state === "blocking");
      line.classList.toggle("parked", holder === undefined && parked.length > 0);
      const texts = parked.length > 3 ? [`×${parked.length}`] : parked.map(shortName);
      if (holder !== undefined) {
        texts.unshift(
          holder.state === "running" ? `▶\uFE0E ${shortName(holder)}` : shortName(holder),
        );
      }
      const chip = line.querySelector<HTMLElement>(".chip")!;
      chip.textContent = chipText(texts, CHIP);
      // A thousand names are no help, and slow.
      chip.title = here.slice(0, MAX_NAMED_LANES).map(({ name }) => name).join(", ");
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

  /** Says what the mark under the pointer is, or what the selected lane does. */
  #tell(): void {
    const lane = this.selected;
    for (const [place, button] of this.#buttons.entries()) {
      button.tabIndex = place === (lane ?? 0) ? 0 : -1;
      button.setAttribute("aria-pressed", String(place === lane));
    }
    const text = this.root.querySelector(".story")!;
    const mark = this.#pointedAt;
    if (mark !== undefined) {
      withExplaining(({ markText }) => {
        if (mark === this.#pointedAt) text.textContent = markText(this.whole, mark);
      });
    } else if (lane === undefined) text.textContent = HINT;
    else {
      withExplaining(({ story }) => {
        if (lane !== this.selected || this.#pointedAt !== undefined) return;
        text.textContent = lane in this.#shown.lanes
          ? story(this.#shown, lane)
          : `${this.whole.lanes[lane]!.name} does not exist yet.`;
      });
    }
  }

  /** Selects a lane, or none. */
  select(lane: number | undefined): void {
    this.selected = lane !== undefined && lane in this.whole.lanes ? lane : undefined;
    this.#tell();
    this.onSelect();
  }

  /**
   * The names are one stop of the tab key. The arrows go up and down, and to the lane's turn before or
   * after; Enter leads to its line.
   */
  #press(event: KeyboardEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-lane]");
    if (button === null) return;
    const lane = Number(button.dataset.lane);
    const lanes = this.#buttons.length;
    const turns = this.whole.marks.filter((mark) => mark.lane === lane && mark.state === "running")
      .map(({ from }) => from + 1);
    const keys: Record<string, () => void> = {
      ArrowDown: () => this.#focus((lane + 1) % lanes),
      ArrowUp: () => this.#focus((lane + lanes - 1) % lanes),
      ArrowLeft: () => this.onSeek(turns.findLast((turn) => turn < this.#position) ?? 0),
      ArrowRight: () => this.onSeek(turns.find((turn) => turn > this.#position) ?? Infinity),
      Enter: () => {
        this.#focus(lane);
        const line = this.#lineOf(this.#shown.lanes[lane]!, lane);
        const shown = [...this.root.querySelectorAll<HTMLElement>(`[data-line="${line}"]`)]
          .find((line) => line.checkVisibility());
        shown?.scrollIntoView({ block: "nearest" });
      },
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]!();
  }

  /** Selects a lane, and gives it the focus. */
  #focus(lane: number): void {
    this.select(lane);
    this.#buttons[lane]?.focus();
  }

  /** Which lane, and which position, is under the pointer. */
  #pointed(axis: Axis, { clientX, clientY }: MouseEvent): { lane: number; position: number } {
    const { left, top } = this.#drawing(axis).getBoundingClientRect();
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const height = laneSize(this.whole.room).height;
    const lane = Math.floor(((clientY - top) / rem - lanesTop(axis)) / height);
    const x = clientX - left;
    const position = axis === "time"
      ? positionAt(this.whole, timeAtX(x, this.#scale!))
      : Math.floor(x / columnWidth(this.#scale!)) + 1;
    return { lane, position };
  }

  /** Says what the mark under the pointer is. */
  #explain(axis: Axis, event: PointerEvent): void {
    const { lane, position } = this.#pointed(axis, event);
    const column = Math.ceil(position) - 1;
    const mark = this.whole.marks.find((mark) =>
      mark.lane === lane && mark.from <= column && column < (mark.to ?? Infinity)
    );
    this.#pointedAt = mark;
    this.#tell();
  }

  get #table(): HTMLDetailsElement {
    return this.root.querySelector<HTMLDetailsElement>("details.table")!;
  }

  get #buttons(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("[data-lane]")];
  }

  #drawing(axis: Axis): HTMLElement {
    return this.root.querySelector(`.figure.${axis} .drawing`)!;
  }

  #part(axis: Axis, selector: string): Element {
    return this.#drawing(axis).querySelector(selector)!;
  }
}
