import { summarize } from "@tenfold/loop";
import { Problem } from "../../problem.ts";
import type { Parameters } from "../../parameters.ts";
import { logOf } from "../../tutorial.ts";
import type { Scale } from "../drawing.ts";
import { queryOf, readRun } from "../run.ts";
import { exact } from "../telling.ts";
import { Pane } from "./pane.ts";
import { type Connection, LiveRun } from "./source.ts";
import { type Stop, stopsOf } from "./stops.ts";

/** A replay takes at most so long, in ms, and a moment of it so long. */
const REPLAY = 15_000;
const MOMENT = 250;

/** What a screen reader is told comes at most so often, in ms. */
const TOLD = 1000;

const find = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const form = find<HTMLFormElement>("run-form");
const moment = find<HTMLInputElement>("moment");
const play = find<HTMLButtonElement>("play");
const status = find("status");

let parameters = readForm() ?? readRun(new URLSearchParams());
const panes = [...document.querySelectorAll<HTMLElement>(".pane")].map((root) =>
  new Pane(root, parameters)
);
let scale: Scale = { axis: "time", width: 1000, ms: 1, columns: 1 };
/** What the axes reach to: the run is known before it takes place. */
let reach = { ms: 1, columns: 1 };
let stops: Stop[] = [];
/** The moment that is looked at, or `undefined` for whatever is the last. */
let at: number | undefined;
let live: LiveRun[] = [];
let connections: Connection[] = [];
let playing: number | undefined;
let frame: number | undefined;
let toldAt = 0;
let telling: number | undefined;

for (
  const hidden of document.querySelectorAll<HTMLElement>(
    "#transport, #choosing, [data-copy], #another",
  )
) {
  hidden.hidden = false;
}
redraw();
new ResizeObserver(() => later()).observe(find("panes"));
find("begin").addEventListener("click", async () => {
  const { Choosing } = await import("./choosing.ts");
  new Choosing(find("choice"), parameters, tell);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  redraw();
});
form.addEventListener("change", redraw);
find("another").addEventListener("click", () => {
  find<HTMLInputElement>("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  redraw();
});
find("run").addEventListener("click", runLive);
find("first").addEventListener("click", () => go(0));
find("back").addEventListener("click", () => go((at ?? stops.length - 1) - 1));
find("forth").addEventListener("click", () => go((at ?? stops.length - 1) + 1));
find("last").addEventListener("click", () => go(Infinity));
play.addEventListener("click", toggle);
moment.addEventListener("input", () => go(Number(moment.value)));
find("axis").addEventListener("change", ({ target }) => {
  scale.axis = (target as HTMLInputElement).value as Scale["axis"];
  later();
});
document.addEventListener("keydown", (event) => {
  const isField = (event.target as Element).closest(
    "input:not([type=range]), select, button, a, summary",
  );
  if (isField || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!find<HTMLInputElement>("keys").checked) return;
  const act = { " ": toggle, ",": () => find("back").click(), ".": () => find("forth").click() };
  const todo = act[event.key as keyof typeof act];
  if (todo === undefined) return;
  event.preventDefault();
  todo();
});
document.addEventListener("click", take);
addEventListener("pagehide", stopLive);

/** The parameters as the form has them, in the server's own words if they are wrong. */
function readForm(): Parameters | undefined {
  const query = new URLSearchParams(
    [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]),
  );
  const wrong = new Map<string, string>();
  let read: Parameters | undefined;
  try {
    read = readRun(query);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    for (const { parameter, detail } of error.complaints) wrong.set(parameter, detail);
  }
  for (const name of ["count", "delay", "jitter", "order", "seed"]) {
    find(`${name}-error`).textContent = wrong.get(name) ?? "";
    const field = find(name);
    if (wrong.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  return read;
}

/** Computes both runs anew, in virtual time, and shows them whole. */
function redraw(): void {
  const read = readForm();
  if (read === undefined) return tell("These parameters can't be: see the form.");
  stopLive();
  pause();
  parameters = read;
  find("form-error").textContent = "";
  history.replaceState(null, "", `?${queryOf(parameters)}`);
  for (const pane of panes) {
    pane.reset(parameters, logOf({ ...parameters, mode: pane.mode }));
    pane.connect("", "over");
  }
  measure();
  at = undefined;
  commands();
  render();
}

/** How far the axes must reach for both runs. */
function measure(): void {
  reach = {
    ms: Math.max(...panes.map(({ picture }) => picture.now)),
    columns: Math.max(...panes.map(({ picture }) => picture.columns.length)),
  };
}

/** Both runs as they happen. */
function runLive(): void {
  // What may be wanted when the server is gone.
  import("./choosing.ts").catch(() => {});
  import("../../../lib/perfetto.ts").catch(() => {});
  redraw();
  if (form.querySelector("[aria-invalid]") !== null) return;
  for (const pane of panes) pane.reset(parameters);
  connections = panes.map(() => "connecting");
  live = panes.map((pane, index) =>
    new LiveRun(pane.parameters, (entry) => {
      pane.add(entry);
      later();
    }, (connection, detail) => connected(index, connection, detail))
  );
  at = undefined;
  render();
}

function stopLive(): void {
  for (const run of live) run.close();
  live = [];
}

const SAID: Record<Connection, string> = {
  connecting: "connecting…",
  live: "live",
  lost: "connection lost: it comes back, and closes the gap",
  over: "",
  refused: "the server said no",
  local: "the server is gone: the run goes on here, in your browser",
};

function connected(index: number, connection: Connection, detail = SAID[connection]): void {
  const before = connections[index];
  connections[index] = connection;
  const pane = panes[index]!;
  let text = detail;
  if (connection === "live" && before === "lost") text = "live again, and nothing is missing";
  if (connection === "over" && before === "local") text = "the server was gone: computed here";
  pane.connect(text, connection);
  const isOver = connection === "over";
  tell(isOver ? `The ${pane.mode} run is over after ${exact(pane.picture.now)}.` : text);
}

/** Draws at the next frame, however often it is asked to. */
function later(): void {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    render();
  });
}

