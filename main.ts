import { deadline } from "@std/async/deadline";
import app, { preload } from "./routes/mod.ts";
import { parseSite, site } from "./routes/host.ts";
import { drain, limits } from "./routes/stream/registry.ts";

/**
 * How long open responses get to finish after a stop signal, in ms. Deno Deploy kills the process
 * 5 s after the signal, Docker after 10 s.
 */
const SHUTDOWN_GRACE_MS = 1500;

/**
 * A second signal within this time, in ms, is taken for an echo of the first: a terminal signals the
 * whole process group, and `deno task` then forwards its own signal to the server.
 */
const SIGNAL_ECHO_MS = 500;

/** When to import the routes that no request has asked for yet, in ms: not during a cold start. */
const PRELOAD_DELAY_MS = 1000;

/** How long to wait before listening again after the listener has failed, in ms. */
const RELISTEN_DELAY_MS = 100;

limits.streams = readNumber("MAX_STREAMS", limits.streams, 1, 1_000_000);
const port = readNumber("PORT", 8000, 0, 65_535);
site.url = readSite("PUBLIC_URL");

// Deno Deploy sends SIGINT; containers send SIGTERM, which Windows does not have.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (signal === "SIGTERM" && Deno.build.os === "windows") continue;
  Deno.addSignalListener(signal, stop);
}

// After the signal listeners: a supervisor may stop the server as soon as it prints its address.
let server = listen(port);

// A failure is not fatal: a request that needs the route imports it again.
setTimeout(() => preload().catch(() => {}), PRELOAD_DELAY_MS);

let stoppingSince: number | undefined;

async function stop(): Promise<void> {
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < SIGNAL_ECHO_MS) return;
    // 128 + SIGINT, as shells report it.
    Deno.exit(130);
  }
  stoppingSince = now;
  // Stops listening. It does not resolve while a stream is open.
  server.shutdown();
  await deadline(drain(), SHUTDOWN_GRACE_MS).catch(() => {});
  Deno.exit(0);
}

function readNumber(variable: string, preset: number, min: number, max: number): number {
  // Some platforms set a variable to "" instead of leaving it unset.
  const text = Deno.env.get(variable) || String(preset);
  const number = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  const range = `a whole number from ${min} to ${max}`;
  return fail(`${variable}: expected ${range}, received ${JSON.stringify(text)}`);
}

function readSite(variable: string): string | undefined {
  const text = Deno.env.get(variable);
  if (!text) return undefined;
  const expected = "http:// or https://, a host, and no query, such as https://example.com";
  return parseSite(text) ??
    fail(`${variable}: expected ${expected}, received ${JSON.stringify(text)}`);
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
  // Deno stops listening for good when one accept() fails, as it does when the process has no file
  // descriptor left. Connections that are open continue.
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
