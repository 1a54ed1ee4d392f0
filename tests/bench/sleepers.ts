import {
  type Clock,
  type Coroutine,
  gather,
  pacedClock,
  run,
  sleep,
  virtualClock,
  wallClock,
} from "@tenfold/loop";
import { cell, grouped, interleaved, print, ratio } from "./measure.ts";

// Run as a program, this file is one sample: in a process of its own, because a million of
// anything leaves a heap that the next sample would pay for.

const COUNT = 1_000_000;
const ROUNDS = 3;

const CLOCKS: readonly [name: string, clock: () => Clock][] = [
  ["virtualClock", virtualClock],
  ["pacedClock", pacedClock],
  ["wallClock", wallClock],
];
const NATIVE = "native promises";

let asleep = 0;
let awake = 0;
let allAsleep = () => {};

function doze(): void {
  if (++asleep === COUNT) allAsleep();
}

function* sleeper(ms: number): Coroutine<void> {
  doze();
  yield* sleep(ms);
  awake++;
}

async function nativeSleeper(ms: number): Promise<void> {
  doze();
  await new Promise((resolve) => setTimeout(resolve, ms));
  awake++;
}

async function sleepAll(name: string, ms: number): Promise<void> {
  const clock = CLOCKS.find(([clock]) => clock === name)?.[1];
  if (clock === undefined) {
    await Promise.all(Array.from({ length: COUNT }, () => nativeSleeper(ms)));
  } else {
    await run(gather(Array.from({ length: COUNT }, () => sleeper(ms))), { clock: clock() });
  }
}

async function seconds(name: string): Promise<number> {
  const before = performance.now();
  await sleepAll(name, 1000);
  const spent = performance.now() - before;
  if (awake !== COUNT) throw new Error(`expected ${COUNT} to wake, counted ${awake}`);
  return spent / 1000;
}

function heapUsed(): number {
  (globalThis as unknown as { gc(): void }).gc();
  return Deno.memoryUsage().heapUsed;
}

/** Taken by the last of them, about to sleep, while all others do. */
function bytes(name: string): Promise<number> {
  const before = heapUsed();
  return new Promise((resolve) => {
    allAsleep = () => {
      if (awake > 0) throw new Error(`expected all to sleep, ${awake} have woken`);
      resolve((heapUsed() - before) / COUNT);
    };
    // Nobody waits for the end, so the sleep may be long enough for the slowest to be in it.
    sleepAll(name, 600_000);
  });
}

async function sample(name: string, unit: "seconds" | "bytes"): Promise<number> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      `--config=${import.meta.dirname}/deno.json`,
      ...(unit === "bytes" ? ["--v8-flags=--expose-gc"] : []),
      import.meta.filename!,
      name,
      unit,
    ],
  }).output();
  if (!success) throw new Error(`${name}, ${unit}: ${new TextDecoder().decode(stderr)}`);
  const value = Number(new TextDecoder().decode(stdout));
  return value;
}

/** Measures a million coroutines that sleep a second. */
export async function sleepers(): Promise<void> {
  const names = [...CLOCKS.map(([name]) => name), NATIVE];
  const measure = (unit: "seconds" | "bytes", rounds: number) =>
    interleaved(names.map((name) => () => sample(name, unit)), rounds);
  const times = await measure("seconds", ROUNDS);
  const sizes = await measure("bytes", 1);
  const native = names.indexOf(NATIVE);
  print(
    `${grouped(COUNT)} coroutines sleep 1 s: ratios to ${NATIVE}; seconds, median [minimum] of ` +
      `${ROUNDS} processes; heap each while all sleep`,
    [
      ["", "time ratio", "bytes ratio", "seconds", "bytes"],
      ...names.map((name, index) => [
        name,
        ratio(times[index]!, times[native]!),
        grouped(sizes[index]!.median / sizes[native]!.median, 2),
        cell(times[index]!, 2),
        grouped(sizes[index]!.median),
      ]),
    ],
  );
}

if (import.meta.main) {
  const [name, unit] = Deno.args as [string, "seconds" | "bytes"];
  console.log(await (unit === "seconds" ? seconds : bytes)(name));
  Deno.exit();
}
