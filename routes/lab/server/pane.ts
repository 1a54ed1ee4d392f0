import type { Parameters } from "../../tutorial/parameters.ts";
import type { Scale } from "../view/axis.ts";
import { toSvg } from "../view/svg.ts";
import type { Timeline } from "../view/timeline.ts";
import { locatedLogOf } from "../view/lines.ts";
import { type Line, python, typeScript } from "../view/listing.ts";
import { figure, figures, HEADS, type Mode, names, rows, sentence, titleOf } from "../view/html.ts";
import { type Markup, markup } from "../view/markup.ts";

/** More coroutines than this are not drawn here: the page would be too heavy. A browser can. */
const MAX_DRAWN = 100;

/** What happens at a line is the same for every count, delay and seed. */
const SMALLEST = { count: 1, delay: 1, jitter: 0, order: "fifo", seed: 0 } as const;

/** One run: its drawing, its figures, its program and its table. */
export function renderPane(
  { mode, title, how }: Mode,
  given: Parameters,
  timeline: Timeline,
  scale: Scale,
  tutorial: string,
): Markup {
  const parameters = { ...given, mode };
  const { lines, roles } = typeScript(tutorial, locatedLogOf({ ...SMALLEST, mode }));
  const isDrawn = timeline.lanes.length <= 1 + MAX_DRAWN;
  const drawing = isDrawn
    ? toSvg(timeline, scale, mode, titleOf(mode), sentence(parameters, timeline))
    : markup`<p>The server draws up to ${MAX_DRAWN} coroutines. For more, turn JavaScript on.</p>`;
  return markup`
    <article class="pane" data-mode="${mode}" aria-labelledby="${mode}-name">
      <h3><span id="${mode}-name">${title}</span> <small>${how}</small>
          <small class="connection">computed in virtual time</small></h3>
      ${figure(timeline, names(timeline), drawing)}
      <p class="story" hidden></p>
      <div class="below">
        <h4>${title}, in figures</h4>
        <dl class="figures">${figures(timeline, parameters)}</dl>
        <details class="program">
          <summary>The program, and where each coroutine is</summary>
          <div class="listings">${listing("TypeScript, as it runs here", lines)}
              ${
    listing(
      "Python",
      python(parameters).map(({ text, role }) => ({ text, number: role && roles[role] })),
    )
  }</div>
        </details>
        <details class="table">
          <summary>The same as a table</summary>
          <div class="scroll" tabindex="0" role="region" aria-label="${titleOf(mode)}, as a table">
            <table>
              <thead>
                <tr>${HEADS.map((head) => markup`<th scope="col">${head}</th>`)}</tr>
              </thead>
              <tbody>${isDrawn ? rows(timeline, () => "") : undefined}</tbody>
            </table>
          </div>
        </details>
      </div>
    </article>
  `;
}

function listing(title: string, lines: readonly Line[]): Markup {
  return markup`
    <figure class="listing">
      <figcaption>${title}</figcaption>
      <ol>${
    lines.map(({ text, number }) =>
      markup`<li data-line="${number ?? ""}"><span class="chip"></span><code>${text}</code></li>`
    )
  }</ol>
    </figure>
  `;
}
