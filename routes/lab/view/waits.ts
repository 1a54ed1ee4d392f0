import { findCycle } from "../../../lib/core/cycle.ts";
import type { Cancel, Lane, Timeline, Wait } from "./timeline.ts";
import { exact, stepsText, valueText } from "./text.ts";

// What a coroutine waits for, held by whom, and who cancelled it, in words.

/** Waits for tasks to end, in the log's words. */
const ON_TASKS: ReadonlySet<string> = new Set(["join", "gather", "wait", "children"]);

/** More names than this are not all listed. */
const MAX_NAMES = 4;

/** Some lanes by their names: `a, b and c`. */
export function listed(lanes: readonly Lane[], some: readonly number[]): string {
  const names = some.map((lane) => lanes[lane]!.name);
  const rest = names.length - MAX_NAMES;
  if (rest > 1) names.splice(MAX_NAMES, Infinity, `${rest} more`);
  const last = names.pop() ?? "nobody";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

/** What a lane waits for at the moment of the timeline, after "waits": `for left, held by a`. */
export function waitText(timeline: Timeline, index: number): string {
  const { lanes } = timeline;
  const { wait, until, children } = lanes[index]!;
  const { why, of } = wait!;
  const clause = waitClause(timeline, index, wait!, timeline.holdersFor(index));
  const all = why === "children"
    ? children
    : why === "gather" && of && "tasks" in of
    ? of.tasks
    : [];
  const left = all.filter((lane) => lanes[lane]!.ended === undefined);
  const rest = left.length === all.length || left.length === 0
    ? ""
    : `: ${listed(lanes, left)} ${left.length === 1 ? "has" : "have"} not ended`;
  return `${clause}${rest}${until === undefined ? "" : `, until ${exact(until)} at the latest`}`;
}

/**
 * The same for any wait.
 *
 * @param timeline The run.
 * @param index The lane that waits.
 * @param wait What it waits for.
 * @param holders Who holds that.
 */
export function waitClause(
  { lanes }: Timeline,
  index: number,
  { why, label, of }: Wait,
  holders: readonly number[],
): string {
  const shared = of !== undefined && !("task" in of) && !("tasks" in of) ? of : {};
  const { name, lacks, count, size } = shared;
  const some = count === undefined || size === undefined ? "" : ` (${count} of ${size})`;
  switch (why) {
    case "lock":
      return `for ${name ?? "a lock"}${heldBy(lanes, index, holders)}`;
    case "semaphore":
      return `for a permit${name === undefined ? "" : ` of ${name}`}${
        heldBy(lanes, index, holders)
      }`;
    case "queue":
      if (lacks === "room") return `for room in ${name ?? "a queue"}${some}`;
      if (lacks === "value") return `for a value in ${name ?? "a queue"}, which is empty`;
      if (lacks === "done") {
        return `until all values of ${name ?? "a queue"} are done: ${count} are not`;
      }
      return `for ${name ?? "a queue"}`;
    case "event":
      return `for ${name === undefined ? "an event" : `the event ${name}`}`;
    case "condition":
      return `to be notified${name === undefined ? "" : ` of ${name}`}`;
    case "barrier":
      return `for the others at ${name ?? "a barrier"}${some && `: ${count} of ${size} are there`}`;
    case "join":
      return of !== undefined && "task" in of
        ? `for ${lanes[of.task]!.name} to end`
        : "for a task to end";
    case "wait": {
      const tasks = of !== undefined && "tasks" in of ? of.tasks : [];
      return tasks.length === 0
        ? "for tasks that it watches"
        : `for ${listed(lanes, tasks)} to end`;
    }
    case "children":
      return "for the tasks that it started to end";
    case "gather":
      return "for all the coroutines that it started together";
    case "host":
      return `for ${label ?? "something outside of the run"}`;
    default:
      return `for the ${why}`;
  }
}

function heldBy(lanes: readonly Lane[], index: number, holders: readonly number[]): string {
  if (holders.length === 0) return "";
  if (holders.length === 1 && holders[0] === index) return ", which it holds itself";
  return `, held by ${listed(lanes, holders)}`;
}

/** The lanes whose doing a lane waits for, at the moment of the timeline. */
export function waitedFor(timeline: Timeline, index: number): number[] {
  const { lanes } = timeline;
  const { state, wait } = lanes[index]!;
  if (state !== "waiting" || wait === undefined) return [];
  const { why, of } = wait;
  const hasNotEnded = (lane: number) => lanes[lane]!.ended === undefined;
  if (why === "children") {
    return lanes[index]!.children.filter(hasNotEnded);
  }
  if (of === undefined) return [];
  if ("task" in of) return [of.task].filter(hasNotEnded);
  if ("tasks" in of) return of.tasks.filter(hasNotEnded);
  return [...timeline.holdersFor(index)];
}

/** Lanes that wait for one another, each for the next and the last for the first, if there are any. */
export function circleOf(timeline: Timeline): number[] | undefined {
  return findCycle(timeline.lanes.keys(), (lane) => ofOne(timeline, lane));
}

/** With several holders any can end the wait, so it is not a wait for each. */
function ofOne(timeline: Timeline, index: number): number[] {
  const { why } = timeline.lanes[index]!.wait ?? {};
  const lanes = waitedFor(timeline, index);
  return why === "semaphore" && lanes.length > 1 ? [] : lanes;
}

/** How a run ended that the loop has ended, in a sentence. */
export function verdictText(timeline: Timeline): string {
  const { verdict, lanes, summary } = timeline;
  if (verdict?.source === "limit") {
    return `The loop stopped the run after ${stepsText(summary.steps)}.`;
  }
  // Without a circle, the lanes that do not only wait for others to end.
  const stuck = circleOf(timeline) ??
    [...lanes.keys()].filter((lane) =>
      lanes[lane]!.state === "waiting" && !ON_TASKS.has(lanes[lane]!.why!)
    );
  const waits = stuck.slice(0, MAX_NAMES)
    .map((lane) => `${lanes[lane]!.name} waits ${waitText(timeline, lane)}`);
  const rest = stuck.length > MAX_NAMES ? [`and ${stuck.length - MAX_NAMES} more wait`] : [];
  return `Nobody can go on: ${[...waits, ...rest].join("; ")}.`;
}

/** Why a lane is asked to end, as a clause: `main cancelled it (no longer needed)`. */
export function cancelClause({ by, source, reason }: Cancel, lanes: readonly Lane[]): string {
  const author = typeof by === "number" ? lanes[by]! : undefined;
  const why = reason === undefined ? "" : ` (${valueText(reason)})`;
  switch (source) {
    case "task":
    case "host":
      return `${author?.name ?? "the host"} cancelled it${why}`;
    case "timeout":
      return `its time was up${why}`;
    case "child":
      return `${author!.name} failed`;
    case "parent":
      return `${author!.name} ${reason === undefined ? "failed" : "ended"}`;
    case "join":
      return `${author!.name} was cancelled`;
    default:
      if (author === undefined) return "its group ended";
      return `${author.name} ${author.failure === undefined ? "was first" : "failed"}`;
  }
}
