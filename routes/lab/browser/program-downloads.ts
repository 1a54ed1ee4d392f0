import { toPerfetto } from "../../../lib/trace/perfetto.ts";
import type { AskedProgram, Explored, Ran } from "../view/ran.ts";
import { saveFile } from "./save-file.ts";
import { toTest } from "./as-test.ts";

/** Saves a run, or a test of its program. All is made here: that needs no server. */
export function takeAway(what: string, asked: AskedProgram, ran: Ran, explored?: Explored): void {
  if (what === "perfetto") {
    const trace = JSON.stringify(toPerfetto(ran.entries, { order: JSON.stringify(asked.order) }));
    saveFile(trace, "run-perfetto.json", "application/json");
  } else saveFile(toTest(asked, ran, explored!), "program_test.js", "text/javascript");
}

/** Saves a program. */
export function takeProgram(source: string): void {
  saveFile(`${source}\n`, "program.js", "text/javascript");
}
