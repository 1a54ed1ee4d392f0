import type { CancelEntry, Entry, ExitEntry, SuspendEntry, WakeCause } from "./entry.ts";

/**
 * The log as a story: a line for each step, with who woke the task, what it did, and what it waits
 * for now, held by whom.
 *
 * @param entries The log of a run, from its first entry: see {@linkcode record}.
 * @returns The lines.
 *
 * @example Who waits for whom
 * ```ts
 * import { narrate, record, simulate, sleep, spawn } from "@tenfold/loop";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = record();
 * simulate(function* () {
 *   yield* yield* spawn(sleep(5), { name: "nap" });
 * }, { trace });
 * assertEquals(narrate(trace.entries), [
 *   "0 ms  main  starts, spawns nap, waits for nap",
 *   "0 ms  nap   starts, sleeps until 5 ms",
 *   "5 ms  nap   is woken by the timer, is done",
 *   "5 ms  main  is woken by nap, is done",
 * ].join("\n"));
 * ```
 */
export function narrate(entries: readonly Entry[]): string {
  const names: string[] = [];
  /** Who made a task ready, until it runs. */
  const wakers = new Map<number, WakeCause | null>();
  const started = new Set<number>();
  const failed = new Set<number>();
  const lines: { at: string; name: string; deeds: string[] }[] = [];
  /** The line of the step that is on. */
  let step: { task: number; deeds: string[] } | undefined;

  const line = (entry: Entry, deed: string) => {
    const deeds = [deed];
    lines.push({ at: `${entry.at} ms`, name: names[entry.task]!, deeds });
    return { task: entry.task, deeds };
  };
  const nameOf = (by: WakeCause | null) =>
    typeof by === "number" ? names[by]! : by === "host" ? "the host" : `the ${by}`;

  for (const entry of entries) {
    const { task, type } = entry;
    if (type === "spawn") {
      names[task] = told(entry.name);
      step?.deeds.push(`spawns ${names[task]}`);
    } else if (type === "ready") {
      wakers.set(task, entry.by);
    } else if (type === "step") {
      const waker = wakers.get(task);
      wakers.delete(task);
      const first = !started.has(task);
      started.add(task);
      const goesOn = waker === undefined || waker === null;
      step = line(entry, first ? "starts" : goesOn ? "goes on" : `is woken by ${nameOf(waker)}`);
    } else if (type === "emit") {
      step?.deeds.push(`emits ${told(entry.value)}`);
    } else if (type === "cancel") {
      const { source, by } = entry;
      const asker = source === "task" || source === "host" ? ` by ${nameOf(by)}` : "";
      const why = causeOf(entry, names, failed);
      // The failure of a child may be thrown into a task in a step of its own.
      const isOwn = step === undefined || (step.task === task && by !== task);
      const deed = isOwn ? `is cancelled${asker}${why}` : `cancels ${names[task]}${why}`;
      if (step === undefined) line(entry, deed);
      else step.deeds.push(deed);
    } else {
      if (type === "exit" && entry.outcome === "failed") failed.add(task);
      const deed = type === "exit" ? endOf(entry) : waitOf(entry, names);
      // A task ends outside of a step of its own when it is cancelled early, or with its children.
      if (step?.task !== task) {
        line(entry, deed);
        continue;
      }
      step.deeds.push(deed);
      step = undefined;
    }
  }

  const widths = [0, 0];
  for (const { at, name } of lines) {
    widths[0] = Math.max(widths[0]!, at.length);
    widths[1] = Math.max(widths[1]!, name.length);
  }
  return lines.map(({ at, name, deeds }) =>
    `${at.padStart(widths[0]!)}  ${name.padEnd(widths[1]!)}  ${deeds.join(", ")}`
  ).join("\n");
}

function endOf({ outcome, failure }: ExitEntry): string {
  if (outcome === "done") return "is done";
  if (outcome === "cancelled") return "ends, cancelled";
  return failure === undefined ? "fails" : `fails with ${failure}`;
}

/** Why a task is cancelled, in brackets. */
function causeOf(
  { source, by, reason }: CancelEntry,
  names: readonly string[],
  failed: ReadonlySet<number>,
): string {
  if (reason !== undefined) return ` (${told(reason)})`;
  if (source === "deadlock") return " (the run is deadlocked)";
  // A limit, or an error of an order or of a trace function.
  if (source === "limit") return " (the loop ends the run)";
  if (source === "task" || source === "host") return "";
  if (typeof by !== "number") return " (its group has ended)";
  // A parent that fails has not ended yet.
  const hasFailed = source === "parent" || failed.has(by);
  return ` (${names[by]} ${hasFailed ? "has failed" : "was cancelled"})`;
}

/** What a task waits for, and who holds that. */
function waitOf(
  { why, until, label, of = {} }: SuspendEntry,
  names: readonly string[],
): string {
  const limit = until === undefined ? "" : ` until ${until} ms`;
  if ("task" in of) return `waits for ${names[of.task]}`;
  if ("tasks" in of) return `waits for ${listed(of.tasks, names)}${limit}`;
  const { name, lacks, count, size, heldBy } = of;
  const what = name === undefined ? `the ${why}` : `the ${why} ${told(name)}`;
  switch (why) {
    case "sleep":
      return `sleeps${limit}`;
    case "block":
      return `holds the thread${limit}`;
    case "pause":
      return "pauses";
    case "children":
      return "waits for its children";
    case "host":
      return `waits for ${told(label ?? "the host")}`;
    case "queue":
      return `waits for ${LACKS[lacks ?? "value"]} ${what}`;
    case "barrier":
      return `waits for ${what} (${count} of ${size})`;
  }
  if (heldBy === undefined) return `waits for ${what}`;
  const isOutside = heldBy.length === 0;
  return `waits for ${what}, held ${
    isOutside ? "outside of the run" : `by ${listed(heldBy, names)}`
  }`;
}

const LACKS = { value: "a value in", room: "room in", done: "the work of" } as const;

/** More tasks than this are not all named. */
const MAX_NAMED = 4;

/** Tasks by their names: `a, b and c`. */
function listed(tasks: readonly number[], names: readonly string[]): string {
  const isLong = tasks.length > MAX_NAMED + 1;
  const named = tasks.slice(0, isLong ? MAX_NAMED : undefined).map((task) => names[task]!);
  if (isLong) named.push(`${tasks.length - MAX_NAMED} more`);
  const last = named.pop() ?? "its tasks";
  return named.length === 0 ? last : `${named.join(", ")} and ${last}`;
}

/** A value as one line of text, whatever it is. */
export function told(value: unknown): string {
  const text = textOf(value);
  return text.includes("\n") ? JSON.stringify(text) : text;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    // JSON has neither NaN nor Infinity.
    if (value instanceof Error || typeof value === "number") return String(value);
    return JSON.stringify(value) ?? String(value);
  } catch {
    // It has a circle or a bigint in it, or does not want to be read.
  }
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
