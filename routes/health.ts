import type { Context } from "hono";
import { countStreams } from "./stream/registry.ts";

/** Identifies this isolate: on a server with several, each counts its own streams. */
const isolate = crypto.randomUUID();

/** `GET /health`: the state of the isolate that answers, and where it runs. */
export function health(c: Context): Response {
  return c.json({
    status: "ok",
    isolate,
    streams: countStreams(),
    versions: { deno: Deno.version.deno, v8: Deno.version.v8 },
    region: environment("DENO_REGION"),
    deployment: environment("DENO_DEPLOYMENT_ID"),
  });
}

/** Reads a variable only if that is permitted: on a terminal, a permission prompt blocks the server. */
function environment(variable: string): string | null {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) ?? null : null;
}
