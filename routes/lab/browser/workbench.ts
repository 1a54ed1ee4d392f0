import { keyOf } from "../view/html.ts";
import { markup } from "../view/markup.ts";
import { endingText } from "../view/printed.ts";
import type { AskedProgram, Explored, Ran } from "../view/ran.ts";
import { exact } from "../view/text.ts";
import { choiceText, exploredText, progressText, ranText } from "../view/verdict.ts";
import { flushAddress, forgetAddress, isOwnAddress, writeAddress } from "./address.ts";
import { Choice } from "./choice.ts";
import { announce, byId, reveal, setMarkup } from "./dom.ts";
import { Editor } from "./editor.ts";
import { listenForKeys } from "./keys.ts";
import { lightWords } from "./light-words.ts";
import { withExplaining } from "./loader.ts";
import { Player } from "./player.ts";
import { ProgramBench } from "./program-bench.ts";
import { Runner } from "./runner.ts";
import { MAX_LENGTH, type OrderName, readFragment, type Shared, toFragment } from "./share.ts";

/** The picture whose patterns the key uses: it is always there. */
const KEY = "program-steps";

/** How long after the last key a program runs again by itself, in ms. */
const RUN_AFTER = 400;

/** How long after that it is said what is wrong with a program that can't be run, in ms. */
const SAY_AFTER = 1100;

/** What a page begins with. */
export interface Start {
  order: OrderName;
  timing: AskedProgram["timing"];
}

/** A program that the reader changes and runs: its editor, its order, its run. */
export class Workbench {
  readonly #start: Start;
  /** The program that the page came with. */
  readonly #own: string;
  readonly #root = document.querySelector<HTMLElement>(".bench")!;
  readonly #bench = new ProgramBench(this.#root);
  readonly #player = new Player(this.#bench);
  readonly #editor = new Editor(this.#root.querySelector(".editor")!);
  readonly #choice = new Choice(byId("choice"));
  readonly #runner: Runner;
  readonly #order = byId<HTMLSelectElement>("order");
  readonly #seed = byId<HTMLInputElement>("seed");
  readonly #timing = byId<HTMLInputElement>("timing");
  /** The picks that the reader has made. */
  #picks: number[] = [];
  /** Where in its first run a program is to be shown that came by a link. */
  #position: number | undefined;
  /** How often a run was asked for: what is late is not shown. */
  #asked = 0;
  /** How often the address was to be written. */
  #remembered = 0;
  /** The run that is shown, and what was asked for. */
  #shown: { asked: AskedProgram; ran: Ran; explored?: Explored | undefined } | undefined;
  /** Whether the program is the reader's, or this page's: one that came by a link waits for a word. */
  #isTrusted = true;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  /** Called when the reader wants to see what the program does. */
  onRun = () => {};
  /** Whether what came of a run is not to be said yet. */
  isSecret = () => false;
  /** Called when a run is shown, with its program and how long it took, in ms. */
  onShow = (_source: string, _time: number) => {};

