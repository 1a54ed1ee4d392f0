import type { Parameters } from "../../tutorial/parameters.ts";
import type { Scale } from "../view/axis.ts";
import { LANGUAGES, type Line, typeScript } from "../view/listing.ts";
import { type Markup, markup } from "../view/markup.ts";
import { paintLine } from "../view/paint.ts";
import { exact, type Mode, orderText, outputOf, sentence } from "../view/text.ts";
import type { Timeline } from "../view/timeline.ts";
import { locatedLogOf } from "../view/tutorial-log.ts";
import { renderBench } from "./bench.ts";

/** Which lines do what is the same for every count, delay and seed. */
const SMALLEST = { count: 1, delay: 1, jitter: 0, order: "fifo", seed: 0 } as const;

/**
 * One of the tutorial's runs.
 *
 * @param mode The mode.
 * @param given The parameters of both runs.
 * @param timeline The run, or `undefined` if it has too many coroutines for the server to draw.
 * @param scale The scale of both runs.
 * @param source The text of the program.
 */
export function renderTutorialBench(
  mode: Mode,
  given: Parameters,
  timeline: Timeline | undefined,
  scale: Scale,
  source: string,
): Markup {
  const { mode: name, title, how } = mode;
  const parameters = { ...given, mode: name };
  return renderBench({
    id: name,
    attributes: markup`data-mode="${name}"`,
    title: `${title} run`,
    description: timeline === undefined ? "" : sentence(parameters, timeline),
    head: markup`<h2 id="${name}-name">${title}</h2>
        <strong class="taken">${timeline === undefined ? "" : exact(timeline.now)}</strong>
        <span class="how">${how}</span>
        <small class="connection"></small>`,
    program: renderPrograms(parameters, source),
    timeline,
    room: 1 + given.count,
    scale,
    between:
      markup`<h3>The same run, step by step: a column for each turn on the thread, never two at once. Widths are not time</h3>`,
    printed: markup`<p class="output">Printed: <samp>${
      timeline === undefined ? "" : outputOf(timeline)
    }</samp>
        <small>${orderText(parameters)}</small></p>`,
    lineOf: () => "",
  });
}

/** What a language does otherwise than the run that is drawn. */
const NOTES: Readonly<Record<string, string>> = {
  Python: "asyncio lets those that wake together go first come, first served.",
  JavaScript:
    "JavaScript runs each function at once up to its await, and timers of equal length in their order.",
};

function caption(note: string | Markup): Markup {
  return markup`<figcaption>${note}</figcaption>`;
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
    const note = parameters.mode === "cooperative" ? NOTES[language] : undefined;
    return renderListing(language, lines, note === undefined ? undefined : caption(note));
  });
  const note = caption(markup`As it runs here. <code>yield*</code> is <code>await</code>.`);
  return [...others, renderListing("TypeScript", lines, note)];
}

function renderListing(language: string, lines: readonly Line[], note?: Markup): Markup {
  return markup`
    <figure class="listing" data-language="${language}" aria-label="The program in ${language}">${note}
      <ol>${lines.map(({ text, number, differs }) => paintLine(text, number, differs))}</ol>
    </figure>
  `;
}
