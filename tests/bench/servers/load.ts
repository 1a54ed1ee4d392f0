// Holds so many streams for so long, in a process of its own, and prints what it saw as JSON.
// It speaks HTTP by hand: a client that parses everything would be slower than the servers.

import { cpuTime } from "../measure.ts";
import { NumbersReader } from "./numbers-reader.ts";

/** What {@linkcode load} saw. Times in ms. */
export interface Seen {
  runs: number;
  /** Of each client, the runs over the time that they took; added up. */
  runsPerSecond: number;
  completion: { p50: number; p99: number };
  /** From the request to the arrival of a number, less the second that it sleeps. */
  lateness: { p50: number; p99: number };
  /** From the request to the first byte. */
  answer: { p50: number; p99: number };
  /** The processor time of the clients. */
  cpu: number;
}

const SLEEP = 1000;
/** Fewer than `Deno.serve` lets wait to be accepted. */
const BATCH = 250;
const REQUEST = new TextEncoder().encode(
  "GET /stream HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n",
);

async function load(port: number, clients: number, ms: number): Promise<Seen> {
  const connections: Deno.TcpConn[] = [];
  while (connections.length < clients) {
    const length = Math.min(BATCH, clients - connections.length);
    const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
    connections.push(...await Promise.all(Array.from({ length }, connect)));
  }

  const completions: number[] = [];
  const latenesses: number[] = [];
  const answers: number[] = [];
  let runsPerSecond = 0;
  const cpuBefore = cpuTime();
  const end = performance.now() + ms;

  async function client(connection: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(4096);
    let runs = 0;
    let now = performance.now();
    const begun = now;
    do {
      const reader = new NumbersReader();
      const asked = now;
      await connection.write(REQUEST);
      while (!reader.ended) {
        const length = await connection.read(buffer);
        now = performance.now();
        if (length === null) throw new Error("the server has closed the connection");
        if (!reader.begun) answers.push(now - asked);
        const numbers = reader.read(buffer, length);
        for (let left = numbers; left > 0; left--) latenesses.push(now - asked - SLEEP);
      }
      reader.check();
      completions.push(now - asked);
      runs++;
    } while (now < end);
    runsPerSecond += 1000 * runs / (now - begun);
    connection.close();
  }

  await Promise.all(connections.map(client));
  return {
    runs: completions.length,
    runsPerSecond,
    completion: percentiles(completions),
    lateness: percentiles(latenesses),
    answer: percentiles(answers),
    cpu: cpuTime() - cpuBefore,
  };
}

function percentiles(samples: number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  return { p50: at(0.5), p99: at(0.99) };
}

const [port, clients, ms] = Deno.args.map(Number);
console.log(JSON.stringify(await load(port!, clients!, ms!)));
