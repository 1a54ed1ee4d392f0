import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Parameters } from "../../tutorial/parameters.ts";
import type { Scale } from "../view/axis.ts";
import { toSvg } from "../view/svg.ts";
import type { Lane, Timeline } from "../view/timeline.ts";
import { type Line, lineAt, placeOf, python, typeScript } from "../view/listing.ts";
import { figure, figures, HEADS, names, rows, sentence, TITLES } from "../view/html.ts";

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
const MAX_DRAWN = 100;

/** One run: its drawing, its figures, its program and its table. */
export function renderPane(
  { mode, title, how }: Mode,
  given: Parameters,
  timeline: Timeline,
  scale: Scale,
  tutorial: string,
): Html {
  const parameters = { ...given, mode };
  const program = typeScript(tutorial, mode);
  const isDrawn = timeline.lanes.length <= 1 + MAX_DRAWN;
  const drawing = isDrawn
    ? toSvg(timeline, scale, mode, TITLES[mode], sentence(parameters, timeline))
    : `<p>The server draws up to ${MAX_DRAWN} coroutines. For more, turn JavaScript on.</p>`;
  const where = (lane: Lane, index: number) =>
    `<code>${lineAt(placeOf(lane, index, mode), program)}</code>`;
  return html`
    <article class="pane" data-mode="${mode}" aria-labelledby="${mode}-name">
      <h3><span id="${mode}-name">${title}</span> <small>${how}</small>
          <small class="connection">computed in virtual time</small></h3>
      ${raw(figure(timeline, names(timeline), drawing))}
      <p class="story" hidden></p>
      <div class="below">
        <h4>${title}, in figures</h4>
        <dl class="figures">${raw(figures(timeline, parameters))}</dl>
        <details class="program">
          <summary>The program, and where each coroutine is</summary>
          <div class="listings">${listing("TypeScript, as it runs here", program)}
              ${listing("Python", python(parameters))}</div>
        </details>
        <details class="table">
          <summary>The same as a table</summary>
          <div class="scroll" tabindex="0" role="region" aria-label="${TITLES[mode]}, as a table">
            <table>
              <thead>
                <tr>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr>
              </thead>
              <tbody>${isDrawn ? raw(rows(timeline, where)) : ""}</tbody>
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
