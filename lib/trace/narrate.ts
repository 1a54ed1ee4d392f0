import type { Entry, SuspendEntry, WakeCause } from "./entry.ts";

/**
 * The log as a story: a line for each step, with who woke the task, what it did, and what it waits
 * for now.
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
 *   "0 ms  main  starts, spawns nap, waits to join",
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
      names[task] = entry.name;
      step?.deeds.push(`spawns ${entry.name}`);
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
      const reason = entry.reason === undefined ? "" : ` (${told(entry.reason)})`;
      if (step === undefined) line(entry, `is cancelled by ${nameOf(entry.by)}${reason}`);
      else step.deeds.push(`cancels ${names[task]}${reason}`);
    } else {
      const deed = type === "exit" ? ENDS[entry.outcome] : suspends(entry);
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

const ENDS = { done: "is done", failed: "fails", cancelled: "ends, cancelled" } as const;

function suspends({ why, until, label }: SuspendEntry): string {
  switch (why) {
    case "sleep":
      return `sleeps until ${until} ms`;
    case "block":
      return `holds the thread until ${until} ms`;
    case "pause":
      return "pauses";
    case "join":
      return "waits to join";
    case "children":
      return "waits for its children";
    case "gather":
    case "wait":
      return `waits for its tasks${until === undefined ? "" : ` until ${until} ms`}`;
    case "host":
      return `waits for ${label ?? "the host"}`;
    default:
      return `waits for the ${why}`;
  }
}

/** A value as text. */
export function told(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
