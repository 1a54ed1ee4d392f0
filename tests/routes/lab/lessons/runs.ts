import { type Coroutine, record, simulate } from "@tenfold/loop";
import { explore } from "@tenfold/loop/testing";
import { logAsEmit } from "../../../../routes/lab/lessons/log-as-emit.ts";
import type { Shown } from "./pins.ts";

/** What a program shows: first come, first served, and in some of its orders. */
export function show(program: () => Coroutine<unknown>, timing: "exact" | "any"): Shown {
  return logAsEmit(() => ({ ...run(program), ...tryOrders(program, timing) }));
}

function run(program: () => Coroutine<unknown>): Pick<Shown, "lines" | "error"> {
  const trace = record();
  let error: string | undefined;
  try {
    simulate(program(), { trace });
  } catch (thrown) {
    error = lastLine(thrown);
  }
  const names: string[] = [];
  const lines = trace.entries.flatMap((entry) => {
    if (entry.type === "spawn") names[entry.task] = entry.name;
    const who = `${entry.at} ms, ${names[entry.task]}`;
    if (entry.type === "emit") return `${who}: ${entry.value}`;
    return entry.type === "exit" ? `${who} is ${entry.outcome}` : [];
  });
  return { lines, ...(error === undefined ? {} : { error }) };
}

function tryOrders(
  program: () => Coroutine<unknown>,
  timing: "exact" | "any",
): Pick<Shown, "orders" | "isComplete" | "failure"> {
  const { schedules, complete, failure } = explore(program, { timing, maxSchedules: 100 });
  const found = { orders: schedules, isComplete: complete };
  return failure === undefined ? found : { ...found, failure: lastLine(failure.cause) };
}

/** A deadlock's last line is its circle; its other lines say where the files are. */
function lastLine(error: unknown): string {
  return (error as Error).message.split("\n").at(-1)!.trim();
}
