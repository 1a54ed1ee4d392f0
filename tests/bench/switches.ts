import { type Coroutine, gather, pause, run, simulate } from "@tenfold/loop";
import { cell, grouped, interleaved, print, ratio, type Summary } from "./measure.ts";

const SWITCHES = 2_000_000;
const ROUNDS = 9;

/**
 * What the coroutines of a sample share. Number 0 keeps the time from within, between two of its
 * own turns, so that neither spawning nor exits count; and only a visit by another than the last
 * visitor counts as a switch.
 */
export class Relay {
  readonly coroutines: number;
  readonly turns: number;
  switches = 0;
  nanoseconds = 0;
  #last = -1;
  #began = 0;

  constructor(coroutines: number, switches: number) {
    this.coroutines = coroutines;
    this.turns = switches / coroutines;
  }

  begin(id: number): void {
    if (id === 0) this.#began = performance.now();
  }

  visit(id: number): void {
    if (id !== this.#last) this.switches++;
    this.#last = id;
  }

  end(id: number): void {
    if (id !== 0) return;
    const spent = performance.now() - this.#began;
    const expected = this.coroutines * this.turns;
    if (this.switches !== expected) {
      throw new Error(`expected ${expected} switches, counted ${this.switches}`);
    }
    this.nanoseconds = spent * 1e6 / expected;
  }

  /** One for each coroutine. */
  members<T>(make: (relay: this, id: number) => T): T[] {
    return Array.from({ length: this.coroutines }, (_, id) => make(this, id));
  }
}

export function* pausing(relay: Relay, id: number): Coroutine<void> {
  // When this returns all of them have started.
  yield* pause();
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    yield* pause();
  }
  relay.end(id);
}

export async function awaiting(relay: Relay, id: number): Promise<void> {
  await undefined;
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    await undefined;
  }
  relay.end(id);
}

async function nothing(): Promise<void> {}

async function calling(relay: Relay, id: number): Promise<void> {
  await nothing();
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    await nothing();
  }
  relay.end(id);
}

function* yielding(relay: Relay, id: number): Generator<undefined, void> {
  yield;
  relay.begin(id);
  for (let left = relay.turns; left > 0; left--) {
    relay.visit(id);
    yield;
  }
  relay.end(id);
}

function stepAll(generators: readonly Generator[]): void {
  let alive = true;
  while (alive) {
    for (const generator of generators) alive = !generator.next().done;
  }
}

const WAYS: readonly [name: string, way: (relay: Relay) => unknown][] = [
  ["run(), wallClock", (relay) => run(gather(relay.members(pausing)))],
  ["simulate()", (relay) => simulate(gather(relay.members(pausing)), { maxSteps: Infinity })],
  ["await undefined", (relay) => Promise.all(relay.members(awaiting))],
  ["await asyncFn()", (relay) => Promise.all(relay.members(calling))],
  ["generator.next()", (relay) => stepAll(relay.members(yielding))],
];

const SIZES = [10, 1000, 100_000];

async function measure(coroutines: number, switches: number, rounds: number): Promise<Summary[]> {
  const variants = WAYS.map(([, way]) => async () => {
    const relay = new Relay(coroutines, switches);
    await way(relay);
    return relay.nanoseconds;
  });
  return await interleaved(variants, rounds);
}

/** Measures what it costs to leave one coroutine for the next. */
export async function switches(): Promise<void> {
  // What is measured first would be measured before it is compiled.
  await measure(10, SWITCHES / 10, 2);
  const columns: Summary[][] = [];
  for (const size of SIZES) columns.push(await measure(size, SWITCHES, ROUNDS));

  const names = WAYS.map(([name]) => name);
  const compared = (ours: number) =>
    names.slice(2).map((peer, index) => [
      `${names[ours]} / ${peer}`,
      ...columns.map((column) => ratio(column[ours]!, column[index + 2]!)),
    ]);
  const spent = names.map((name, index) => [
    `${name}, ns`,
    ...columns.map((column) => cell(column[index]!, 1)),
  ]);
  print(
    `A switch to another coroutine: ratios, then ns; median [minimum] of ${ROUNDS} rounds of ` +
      `${grouped(SWITCHES)} switches`,
    [
      ["coroutines", ...SIZES.map((size) => grouped(size))],
      ...compared(0),
      ...compared(1),
      ...spent,
    ],
  );
}
