import { toPerfetto } from "../../../lib/trace/perfetto.ts";
import type { AskedProgram, Explored, Ran } from "../view/ran.ts";
import { saveFile } from "./save-file.ts";
import { toTest } from "./as-test.ts";

/** Saves a run, a test of its program, or the program. All is made here: that needs no server. */
export function takeAway(what: string, asked: AskedProgram, ran: Ran, explored?: Explored): void {
  if (what === "perfetto") {
    const trace = JSON.stringify(toPerfetto(ran.entries, { order: JSON.stringify(asked.order) }));
    saveFile(trace, "run-perfetto.json", "application/json");
  } else if (what === "test") {
    saveFile(toTest(asked, ran, explored!), "program_test.js", "text/javascript");
  } else saveFile(`${asked.source}\n`, "program.js", "text/javascript");
}
