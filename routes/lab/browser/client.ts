import type { Parameters } from "../../tutorial/parameters.ts";
import { logOf } from "../../tutorial/program.ts";
import type { Scale } from "../view/axis.ts";
import { linksOf, queryOf, readRun } from "../view/query.ts";
import { headline, introduction, NOTES } from "../view/html.ts";
import type { Choosing } from "./you-schedule.ts";
import { announce, find } from "./dom.ts";
import { readForm } from "./form.ts";
import { Live } from "./live.ts";
import { Pane } from "./pane.ts";
import { Timeline } from "./player.ts";

/** What nobody has asked for yet comes so long after the page, in ms. */
const LATER = 3000;

/** What only a script can use: hidden until there is one. */
const SCRIPTED = "#transport, #choosing, #another, .keys, [data-copy]";

const form = find<HTMLFormElement>("run-form");
let parameters = readRun(new URLSearchParams());
const panes = [...document.querySelectorAll<HTMLElement>(".pane")].map((root, index) =>
  new Pane(root, parameters, (columns) => timeline.seek(index, columns))
);
const timeline = new Timeline(panes);
const live = new Live(drawSoon);
let scale: Scale = { axis: "time", width: 1000, ms: 1, columns: 1 };
let choosing: Choosing | undefined;
let frame: number | undefined;
/** How often runs were computed. */
let computed = 0;

for (const hidden of document.querySelectorAll<HTMLElement>(SCRIPTED)) hidden.hidden = false;
find("draw").textContent = "Same seed again";
// What is wrong with the address, the server has said in the page: that stays until the form is used.
if (form.dataset.right === undefined) compute();
else redraw();
new ResizeObserver(drawSoon).observe(find("panes"));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!redraw()) form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
});
form.addEventListener("change", redraw);
find("another").addEventListener("click", () => {
  find<HTMLInputElement>("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  redraw();
});
find("axis").addEventListener("change", ({ target }) => {
  scale.axis = (target as HTMLInputElement).value as Scale["axis"];
  find("note").textContent = NOTES[scale.axis];
  drawSoon();
});
find("run").addEventListener("click", () => {
  if (!redraw()) return;
  const asked = computed;
  // Whoever has asked for something else meanwhile does not want it any more.
  loaded(({ LiveRun }) => asked === computed && live.start(panes, LiveRun));
});
find("begin").addEventListener("click", () => {
  loaded(({ Choosing }) => choosing = new Choosing(find("choice"), parameters, announce));
});
document.addEventListener("click", (event) => {
  const part = (event.target as Element).closest<HTMLElement>("[data-copy], [data-take]");
  if (part === null) return;
  if (part.dataset.copy !== undefined) return loaded(({ copy }) => copy(part));
  event.preventDefault();
  const run = { ...parameters, mode: part.dataset.mode as Parameters["mode"] };
  loaded(({ offer }) => offer(part as HTMLAnchorElement, run));
});
document.addEventListener("keydown", press);
addEventListener("pagehide", () => live.stop());
// A page that comes back as it was left has runs that have been closed.
addEventListener("pageshow", ({ persisted }) => persisted && compute());
setTimeout(() => loaded(() => {}), LATER);

/** Does something with what the first view does without. */
function loaded(use: (later: typeof import("./lazy.ts")) => void): void {
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
    pane.reset(parameters, logOf({ ...parameters, mode: pane.mode }));
    pane.connect("computed in virtual time", "over");
  }
  const ends = panes.map(({ picture }) => picture.now);
  scale.ms = Math.max(...ends);
  scale.columns = Math.max(...panes.map(({ picture }) => picture.columns.length));
  find("headline").textContent = headline(ends);
  find("introduction").textContent = introduction(parameters, ends);
  fit();
  choosing?.reset(parameters);
  timeline.pause();
  timeline.follow();
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
  timeline.update(scale.axis, live.isOn);
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
  if (!find<HTMLInputElement>("keys").checked) return;
  // Space presses what has the focus.
  if (key === " " && !isIn("button, a, summary")) timeline.toggle();
  else if (key === ",") find("back").click();
  else if (key === ".") find("forth").click();
  else return;
  event.preventDefault();
}
