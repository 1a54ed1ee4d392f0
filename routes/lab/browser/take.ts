import { summarize } from "@tenfold/loop";
import type { Parameters } from "../../parameters.ts";
import { logOf } from "../../tutorial.ts";
import { queryOf } from "../run.ts";

/** Fits the commands and the links to the run on the page. */
export function fit(parameters: Parameters): void {
  for (const code of document.querySelectorAll<HTMLElement>(".command")) {
    const query = `mode=${code.dataset.mode}&${queryOf(parameters)}`;
    code.textContent = `curl -N "${location.origin}/stream?${query}"`;
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-take]")) {
    const { mode, take } = link.dataset;
    const isPerfetto = take === "perfetto";
    link.href = `/trace?mode=${mode}&${queryOf(parameters)}${isPerfetto ? "&format=perfetto" : ""}`;
    link.download = `${mode}-${parameters.seed}${isPerfetto ? "-perfetto" : ""}.json`;
  }
}

/** Copies the command beside a button. */
export async function copy(button: HTMLElement): Promise<void> {
  const command = document.querySelector(`.command[data-mode=${button.dataset.copy}]`)!;
  try {
    await navigator.clipboard.writeText(command.textContent!);
    button.textContent = "Copied";
    setTimeout(() => button.textContent = "Copy", 2000);
  } catch {
    // Without the permission: one key press is left to do.
    getSelection()!.selectAllChildren(command);
  }
}

/** Offers the log of the run on the page, made here: it needs no server. */
export async function offer(link: HTMLAnchorElement, parameters: Parameters): Promise<void> {
  const entries = logOf(parameters);
  const file = link.dataset.take === "perfetto"
    ? (await import("../../../lib/perfetto.ts")).toPerfetto(entries, { ...parameters })
    : { parameters, summary: summarize(entries), entries };
  const blob = new Blob([JSON.stringify(file)], { type: "application/json" });
  const offered = document.createElement("a");
  offered.href = URL.createObjectURL(blob);
  offered.download = link.download;
  offered.click();
  URL.revokeObjectURL(offered.href);
}
