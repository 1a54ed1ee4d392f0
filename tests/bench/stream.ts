import { grouped, print } from "./measure.ts";
import { requests } from "./requests.ts";
import { OURS, peer, ServerProcess } from "./server-process.ts";
import type { Seen } from "./servers/load.ts";

const ROUNDS = 3;
const STREAMS = [1000, 4000, 8000];
/** For how long clients that are done begin again. The last ones end a second later, or more. */
const MS = 5000;

const SERVERS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["ours", OURS],
  ["limit", peer("limit")],
  ["streamSSE", peer("stream-sse")],
];

/**
 * Lateness is from the request to the arrival of a number, less the second that it sleeps: it has
 * in it what the request waited, too. Runs per second are each client's own, added up, so that the
 * last second, in which none begins again, does not count. The last column is not the server's.
 *
 * A column: its title, its digits, and what it shows.
 */
type Column = readonly [title: string, digits: number, of: (sample: Sample) => number];

interface Sample extends Seen {
  memory: number;
  serverCpu: number;
}

const COLUMNS: readonly Column[] = [
  ["p50 s", 2, ({ completion }) => completion.p50 / 1000],
  ["p99 s", 2, ({ completion }) => completion.p99 / 1000],
  ["late p99 ms", 0, ({ lateness }) => lateness.p99],
  ["runs/s", 0, ({ runsPerSecond }) => runsPerSecond],
  ["peak MB", 0, ({ memory }) => memory],
  ["CPU µs/run", 0, ({ serverCpu, runs }) => 1000 * serverCpu / runs],
  ["client's µs", 0, ({ cpu, runs }) => 1000 * cpu / runs],
];

checkHost();
await requests();
for (const streams of STREAMS) {
  const samples = SERVERS.map((): Sample[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    // Each round begins with another: none always comes after the same.
    for (let turn = 0; turn < SERVERS.length; turn++) {
      const index = (round + turn) % SERVERS.length;
      samples[index]!.push(await sample(SERVERS[index]![1], streams));
    }
  }
  const medians = samples.map((each) => COLUMNS.map(([, , of]) => median(each.map(of))));
  const [ours, limit, streamSSE] = medians;
  print(
    `${grouped(streams)} streams of ten numbers at once, each begun again when done: completion, ` +
      `lateness, throughput and cost; medians of ${ROUNDS} rounds`,
    [
      ["", ...COLUMNS.map(([title]) => title)],
      ...medians.map((values, server) => [
        SERVERS[server]![0],
        ...values.map((value, column) => grouped(value, COLUMNS[column]![1])),
      ]),
      ratios("ours ÷ limit", ours!, limit!),
      ratios("streamSSE ÷ limit", streamSSE!, limit!),
    ],
  );
}

async function sample(args: readonly string[], streams: number): Promise<Sample> {
  const server = await ServerProcess.start(args);
  try {
    const before = await server.cpuTime();
    const seen = await load(server.port, streams);
    const serverCpu = await server.cpuTime() - before;
    return { ...seen, serverCpu, memory: await server.peakMemory() };
  } finally {
    await server.stop();
  }
}

async function load(port: number, streams: number): Promise<Seen> {
  const script = new URL("./servers/load.ts", import.meta.url).href;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-config", script, `${port}`, `${streams}`, `${MS}`],
    stderr: "inherit",
    // A stream that does not end is an error, too.
    signal: AbortSignal.timeout(MS + 30_000),
  }).output();
  if (!success) throw new Error("the streams were not what they should be");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function ratios(name: string, values: number[], limit: number[]): string[] {
  return [name, ...values.map((value, column) => grouped(value / limit[column]!, 2))];
}

function median(samples: number[]): number {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1]!;
}

/** @throws {Error} If streams can't be held or watched here. */
function checkHost(): void {
  if (Deno.build.os !== "linux") throw new Error("bench:stream reads /proc, which Linux has");
  const needed = Math.max(...STREAMS) + 100;
  const limits = Deno.readTextFileSync("/proc/self/limits");
  // Deno raises the soft limit to the hard one.
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)![1]!;
  if (hard !== "unlimited" && Number(hard) < needed) {
    throw new Error(`${needed} open files are needed, and ${hard} allowed: raise \`ulimit -Hn\``);
  }
}
