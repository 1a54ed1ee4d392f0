import { type Parameters, RANGES, WORDS } from "../../tutorial/parameters.ts";
import type { Problem } from "../../problem.ts";
import { fieldErrorsOf } from "../view/field-errors.ts";
import { type Markup, markup } from "../view/markup.ts";

/** The controls of time, for whoever has JavaScript. */
export function renderTransport(): Markup {
  const button = (id: string, label: string, path: string) =>
    markup`
      <button type="button" id="${id}" aria-label="${label}"
        title="${label}"><svg class="sign"
            viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg></button>
    `;
  return markup`
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
export function renderForm(
  parameters: Parameters,
  asked: URLSearchParams,
  problem: Problem | undefined,
): Markup {
  const { fields, rest } = fieldErrorsOf(problem);
  const field = (name: string, label: string, input: (attributes: Markup) => Markup) => {
    const attributes =
      markup`id="${name}" name="${name}" aria-describedby="${name}-error form-error"${
        fields.has(name) ? markup` aria-invalid="true"` : undefined
      }`;
    return markup`<div class="field"><label for="${name}">${label}</label>${input(attributes)}
      <small id="${name}-error" class="error">${fields.get(name) ?? ""}</small></div>`;
  };
  const number = (name: keyof typeof RANGES, label: string) =>
    field(name, label, (attributes) =>
      markup`
        <input ${attributes} inputmode="numeric" autocomplete="off"
          value="${asked.get(name) ?? parameters[name]}">
      `);
  return markup`<form id="run-form" method="get" action="/" novalidate${
    problem === undefined ? markup` data-right` : undefined
  }>
    ${number("count", "Coroutines")}
    ${number("delay", "Sleep, ms")}
    ${number("jitter", "Extra sleep, ms")}
    ${
    field("order", "Who goes first", (attributes) =>
      markup`<select ${attributes}>${
        WORDS.order.map((word) =>
          markup`<option${
            word === parameters.order ? markup` selected` : undefined
          }>${word}</option>`
        )
      }</select>`)
  }
    ${number("seed", "Seed")}
    <div class="field buttons"><button type="submit" id="draw">Draw</button>
      <button type="button" id="another" hidden>Another seed</button>
      <a href="/" class="button">Reset</a></div>
    <p id="form-error" class="error">${rest}</p>
  </form>`;
}
