import type { Parameters } from "../../parameters.ts";
import { logOf } from "../../tutorial.ts";
import type { Scale } from "../axis.ts";
import { queryOf, readRun } from "../run.ts";
import { exact, headline, introduction, NOTES } from "../telling.ts";
import type { Choosing } from "./choosing.ts";
import { readForm } from "./form.ts";
import { Pane } from "./pane.ts";
import type { Connection, LiveRun } from "./source.ts";
import { Timeline } from "./timeline.ts";

/** The first view does without these; once they are here, the page does without the server. */
const parts = {
  choosing: () => import("./choosing.ts"),
  source: () => import("./source.ts"),
  take: () => import("./take.ts"),
};

/** When those come that nobody has asked for yet, in ms. */
const LATER = 3000;

/** What a screen reader is told comes at most so often, in ms. */
const TOLD = 1000;

const find = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const form = find<HTMLFormElement>("run-form");

// What is wrong at first, the server has said in the page: a form that can't be is left alone.
let parameters = readRun(new URLSearchParams());
const panes = [...document.querySelectorAll<HTMLElement>(".pane")].map((root, index) =>
  new Pane(root, parameters, (columns) => timeline.seek(index, columns))
);
const timeline = new Timeline(panes);
let scale: Scale = { axis: "time", width: 1000, ms: 1, columns: 1 };
let choosing: Choosing | undefined;
let live: LiveRun[] = [];
let connections: Connection[] = [];
/** When each run ends, as is known before it takes place, in ms. */
let ends: number[] = [];
/** Up to when each run is missing since its connection was lost, in ms. */
let missing: (number | undefined)[] = [];
let frame: number | undefined;
let growing = 0;
let toldAt = 0;
let telling: number | undefined;

const SCRIPTED = "#transport, #choosing, #another, .keys, [data-copy]";
for (const hidden of document.querySelectorAll<HTMLElement>(SCRIPTED)) hidden.hidden = false;
find("draw").textContent = "Same seed again";
if (form.querySelector("[aria-invalid]") === null && find("form-error").textContent === "") {
  redraw();
} else compute();
new ResizeObserver(later).observe(find("panes"));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  redraw();
  form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
});
form.addEventListener("change", redraw);
find("another").addEventListener("click", () => {
  find<HTMLInputElement>("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  redraw();
});
find("run").addEventListener("click", runLive);
find("begin").addEventListener("click", choose);
find("axis").addEventListener("change", ({ target }) => {
  scale.axis = (target as HTMLInputElement).value as Scale["axis"];
  find("note").textContent = NOTES[scale.axis];
  later();
});
document.addEventListener("keydown", press);
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>("[data-copy]");
  if (button !== null) parts.take().then(({ copy }) => copy(button), lacking);
  const link = target.closest<HTMLAnchorElement>("a[data-take]");
  if (link === null) return;
  event.preventDefault();
  const mode = link.dataset.mode as Parameters["mode"];
  parts.take().then(({ offer }) => offer(link, { ...parameters, mode }), lacking);
});
addEventListener("pagehide", stopLive);
// A page that comes back as it was left has runs that have been closed.
addEventListener("pageshow", ({ persisted }) => persisted && compute());
setTimeout(loadAll, LATER);

/** Computes the runs that the form asks for, and remembers them in the address. */
function redraw(): void {
  const read = readForm();
  if (read === undefined) return tell("This run can't be drawn: see the fields marked.");
  parameters = read;
  history.replaceState(null, "", `?${queryOf(parameters)}`);
  compute();
}

/** Computes both runs anew, in virtual time, and shows them whole. */
function compute(): void {
  stopLive();
  for (const pane of panes) {
    pane.reset(parameters, logOf({ ...parameters, mode: pane.mode }));
    pane.connect("computed in virtual time", "over");
  }
  ends = panes.map(({ picture }) => picture.now);
  scale.ms = Math.max(...ends);
  scale.columns = Math.max(...panes.map(({ picture }) => picture.columns.length));
  find("headline").textContent = headline(ends);
  find("introduction").textContent = introduction(parameters, ends);
  fit(parameters);
  choosing?.reset(parameters);
  timeline.pause();
  timeline.follow();
  render();
}

/** Both runs as they happen. */
function runLive(): void {
  redraw();
  if (form.querySelector("[aria-invalid]") !== null) return;
  parts.source().then(({ LiveRun }) => begin(LiveRun), lacking);
  loadAll();
}

