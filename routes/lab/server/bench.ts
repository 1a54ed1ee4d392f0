import type { Parameters } from "../../tutorial/parameters.ts";
import type { Axis, Scale } from "../view/axis.ts";
import { AXES, figure, names } from "../view/html.ts";
import { HEADS, rows } from "../view/story.ts";
import { locatedLogOf } from "../view/tutorial-log.ts";
import { LANGUAGES, type Line, lineMarkup, typeScript } from "../view/listing.ts";
import { type Markup, markup } from "../view/markup.ts";
import { toSvg } from "../view/svg.ts";
import { exact, HINT, type Mode, orderText, outputOf, sentence } from "../view/text.ts";
import type { Timeline } from "../view/timeline.ts";
import { renderTransport } from "./controls.ts";

/** More coroutines than this are not drawn by the server: the page would be too heavy. */
export const MAX_DRAWN = 100;

/** Which lines do what is the same for every count, delay and seed. */
const SMALLEST = { count: 1, delay: 1, jitter: 0, order: "fifo", seed: 0 } as const;

/**
 * One run: its program beside its two pictures, its controls, its output and its table.
 *
 * @param mode The mode.
 * @param given The parameters of both runs.
 * @param timeline The run, or `undefined` if it has too many coroutines for the server to draw.
 * @param scale The scale of both runs.
 * @param source The text of the program.
 */
export function renderBench(
  mode: Mode,
  given: Parameters,
  timeline: Timeline | undefined,
  scale: Scale,
  source: string,
): Markup {
  const { mode: name, title, how } = mode;
  const parameters = { ...given, mode: name };
  const text = timeline === undefined ? "" : sentence(parameters, timeline);
  const picture = (axis: Axis) => {
    const caption = `${title} run, ${AXES[axis]}`;
    const drawing = timeline === undefined
      ? markup`<p>The server draws up to ${MAX_DRAWN} coroutines, a browser with JavaScript more.</p>`
      : toSvg({ axis, timeline, scale, id: `${name}-${axis}` }, caption, text);
    const list = timeline === undefined ? [] : names(timeline, () => undefined);
    const shown = figure(axis, 1 + given.count, list, drawing);
    return shown;
  };
  return markup`
    <article class="bench" data-mode="${name}" aria-labelledby="${name}-name">
      <div class="head">
        <h2 id="${name}-name">${title}</h2>
        <strong class="taken">${timeline === undefined ? "" : exact(timeline.now)}</strong>
        <span class="how">${how}</span>
        <small class="connection"></small>
      </div>
      ${renderTransport(`Step through the ${name} run`)}
      <div class="program">${renderPrograms(parameters, source)}</div>
      <div class="pictures">${picture("time")}
        <h3>The same run, step by step: every turn on the thread has a column, so widths are not time</h3>
        ${picture("steps")}</div>
      <div class="stage" data-scripted>${ZONES.map(renderZone)}</div>
      <div class="told"><p class="output">Printed: <samp>${
    timeline === undefined ? "" : outputOf(timeline)
  }</samp>
        <small>${orderText(parameters)}</small></p>
      <p class="story">${HINT}</p></div>
      <details class="table">
        <summary>The ${name} run as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="${title} run, as a table">
          <table>
            <thead><tr>${HEADS.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
            <tbody>${timeline && rows(timeline, () => "")}</tbody>
          </table>
        </div>
      </details>
    </article>
  `;
}

const programs = new Map<Parameters["mode"], ReturnType<typeof typeScript>>();

/** The program of a mode, whose source never changes: it is read once. */
function programOf(mode: Parameters["mode"], source: string): ReturnType<typeof typeScript> {
  const program = programs.get(mode) ?? typeScript(source, locatedLogOf({ ...SMALLEST, mode }));
  programs.set(mode, program);
  return program;
}

/** The program in every language: a style sheet shows the one that is chosen. */
function renderPrograms(parameters: Parameters, source: string): Markup[] {
  const { lines, roles } = programOf(parameters.mode, source);
  const others = Object.entries(LANGUAGES).map(([language, program]) => {
    const lines = program(parameters).map(({ role, ...line }) => ({
      ...line,
      number: role && roles[role],
    }));
    return renderListing(language, lines);
  });
  const note =
    markup`<figcaption>As it runs here. <code>yield*</code> is <code>await</code>.</figcaption>`;
  return [...others, renderListing("TypeScript", lines, note)];
}

function renderListing(language: string, lines: readonly Line[], note?: Markup): Markup {
  return markup`
    <figure class="listing" data-language="${language}" aria-label="The program in ${language}">${note}
      <ol>${lines.map(renderLine)}</ol>
    </figure>
  `;
}

/** Where a coroutine can be: a script shows which ones are there. */
const ZONES = ["ready", "thread", "waiting", "finished"];

function renderZone(zone: string): Markup {
  return markup`<div data-zone="${zone}"><span>${zone}</span><ol></ol></div>`;
}

function renderLine({ text, number, differs }: Line): Markup {
  const code = lineMarkup({ text, differs });
  return markup`<li data-line="${
    number ?? ""
  }"><span class="chip"></span><code>${code}</code></li>`;
}
