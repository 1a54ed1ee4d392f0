import type { Parameters } from "../../tutorial/parameters.ts";
import { Problem } from "../../problem.ts";
import { fieldErrorsOf, FIELDS } from "../view/field-errors.ts";
import { readRun } from "../view/query.ts";

const form = document.querySelector<HTMLFormElement>("#run-form")!;

/** The run in the form, or `undefined` if a field is wrong: the form then shows the errors. */
export function readForm(): Parameters | undefined {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  try {
    const parameters = readRun(new URLSearchParams(entries));
    showErrors();
    return parameters;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showErrors(error);
    return undefined;
  }
}

function showErrors(problem?: Problem): void {
  const { fields, rest } = fieldErrorsOf(problem);
  for (const name of FIELDS) {
    form.querySelector(`#${name}-error`)!.textContent = fields.get(name) ?? "";
    const field = form.querySelector(`#${name}`)!;
    if (fields.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  form.querySelector("#form-error")!.textContent = rest;
}
