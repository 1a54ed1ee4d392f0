import type { Context } from "hono";
import { countStreams } from "./stream/registry.ts";

/** Who answers: of several isolates, each counts its own streams. */
const isolate = crypto.randomUUID();

/** `GET /health`: that this isolate is well, and where it is. */
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

/** Without asking: on a terminal, a question would stop the server until somebody answers. */
function environment(variable: string): string | null {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) ?? null : null;
}
