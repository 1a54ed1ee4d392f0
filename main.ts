import { deadline } from "@std/async/deadline";
import app from "./routes/mod.ts";
import { endStreams } from "./routes/open-streams.ts";

/** How long clients that are being answered have, when the server is told to stop, in ms. */
const GRACE = 1500;

/** For so many ms a second signal is the first: a terminal sends it, and `deno task` passes it on. */
const ECHO = 500;

// Empty is how some platforms say that a variable is not set.
const server = listen(readPort(Deno.env.get("PORT") || "8000"));

// The platform sends SIGINT, containers SIGTERM, which Windows does not have.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (signal === "SIGTERM" && Deno.build.os === "windows") continue;
  Deno.addSignalListener(signal, stop);
}

let stoppingSince: number | undefined;

async function stop(): Promise<void> {
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < ECHO) return;
    // Whoever asks twice does not want to wait.
    Deno.exit(130);
  }
  stoppingSince = now;
  endStreams();
  await deadline(server.shutdown(), GRACE).catch(() => {});
  Deno.exit(0);
}

function readPort(text: string): number {
  const port = /^(0|[1-9]\d{0,4})$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  return refuse(`PORT: expected a whole number from 0 to 65535, received ${JSON.stringify(text)}`);
}

function listen(port: number): Deno.HttpServer {
  try {
    return Deno.serve({
      port,
      onListen({ port }) {
        const url = `http://localhost:${port}`;
        console.log(`Tenfold is at ${url}: curl -N ${url}/stream`);
      },
    }, app.fetch);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return refuse(`port ${port} is in use; choose another, as in PORT=8001`);
  }
}

function refuse(message: string): never {
  console.error(message);
  Deno.exit(1);
}
