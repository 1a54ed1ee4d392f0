import { grouped, print } from "./measure.ts";
import { OURS, ServerProcess } from "./server-process.ts";

/** Of each, so that the hundredths of a second in which Linux counts are enough. */
const REQUESTS = 100;
/** Coroutines of a run: the default, and the most, halved twice. */
const COUNTS = [10, 250, 500, 1000];

const PATHS: readonly [path: string, accept: string][] = [
  ...COUNTS.map((count): [string, string] => [`/stream?delay=0&trace=1&count=${count}`, "*/*"]),
  ...COUNTS.map((count): [string, string] => [`/trace?count=${count}`, "*/*"]),
  ...COUNTS.map((count): [string, string] => [`/?seed=1&count=${count}`, "text/html"]),
  // The same for all who ask.
  ...["/", "/lessons", "/lessons/lost-update", "/sandbox"]
    .map((path): [string, string] => [path, "text/html"]),
];

/** Measures what one request can cost the server, which costs the client a line. */
export async function requests(): Promise<void> {
  const server = await ServerProcess.start(OURS);
  try {
    const hello = await cost(server, "/health", "*/*");
    const rows = [["÷ hello", "CPU ms", "kB", "one request"]];
    rows.push(["", grouped(hello.cpu, 2), grouped(hello.bytes / 1000, 1), "/health"]);
    for (const [path, accept] of PATHS) {
      const { cpu, bytes } = await cost(server, path, accept);
      const ratio = grouped(cpu / hello.cpu, 1);
      rows.push([ratio, grouped(cpu, 2), grouped(bytes / 1000, 1), path]);
    }
    print(`What one request costs the server: means of ${REQUESTS}, one after another`, rows);
  } finally {
    await server.stop();
  }
}

/** The processor time and the body of a request, on average. */
async function cost(
  server: ServerProcess,
  path: string,
  accept: string,
): Promise<{ cpu: number; bytes: number }> {
  const request = async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { accept } });
    if (!response.ok) throw new Error(`${path}: expected a run, received ${response.status}`);
    return (await response.arrayBuffer()).byteLength;
  };
  for (let warm = 0; warm < REQUESTS / 2; warm++) await request();
  const before = await server.cpuTime();
  let bytes = 0;
  for (let left = REQUESTS; left > 0; left--) bytes += await request();
  return { cpu: (await server.cpuTime() - before) / REQUESTS, bytes: bytes / REQUESTS };
}

if (import.meta.main) await requests();
