import { summarize } from "@tenfold/loop";
import { toPerfetto } from "../../../lib/trace/perfetto.ts";
import type { Parameters } from "../../tutorial/parameters.ts";
import { logOf } from "../../tutorial/program.ts";
import { saveFile } from "./save-file.ts";

/** Copies the command beside a button. */
export async function copy(button: HTMLElement): Promise<void> {
  const command = document.querySelector(`.command[data-mode=${button.dataset.copy}]`)!;
  try {
    await navigator.clipboard.writeText(command.textContent!);
    button.textContent = "Copied";
    setTimeout(() => button.textContent = "Copy", 2000);
  } catch {
    // Without the permission, the text is selected for the reader to copy.
    getSelection()!.selectAllChildren(command);
  }
}

/** Downloads the log of the run on the page. It is made here: that needs no server. */
export function download(link: HTMLAnchorElement, parameters: Parameters): void {
  const entries = logOf(parameters);
  const file = link.dataset.take === "perfetto"
    ? toPerfetto(entries, { ...parameters })
    : { parameters, summary: summarize(entries), entries };
  saveFile(JSON.stringify(file), link.download, "application/json");
}
