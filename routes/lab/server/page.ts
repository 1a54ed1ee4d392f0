import { type Parameters } from "../../tutorial/parameters.ts";
import type { Problem } from "../../problem.ts";
import { logOf } from "../../tutorial/program.ts";
import { base, firstScripts, source } from "./assets.ts";
import { drawKey } from "../view/svg.ts";
import { renderForm, renderTransport } from "./controls.ts";
import { renderPane } from "./pane.ts";
import { Markup, markup } from "../view/markup.ts";
import { type State, Timeline } from "../view/timeline.ts";
import { linksOf } from "../view/query.ts";
import { signed, STATES } from "../view/states.ts";
import { headline, introduction, type Mode, MODES, NOTES } from "../view/html.ts";

/** What the page is made of. */
export interface PageOptions {
  parameters: Parameters;
  /** What was asked for, right or wrong. */
  asked: URLSearchParams;
  /** What was wrong with it. */
  problem: Problem | undefined;
  /** Where the server is. */
  origin: string;
}

/** The import map of the page, to the letter: the policy names its hash. */
export async function importMap(): Promise<string> {
  return JSON.stringify({ imports: { "@tenfold/loop": `${await base()}routes/lab/view/loop.ts` } });
}

/** The page. */
export async function renderPage(
  { parameters, asked, problem, origin }: PageOptions,
): Promise<Markup> {
  const at = await base();
  const tutorial = await source("routes/tutorial/program.ts");
  const timelines = MODES.map(({ mode }) => new Timeline(logOf({ ...parameters, mode })));
  const times = timelines.map(({ now }) => now);
  const scale = {
    axis: "time" as const,
    width: 1000,
    ms: Math.max(...times),
    columns: Math.max(...timelines.map(({ columns }) => columns.length)),
  };
  return markup`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="See coroutines share one thread: ten of them sleep a second each, and the second is over for all at once.">
    <title>Tenfold: ten coroutines, one thread, one second</title>
    <link rel="icon" href="${at}routes/lab/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="${at}routes/lab/style.css">
    <script type="importmap">${new Markup(await importMap())}</script>
    ${(await firstScripts()).map((path) => markup`<link rel="modulepreload" href="${at}${path}">`)}
    <script type="module" src="${at}routes/lab/browser/client.ts"></script>
  </head>
  <body>
    <header>
      <h1>Ten coroutines, one thread, one second</h1>
      <p id="introduction">${introduction(parameters, times)}</p>
    </header>
    <main>
      <section aria-labelledby="headline">
        <h2 id="headline">${headline(times)}</h2>
        <p class="key" id="key">${drawKey()}</p>
        <div id="panes">${
    MODES.map((mode, index) => renderPane(mode, parameters, timelines[index]!, scale, tutorial))
  }</div>
        <p id="note" class="note">${NOTES.time}</p>
        ${renderTransport()}
        ${renderForm(parameters, asked, problem)}
        <p class="keys" hidden>Keys: <kbd>Space</kbd> plays or pauses, <kbd>,</kbd> and <kbd>.</kbd> step.
          <label><input type="checkbox" id="keys" checked> shortcuts on</label></p>
      </section>
      <section aria-labelledby="choose" id="choosing" hidden>
        <h2 id="choose">You are the scheduler</h2>
        <p>A coroutine decides when to give the thread back. It does not decide who gets it next: the
          scheduler does. Be the scheduler: whenever several are ready, pick one.</p>
        <div id="choice"><button type="button" id="begin" class="primary">Begin</button></div>
      </section>
      <section aria-labelledby="take">
        <h2 id="take">Take it away</h2>
        <ul class="plain">${MODES.map((mode) => renderDownloads(mode, parameters, origin))}</ul>
        <p>The scheduler itself: open the console of this page and type
          <code id="console">const { run, sleep } = await import("/loop/mod.js"); await run(function* () {
          yield* sleep(1000); return "one second later"; }())</code>. <a href="/loop/">How to import it
          into your own pages, and into Deno</a>.</p>
      </section>
      <section aria-labelledby="words">
        <h2 id="words">Words</h2>
        <dl class="words">${
    Object.entries(STATES).map(([state, { meaning }]) =>
      markup`
        <div>
          <dt>${signed(state as State)}</dt>
          <dd>${meaning}</dd>
        </div>
      `
    )
  }</dl>
        <p><em>Blocking</em> stands for <code>time.sleep</code>. Here it holds only its own run’s thread,
          in the model: the server’s stays free for other visitors. When several wake at once, the seed
          decides who goes first. With <code>order=fifo</code>, as in Python’s asyncio, it is first come,
          first served.</p>
      </section>
    </main>
    <footer>
      <p>The example is from Python-100-Days, by jackfrued.</p>
    </footer>
  </body>
</html>`;
}

function renderDownloads({ mode, title }: Mode, parameters: Parameters, origin: string): Markup {
  const { command, json, perfetto } = linksOf({ ...parameters, mode }, origin);
  return markup`<li>${title} run: <a href="${json.href}" data-take="json" data-mode="${mode}"
      download="${json.download}">download the log</a>, or
    <a href="${perfetto.href}" data-take="perfetto" data-mode="${mode}"
      download="${perfetto.download}">for ui.perfetto.dev</a>. Stream it in a terminal:
    <code class="command" data-mode="${mode}">${command}</code>
    <button type="button" data-copy="${mode}" hidden>Copy</button></li>`;
}
