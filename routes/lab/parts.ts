import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Entry } from "@tenfold/loop";
import { type Parameters, RANGES, WORDS } from "../parameters.ts";
import type { Complaint } from "../problem.ts";
import type { Scale } from "./axis.ts";
import { draw, laneSize } from "./drawing.ts";
import type { Lane, Picture } from "./picture.ts";
import { type Line, lineAt, placeOf, python, typeScript } from "./program.ts";
import { figures, HEADS, names, rows, sentence } from "./telling.ts";

/** A piece of the page. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A mode, as the page tells of it. */
export interface Mode {
  mode: Parameters["mode"];
  title: string;
  how: string;
}

/** Both, in the order in which they stand on the page. */
export const MODES: readonly Mode[] = [
  {
    mode: "blocking",
    title: "Blocking",
    how: "a sleep keeps the thread, so the next must wait",
  },
  {
    mode: "cooperative",
    title: "Cooperative",
    how: "a sleep gives the thread back, so all sleep at once",
  },
];

/** More coroutines than this are not drawn here: the page would be too heavy. A browser can. */
const MOST_DRAWN = 100;

/** One run: its drawing, its figures, its program and its table. */
export function pane(
  { mode, title, how }: Mode,
  given: Parameters,
  { entries, picture }: { entries: readonly Entry[]; picture: Picture },
  scale: Scale,
  tutorial: string,
): Html {
  const parameters = { ...given, mode };
  const program = typeScript(tutorial, mode);
  const isDrawn = picture.lanes.length <= MOST_DRAWN;
  const drawing = isDrawn
    ? draw(picture, scale, mode, `${title} run`, sentence(parameters, picture))
    : `<p>The server draws up to ${MOST_DRAWN} coroutines. For more, turn JavaScript on.</p>`;
  const where = (lane: Lane, index: number) =>
    `<code>${lineAt(placeOf(lane, index, mode), program)}</code>`;
  return html`
    <article class="pane" data-mode="${mode}" aria-labelledby="${mode}-name">
      <h3><span id="${mode}-name">${title}</span> <small>${how}</small>
          <small class="connection">computed in virtual time</small></h3>
      <div class="figure ${laneSize(picture.lanes.length).name}">
        <div class="names">
          <div class="strips"><span>THREAD</span><span>CPU</span></div>
          <ol>${raw(names(picture))}</ol>
        </div>
        <div class="drawing">${raw(drawing)}</div>
      </div>
      <p class="story" hidden></p>
      <div class="below">
        <h4>${title}, in figures</h4>
        <dl class="figures">${raw(figures(entries, parameters))}</dl>
        <details class="program">
          <summary>The program, and where each coroutine is</summary>
          <div class="listings">${listing("TypeScript, as it runs here", program)}
              ${listing("Python", python(parameters))}</div>
        </details>
        <details class="table">
          <summary>The same as a table</summary>
          <div class="scroll" tabindex="0" role="region" aria-label="${title} run, as a table">
            <table>
              <thead>
                <tr>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr>
              </thead>
              <tbody>${isDrawn ? raw(rows(picture, where)) : ""}</tbody>
            </table>
          </div>
        </details>
      </div>
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

/** The controls of time, for whoever has JavaScript. */
export function transport(): Html {
  const button = (id: string, label: string, path: string) =>
    html`
      <button type="button" id="${id}" aria-label="${label}"
        title="${label}"><svg class="sign"
            viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg></button>
    `;
  return html`
    <div id="transport" role="group" aria-label="Time travel" hidden>
      <div class="buttons"><button type="button" id="run" class="primary">Run live</button>
          ${button("first", "To the start", "M3 3v10M13 3v10L6 8z")}
          ${button("back", "Step back", "M11 3v10L4 8z")}
          <button type="button" id="play">Play</button>
          ${button("forth", "Step", "M5 3v10l7-5z")}
          ${button("last", "To the end", "M13 3v10M3 3v10l7-5z")}</div>
      <label class="scrub">Moment <input type="range" id="moment" min="0" value="0"></label>
      <fieldset id="axis"><legend>Axis</legend>
          <label><input type="radio" name="axis" value="time" checked> Time</label>
          <label><input type="radio" name="axis" value="steps"> Steps</label></fieldset>
      <p id="told"></p>
      <p id="status" role="status"></p>
    </div>
  `;
}

/** The parameters, each with what the server has to say of it. */
export function form(
  parameters: Parameters,
  asked: URLSearchParams,
  complaints: readonly Complaint[],
): Html {
  const told = new Map(complaints.map(({ parameter, detail }) => [parameter, detail]));
  const fields: string[] = ["count", "delay", "jitter", "order", "seed"];
  const details = new Set(told.values());
  // What is wrong with several together is said once.
  const isShared = told.size === 3 && details.size === 1;
  const rest = [...told].filter(([name]) => isShared || !fields.includes(name))
    .map(([name, detail]) => isShared ? detail : `${name}: ${detail}`);
  const field = (name: string, label: string, input: (attributes: Html) => Html) => {
    const error = isShared ? "" : told.get(name) ?? "";
    const attributes = html`id="${name}" name="${name}" aria-describedby="${name}-error"${
      told.has(name) ? raw(` aria-invalid="true"`) : ""
    }`;
    return html`<div class="field"><label for="${name}">${label}</label>${input(attributes)}
      <small id="${name}-error" class="error">${error}</small></div>`;
  };
  const number = (name: keyof typeof RANGES, label: string) =>
    field(name, label, (attributes) =>
      html`
        <input ${attributes} inputmode="numeric" autocomplete="off"
          value="${asked.get(name) ?? parameters[name]}">
      `);
  return html`<form id="run-form" method="get" action="/" novalidate>
    ${number("count", "Coroutines")}
    ${number("delay", "Sleep, ms")}
    ${number("jitter", "Extra sleep, ms")}
    ${
    field("order", "Who goes first", (attributes) =>
      html`<select ${attributes}>${
        WORDS.order.map((word) =>
          html`<option${word === parameters.order ? raw(" selected") : ""}>${word}</option>`
        )
      }</select>`)
  }
    ${number("seed", "Seed")}
    <div class="field buttons"><button type="submit" id="draw">Draw</button>
      <button type="button" id="another" hidden>Another seed</button>
      <a href="/" class="button">Reset</a></div>
    <p id="form-error" class="error">${[...new Set(rest)].join("; ")}</p>
  </form>`;
}
