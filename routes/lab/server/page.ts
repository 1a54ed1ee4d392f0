import type { Parameters } from "../../tutorial/parameters.ts";
import { logOf } from "../../tutorial/program.ts";
import type { Scale } from "../view/axis.ts";
import { type Markup, markup } from "../view/markup.ts";
import { type AskedRun, errorText, linksOf, queryOf } from "../view/query.ts";
import { lightable, lightWord } from "../view/html.ts";
import { STATES } from "../view/states.ts";
import { drawState } from "../view/svg.ts";
import { FIGURES, figuresOf, headline, introduction, type Mode, MODES } from "../view/text.ts";
import { type State, Timeline } from "../view/timeline.ts";
import { PROGRAM } from "../view/tutorial-log.ts";
import { base, source } from "./assets.ts";
import { MAX_DRAWN } from "./bench.ts";
import { renderForm, renderKeys, renderLanguages } from "./controls.ts";
import { renderDocument } from "./document.ts";
import { renderNav } from "./nav.ts";
import { renderTutorialBench } from "./tutorial-bench.ts";

/** What the page is made of. */
export interface PageOptions extends AskedRun {
  /** The query, right or wrong. */
  query: URLSearchParams;
  /** Where the server is. */
  origin: string;
  /** Whether the page is shown inside another one, with the runs alone. */
  isEmbedded: boolean;
}

/** "A small example to help you understand coroutines thoroughly". */
const TUTORIAL =
  "https://github.com/jackfrued/Python-100-Days/blob/master/番外篇/一个小例子助你彻底理解协程.md";

/** Why the run that is faster takes more turns. */
const TURNS = "A coroutine that gives the thread back takes another turn after its wait.";

/** The states that the tutorial's two runs come to. */
const KEY: State[] = ["running", "blocking", "ready", "sleeping", "waiting", "done"];

