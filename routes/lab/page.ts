import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { type Parameters, RANGES, WORDS } from "../parameters.ts";
import type { Complaint } from "../problem.ts";
import { logOf } from "../tutorial.ts";
import { ASSETS, base, source } from "./assets.ts";
import { draw, laneSize, type Scale } from "./drawing.ts";
import { Picture, type State } from "./picture.ts";
import { type Line, lineAt, placeOf, PYTHON, typeScript } from "./program.ts";
import { queryOf } from "./run.ts";
import { MEANINGS, signed } from "./states.ts";
import { exact, figures, HEADS, names, rows, sentence } from "./telling.ts";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;
type Mode = Parameters["mode"];

/** More coroutines than this are not drawn here: the page would be too heavy. A browser can. */
const MOST_DRAWN = 100;

const MODES: { mode: Mode; title: string; how: string }[] = [
  { mode: "blocking", title: "Blocking", how: "one after another: each sleep holds the thread" },
  { mode: "cooperative", title: "Cooperative", how: "together: each sleep gives the thread back" },
];

const HINTS: Record<string, string> = {
  count: "coroutines",
  delay: "ms that each sleeps",
  jitter: "ms more, at the most, by the seed",
  order: "who goes first of those that wake at once",
  seed: "the same seed, the same run",
};

/** What the page is made of. */
export interface PageOptions {
  parameters: Parameters;
  /** What was wrong with the parameters that were asked for. */
  complaints: readonly Complaint[];
  /** Where the server is. */
  origin: string;
}

/** The import map of the page, to the letter: the policy names its hash. */
export async function importMap(): Promise<string> {
  return JSON.stringify({ imports: { "@tenfold/loop": `${await base()}routes/lab/loop.ts` } });
}

