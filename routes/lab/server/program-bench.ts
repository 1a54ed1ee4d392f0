import { keyOf } from "../view/html.ts";
import { type Markup, markup } from "../view/markup.ts";
import { paintLine } from "../view/paint.ts";
import { describeRun, endingText, printedMarkup } from "../view/printed.ts";
import { scaleOf } from "../view/scale.ts";
import { exact } from "../view/text.ts";
import { Timeline } from "../view/timeline.ts";
import { exploredText } from "../view/verdict.ts";
import { renderBench } from "./bench.ts";
import type { ProgramRun } from "./program-run.ts";

/** The run of a program that the reader can change. */
export function renderProgramBench(run: ProgramRun): Markup {
  const { source, log, ending, explored } = run;
  const outcome = explored === undefined ? "" : exploredText(explored);
  const timeline = new Timeline(log.entries, log.lines);
  const lines = source.split("\n");
  const isTimeless = timeline.now === 0;
  return renderBench({
    id: "program",
    attributes: isTimeless ? markup`data-timeless` : markup``,
    title: "Run",
    description: describeRun(timeline),
    head: markup`<h2 id="program-name">Program</h2>
      <strong class="taken">${exact(timeline.now)}</strong>
      ${renderOrder()}`,
    program: renderEditor(source),
    timeline,
    room: timeline.room,
    // About the room beside a program: in more of it, texts stay clear of the marks.
    scale: scaleOf(560, [timeline]),
    cover: markup`<p class="cover note">Choose an answer, and see what the program does.</p>`,
    above: markup`<p class="stale note">The program has changed. This is how it ran before.</p>
      <p id="outcome" class="note">${outcome}</p>
      <button type="button" id="swap" hidden></button>
      <div id="choice" role="group" aria-label="You choose" hidden></div>`,
    between:
      markup`<h3 class="timed">The same run, step by step: a column for each turn on the thread, never two
        at once. Widths are not time</h3>
      <h3 class="timeless">No time passes in this run. Step by step, every turn on the thread has a
        column</h3>`,
    below: markup`<ul class="key">${keyOf(timeline, "program-steps")}</ul>`,
    printed: markup`<p class="output">Printed: <span class="printed" role="group"
      aria-label="Printed" tabindex="0">${printedMarkup(timeline)}</span></p>
      <p class="ending" role="status" data-kind="${ending.kind}">${endingText(ending)}</p>`,
    lineOf: ({ line, ended }) => ended !== undefined ? "" : lines[(line ?? 0) - 1]?.trim() ?? "",
  });
}

/** A program, as a listing, over which a script lays the field in which it is changed. */
function renderEditor(source: string): Markup {
  return markup`<p class="language">JavaScript: <code>function*</code> is Python’s <code>async def</code>
      or an <code>async function</code>, <code>yield*</code> is <code>await</code>.</p>
    <div class="listing editor">
      <ol>${source.split("\n").map((line, index) => paintLine(line, index + 1))}</ol>
      <textarea id="source" aria-label="Program" aria-describedby="editing" spellcheck="false"
        autocapitalize="off" autocomplete="off" data-scripted>${source}</textarea>
    </div>
    <p class="untrusted note">This program came with the link, and has not been run. Read it, then run
      it.</p>
    <p id="wrong" class="error" role="alert"></p>
    <p id="unread" class="note" role="status"></p>
    <ul id="remarks" class="plain" aria-live="polite"></ul>
    <div class="buttons" data-scripted>
      <button type="button" id="run" class="primary">Run</button>
      <button type="button" id="reset">Reset</button>
      <button type="button" id="share">Copy a link</button>
    </div>
    <p id="editing" class="keys" data-scripted>Change it: it runs again by itself, or with
      <kbd>Ctrl</kbd>+<kbd>Enter</kbd>. All of the library is there, without imports.</p>`;
}

/** The choice of who goes first, and what came of it. */
function renderOrder(): Markup {
  const option = ([value, label]: readonly [string, string]) =>
    markup`<option value="${value}">${label}</option>`;
  return markup`<div class="order" data-scripted>
      <label>Who goes first <select id="order">${ORDERS.map(option)}</select></label>
      <label id="seeded" hidden>Seed <input id="seed" inputmode="numeric" autocomplete="off"
        value="1"> <button type="button" id="another">Another</button></label>
      <label id="timed" hidden><input type="checkbox" id="timing"> any wait may also take longer or
        shorter</label>
      <p id="tried" hidden>Several tasks can be ready at the same time. The program is run in each order that
        they can take.</p>
    </div>`;
}

/** The orders, by their names in the address. */
const ORDERS = [
  ["fifo", "first come, first served"],
  ["seed", "at random, with a seed"],
  ["choose", "you choose"],
  ["every", "try every order"],
] as const;

/** Downloads of the run that is shown. */
export function renderDownloads(): Markup {
  return markup`<section aria-labelledby="take" data-scripted>
      <h2 id="take">Download</h2>
      <div class="buttons">
        <button type="button" data-take="perfetto">Trace for ui.perfetto.dev</button>
        <button type="button" data-take="test">Test</button>
        <button type="button" data-take="program">Program</button>
      </div>
    </section>`;
}
