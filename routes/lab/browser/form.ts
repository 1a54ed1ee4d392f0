import type { Parameters } from "../../tutorial/parameters.ts";
import { FIELDS, readRun } from "../view/query.ts";
import { byId } from "./dom.ts";

const form = document.querySelector<HTMLFormElement>("#run-form")!;

/** The run in the form, or `undefined` if a field is wrong: the form then shows the errors. */
export function readForm(): Parameters | undefined {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  const { parameters, errors } = readRun(new URLSearchParams(entries));
  for (const name of FIELDS) {
    form.querySelector(`#${name}-error`)!.textContent = errors.get(name) ?? "";
    const field = form.querySelector(`#${name}`)!;
    if (errors.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  // What was wrong with the address has been mended.
  byId("wrong").textContent = "";
  return errors.size === 0 ? parameters : undefined;
}

/** Writes a run into the form. */
export function writeForm(parameters: Parameters): void {
  for (const name of FIELDS) {
    form.querySelector<HTMLInputElement>(`#${name}`)!.value = String(parameters[name]);
  }
}
