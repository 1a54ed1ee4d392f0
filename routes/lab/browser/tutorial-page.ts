import type { Parameters } from "../../tutorial/parameters.ts";
import type { Scale } from "../view/axis.ts";
import { lightable } from "../view/html.ts";
import { linksOf, placeQuery, queryOf, readPlace, readRun } from "../view/query.ts";
import { headline, introduction } from "../view/text.ts";
import { locatedLogOf } from "../view/tutorial-log.ts";
import { flushAddress, forgetAddress, writeAddress } from "./address.ts";
import { announce, byId, reveal, setMarkup } from "./dom.ts";
import { readForm, writeForm } from "./form.ts";
import { listenForKeys } from "./keys.ts";
import { lightWords } from "./light-words.ts";
import type { Live } from "./live.ts";
import { withExplaining, withLazy } from "./loader.ts";
import { Player } from "./player.ts";
import { TutorialBench } from "./tutorial-bench.ts";
import type { YouSchedule } from "./you-schedule.ts";

/** How long after the page its lazy part loads by itself, in ms: the first view is done by then. */
const LAZY_AFTER = 3000;

const form = byId<HTMLFormElement>("run-form");
// The run that the server has drawn.
let { parameters } = readRun(new URLSearchParams(location.search));
const benches = [...document.querySelectorAll<HTMLElement>(".bench")].map((root) => {
  const bench = new TutorialBench(root, parameters);
  const player = new Player(bench);
  bench.onSeek = (position) => player.go(position);
  bench.onSelect = player.onRest = () => remember();
  return [bench, player] as const;
});
let live: Live | undefined;
let youSchedule: YouSchedule | undefined;
let frame: number | undefined;
/** How often runs were computed. */
let computed = 0;

reveal();
// What is wrong with the address, the server has said in the page: that stays until the form is used.
if (form.dataset.wrong === undefined) parameters = readForm() ?? parameters;
compute();
showPlaces();
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
  withLazy(({ Live }) => {
    if (asked !== computed) return;
    live = new Live(benches);
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
lightWords();
listenForKeys(benches);
addEventListener("popstate", goBack);
addEventListener("pagehide", () => {
  flushAddress();
  live?.stop();
});
// A page that comes back as it was left has runs that have been closed.
addEventListener("pageshow", ({ persisted }) => persisted && compute());
setTimeout(() => {
  withExplaining(() => benches.forEach(([, player]) => player.show(true)));
  withLazy(() => {});
}, LAZY_AFTER);

/** Computes the runs in the form, if they are valid, and writes the address. */
function redraw(): boolean {
  const read = readForm();
  if (read === undefined) {
    announce("This run can’t be drawn: see the fields that are marked.");
    return false;
  }
  const isNew = queryOf(read) !== queryOf(parameters);
  parameters = read;
  // What was wrong with the form is mended.
  announce("");
  compute();
  remember(isNew);
  return true;
}

/**
 * Writes what is shown into the address.
 *
 * @param isNew Whether the browser's way back leads to what was shown before.
 */
function remember(isNew = false): void {
  const places = benches.map(([bench, player]) =>
    placeQuery({ position: player.chosen, lane: bench.selected }, bench.mode)
  );
  const embed = document.documentElement.matches(".embed") ? "embed&" : "";
  writeAddress(`?${embed}${queryOf(parameters)}${places.join("")}`, isNew);
}

/** Shows the places in the runs that the address asks for. */
function showPlaces(): void {
  const query = new URLSearchParams(location.search);
  for (const [bench, player] of benches) {
    const { position, lane } = readPlace(query, bench.mode);
    bench.select(lane);
    if (position !== undefined) player.go(position);
  }
}

/** Shows what the address asks for, after the browser has gone back. */
function goBack(): void {
  forgetAddress();
  parameters = readRun(new URLSearchParams(location.search)).parameters;
  writeForm(parameters);
  readForm();
  compute();
  showPlaces();
  forgetAddress();
}

/** Computes both runs anew, in virtual time, and shows them whole. */
function compute(): void {
  computed++;
  live?.stop();
  for (const [bench] of benches) {
    bench.reset(parameters, locatedLogOf({ ...parameters, mode: bench.mode }));
    bench.connect("", "over");
  }
  const [blocking, cooperative] = benches.map(([{ whole }]) => whole.now) as [number, number];
  const title = headline(parameters, cooperative);
  byId("headline").textContent = title;
  document.title = `${title} · Tenfold`;
  byId<HTMLAnchorElement>("embed").href = `/?embed&${queryOf(parameters)}`;
  const text = introduction(parameters, [blocking, cooperative]);
  setMarkup(byId("introduction"), lightable(text));
  fit();
  youSchedule?.reset(parameters);
  for (const [, player] of benches) player.reset();
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
