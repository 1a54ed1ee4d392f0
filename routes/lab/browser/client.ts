import type { Parameters } from "../../tutorial/parameters.ts";
import { locatedLogOf } from "../view/lines.ts";
import type { Scale } from "../view/axis.ts";
import { linksOf, queryOf, readRun } from "../view/query.ts";
import { headline, introduction, NOTES } from "../view/html.ts";
import type { YouSchedule } from "./you-schedule.ts";
import { announce, byId } from "./dom.ts";
import { readForm } from "./form.ts";
import { Live } from "./live.ts";
import { Pane } from "./pane.ts";
import { Player } from "./player.ts";

/** What nobody has asked for yet comes so long after the page, in ms. */
const LAZY_AFTER = 3000;

/** What only a script can use: hidden until there is one. */
const SCRIPTED = "#transport, #choosing, #another, .keys, [data-copy]";

const form = byId<HTMLFormElement>("run-form");
let parameters = readRun(new URLSearchParams());
const panes = [...document.querySelectorAll<HTMLElement>(".pane")].map((root, index) =>
  new Pane(root, parameters, (columns) => player.seek(index, columns))
);
const player = new Player(panes);
const live = new Live(drawSoon);
let scale: Scale = { axis: "time", width: 1000, ms: 1, columns: 1 };
let choosing: YouSchedule | undefined;
let frame: number | undefined;
/** How often runs were computed. */
let computed = 0;

for (const hidden of document.querySelectorAll<HTMLElement>(SCRIPTED)) hidden.hidden = false;
byId("draw").textContent = "Same seed again";
// What is wrong with the address, the server has said in the page: that stays until the form is used.
if (form.dataset.right === undefined) compute();
else redraw();
new ResizeObserver(drawSoon).observe(byId("panes"));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!redraw()) form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
});
form.addEventListener("change", redraw);
byId("another").addEventListener("click", () => {
  byId<HTMLInputElement>("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  redraw();
});
byId("axis").addEventListener("change", ({ target }) => {
  scale.axis = (target as HTMLInputElement).value as Scale["axis"];
  byId("note").textContent = NOTES[scale.axis];
  drawSoon();
});
byId("run").addEventListener("click", () => {
  if (!redraw()) return;
  const asked = computed;
  // Whoever has asked for something else meanwhile does not want it any more.
  withLazy(({ LiveRun }) => asked === computed && live.start(panes, LiveRun));
});
byId("begin").addEventListener("click", () => {
  withLazy(({ YouSchedule }) => choosing = new YouSchedule(byId("choice"), parameters, announce));
});
document.addEventListener("click", (event) => {
  const part = (event.target as Element).closest<HTMLElement>("[data-copy], [data-take]");
  if (part === null) return;
  if (part.dataset.copy !== undefined) return withLazy(({ copy }) => copy(part));
  event.preventDefault();
  const run = { ...parameters, mode: part.dataset.mode as Parameters["mode"] };
  withLazy(({ download }) => download(part as HTMLAnchorElement, run));
});
document.addEventListener("keydown", press);
addEventListener("pagehide", () => live.stop());
// A page that comes back as it was left has runs that have been closed.
addEventListener("pageshow", ({ persisted }) => persisted && compute());
setTimeout(() => withLazy(() => {}), LAZY_AFTER);

/** Does something with what the first view does without. */
function withLazy(use: (later: typeof import("./lazy.ts")) => void): void {
  import("./lazy.ts").then(use, () => {
    announce("The server is gone, and this part of the page has not come yet.");
  });
}

/** Computes the runs that the form asks for, if it can be, and remembers them in the address. */
function redraw(): boolean {
  const read = readForm();
  if (read === undefined) {
    announce("This run can’t be drawn: see the fields marked.");
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
  for (const pane of panes) {
    pane.reset(parameters, locatedLogOf({ ...parameters, mode: pane.mode }));
    pane.connect("computed in virtual time", "over");
  }
  const ends = panes.map(({ timeline }) => timeline.now);
  scale.ms = Math.max(...ends);
  scale.columns = Math.max(...panes.map(({ timeline }) => timeline.columns.length));
  byId("headline").textContent = headline(ends);
  byId("introduction").textContent = introduction(parameters, ends);
  fit();
  choosing?.reset(parameters);
  player.pause();
  player.follow();
  draw();
}

/** Draws at the next frame, however often it is asked to. */
function drawSoon(): void {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    draw();
  });
}

function draw(): void {
  scale = { ...scale, width: Math.max(100, panes[0]!.width) };
  for (const pane of panes) pane.draw(scale);
  player.update(scale.axis, live.isOn);
  live.show();
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

/** The keys of the page, for whoever is not in a field. */
function press(event: KeyboardEvent): void {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  const isIn = (selector: string) => (target as Element).closest(selector) !== null;
  if (ctrlKey || metaKey || altKey || isIn("input:not([type=range]), select")) return;
  if (!byId<HTMLInputElement>("keys").checked) return;
  // Space presses what has the focus.
  if (key === " " && !isIn("button, a, summary")) player.toggle();
  else if (key === ",") byId("back").click();
  else if (key === ".") byId("forth").click();
  else return;
  event.preventDefault();
}
