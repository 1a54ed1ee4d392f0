import type { Axis, Scale } from "../view/axis.ts";
import { AXES, figure, names } from "../view/html.ts";
import { type Content, type Markup, markup } from "../view/markup.ts";
import { HEADS, rows } from "../view/story.ts";
import { toSvg } from "../view/svg.ts";
import { HINT } from "../view/text.ts";
import type { Lane, Timeline } from "../view/timeline.ts";
import { renderTransport } from "./controls.ts";

/** What a bench is made of. */
export interface BenchOptions {
  /** The start of its ids. */
  id: string;
  /** The attributes of its element, besides its name. */
  attributes?: Markup;
  /** What it is called: "Blocking run". */
  title: string;
  /** What there is to see in its pictures, in a sentence. */
  description: string;
  /** What stands above it. */
  head: Content;
  /** The program, as listings or as an editor. */
  program: Content;
  /** The run, or `undefined` if it has too many coroutines for the server to draw. */
  timeline: Timeline | undefined;
  /** For how many lanes there is to be room. */
  room: number;
  /** The scale of its pictures. */
  scale: Scale;
  /** What stands in place of the pictures, as long as a style sheet hides them. */
  cover?: Content;
  /** What stands above the pictures, between them, and below them. */
  above?: Content;
  between: Content;
  below?: Content;
  /** What it printed. */
  printed: Content;
  /** The text of the line that a lane is at. */
  lineOf: (lane: Lane) => string;
}

/** One run: its program beside its two pictures, its controls, its output and its table. */
export function renderBench(options: BenchOptions): Markup {
  const { id, title, timeline, room } = options;
  const picture = (axis: Axis) => {
    const { scale, description } = options;
    const drawing = timeline === undefined
      ? markup`<p>The server draws up to ${MAX_DRAWN} coroutines, a browser with JavaScript more.</p>`
      : toSvg(
        { axis, timeline, scale, id: `${id}-${axis}` },
        `${title}, ${AXES[axis]}`,
        description,
      );
    const list = timeline === undefined ? [] : names(timeline, () => undefined);
    return figure(axis, room, timeline?.lanes ?? [], list, drawing);
  };
  return markup`
    <article class="bench" ${options.attributes} aria-labelledby="${id}-name">
      <div class="head">${options.head}</div>
      ${renderTransport(`Step through the ${title[0]!.toLowerCase()}${title.slice(1)}`)}
      <div class="program">${options.program}</div>
      ${options.cover}
      <div class="pictures">${options.above}${picture("time")}
        ${options.between}
        ${picture("steps")}${options.below}</div>
      <div class="stage" data-scripted>${ZONES.map(renderZone)}</div>
      <div class="told">${options.printed}
      <p class="story">${HINT}</p></div>
      <details class="table">
        <summary>The ${title[0]!.toLowerCase()}${title.slice(1)} as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table">
          <table>
            <thead><tr>${HEADS.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
            <tbody>${timeline && rows(timeline, options.lineOf)}</tbody>
          </table>
        </div>
      </details>
    </article>
  `;
}

/** More coroutines than this are not drawn by the server: the page would be too heavy. */
export const MAX_DRAWN = 100;

/** Where a coroutine can be: a script shows which ones are there. */
const ZONES = ["ready", "thread", "waiting", "finished"];

function renderZone(zone: string): Markup {
  return markup`<div data-zone="${zone}"><span>${zone}</span><ol></ol></div>`;
}