  constructor(start: Start) {
    this.#start = start;
    this.#own = this.#root.querySelector("textarea")!.defaultValue;
    this.#runner = new Runner(new URL("./sandbox/worker.ts", import.meta.url).href);
    this.#bench.onSeek = (position) => this.#player.go(position);
    this.#player.onRest = () => this.#remember();
    this.#editor.onChange = () => this.#changed();
    this.#editor.onRun = () => this.run();
    this.#choice.onPick = (picks) => {
      this.#picks = picks;
      this.#run();
    };
    for (const field of [this.#order, this.#seed, this.#timing]) {
      field.addEventListener("change", () => {
        this.#forgetLink();
        this.#fitOrder();
        if (this.#isTrusted) this.#run();
      });
    }
    byId("another").addEventListener("click", () => {
      this.#seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 1000);
      if (this.#isTrusted) this.#run();
    });
    byId("run").addEventListener("click", () => this.run());
    byId("reset").addEventListener("click", () => this.change(this.#own));
    byId("swap").addEventListener("click", () => this.#swap());
    byId("share").addEventListener("click", () => this.#copyLink());
    for (const button of document.querySelectorAll<HTMLElement>("[data-take]")) {
      button.addEventListener("click", () => this.#takeAway(button.dataset.take!));
    }
    // Their room changes also when they are shown after the question has been answered.
    new ResizeObserver(() => this.#drawSoon()).observe(this.#root.querySelector(".pictures")!);
    lightWords();
    listenForKeys([[this.#bench, this.#player]]);
    addEventListener("hashchange", () => this.#open());
    addEventListener("pagehide", () => flushAddress());
    // Its first run comes a moment later.
    reveal(":not(.transport, .stage)");
    this.#open();
  }

  /** The program as it stands in the editor. */
  get text(): string {
    return this.#editor.text;
  }

  /** The seed in its field: 32 bits of it, or 0 if that is no number. */
  get #seedNumber(): number {
    return Number(this.#seed.value) >>> 0;
  }

  /** Puts another program into the editor, and runs it. */
  change(text: string): Promise<void> {
    if (text !== this.#editor.text) {
      this.#forgetLink();
      this.#editor.replace(text);
    }
    return this.run();
  }

  /** Runs the program in the editor: the reader says so. */
  run(): Promise<void> {
    // The first run of a program that came by a link is the one that the link shows.
    if (this.#isTrusted) this.#forgetLink();
    this.#isTrusted = true;
    const position = this.#position;
    this.#forgetLink(this.#picks);
    this.onRun();
    return this.#run(position);
  }

  /** The choices, and the place in the run, of a link are for its own program. */
  #forgetLink(picks: number[] = []): void {
    this.#picks = picks;
    this.#position = undefined;
  }

  /** Begins with what the address says, or else with what the page came with. */
  async #open(): Promise<void> {
    // What was begun for the program that was there before is not for this one.
    clearTimeout(this.#typing);
    this.#remembered++;
    forgetAddress();
    const number = ++this.#asked;
    const shared = await readFragment(location.hash, isOwnAddress() ? Infinity : MAX_LENGTH);
    if (number !== this.#asked) return;
    const { source, isBroken, order, seed, picks, isAny } = shared;
    this.#editor.text = source ?? this.#own;
    this.#order.value = order ?? this.#start.order;
    if (seed !== undefined) this.#seed.value = String(seed);
    this.#timing.checked = isAny ?? this.#start.timing === "any";
    this.#picks = [...picks ?? []];
    this.#fitOrder();
    this.#isTrusted = source === undefined || source === this.#own || isOwnAddress();
    this.#root.toggleAttribute("data-untrusted", !this.#isTrusted);
    if (!this.#isTrusted) {
      this.#markStale();
      this.#position = shared.position;
      return announce("Read the program that came with the link, then run it.");
    }
    await this.#run(shared.position);
    if (isBroken) {
      byId("wrong").textContent = "The program in this link can’t be read: this is the page’s own.";
    }
  }

  /** Shows the fields that the order has. */
  #fitOrder(): void {
    // It is the number that is used.
    this.#seed.value = String(this.#seedNumber);
    byId("seeded").hidden = this.#order.value !== "seed";
    for (const id of ["timed", "tried"]) byId(id).hidden = this.#order.value !== "every";
  }

  /** Runs the program, and shows what became of it, unless another run has been asked for. */
  async #run(position?: number): Promise<void> {
    clearTimeout(this.#typing);
    const number = ++this.#asked;
    const onProgress = (schedules: number) => {
      if (number === this.#asked) byId("outcome").textContent = progressText(schedules);
    };
    const { asked, explored, first } = await this.#ask(onProgress);
    const ran = explored?.ending === undefined
      ? await this.#runner.run(asked)
      : { ...NO_RUN, ending: explored.ending };
    // Those of a link may be of another program.
    const made = isRun(ran) ? countSame(this.#picks, ran.picks) : this.#picks.length;
    const areOthers = this.#order.value === "choose" && made < this.#picks.length;
    if (areOthers) this.#picks.length = made;
    // With the choices made, and none left, it is time for a verdict.
    const open = this.#openChoice(ran);
    const verdict = this.#order.value === "choose" && open === undefined && isRun(ran)
      ? choiceText(
        ran,
        await this.#runner.run(first),
        await this.#runner.explore(first, onProgress),
      )
      : undefined;
    if (number !== this.#asked) return;
    this.#show(asked, ran, explored, position);
    this.#say(verdict ?? (explored && exploredText(explored)), ran, open !== undefined);
    if (areOthers) byId("outcome").textContent = OTHER_CHOICES;
  }

  /** Says what came of a run: beside it only what it does not show itself. */
  #say(outcome: string | undefined, ran: Ran, isOpen: boolean): void {
    byId("outcome").textContent = outcome ?? "";
    // What is wrong with a program is an alert.
    if (!isRun(ran) || this.isSecret()) return;
    // What comes after a choice that is open depends on it.
    announce(
      isOpen ? byId("choice").querySelector(".question")!.textContent! : outcome || ranText(ran),
    );
  }

  /** What is to be run: by now, trying every order has found the one to show. */
  async #ask(
    onProgress: (schedules: number) => void,
  ): Promise<{ asked: AskedProgram; first: AskedProgram; explored?: Explored }> {
    const { text: source } = this.#editor;
    const order = this.#order.value as OrderName;
    const timing = order === "every" && this.#timing.checked ? "any" : "exact";
    const first: AskedProgram = { source, order: { by: "fifo" }, timing };
    if (order === "fifo") return { asked: first, first };
    if (order === "seed") {
      return { asked: { ...first, order: { by: "seed", seed: this.#seedNumber } }, first };
    }
    if (order === "choose") {
      return { asked: { ...first, order: { by: "picks", picks: this.#picks } }, first };
    }
    const explored = await this.#runner.explore(first, onProgress);
    const { failure } = explored;
    const asked: AskedProgram = failure === undefined
      ? first
      : { ...first, order: { by: "picks", picks: failure.picks } };
    return { asked, first, explored };
  }

  /** Offers the other run, where trying every order has found one that fails after the first. */
  #offerSwap({ order }: AskedProgram, explored: Explored | undefined): void {
    const button = byId("swap");
    button.hidden = explored?.failure === undefined || explored.schedules === 1;
    button.textContent = order.by === "fifo"
      ? "Show the run that ends in an error"
      : "Show the first run: first come, first served";
  }

  /** Shows the first run in place of the one that fails, or the other way round. */
  async #swap(): Promise<void> {
    const { asked, explored } = this.#shown!;
    const { picks } = explored!.failure!;
    const isFirst = asked.order.by === "fifo";
    const other: AskedProgram = {
      ...asked,
      order: isFirst ? { by: "picks", picks } : { by: "fifo" },
    };
    const number = ++this.#asked;
    const ran = await this.#runner.run(other);
    if (number !== this.#asked) return;
    this.#show(other, ran, explored);
    announce(ranText(ran));
  }

  /** The choice that the reader has not made yet. */
  #openChoice(ran: Ran): Ran["choices"][number] | undefined {
    if (this.#order.value !== "choose") return undefined;
    return ran.choices.find(({ at }) => at >= this.#picks.length);
  }

  #show(asked: AskedProgram, ran: Ran, explored: Explored | undefined, position?: number): void {
    const { ending, remarks } = ran;
    const isWrong = !isRun(ran);
    byId("wrong").textContent = isWrong ? endingText(ending) : "";
    byId("unread").textContent = "";
    this.#offerSwap(asked, explored);
    const wrong = ending.line === undefined || ending.kind === "done"
      ? []
      : [[ending.line, ending.text] as const];
    this.#editor.mark(new Map(wrong), "wrong");
    this.#editor.mark(new Map(remarks.map(({ line, text }) => [line, text])), "remarked");
    const said = remarks.map(({ line, text }) => {
      const item = document.createElement("li");
      item.textContent = `Line ${line}: ${text}`;
      return item;
    });
    const list = byId("remarks");
    // A screen reader reads what is written, the same texts too.
    if (list.textContent !== said.map((item) => item.textContent).join("")) {
      list.replaceChildren(...said);
    }
    if (isWrong) {
      this.#markStale();
      return this.#choice.hide();
    }
    this.#shown = { asked, ran, explored };
    reveal();
    this.#root.removeAttribute("data-stale");
    this.#root.removeAttribute("data-untrusted");
    const open = this.#openChoice(ran);
    this.#player.reset();
    this.#bench.take(asked.source, ran, open?.before);
    this.#bench.endText = open && `${exact(this.#bench.whole.now)}: who goes next?`;
    this.#draw();
    if (this.#order.value === "choose") {
      const names = this.#bench.whole.lanes.map(({ name }) => name);
      this.#choice.show(ran, open, this.#picks, names);
    } else this.#choice.hide();
    setMarkup(this.#root.querySelector(".key")!, markup`${keyOf(this.#bench.whole, KEY)}`);
    if (position !== undefined) this.#player.go(position);
    withExplaining(() => this.#player.show(true));
    this.onShow(asked.source, ran.entries.at(-1)!.at);
  }

  /** The reader has changed the program. */
  #changed(): void {
    this.#markStale();
    byId("wrong").textContent = "";
    byId("unread").textContent = "";
    clearTimeout(this.#typing);
    if (!this.#isTrusted) return this.#forgetLink();
    const number = ++this.#asked;
    this.#typing = setTimeout(async () => {
      const mistake = await this.#runner.mistakeIn(this.#editor.text);
      if (number !== this.#asked) return;
      if (mistake !== undefined) {
        // What can't be run yet is not an error yet.
        this.#typing = setTimeout(
          () => byId("unread").textContent = endingText(mistake),
          SAY_AFTER,
        );
        return;
      }
      this.#picks = [];
      this.#run();
    }, RUN_AFTER);
  }

  /** The picture is of another program than the one in the editor. */
  #markStale(): void {
    this.#root.toggleAttribute("data-stale", true);
    byId("outcome").textContent = "";
    this.#choice.hide();
  }

  #drawSoon(): void {
    if (this.#shown === undefined) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    this.#bench.fit();
    this.#player.show();
  }

  /** What the address is to say of the page. */
  #shared(): Shared {
    const order = this.#order.value as OrderName;
    const { text } = this.#editor;
    const seed = order === "seed" ? this.#seedNumber : undefined;
    const picks = order === "choose" && this.#picks.length > 0 ? this.#picks : undefined;
    const isOther = order !== this.#start.order || seed !== undefined || picks !== undefined;
    return {
      source: text === this.#own ? undefined : text,
      order: isOther ? order : undefined,
      seed,
      picks,
      isAny: this.#timing.checked && this.#start.timing !== "any",
      position: this.#player.chosen,
    };
  }

  /** Writes what is shown into the address. */
  async #remember(): Promise<void> {
    if (!this.#isTrusted) return;
    const number = ++this.#remembered;
    const fragment = await toFragment(this.#shared());
    if (number !== this.#remembered) return;
    writeAddress(location.search + (fragment && `#${fragment}`), false);
  }

  async #copyLink(): Promise<void> {
    const address = new URL(location.href);
    address.hash = await toFragment(this.#shared());
    // Without the permission to copy it, the address of the page is the link. A program that came by
    // a link, and was not run, stays one: what the page writes itself, it runs.
    if (this.#isTrusted) writeAddress(location.search + address.hash, false);
    // Whoever opened it would be told that it can't be read.
    const text = this.#editor.text.length > MAX_LENGTH
      ? "Too long for a link"
      : await navigator.clipboard.writeText(address.href)
        .then(() => "Copied", () => "It is in the address");
    byId("share").textContent = text;
    announce(text);
    setTimeout(() => byId("share").textContent = "Copy a link", 2000);
  }

  async #takeAway(what: string): Promise<void> {
    const { takeAway, takeProgram } = await import("./program-downloads.ts");
    // The text is the reader's, whether it can be run or not.
    if (what === "program") return takeProgram(this.#editor.text);
    // There is no run of what stands in the editor.
    if (this.#shown === undefined || this.#root.hasAttribute("data-stale")) {
      return announce("The program has not been run as it is: run it first.");
    }
    const { asked, ran, explored } = this.#shown;
    const found = what === "test" ? explored ?? await this.#runner.explore(asked) : undefined;
    takeAway(what, asked, ran, found);
  }
}

const OTHER_CHOICES = "Not all choices of this link can be made in this program.";

/** How many members two lists begin with that are the same. */
function countSame(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((member, index) => member !== other[index]);
  return index < 0 ? one.length : index;
}

/** What became of a program that was not run. */
const NO_RUN = { entries: [], lines: [], choices: [], picks: [], remarks: [] };

/** Whether there is a run to be shown. */
function isRun({ entries }: Ran): boolean {
  return entries.length > 0;
}