/** The tutorial's page. */
export async function renderPage(options: PageOptions): Promise<Markup> {
  const { parameters, errors, query, origin, isEmbedded } = options;
  const at = await base();
  const program = await source(PROGRAM);
  // More coroutines than that cost the server nothing: the browser runs them.
  const isDrawn = parameters.count <= MAX_DRAWN;
  const timelines = isDrawn
    ? MODES.map(({ mode }) => new Timeline(logOf({ ...parameters, mode })))
    : [];
  const times = isDrawn ? timelines.map(({ now }) => now) as [number, number] : undefined;
  const scale: Scale = {
    width: 1000,
    ms: Math.max(...timelines.map(({ now }) => now)),
    columns: Math.max(...timelines.map(({ columns }) => columns.length)),
  };
  const title = headline(parameters, times?.[1]);
  const text = introduction(parameters, times);
  return renderDocument({
    kind: "tutorial",
    title,
    description: text,
    isEmbedded,
    head: markup`<meta property="og:url" content="${origin}/?${queryOf(parameters)}">`,
    body: markup`
    ${renderNav("/")}
    <header>
      <h1 id="headline">${title}</h1>
      <p id="introduction">${lightable(text)}</p>
      <p class="begin">A coroutine is a function that can wait in the middle of its work and go on later; a
        thread runs the code of one at a time. New to this? Begin with the
        <a href="/lessons">lessons</a>.</p>
      ${renderFigures(timelines)}
    </header>
    <main>
      <p id="wrong" class="error" role="alert">${errorText(errors)}</p>
      <div class="toolbar">
        <button type="button" id="run" class="primary" data-scripted>Run both live</button>
        ${renderLanguages()}
        <p id="status" role="status"></p>
      </div>
      <ul class="key">${KEY.map(renderKey)}</ul>
      <div id="benches">${
      MODES.map((mode, index) =>
        renderTutorialBench(mode, parameters, timelines[index], scale, program)
      )
    }</div>
      <section aria-labelledby="change">
        <h2 id="change">Change it</h2>
        ${renderForm(parameters, errors, query)}
        ${renderKeys()}
      </section>
      <section aria-labelledby="choose" id="choosing" data-scripted>
        <h2 id="choose">You are the scheduler</h2>
        <p>A coroutine decides when it gives the thread back. The scheduler decides which one has it
          next. Be the scheduler: whenever several coroutines are ready, pick one.</p>
        <div id="choice"><button type="button" id="begin" class="primary">Begin</button></div>
      </section>
      <section aria-labelledby="take">
        <h2 id="take">Download</h2>
        <ul class="plain">${MODES.map((mode) => renderDownloads(mode, parameters, origin))}</ul>
        <p>The scheduler itself: open the console of this page and type
          <code id="console">const { run, sleep } = await import("/loop/mod.js"); await run(function* () {
          yield* sleep(1000); return "one second later"; }())</code>. <a href="/loop/">How to import it
          into your own pages, and into Deno</a>.</p>
      </section>
      <section aria-labelledby="words">
        <h2 id="words">How to read the pictures</h2>
        <p>A <em>turn</em> is the time from when a coroutine gets the thread to when it waits or ends: some
          microseconds, so that over time it is drawn as a line. The cooperative run takes more turns for
          the same work: each coroutine takes one to start and one after its wait, and <code>main</code>,
          which starts them and waits for them, two.</p>
        <p>Nothing in the pictures is invented: every mark is an event that the scheduler logged.
          Coroutines that wake at the same instant run in an order that is chosen at random with the seed; with
          <em>first come, first served</em>, as in Python’s asyncio, in the order in which they started.
          <em>Blocking</em> stands for <code>time.sleep</code>: it holds the thread of its own run, and
          the server goes on with other visitors.</p>
      </section>
    </main>
    <footer>
      <p><a href="${TUTORIAL}">The tutorial</a> is in Python-100-Days, by jackfrued, in Chinese.
        Your browser runs <a href="${at}${PROGRAM}">the program</a>, and
        <a href="/loop/core/kernel.ts">the scheduler</a> without its types and comments. <a href="/?embed&${
      queryOf(parameters)
    }" id="embed">The runs
        alone</a> can be shown in a page of your own, in an <code>&lt;iframe&gt;</code>.</p>
    </footer>`,
  });
}

function renderKey(state: State): Markup {
  // The patterns of the first picture serve the whole page.
  const drawn = drawState(state, "blocking-time");
  return markup`<li>${
    lightWord(state, markup`${drawn}<b>${state}</b> ${STATES[state].short}`)
  }</li>`;
}

/** The figures of both runs, beside each other. */
function renderFigures(timelines: readonly Timeline[]): Markup {
  const columns = timelines.map(figuresOf);
  return markup`<table class="figures">
    <thead><tr><td></td>${
    MODES.map(({ title }) => markup`<th scope="col">${title}</th>`)
  }</tr></thead><tbody>${
    FIGURES.map((name, row) =>
      markup`<tr><th scope="row"${
        name === "turns on the thread" ? markup` title="${TURNS}"` : undefined
      }>${name}</th>${
        MODES.map(({ mode }, column) =>
          markup`<td data-figure="${mode}">${columns[column]?.[row]}</td>`
        )
      }</tr>`
    )
  }</tbody></table>`;
}

function renderDownloads({ mode, title }: Mode, parameters: Parameters, origin: string): Markup {
  const { command, json, perfetto } = linksOf({ ...parameters, mode }, origin);
  return markup`<li>${title} run: <a href="${json.href}" data-take="json" data-mode="${mode}"
      download="${json.download}">its log</a>, or
    <a href="${perfetto.href}" data-take="perfetto" data-mode="${mode}"
      download="${perfetto.download}">a file for ui.perfetto.dev</a>. As a stream, in a terminal:
    <code class="command" data-mode="${mode}">${command}</code>
    <button type="button" data-copy="${mode}" data-scripted>Copy</button></li>`;
}
