import {
  Cancelled,
  type Coroutine,
  type Entry,
  EventLoop,
  fifo,
  type Order,
  pause,
  record,
  shield,
  shuffled,
  sleep,
  sleepUntil,
  spawn,
  type Task,
  virtualClock,
} from "@tenfold/loop";
import { random } from "../../../lib/core/random.ts";
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import type { LoopTask } from "../../../lib/core/task.ts";
import { settled } from "../fixtures.ts";
import { assertKeepsGrammar } from "./grammar.ts";
import { told } from "./programs.ts";

/** A program, fresh for one run. */
export interface Trial {
  /** The task under test. */
  victim: Coroutine<unknown>;
  /** Tasks beside it: nobody cancels them, so they must end well. */
  others?: Coroutine<unknown>[];
  /** Looks at what is left when all tasks have ended, the others of themselves or cancelled too. */
  check?: (undisturbed: boolean) => void;
}

/** Options of {@linkcode cancelEverywhere}. */
export interface Everywhere {
  /** What may come of the victim, beside being cancelled and what comes of it in peace. */
  also?: string[];
  /** How long, in ms, it may take to end once it is cancelled. Cleanup takes 1 ms at each level. */
  within?: number;
}

/** What is begun and has to be cleaned up, in one run. */
export class Scene {
  begun = 0;
  cleaned = 0;

  /** Runs a coroutine and cleans up after it, by a cleanup that suspends if it fails. */
  *tidy<T>(coroutine: Coroutine<T>): Coroutine<T> {
    this.begun++;
    let value: T;
    try {
      value = yield* coroutine;
    } catch (error) {
      // Only the cleanup that a cancel leads to is safe from a cancel.
      const safe = error instanceof Cancelled && error.source !== "join";
      yield* safe ? this.#clean() : shield(this.#clean());
      throw error;
    }
    this.cleaned++;
    return value;
  }

  *#clean(): Coroutine<void> {
    yield* pause();
    yield* sleep(1);
    this.cleaned++;
  }
}

type Program = (scene: Scene) => Trial;

/** When to cancel whom; `null` for never. */
interface Attack {
  /** By a task, after so many steps of the program, the last of them at that time. */
  step?: { number: number; at: number };
  /** By the host, when so many entries are logged. */
  entry?: number;
  /** Whether to cancel the whole run and not the victim. */
  all?: boolean;
}

interface Report {
  entries: Entry[];
  /** The times of the program's steps, in order. */
  steps: number[];
  outcome: string;
}

const SEEDS = [null, 1, 2, 3];

/**
 * Runs a program in virtual time, once for each thing that happens in it, and cancels the victim
 * there: by another task after each step of anybody's, which is more than each suspension of the
 * victim's, and by the host at each entry of the log; likewise the whole run.
 *
 * @returns How many runs that took.
 */
export function cancelEverywhere(program: Program, options: Everywhere = {}): number {
  let runs = 0;
  for (const seed of SEEDS) {
    const calm = attempt(program, seed, {}, []);
    const allowed = ["cancelled", calm.outcome, ...options.also ?? []];
    const attack = (attack: Attack) => {
      runs++;
      try {
        attempt(program, seed, attack, allowed, options.within);
      } catch (error) {
        // Which of the many runs it was is half of the finding.
        throw new Error(`seed ${seed}, ${JSON.stringify(attack)}: ${told(error)}`, {
          cause: error,
        });
      }
    };
    for (let number = 0; number <= calm.steps.length; number++) {
      attack({ step: { number, at: number === 0 ? 0 : calm.steps[number - 1]! } });
    }
    const { length } = attempt(program, seed, { entry: Infinity }, []).entries;
    for (let entry = 1; entry < length; entry++) {
      attack({ entry });
      attack({ entry, all: true });
    }
  }
  return runs;
}

