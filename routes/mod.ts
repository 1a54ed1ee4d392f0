import type { Context } from "hono";
// Its router makes a cold start a tenth faster than Hono's default one (`deno task bench:cold`), but
// matches `/stream/` as `/stream`. Hence `isRouted` below.
import { Hono } from "hono/tiny";
import { health } from "./health.ts";
import { once } from "./once.ts";
import { Problem } from "./problem.ts";

const app = new Hono();

// Each route is imported by its first request: most isolates are started for one request.
const route = {
  stream: once(() => import("./stream/mod.ts")),
  trace: once(() => import("./trace.ts")),
  usage: once(() => import("./usage.ts")),
  lab: once(() => import("./lab/mod.ts")),
  preflight: once(() => import("./preflight.ts")),
  accepts: once(() => import("hono/accepts")),
  // The page's scripts are stripped of their types when they are asked for.
  amaro: once(() => import("amaro")),
};

/**
 * Imports all routes, for a server that stays. Deno 2.9 panics when it has to compile TypeScript and
 * the process has no file descriptor left.
 */
export async function preload(): Promise<void> {
  await Promise.all(Object.values(route).map((load) => load()));
}

const PATHS = ["/", "/stream", "/trace", "/health"];

const isRouted = (path: string) => PATHS.includes(path) || path.startsWith("/assets/");
const isPublic = (c: Context) => c.req.path === "/stream" || c.req.path === "/trace";

app.use(async (c, next) => {
  // Deno builds the URL from the Host header, which can hold anything.
  const host = URL.parse(c.req.url)?.hostname;
  // The page and the usage print the host in commands that people paste into a shell.
  if (host === undefined || !/^([\w.-]+|\[[\da-f:.]+\])$/.test(host)) {
    throw new Problem(400, "the Host header is not a host name or address");
  }
  if (c.req.method === "OPTIONS" && isPublic(c)) {
    const { preflight } = await route.preflight();
    c.res = (await preflight(c, next))!;
  } else if (isRouted(c.req.path)) await next();
  else c.res = await c.notFound();
  const { headers } = c.res;
  headers.set("x-content-type-options", "nosniff");
  // Every response depends on its request, errors included, so caches must not store it.
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (!isPublic(c)) return;
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", "Retry-After");
});
app.get("/stream", async (c) => (await route.stream()).stream(c));
app.get("/trace", async (c) => (await route.trace()).trace(c));
app.get("/health", health);
app.get("/", async (c) => {
  const { accepts } = await route.accepts();
  // Browsers ask for HTML and get the page; every other client gets the usage text.
  const supports = ["text/html", "text/plain"];
  const type = accepts(c, { header: "Accept", supports, default: "text/plain" });
  if (type !== "text/html" || !canReadFiles()) return (await route.usage()).usage(c);
  return await (await route.lab()).lab(c);
});
app.get("/assets/*", async (c) => {
  if (!canReadFiles()) return c.notFound();
  return await (await route.lab()).asset(c) ?? c.notFound();
});

app.notFound((c) => {
  const { path } = c.req;
  if (!PATHS.includes(path)) {
    return new Problem(404, `no such path; there are ${PATHS.join(", ")}`).toResponse();
  }
  // The path exists, so the method is the mistake.
  const allow = "GET, HEAD";
  return new Problem(405, `${path} answers ${allow}`, [], { allow }).toResponse();
});
app.onError((error) => {
  if (error instanceof Problem) return error.toResponse();
  console.error(error);
  return new Problem(500, "the server failed to answer this request").toResponse();
});

/** Whether the server may read the files that the page consists of. */
function canReadFiles(): boolean {
  return [".", "../lib"].every((folder) => {
    const path = new URL(folder, import.meta.url);
    return Deno.permissions.querySync({ name: "read", path }).state === "granted";
  });
}

export default app satisfies Deno.ServeDefaultExport;