function begin(Live: typeof LiveRun): void {
  stopLive();
  missing = [];
  connections = panes.map(() => "connecting");
  timeline.isLive = true;
  live = panes.map((pane, index) => {
    pane.reset(parameters);
    const connected = (connection: Connection, detail?: string) =>
      connect(index, connection, detail);
    return new Live(pane.parameters, (entry) => {
      pane.add(entry);
      later();
    }, connected);
  });
  render();
}

function stopLive(): void {
  for (const run of live) run.close();
  live = [];
  timeline.isLive = false;
}

const SAID: Record<Connection, string> = {
  connecting: "connecting",
  live: "live, by the server’s clock",
  lost: "connection lost, trying again",
  over: "ran live",
  refused: "",
  local: "no server: your browser goes on with the run",
};

function connect(index: number, connection: Connection, detail?: string): void {
  const before = connections[index];
  connections[index] = connection;
  const pane = panes[index]!;
  let text = SAID[connection];
  if (connection === "refused") text = `${detail}: your browser runs it instead`;
  if (connection === "lost") missing[index] = 0;
  if (connection === "live" && before === "lost") text = "live again, nothing is missing";
  const isOver = connection === "over";
  if (isOver && (before === "local" || before === "refused")) text = "finished in your browser";
  pane.connect(text, connection);
  timeline.isLive = connections.some((connection) => connection !== "over");
  tell(isOver ? `The ${pane.mode} run took ${exact(pane.picture.now)}.` : text);
  later();
}

/** While a connection is lost, what is missing grows; when it is back, entry by entry it closes. */
function showMissing(): void {
  for (const [index, run] of live.entries()) {
    if (missing[index] === undefined) continue;
    const pane = panes[index]!;
    const connection = connections[index];
    const isLost = connection === "lost";
    if (isLost) missing[index] = Math.min(run.now, ends[index]!);
    else if (connection !== "live" || pane.picture.now >= missing[index]) {
      missing[index] = undefined;
    }
    pane.miss(missing[index] ?? 0);
    if (isLost) {
      cancelAnimationFrame(growing);
      growing = requestAnimationFrame(showMissing);
    }
  }
}

/** Draws at the next frame, however often it is asked to. */
function later(): void {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    render();
  });
}

function render(): void {
  scale = { ...scale, width: Math.max(100, panes[0]!.width) };
  for (const [index, pane] of panes.entries()) {
    pane.draw(scale);
    if (connections[index] === "live" && live.length > 0) pane.due();
  }
  timeline.update(scale.axis);
  showMissing();
}

function choose(): void {
  parts.choosing().then(({ Choosing }) => {
    choosing = new Choosing(find("choice"), parameters, tell);
  }, lacking);
}

function loadAll(): void {
  Promise.allSettled(Object.values(parts).map((load) => load()));
}

/** The server went before it had given all of the page. */
function lacking(): void {
  tell("The server is gone, and this part of the page has not come yet.");
}

/** Fits the commands and the links to the run on the page. */
function fit(parameters: Parameters): void {
  for (const code of document.querySelectorAll<HTMLElement>(".command")) {
    const query = `mode=${code.dataset.mode}&${queryOf(parameters)}`;
    code.textContent = `curl -N "${location.origin}/stream?${query}"`;
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-take]")) {
    const { mode, take } = link.dataset;
    const isPerfetto = take === "perfetto";
    link.href = `/trace?mode=${mode}&${queryOf(parameters)}${isPerfetto ? "&format=perfetto" : ""}`;
    link.download = `${mode}-${parameters.seed}${isPerfetto ? "-perfetto" : ""}.json`;
  }
}

/** The keys of the page, for whoever is not in a field. */
function press(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (event.ctrlKey || event.metaKey || event.altKey || !find<HTMLInputElement>("keys").checked) {
    return;
  }
  if (target.closest("input:not([type=range]), select") !== null) return;
  // Space presses what has the focus.
  if (event.key === " " && target.closest("button, a, summary") === null) timeline.toggle();
  else if (event.key === "," || event.key === ".") {
    find(event.key === "," ? "back" : "forth").click();
  } else return;
  event.preventDefault();
}

/** Milestones only, and not too many at once. */
function tell(text: string): void {
  clearTimeout(telling);
  telling = setTimeout(() => {
    toldAt = performance.now();
    find("status").textContent = text;
  }, Math.max(0, toldAt + TOLD - performance.now()));
}
