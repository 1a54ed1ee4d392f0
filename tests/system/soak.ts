import { delay } from "@std/async/delay";
import { RunReader } from "./reader.ts";
import { Server } from "./server.ts";

// Clients leave, stall and resume at random on two servers, of which one is replaced every 5 s:
// `deno task soak [seconds] [clients]`. Every client must get each event exactly once.

const [seconds, clients] = [argument(0, "seconds", 30), argument(1, "clients", 2000)];
const servers = await Promise.all([Server.start(), Server.start()]);
const totals = { runs: 0, delivered: 0, duplicated: 0, lost: 0, left: 0, stalled: 0, replaced: 0 };
const end = performance.now() + seconds * 1000;
const isRunning = () => performance.now() < end;

await print("at the start");
await Promise.all([...Array.from({ length: clients }, client), replacing()]);
await Promise.all(servers.map((server) => server.hasOpen(0)));
await print("at the end");
await Promise.all(servers.map((server) => server.stop()));
console.log(Object.entries(totals).map(([name, count]) => `${name} ${count}`).join(", "));
if (totals.duplicated + totals.lost > 0 || totals.delivered === 0) Deno.exit(1);

/** Reads run after run until the time is over, and the last one to its end. */
async function client(): Promise<void> {
  await delay(Math.random() * 2000);
  while (isRunning()) {
    const reader = new RunReader(query());
    while (!reader.over) {
      await reader.read(servers[below(2)]!.url, misbehave);
      if (!reader.over) await delay(below(500));
    }
    totals.runs++;
    totals.delivered += reader.delivered;
    totals.duplicated += reader.duplicated;
    totals.lost += reader.lost;
  }
}

/** Sometimes pauses reading, sometimes leaves (`false`). */
async function misbehave(): Promise<boolean> {
  if (below(20) === 0) {
    totals.stalled++;
    // A pause long enough to be dropped is rare, and only in a soak of more than a minute.
    await delay(below(200) === 0 && seconds > 60 ? 35_000 : below(2000));
  }
  if (below(8) !== 0) return true;
  totals.left++;
  return false;
}

/** Replaces a server every 5 s; in turns by SIGTERM and SIGKILL. */
async function replacing(): Promise<void> {
  for (await delay(5000); isRunning(); await delay(5000)) {
    const old = servers[0]!;
    servers[0] = await Server.start();
    await old.stop(totals.replaced++ % 2 === 0 ? "SIGTERM" : "SIGKILL");
  }
}

/** A query for a random run of at most a few seconds. */
function query(): string {
  // One in twenty sleeps long enough for a heartbeat.
  const delay = below(20) === 0 ? 5000 : below(1000);
  const [count, jitter] = [1 + below(20), below(1000)];
  const mode = below(4) === 0 ? "blocking" : "cooperative";
  const pace = mode === "blocking" ? 10 : 1;
  const parameters = new URLSearchParams({
    count: `${count}`,
    delay: `${Math.floor(delay / pace)}`,
    jitter: `${Math.floor(jitter / pace)}`,
    order: below(2) === 0 ? "fifo" : "shuffled",
    mode,
    ...(below(4) === 0 && { trace: "1" }),
  });
  return `?${parameters}`;
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

async function print(when: string): Promise<void> {
  for (const server of servers) {
    const { streams } = await (await fetch(`${server.url}/health`)).json();
    const counts = Object.entries(streams).map(([name, count]) => `${name} ${count}`).join(", ");
    console.log(`${when}: ${Math.round(server.memory())} MB, ${counts}`);
  }
}

function argument(index: number, name: string, preset: number): number {
  const text = Deno.args[index] ?? String(preset);
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`${name}: expected a whole number from 1 to 999999, received ${text}`);
  Deno.exit(1);
}
