import {
  block,
  type Coroutine,
  type Order,
  pause,
  race,
  simulate,
  sleep,
  sleepBetween,
  sleepUntil,
  spawn,
  type Task,
  timeout,
  TimeoutError,
} from "@tenfold/loop";
import fc from "fast-check";
import { underEveryOrder } from "./every_order.ts";

// Small programs as plain data, in which waits have no certain length, and what they can do as brute
// force knows it: every choice of lengths on a grid, and for each of those every order.

export type Wait =
  | { do: "sleep" | "sleepUntil" | "block"; ms: number }
  | { do: "between"; min: number; max: number }
  | { do: "pause" | "join" | "cancel" }
  | { do: "timeout"; ms: number; body: Wait[] }
  | { do: "race"; bodies: Wait[][] };

/** How a program waits. Its uncertain waits are numbered as they are written. */
export interface Waits {
  sleep(ms: number): Coroutine<void>;
  sleepUntil(ms: number): Coroutine<void>;
  between(index: number, min: number, max: number): Coroutine<void>;
}

/** Waits of the library. */
export const waits: Waits = {
  sleep,
  sleepUntil,
  between: (_index, min, max) => sleepBetween(min, max),
};

/** Waits that end when a task of their own takes its only step: at any time. */
export const helpedWaits: Waits = {
  sleep: helped,
  sleepUntil: helped,
  between: helped,
};

function* helped(): Coroutine<void> {
  yield* yield* spawn(function* () {}());
}

/** How many waits there are, those within others included. */
export function countWaits(waits: readonly Wait[]): number {
  return waits.reduce((sum, wait) => {
    if (wait.do === "timeout") return sum + 1 + countWaits(wait.body);
    return sum + 1 + (wait.do === "race" ? countWaits(wait.bodies.flat()) : 0);
  }, 0);
}

/** The uncertain ones among them. */
export function uncertainIn(waits: readonly Wait[]): { min: number; max: number }[] {
  return waits.flatMap((wait) => {
    if (wait.do === "between") return [wait];
    if (wait.do === "timeout") return uncertainIn(wait.body);
    return wait.do === "race" ? uncertainIn(wait.bodies.flat()) : [];
  });
}

/** A task for each list of waits. At the end it notes whose each step was, and what came of it. */
export function* programOf(
  lists: readonly (readonly Wait[])[],
  { sleep, sleepUntil, between }: Waits,
  note: (steps: string) => void,
): Coroutine<void> {
  const indices = new Map(lists.flatMap(uncertainIn).map((wait, index) => [wait, index]));
  let steps = "";
  const tasks: Task<void>[] = [];
  function* play(waits: readonly Wait[], letter: string, before?: Task<void>): Coroutine<void> {
    steps += letter;
    try {
      for (const wait of waits) {
        yield* perform(wait, letter, before);
        steps += letter;
      }
    } finally {
      steps += `${letter}.`;
    }
  }
  function* perform(wait: Wait, letter: string, before?: Task<void>): Coroutine<unknown> {
    switch (wait.do) {
      case "sleep":
        return yield* sleep(wait.ms);
      case "sleepUntil":
        return yield* sleepUntil(wait.ms);
      case "block":
        return yield* block(wait.ms);
      case "between":
        return yield* between(indices.get(wait)!, wait.min, wait.max);
      case "pause":
        return yield* pause();
      case "join":
        return yield* before === undefined ? pause() : joined(before);
      case "cancel":
        if (before?.cancel()) steps += "!";
        return;
      case "timeout":
        try {
          return yield* timeout(wait.ms, play(wait.body, `${letter}'`, before));
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
          steps += "T";
        }
        return;
      case "race":
        return yield* race(wait.bodies.map((body, index) => play(body, letter + index, before)));
    }
  }
  for (const [index, waits] of lists.entries()) {
    tasks.push(yield* spawn(play(waits, "abc"[index]!, tasks.at(-1))));
  }
  for (const task of tasks) yield* joined(task);
  note(steps);
}

function* joined(task: Task<void>): Coroutine<void> {
  try {
    yield* task;
  } catch (error) {
    if (task.state === "suspended" || task.state === "ready") throw error;
  }
}

/** Every order that some lengths on a grid lead to, or `null` if there is too much to try. */
export function ordersByBruteForce(
  lists: readonly (readonly Wait[])[],
  grid: number,
  most: number,
): Set<string> | null {
  const ranges = lists.flatMap(uncertainIn);
  const counts = ranges.map(({ min, max }) => (max - min) / grid + 1);
  let left = most;
  if (counts.reduce((product, count) => product * count, 1) > most) return null;
  const found = new Set<string>();
  const chosen = counts.map(() => 0);
  for (;;) {
    const exact: Waits = {
      ...waits,
      between: (index, min) => sleep(min + chosen[index]! * grid),
    };
    const run = (order: Order) => simulate(programOf(lists, exact, (s) => found.add(s)), { order });
    const runs = underEveryOrder(run, left);
    if (runs === null) return null;
    left -= runs.length;
    let wheel = 0;
    while (wheel < counts.length && ++chosen[wheel]! === counts[wheel]) chosen[wheel++] = 0;
    if (wheel === counts.length) return found;
  }
}

// Even bounds: between two of them there is room on the grid for three waits to end one after
// another.
const even = fc.constantFrom(0, 2, 4);
const leaf: fc.Arbitrary<Wait> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("sleep" as const), ms: even }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleepUntil" as const), ms: even }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("block" as const), ms: fc.constantFrom(0, 2) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ min: even, length: even }).map(({ min, length }) => ({
      do: "between" as const,
      min,
      max: min + length,
    })),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "join", "cancel") }) },
);
const inner = fc.array(leaf, { minLength: 1, maxLength: 2 });
const wait: fc.Arbitrary<Wait> = fc.oneof(
  { weight: 6, arbitrary: leaf },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("timeout" as const), ms: even, body: inner }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("race" as const),
      bodies: fc.array(inner, { minLength: 2, maxLength: 2 }),
    }),
  },
);

/** Up to three tasks with up to six waits, at least one and at most three of them uncertain. */
export const uncertainPrograms: fc.Arbitrary<Wait[][]> = fc.array(
  fc.array(wait, { maxLength: 4 }),
  { minLength: 1, maxLength: 3 },
).filter((lists) => {
  const uncertain = uncertainIn(lists.flat()).length;
  return countWaits(lists.flat()) <= 6 && uncertain > 0 && uncertain <= 3;
});

/** The same, without those whose waits `helpedWaits` can't end at any time. */
export const helpedPrograms: fc.Arbitrary<Wait[][]> = uncertainPrograms.filter((lists) => {
  return !JSON.stringify(lists).includes("timeout");
});
