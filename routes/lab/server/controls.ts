import { type Parameters, RANGES, WORDS } from "../../tutorial/parameters.ts";
import { LANGUAGES } from "../view/listing.ts";
import type { AskedRun } from "../view/query.ts";
import { type Markup, markup } from "../view/markup.ts";

/** The controls of one run, hidden until a script can use them. */
export function renderTransport(name: string): Markup {
  const button = (move: string, label: string, path: string) =>
    markup`<button type="button" data-move="${move}" aria-label="${label}" title="${label}"><svg class="sign"
      viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg></button>`;
  return markup`
    <div class="transport" role="group" aria-label="${name}" data-scripted>
      <div class="buttons">
        ${button("first", "To the start", "M3 3v10M13 3v10L6 8z")}
        ${button("back", "Step back", "M11 3v10L4 8z")}
        <button type="button" class="play">Play</button>
        ${button("forth", "Step", "M5 3v10l7-5z")}
        ${button("last", "To the end", "M13 3v10M3 3v10l7-5z")}
      </div>
      <input type="range" min="0" value="0" aria-label="Position">
      <output class="position"></output>
    </div>
  `;
}

/** Which keys do something, and whether they do. */
export function renderKeys(): Markup {
  return markup`<p class="keys" data-scripted>Keys: <kbd>Space</kbd> plays or pauses, <kbd>,</kbd> and <kbd>.</kbd> step.
          <label><input type="checkbox" id="keys" checked> shortcuts on</label></p>`;
}

/** The choice of the language in which the programs are shown. It needs no script. */
export function renderLanguages(): Markup {
  const languages = [...Object.keys(LANGUAGES), "TypeScript"];
  return markup`<fieldset id="language"><legend>Program in</legend>${
    languages.map((language, index) =>
      markup`<label><input type="radio" name="language" value="${language}"${
        index === 0 ? markup` checked` : undefined
      }> ${language}</label>`
    )
  }</fieldset>`;
}

/** The parameters, each with the server's message about it. */
export function renderForm(
  parameters: Parameters,
  errors: AskedRun["errors"],
  query: URLSearchParams,
): Markup {
  const field = (name: string, label: string, input: (attributes: Markup) => Markup) => {
    const invalid = errors.has(name) ? markup` aria-invalid="true"` : undefined;
    const attributes =
      markup`id="${name}" name="${name}" aria-describedby="${name}-error"${invalid}`;
    return markup`<div class="field"><label for="${name}">${label}</label>${input(attributes)}
      <small id="${name}-error" class="error">${errors.get(name)}</small></div>`;
  };
  const number = (name: keyof typeof RANGES, label: string) =>
    field(
      name,
      label,
      (attributes) =>
        markup`<input ${attributes} inputmode="numeric" autocomplete="off" value="${
          query.get(name) ?? parameters[name]
        }">`,
    );
  const order = (word: string) =>
    markup`<option value="${word}"${word === parameters.order ? markup` selected` : undefined}>${
      ORDERS[word]
    }</option>`;
  return markup`
    <form id="run-form" method="get" action="/" novalidate${
    errors.size === 0 ? undefined : markup` data-wrong`
  }>
      ${number("count", "Coroutines")}
      ${number("delay", "Each waits, in ms")}
      ${number("jitter", "Extra wait up to, in ms")}
      ${
    field(
      "order",
      "Order at the same instant",
      (attributes) => markup`<select ${attributes}>${WORDS.order.map(order)}</select>`,
    )
  }
      ${number("seed", "Seed of the order")}
      <div class="field buttons"><button type="submit" id="draw">Draw</button>
        <button type="button" id="another" data-scripted>Another seed</button>
        <a href="/" class="button">Reset</a></div>
    </form>
  `;
}

/** What the orders are called on the page. */
const ORDERS: Record<string, string> = {
  shuffled: "at random, with the seed",
  fifo: "first come, first served",
};
