import { deadline } from "@std/async/deadline";
import app from "./routes/mod.ts";
import { drain, limits } from "./routes/stream/registry.ts";

/** How long clients that are being answered have, when the server is told to stop, in ms. */
const SHUTDOWN_GRACE_MS = 1500;

/** For so many ms a second signal is the first: a terminal sends it, and `deno task` passes it on. */
const SIGNAL_ECHO_MS = 500;

/** How long after the server could accept nobody any more it listens again, in ms. */
const RELISTEN_DELAY_MS = 100;

limits.streams = readNumber("MAX_STREAMS", limits.streams, 1, 1_000_000);
const port = readNumber("PORT", 8000, 0, 65_535);

// The platform sends SIGINT, containers SIGTERM, which Windows does not have.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (signal === "SIGTERM" && Deno.build.os === "windows") continue;
  Deno.addSignalListener(signal, stop);
}

// After that: whoever has read that it listens may stop it.
let server = listen(port);

let stoppingSince: number | undefined;

async function stop(): Promise<void> {
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < SIGNAL_ECHO_MS) return;
    // Whoever asks twice does not want to wait.
    Deno.exit(130);
  }
  stoppingSince = now;
  drain();
  await deadline(server.shutdown(), SHUTDOWN_GRACE_MS).catch(() => {});
  Deno.exit(0);
}

function readNumber(variable: string, preset: number, min: number, max: number): number {
  // Empty is how some platforms say that a variable is not set.
  const text = Deno.env.get(variable) || String(preset);
  const number = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  const range = `a whole number from ${min} to ${max}`;
  return fail(`${variable}: expected ${range}, received ${JSON.stringify(text)}`);
}

function listen(port: number): Deno.HttpServer {
  try {
    return serve(port, ({ port }) => {
      const url = `http://localhost:${port}`;
      console.log(`Tenfold is at ${url}: curl -N ${url}/stream`);
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return fail(`port ${port} is in use; choose another, as in PORT=8001`);
  }
}

function serve(port: number, onListen: (address: Deno.NetAddr) => void): Deno.HttpServer {
  const server = Deno.serve({ port, onListen }, app.fetch);
  // One connection that can't be accepted, since all file descriptors are taken, ends Deno's
  // listening for good; those that are open go on.
  server.finished.catch(() => setTimeout(listenAgain, RELISTEN_DELAY_MS, server.addr.port));
  return server;
}

function listenAgain(port: number): void {
  if (stoppingSince !== undefined) return;
  try {
    server = serve(port, () => {});
  } catch {
    setTimeout(listenAgain, RELISTEN_DELAY_MS, port);
  }
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(1);
}
