import type { Parameters } from "../../tutorial/parameters.ts";
import type { Scale } from "../view/axis.ts";
import { lightable } from "../view/html.ts";
import { locatedLogOf } from "../view/lines.ts";
import { linksOf, queryOf, readRun } from "../view/query.ts";
import { headline, introduction } from "../view/text.ts";
import { Bench } from "./bench.ts";
import { announce, byId } from "./dom.ts";
import { readForm } from "./form.ts";
import { Live } from "./live.ts";
import { Player } from "./player.ts";
import type { YouSchedule } from "./you-schedule.ts";

/** How long after the page its lazy part loads by itself, in ms: the first view is done by then. */
const LAZY_AFTER = 3000;

const form = byId<HTMLFormElement>("run-form");
let parameters = readRun(new URLSearchParams());
const benches = [...document.querySelectorAll<HTMLElement>(".bench")].map((root) => {
  const bench = new Bench(root, parameters);
  const player = new Player(bench);
  bench.onSeek = (position) => player.go(position);
  return [bench, player] as const;
});
const live = new Live();
let youSchedule: YouSchedule | undefined;
let frame: number | undefined;
/** How often runs were computed. */
let computed = 0;
/** The player that the keys of the page move: the one that was used last. */
let current = benches.at(-1)![1];

// What only a script can use is there, and not to be seen, until there is one: so that nothing moves.
for (const part of document.querySelectorAll<HTMLElement>("[data-scripted]")) {
  delete part.dataset.scripted;
}
// What is wrong with the address, the server has said in the page: that stays until the form is used.
if (form.dataset.wrong === undefined) redraw();
else compute();
new ResizeObserver(drawSoon).observe(byId("benches"));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!redraw()) form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
});
form.addEventListener("change", redraw);
byId("another").addEventListener("click", () => {
  byId<HTMLInputElement>("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  redraw();
});
byId("run").addEventListener("click", () => {
  if (!redraw()) return;
  const asked = computed;
  // Meanwhile, another run may have been asked for.
  withLazy(({ LiveRun }) => {
    if (asked !== computed) return;
    live.start(benches, LiveRun);
    draw();
  });
});
byId("begin").addEventListener("click", () => {
  withLazy(({ YouSchedule }) =>
    youSchedule = new YouSchedule(byId("choice"), parameters, announce)
  );
});
document.addEventListener("click", (event) => {
  const part = (event.target as Element).closest<HTMLElement>("[data-copy], [data-take]");
  if (part === null) return;
  if (part.dataset.copy !== undefined) return withLazy(({ copy }) => copy(part));
  event.preventDefault();
  const run = { ...parameters, mode: part.dataset.mode as Parameters["mode"] };
  withLazy(({ download }) => download(part as HTMLAnchorElement, run));
});
for (const type of ["focusin", "pointerdown"]) {
  document.addEventListener(type, ({ target }) => {
    const used = benches.find(([{ root }]) => root.contains(target as Node));
    if (used !== undefined) current = used[1];
  });
}
for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, ({ target }) => {
    const { state } = (target as Element).closest<HTMLElement>("[data-state]")?.dataset ?? {};
    if (state === undefined) delete document.body.dataset.lit;
    else document.body.dataset.lit = state;
  });
}
document.addEventListener("keydown", press);
addEventListener("pagehide", () => live.stop());
// A page that comes back as it was left has runs that have been closed.
addEventListener("pageshow", ({ persisted }) => persisted && compute());
setTimeout(() => withLazy(() => {}), LAZY_AFTER);

/** Uses what the first view does not need. */
function withLazy(use: (lazy: typeof import("./lazy.ts")) => void): void {
  import("./lazy.ts").then(use, () => {
    announce("The server is gone, and this part of the page has not been loaded yet.");
  });
}

/** Computes the runs in the form, if they are valid, and writes them into the address. */
function redraw(): boolean {
  const read = readForm();
  if (read === undefined) {
    announce("This run can’t be drawn: see the fields that are marked.");
    return false;
  }
  parameters = read;
  history.replaceState(null, "", `?${queryOf(parameters)}`);
  compute();
  return true;
}

/** Computes both runs anew, in virtual time, and shows them whole. */
function compute(): void {
  computed++;
  live.stop();
  for (const [bench] of benches) {
    bench.reset(parameters, locatedLogOf({ ...parameters, mode: bench.mode }));
    bench.connect("", "over");
  }
  const [blocking, cooperative] = benches.map(([{ whole }]) => whole.now) as [number, number];
  byId("headline").textContent = headline(parameters, cooperative);
  byId("introduction").innerHTML = `${
    lightable(introduction(parameters, [blocking, cooperative]))
  }`;
  fit();
  youSchedule?.reset(parameters);
  draw();
  for (const [, player] of benches) player.follow();
}

/** Draws at the next frame, however often it is asked to. */
function drawSoon(): void {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    draw();
  });
}

function draw(): void {
  const wholes = benches.map(([{ whole }]) => whole);
  const scale: Scale = {
    width: Math.max(100, benches[0]![0].width),
    ms: Math.max(...wholes.map(({ now }) => now)),
    columns: Math.max(...wholes.map(({ columns }) => columns.length)),
  };
  for (const [bench, player] of benches) {
    bench.draw(scale);
    player.show();
  }
}

/** Fits the commands and the links to the run on the page. */
function fit(): void {
  for (const part of document.querySelectorAll<HTMLElement>(".command, [data-take]")) {
    const mode = part.dataset.mode as Parameters["mode"];
    const { command, ...files } = linksOf({ ...parameters, mode }, location.origin);
    if (part.dataset.take === undefined) part.textContent = command;
    else Object.assign(part, files[part.dataset.take as keyof typeof files]);
  }
}

/** The keys of the page, where they have no other meaning. */
function press(event: KeyboardEvent): void {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  const isIn = (selector: string) => (target as Element).closest(selector) !== null;
  if (ctrlKey || metaKey || altKey || isIn("input:not([type=range]), select")) return;
  if (!byId<HTMLInputElement>("keys").checked) return;
  // Space presses the button that has the focus.
  if (key === " " && !isIn("button, a, summary")) current.toggle();
  else if (key === ",") current.move("back");
  else if (key === ".") current.move("forth");
  else return;
  event.preventDefault();
}