function attempt(
  program: Program,
  seed: number | null,
  { step, entry, all = false }: Attack,
  allowed: string[],
  within = 5,
): Report {
  const scene = new Scene();
  const { victim, others = [], check } = program(scene);
  const recorder = record();
  const steps: number[] = [];
  let tasks: Task<unknown>[] = [];
  let canceller: Task<void> | undefined;

  function* cancel(): Coroutine<void> {
    if (step!.at > 0) yield* sleepUntil(step!.at);
    // The order lets it go when it is time, or when nobody else could.
    while (steps.length < step!.number) yield* sleep(0);
    assertEquals(steps.length, step!.number, "whoever looks on changes nothing");
    tasks[0]!.cancel("everywhere");
  }
  function* main(): Coroutine<void> {
    for (const [index, coroutine] of [victim, ...others].entries()) {
      tasks = [...tasks, yield* spawn(coroutine, { name: index === 0 ? "victim" : "other" })];
    }
    if (step !== undefined) canceller = yield* spawn(cancel(), { name: "canceller" });
    for (const task of tasks) yield* settled(task);
  }
  function trace(logged: Entry): void {
    recorder(logged);
    const { type, task, seq, at } = logged;
    if (type === "step" && task !== 0 && task !== canceller?.id) steps.push(at);
    if (seq === entry) void (all ? loop.cancel("everywhere") : tasks[0]?.cancel("everywhere"));
  }
  const order = entry === undefined
    ? lettingIn((ready) => ready === canceller, () => steps.length === step?.number, seed)
    : seed === null
    ? fifo()
    : shuffled(seed);
  const loop = new EventLoop(main(), { clock: virtualClock(), order, trace });
  try {
    loop.simulate();
  } catch (error) {
    // What comes of the victim may come of all.
    const expected = error instanceof Cancelled || allowed.includes(`failed: ${error}`);
    if (!all || !expected) throw error;
  }

  const { entries } = recorder;
  const outcomes = (tasks as LoopTask<unknown>[]).map(outcomeOf);
  assertNothingIsLeft(entries, tasks[0] as LoopTask<unknown> | undefined);
  assertEquals(scene.cleaned, scene.begun, "all is cleaned up");
  if (allowed.length > 0 && tasks.length > 0) {
    assert(allowed.includes(outcomes[0]!), `the victim is ${outcomes[0]}, not ${allowed}`);
    assertEndsSoon(entries, tasks[0]!.id, within);
  }
  if (!all) {
    for (const other of outcomes.slice(1)) assert(other.startsWith("done"), `another is ${other}`);
  }
  check?.(!all);
  return { entries, steps, outcome: outcomes[0]! };
}

/** An order that lets one task wait until it is due, as if it were not there. */
function lettingIn(
  isIt: (task: Task<unknown>) => boolean,
  isDue: () => boolean,
  seed: number | null,
): Order {
  return {
    start() {
      const next = random(seed ?? 0);
      return {
        from(ready) {
          const it = ready.findIndex(isIt);
          if (it >= 0 && isDue()) return it;
          const others = [...ready.keys()].filter((index) => index !== it);
          if (seed === null || others.length === 1) return others[0]!;
          return others[Math.floor(next() * others.length)]!;
        },
      };
    },
  };
}

function outcomeOf({ state, outcome }: LoopTask<unknown>): string {
  if (state === "cancelled") return state;
  // Not by the causes: there a cancel leaves its mark on what fails because of it, or beside it.
  return `${state}: ${state === "failed" ? outcome : JSON.stringify(outcome)}`;
}

function assertEndsSoon(entries: Entry[], victim: number, within: number): void {
  const about = entries.filter(({ task }) => task === victim);
  const cancelled = about.find(({ type }) => type === "cancel");
  if (cancelled === undefined) return;
  assertLessOrEqual(about.at(-1)!.at - cancelled.at, within, "it ends soon");
}

function assertNothingIsLeft(entries: Entry[], task: LoopTask<unknown> | undefined): void {
  const begun = entries.filter(({ type }) => type === "spawn").map(({ task }) => task);
  const over = entries.filter(({ type }) => type === "exit").map(({ task }) => task);
  assertEquals(over.toSorted((a, b) => a - b), begun, "every task has one exit");
  if (task !== undefined) {
    assertEquals(task.kernel.timers.peek(), Infinity, "no timer is left");
    const ready = task.kernel.ready.toArray().filter(({ state }) => state === "ready");
    assertEquals(ready, [], "no task is ready");
  }
  assertKeepsGrammar(entries);
}