function render(): void {
  scale = { ...scale, ...reach, width: Math.max(100, panes[0]!.width) };
  for (const pane of panes) pane.draw(scale);
  stops = stopsOf(panes.map(({ picture }) => picture));
  moment.max = String(stops.length - 1);
  const [blocking, cooperative] = panes.map(({ picture }) => exact(picture.now));
  find("headline").textContent = `${blocking} → ${cooperative}`;
  show();
}

function show(): void {
  const index = Math.min(at ?? Infinity, stops.length - 1);
  const stop = stops[index]!;
  for (const [place, pane] of panes.entries()) {
    pane.show(stop.columns[place]!, stop.pane === place);
  }
  moment.value = String(index);
  const told = `moment ${index} of ${stops.length - 1}, ${exact(stop.at)}`;
  moment.setAttribute("aria-valuetext", told);
  find("told").textContent = told;
  find<HTMLButtonElement>("back").disabled = index === 0;
  find<HTMLButtonElement>("forth").disabled = index === stops.length - 1;
}

/** Looks at a moment; while the run is live, the last of all means to follow it. */
function go(index: number): void {
  pause();
  look(index);
}

function look(index: number): void {
  at = index >= stops.length - 1 ? undefined : Math.max(0, index);
  show();
}

function toggle(): void {
  if (playing !== undefined) return pause();
  const isLive = connections.some((connection) => connection !== "over") && live.length > 0;
  // To pause a run that happens is to look at where it is by now.
  if (isLive && at === undefined) return go(stops.length - 2);
  if (at === undefined) look(0);
  const started = performance.now();
  const from = at ?? 0;
  const pace = Math.min(MOMENT, REPLAY / stops.length);
  play.textContent = "Pause";
  const turn = (now: number) => {
    look(from + Math.floor((now - started) / pace));
    if (at === undefined) return pause();
    playing = requestAnimationFrame(turn);
  };
  playing = requestAnimationFrame(turn);
}

function pause(): void {
  if (playing !== undefined) cancelAnimationFrame(playing);
  playing = undefined;
  play.textContent = "Play";
}

/** Milestones only, and not too many at once. */
function tell(text: string): void {
  clearTimeout(telling);
  telling = setTimeout(() => {
    toldAt = performance.now();
    status.textContent = text;
  }, Math.max(0, toldAt + TOLD - performance.now()));
}

/** The commands and files for the run on the screen. */
function commands(): void {
  for (const code of document.querySelectorAll<HTMLElement>(".command")) {
    const query = `mode=${code.dataset.mode}&${queryOf(parameters)}`;
    code.textContent = `curl -N "${location.origin}/stream?${query}"`;
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-take]")) {
    const { mode, take: format } = link.dataset;
    const suffix = format === "perfetto" ? "&format=perfetto" : "";
    link.href = `/trace?mode=${mode}&${queryOf(parameters)}${suffix}`;
    link.download = `${mode}-${parameters.seed}${suffix && "-perfetto"}.json`;
  }
}

function take(event: MouseEvent): void {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>("[data-copy]");
  if (button !== null) {
    const command = document.querySelector(`.command[data-mode=${button.dataset.copy}]`)!;
    navigator.clipboard.writeText(command.textContent!).then(
      () => tell("Copied."),
      () => getSelection()!.selectAllChildren(command),
    );
  }
  const link = target.closest<HTMLAnchorElement>("a[data-take]");
  if (link === null || link.href.startsWith("blob:")) return;
  // From here, so that it is the run on the screen, and works without the server.
  event.preventDefault();
  offer(link);
}

async function offer(link: HTMLAnchorElement): Promise<void> {
  const { parameters, mode } = panes.find(({ mode }) => mode === link.dataset.mode)!;
  const entries = logOf(parameters);
  const file = link.dataset.take === "perfetto"
    ? (await import("../../../lib/perfetto.ts")).toPerfetto(entries, { ...parameters, mode })
    : { parameters, summary: summarize(entries), entries };
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  link.click();
}
