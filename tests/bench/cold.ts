import { cell, interleaved, print, ratio } from "./measure.ts";
import { OURS, peer, ServerProcess } from "./server-process.ts";

const ROUNDS = 21;

const SERVERS: readonly (readonly [name: string, args: readonly string[], path: string])[] = [
  ["ours, /health", OURS, "/health"],
  ["Hono, hello", peer("hello"), "/health"],
  ["Deno.serve, hello", peer("bare"), "/health"],
  ["ours, /stream", OURS, "/stream"],
];

/** From before the process is made to the first byte of its answer, in ms. */
async function start(args: readonly string[], path: string): Promise<number> {
  const before = performance.now();
  const server = await ServerProcess.start(args);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await connection.write(
    new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
  );
  const length = await connection.read(new Uint8Array(4096));
  const spent = performance.now() - before;
  connection.close();
  await server.stop();
  if (length === null) throw new Error(`${args.at(-1)}: expected an answer`);
  return spent;
}

// The first start compiles, and fills the caches.
for (const [, args, path] of SERVERS) await start(args, path);
const summaries = await interleaved(
  SERVERS.map(([, args, path]) => () => start(args, path)),
  ROUNDS,
);
print(
  `Cold start, from the process to the first byte, caches filled: ms, median ` +
    `[minimum] of ${ROUNDS} rounds, and the ratio of this server to the row`,
  [
    ["ratio", "ms", "server"],
    ...SERVERS.map(([name], index) => {
      const summary = summaries[index]!;
      const compared = index === 0 ? "" : ratio(summaries[0]!, summary);
      return [compared, cell(summary, 1), name];
    }),
  ],
);
