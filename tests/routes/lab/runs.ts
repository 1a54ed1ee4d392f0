import { block, type Entry, type Order, record, simulate, sleep, spawn } from "@tenfold/loop";
import { assert } from "@std/assert";
import fc from "fast-check";
import { type Parameters, withDefaults } from "../../../routes/tutorial/parameters.ts";
import { logOf } from "../../../routes/tutorial/program.ts";
import { type Action, orders, programs, start } from "../../lib/properties/programs.ts";

const ms = fc.oneof(fc.constantFrom(0, 1, 20, 1000), fc.nat({ max: 1000 }));

/** Any run of the tutorial that the page draws. */
export const parameters: fc.Arbitrary<Parameters> = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 300 })),
  delay: ms,
  jitter: fc.oneof(fc.constant(0), ms),
  mode: fc.constantFrom("cooperative", "blocking"),
  order: fc.constantFrom("shuffled", "fifo"),
  seed: fc.nat({ max: 0xffff_ffff }),
});

/** The same runs, again and again. */
const RUNS = { seed: 1, numRuns: 100 };

/** The log of a sleeper that is due at 500 ms, while `main` holds the thread from 200 to 1,200 ms. */
export function lateSleeper(): Entry[] {
  const trace = record();
  simulate(function* () {
    yield* spawn(sleep(500));
    yield* sleep(200);
    yield* block(1000);
  }, { trace });
  return trace.entries;
}

/** Asserts something of many runs of the tutorial, whole and cut off somewhere. */
export function ofTutorials(check: (entries: Entry[], parameters: Parameters) => void): void {
  const property = fc.property(parameters, fc.nat(), (parameters, cut) => {
    const entries = logOf(parameters);
    check(entries, parameters);
    check(entries.slice(0, cut % entries.length), parameters);
  });
  fc.assert(property, RUNS);
}

/** Asserts something of many logs, whole and cut off somewhere: not only the tutorial's. */
export function ofLogs(check: (entries: Entry[]) => void): void {
  ofTutorials(check);
  const property = fc.property(programs, orders, fc.nat(), (body, order, cut) => {
    const entries = logOfAny(body, order);
    const own = entries.slice(0, verdictIn(entries));
    check(own);
    check(own.slice(0, cut % own.length));
  });
  fc.assert(property, { ...RUNS, numRuns: 300 });
}

/** Asserts something of logs that end with the loop's cleanup, because nobody could go on. */
export function ofDeadlocks(check: (entries: Entry[], verdict: number) => void): void {
  let deadlocks = 0;
  const property = fc.property(programs, orders, (body, order) => {
    const entries = logOfAny(body, order);
    const verdict = verdictIn(entries);
    if (verdict === entries.length) return;
    deadlocks++;
    check(entries, verdict);
  });
  fc.assert(property, { ...RUNS, numRuns: 300 });
  assert(deadlocks > 10, `${deadlocks} deadlocks`);
}

/** How many entries a program itself has caused: all but the cleanup of a run that the loop ended. */
function verdictIn(entries: readonly Entry[]): number {
  const index = entries.findIndex((entry) =>
    entry.type === "cancel" && (entry.source === "deadlock" || entry.source === "limit")
  );
  return index < 0 ? entries.length : index;
}

function logOfAny(body: readonly Action[], order: Order): Entry[] {
  const trace = record();
  try {
    simulate(start(body).main, { order, trace });
  } catch { /* A failure is no less of a log. */ }
  return trace.entries;
}

/** The log of the run with these parameters, and the page's seed. */
export function ran(given: Partial<Parameters>): Entry[] {
  return logOf(withDefaults({ seed: 42, ...given }));
}

/** The entries of a type, in order. */
export function of<T extends Entry["type"]>(
  entries: readonly Entry[],
  type: T,
): Extract<Entry, { type: T }>[] {
  return entries.filter((entry): entry is Extract<Entry, { type: T }> => entry.type === type);
}
