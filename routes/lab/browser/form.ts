import type { Parameters } from "../../parameters.ts";
import { Problem } from "../../problem.ts";
import { readRun } from "../run.ts";

const form = document.querySelector<HTMLFormElement>("#run-form")!;
const FIELDS = ["count", "delay", "jitter", "order", "seed"];

/** The run that the form asks for, or `undefined`: it then says why, in the server's words. */
export function readForm(): Parameters | undefined {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  try {
    const parameters = readRun(new URLSearchParams(entries));
    complain(new Map());
    return parameters;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    complain(new Map(error.complaints.map(({ parameter, detail }) => [parameter, detail])));
    return undefined;
  }
}

function complain(details: Map<string, string>): void {
  // What is wrong with several together is said once.
  const isShared = details.size === 3 && new Set(details.values()).size === 1;
  for (const name of FIELDS) {
    const field = form.querySelector(`#${name}`)!;
    form.querySelector(`#${name}-error`)!.textContent = isShared ? "" : details.get(name) ?? "";
    if (details.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  form.querySelector("#form-error")!.textContent = isShared ? [...details.values()][0]! : "";
}
