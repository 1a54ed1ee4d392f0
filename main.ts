import { deadline } from "@std/async/deadline";
import { parseSite } from "./routes/origin.ts";
import { Server, type ServerOptions } from "./routes/server.ts";
import { limits } from "./routes/stream/registry.ts";
import type { FromWorker, ToWorker } from "./routes/worker.ts";

/**
 * How long open responses get to finish after a stop signal, in ms. Deno Deploy kills the process
 * 5 s after the signal, Docker after 10 s.
 */
const SHUTDOWN_GRACE_MS = 1500;

/**
 * A second signal within this time, in ms, is taken for an echo of the first: see `lib/run/main.ts`,
 * which is not loaded for that.
 */
const SIGNAL_ECHO_MS = 500;

/** How long to wait before a worker that has failed is replaced, in ms. */
const RESTART_DELAY_MS = 1000;

const workers = readNumber("WORKERS", 1, 1, 256);
const streams = readNumber("MAX_STREAMS", limits.streams * workers, workers, 1_000_000);
const options: ServerOptions = {
  port: readNumber("PORT", 8000, 0, 65_535),
  streams,
  url: readSite("PUBLIC_URL"),
  isShared: workers > 1,
};

/** Stops what is started below: one server, or one in each worker. */
const stops: (() => Promise<void>)[] = [];
let stoppingSince: number | undefined;
/** Whether all that is started below serves. */
let isStarted = false;

// Deno Deploy sends SIGINT; containers send SIGTERM, which Windows does not have.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (signal === "SIGTERM" && Deno.build.os === "windows") continue;
  Deno.addSignalListener(signal, stop);
}

// After the signal listeners: a supervisor may stop the server as soon as it prints its address.
const port = workers === 1 ? startServer() : await startWorkers();
isStarted = true;
const url = `http://localhost:${port}`;
console.log(`Tenfold is at ${url}: curl -N ${url}/stream`);

async function stop(): Promise<void> {
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < SIGNAL_ECHO_MS) return;
    // 128 + SIGINT, as shells report it.
    Deno.exit(130);
  }
  stoppingSince = now;
  await deadline(Promise.all(stops.map((stop) => stop())), SHUTDOWN_GRACE_MS).catch(() => {});
  Deno.exit(0);
}

function startServer(): number {
  const server = listenOrFail(() => new Server(options));
  stops.push(() => server.stop());
  return server.port;
}

/** Starts a server in each worker. The system distributes connections among them (on Linux). */
async function startWorkers(): Promise<number> {
  // They would share the port with the workers of another server, too. This does not.
  listenOrFail(() => Deno.listen({ port: options.port })).close();
  // The first one finds a port if there is none given.
  const port = await startWorker(options.port, 0);
  const others = Array.from({ length: workers - 1 }, (_, index) => index + 1);
  await Promise.all(others.map((index) => startWorker(port, index)));
  return port;
}

function startWorker(port: number, index: number): Promise<number> {
  const share = Math.floor(streams / workers) + (index < streams % workers ? 1 : 0);
  const worker = new Worker(import.meta.resolve("./routes/worker.ts"), { type: "module" });
  const post = (message: ToWorker) => worker.postMessage(message);
  const listening = Promise.withResolvers<number>();
  const stopped = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "listening") listening.resolve(port = data.port);
    else if (data.type === "stopped") stopped.resolve();
    else if (data.isInUse) failInUse();
    else failToListen(data.message);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const message = `a worker has failed: ${event.message}`;
    // What fails before it has ever served fails again.
    if (!isStarted) fail(message);
    console.error(message);
    stopped.resolve();
    // On the same port, which clients know by now.
    setTimeout(() => stoppingSince ?? startWorker(port, index), RESTART_DELAY_MS);
  };
  stops[index] = () => {
    post({ type: "stop" });
    return stopped.promise;
  };
  post({ type: "listen", options: { ...options, port, streams: share } });
  return listening.promise;
}

function readNumber(variable: string, fallback: number, min: number, max: number): number {
  // Some platforms set a variable to "" instead of leaving it unset.
  const text = Deno.env.get(variable) || String(fallback);
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

/** What `listen` returns. If it throws, the process ends with one line that says why. */
function listenOrFail<T>(listen: () => T): T {
  try {
    return listen();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return failInUse();
    return failToListen(String(error));
  }
}

function failInUse(): never {
  return fail(`port ${options.port} is in use; choose another, as in PORT=8001`);
}

function failToListen(reason: string): never {
  return fail(`cannot listen on port ${options.port}: ${reason}`);
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(1);
}
