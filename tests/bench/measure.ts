import process from "node:process";

/** Takes one sample of a variant: a number, of the table's unit. */
export type Sample = () => Promise<number>;

/** What is left of a variant's samples. The minimum is what a busy machine disturbs least. */
export interface Summary {
  readonly median: number;
  readonly minimum: number;
}

function summary(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, minimum: sorted[0]! };
}

/**
 * Samples all variants in turn, `rounds` times, so that a slow moment of the machine hits all
 * alike. Every other round goes backwards: none always pays for the same neighbour's garbage.
 *
 * @returns A summary for each variant, in their order.
 */
export async function interleaved(
  variants: readonly Sample[],
  rounds: number,
): Promise<Summary[]> {
  const samples = variants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...variants.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) samples[index]!.push(await variants[index]!());
  }
  return samples.map(summary);
}

/**
 * Nanoseconds for each of `count` operations.
 *
 * @param work Does them, and gives how many it has counted.
 * @param clock A reading in ms.
 * @throws {Error} If it has not done as many: then there is nothing to measure.
 */
export async function each(
  count: number,
  work: (count: number) => Promise<number>,
  clock: () => number = () => performance.now(),
): Promise<number> {
  const before = clock();
  const done = await work(count);
  const spent = clock() - before;
  if (done !== count) throw new Error(`expected ${count} operations, counted ${done}`);
  return spent * 1e6 / count;
}

/**
 * A sample of short runs: those before the sample are for the compiler, and for the garbage that
 * another variant has left, which would be most of what a few ms show.
 *
 * @param once One run, and its result.
 * @param ms How long to run before the sample, and again for it.
 * @returns The mean of the results.
 */
export async function steady(once: () => Promise<number>, ms: number): Promise<number> {
  let end = performance.now() + ms;
  do await once(); while (performance.now() < end);
  let sum = 0;
  let runs = 0;
  end = performance.now() + ms;
  do {
    sum += await once();
    runs++;
  } while (performance.now() < end);
  return sum / runs;
}

/** The processor time of this process, in ms: what an operation costs that mostly waits. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A summary as a table's cell: the median, and the minimum in brackets. */
export function cell({ median, minimum }: Summary, digits: number): string {
  return `${grouped(median, digits)} [${grouped(minimum, digits)}]`;
}

/** How many times as long ours takes as the peer, of the medians and of the minima. */
export function ratio(ours: Summary, peer: Summary): string {
  const median = ours.median / peer.median;
  return cell({ median, minimum: ours.minimum / peer.minimum }, median < 0.1 ? 4 : 2);
}

/** A number with its thousands apart. */
export function grouped(value: number, digits = 0): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Prints a table below what it measures and where. Columns of numbers stand to the right. */
export function print(measured: string, rows: readonly (readonly string[])[]): void {
  const { deno, v8 } = Deno.version;
  const columns = rows[0]!.map((_, column) => rows.map((row) => row[column]!));
  const pads = columns.map((cells) => {
    const width = Math.max(...cells.map((text) => text.length));
    const numeric = cells.some((text) => /^\d/.test(text));
    return (text: string) => numeric ? text.padStart(width) : text.padEnd(width);
  });
  console.log(measured);
  console.log(
    `Deno ${deno}, V8 ${v8}, ${Deno.build.target}, ${navigator.hardwareConcurrency} cores`,
  );
  for (const row of rows) {
    const cells = row.map((text, column) => pads[column]!(text));
    console.log(`  ${cells.join("  ")}`.trimEnd());
  }
  console.log();
}