/** The page. */
export async function page({ parameters, complaints, origin }: PageOptions): Promise<Html> {
  const at = await base();
  const runs = MODES.map(({ mode }) => {
    const entries = logOf({ ...parameters, mode });
    return { entries, picture: new Picture(entries) };
  });
  const scale: Scale = {
    axis: "time",
    width: 1000,
    ms: Math.max(...runs.map(({ picture }) => picture.now)),
    columns: Math.max(...runs.map(({ picture }) => picture.columns.length)),
  };
  const tutorial = await source("routes/tutorial.ts");
  const [blocking, cooperative] = runs.map(({ picture }) => exact(picture.now));
  const query = queryOf(parameters);
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="See coroutines share one thread: ten of them sleep a second each, and the second is over for all at once.">
    <title>Tenfold: ten coroutines, one thread, one second</title>
    <link rel="icon" href="${at}routes/lab/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="${at}routes/lab/style.css">
    <script type="importmap">${raw(await importMap())}</script>
    ${FIRST.map((path) => html`<link rel="modulepreload" href="${at}${path}">`)}
    <script type="module" src="${at}routes/lab/browser/client.ts"></script>
  </head>
  <body>
    <header>
      <h1>Tenfold</h1>
      <p class="lead">Ten coroutines, one thread, one second.</p>
      <p>Ten functions each sleep for a second and then say their number. One after another, that
        takes ten seconds. As coroutines, which give the thread back while they sleep, it takes one.
        Both runs below really took place, on one thread: each mark is a line of the scheduler's log.</p>
    </header>
    <main>
      <section aria-labelledby="runs">
        <h2 id="runs"><output id="headline">${blocking} → ${cooperative}</output></h2>
        <p id="status" role="status"></p>
        <div id="panes">${
    MODES.map(({ mode, title, how }, index) =>
      pane(mode, title, how, parameters, runs[index]!, scale, tutorial)
    )
  }</div>
        ${transport()}
        ${form(parameters, complaints)}
      </section>
      <section aria-labelledby="choose" id="choosing" hidden>
        <h2 id="choose">You are the scheduler</h2>
        <p>A coroutine says when it gives the thread back, never who gets it next. Here you say:
          each time several are ready, press one.</p>
        <div id="choice"><button type="button" id="begin" class="primary">Begin</button></div>
      </section>
      <section aria-labelledby="take">
        <h2 id="take">Take it away</h2>
        <ul class="plain">${
    MODES.map(({ mode, title }) =>
      html`<li>${title}:
            <a href="/trace?mode=${mode}&amp;${query}" data-take="json" data-mode="${mode}" download="${mode}-${parameters.seed}.json">the log as JSON</a>,
            <a href="/trace?mode=${mode}&amp;${query}&amp;format=perfetto" data-take="perfetto" data-mode="${mode}" download="${mode}-${parameters.seed}-perfetto.json">for Perfetto</a>
            (open it at ui.perfetto.dev), or the stream:
            <code class="command" data-mode="${mode}">curl -N "${origin}/stream?mode=${mode}&amp;${query}"</code>
            <button type="button" data-copy="${mode}" hidden>Copy</button></li>`
    )
  }</ul>
      </section>
      <section aria-labelledby="words">
        <h2 id="words">Words</h2>
        <dl class="words">${
    Object.entries(MEANINGS).map(([state, meaning]) =>
      html`
        <div>
          <dt>${raw(signed(state as State))}</dt>
          <dd>${meaning}</dd>
        </div>
      `
    )
  }</dl>
        <p>A step takes microseconds, and no logical time: on the axis of time it is drawn wider than
          it is, and the steps of one instant stand side by side, since no two are ever at once. On the
          axis of steps each has a column, and so has each stretch in which time passes.</p>
        <p><em>Blocking</em> stands for <code>time.sleep</code>. It holds the thread of this loop; the
          real thread of the server stays free, or one visitor would stop all others. Of coroutines
          that wake at once, the seed says who goes first, so that nobody relies on an order: in Python,
          and with <code>order=fifo</code>, it is first come, first served.</p>
      </section>
    </main>
    <footer>
      <p>The scheduler, the server and this page are one small program, whose README says how to use
        each. The example is from Python-100-Days, by jackfrued.</p>
    </footer>
  </body>
</html>`;
}

/** What the page loads at once. The rest comes when it is asked for. */
const FIRST = ASSETS.filter((path) =>
  path.endsWith(".ts") && !/(explore|narrate|perfetto|choosing)\.ts$/.test(path)
);

function pane(
  mode: Mode,
  title: string,
  how: string,
  parameters: Parameters,
  { entries, picture }: { entries: ReturnType<typeof logOf>; picture: Picture },
  scale: Scale,
  tutorial: string,
): Html {
  const program = typeScript(tutorial, mode);
  const told = sentence(mode, parameters, picture);
  const drawing = picture.lanes.length > MOST_DRAWN
    ? `<p>More than ${MOST_DRAWN} coroutines are drawn by the browser, with JavaScript.</p>`
    : draw(picture, scale, mode, `${title} run`, told);
  const where = (lane: Picture["lanes"][number], index: number) =>
    `<code>${lineAt(placeOf(lane, index, mode), program)}</code>`;
  return html`
    <article class="pane" data-mode="${mode}" aria-labelledby="${mode}-name">
      <h3
        id="${mode}-name">${title} <small>${how}</small> <span class="connection"></span></h3>
      <div class="figure ${laneSize(picture.lanes.length).name}">
        <div class="names">
          <div class="strips"><span>THREAD</span><span>CPU</span></div>
          <ol>${raw(names(picture, false))}</ol>
        </div>
        <div class="drawing">${raw(drawing)}</div>
      </div>
      <p class="story" hidden></p>
      <dl class="figures">${raw(figures(entries))}</dl>
      <details class="program">
        <summary>The program, and where each coroutine is in it</summary>
        <div class="listings">${listing("TypeScript, as it runs here", program)}
            ${listing("Python, today", PYTHON[mode])}</div>
      </details>
      <details class="table">
        <summary>The same as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="${title} run as a table">
          <table>
            <thead>
              <tr>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr>
            </thead>
            <tbody>${raw(picture.lanes.length > MOST_DRAWN ? "" : rows(picture, where))}</tbody>
          </table>
        </div>
      </details>
    </article>
  `;
}

function listing(title: string, lines: readonly Line[]): Html {
  return html`
    <figure class="listing">
      <figcaption>${title}</figcaption>
      <ol>${lines.map(({ text, place }) =>
        html`<li data-place="${place ?? ""}"><span class="chip"></span><code>${text}</code></li>`
      )}</ol>
    </figure>
  `;
}

function icon(path: string): Html {
  return html`
    <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d="${path}" />
    </svg>
  `;
}

function transport(): Html {
  return html`
    <div id="transport" role="group" aria-label="Time travel" hidden>
      <div class="buttons">
        <button type="button" id="run" class="primary">Run live</button>
        <button type="button" id="first" aria-label="To the start"
          title="To the start (Home)">${icon("M3 3v10M13 3v10L6 8z")}</button>
        <button type="button" id="back" aria-label="Step back"
          title="Step back (,)">${icon("M11 3v10L4 8z")}</button>
        <button type="button" id="play" title="Play or pause (Space)">Play</button>
        <button type="button" id="forth" aria-label="Step" title="Step (.)">${icon(
          "M5 3v10l7-5z",
        )}</button>
        <button type="button" id="last" aria-label="To the end"
          title="To the end (End)">${icon("M13 3v10M3 3v10l7-5z")}</button>
      </div>
      <label class="scrub">Moment <input type="range" id="moment" min="0" value="0"></label>
      <output id="told" for="moment"></output>
      <fieldset id="axis">
        <legend>Axis</legend>
        <label><input type="radio" name="axis" value="time" checked> Time</label>
        <label><input type="radio" name="axis" value="steps"> Steps</label>
      </fieldset>
      <p class="keys">Keys: <kbd>Space</kbd> play or pause, <kbd>,</kbd> and <kbd>.</kbd> step,
          <label><input type="checkbox" id="keys" checked> on</label></p>
    </div>
  `;
}

function form(parameters: Parameters, complaints: readonly Complaint[]): Html {
  const told = (name: string) =>
    complaints.filter(({ parameter }) => parameter === name).map(({ detail }) => detail).join("; ");
  const strange = complaints.filter(({ parameter }) => !(parameter in HINTS));
  const field = (name: string, input: (described: string) => Html) =>
    html`<div class="field"><label for="${name}">${name}</label>
      ${
      input(`aria-describedby="${name}-hint ${name}-error"${told(name) && ' aria-invalid="true"'}`)
    }
      <small id="${name}-hint">${HINTS[name]}</small>
      <small id="${name}-error" class="error">${told(name)}</small></div>`;
  const number = (name: keyof typeof RANGES) =>
    field(name, (described) =>
      html`
        <input id="${name}" name="${name}" inputmode="numeric" autocomplete="off" required
          value="${parameters[name]}" ${raw(described)}>
      `);
  return html`<form id="run-form" method="get" action="/" novalidate>
    ${number("count")}${number("delay")}${number("jitter")}
    ${
    field("order", (described) =>
      html`<select id="order" name="order" ${raw(described)}>${
        WORDS.order.map((word) =>
          html`<option${word === parameters.order ? raw(" selected") : ""}>${word}</option>`
        )
      }</select>`)
  }
    ${number("seed")}
    <div class="field buttons"><button type="submit" id="draw">Draw</button>
      <button type="button" id="another" hidden>Another seed</button>
      <a href="/" class="button">As it was</a></div>
    <p id="form-error" class="error">${
    strange.map(({ parameter, detail }) => `${parameter}: ${detail}`).join("; ")
  }</p>
  </form>`;
}
