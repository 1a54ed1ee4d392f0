import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { health } from "./health.ts";
import { Problem } from "./problem.ts";

const app = new Hono();

// A route loads when somebody asks for it: an isolate is started for one request.
const route = {
  stream: once(() => import("./stream/mod.ts")),
  trace: once(() => import("./trace.ts")),
  usage: once(() => import("./usage.ts")),
  lab: once(() => import("./lab/mod.ts")),
  preflight: once(() => import("./preflight.ts")),
  accepts: once(() => import("hono/accepts")),
};

/** Of a thousand first requests one loads: each `import()` of its own would take its time. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => loading ??= load();
}

const PATHS = ["/", "/stream", "/trace", "/health"];

/** The smallest router, which is the fastest to start, takes `/stream/` for `/stream`. */
const isRouted = (path: string) => PATHS.includes(path) || path.startsWith("/assets/");
const isPublic = (c: Context) => c.req.path === "/stream" || c.req.path === "/trace";

app.use(async (c, next) => {
  // The host is whatever the client says, and may be none.
  const host = URL.parse(c.req.url)?.hostname;
  // Nor does it belong into a shell, where the page tells people to paste it.
  if (host === undefined || !/^([\w.-]+|\[[\da-f:.]+\])$/.test(host)) {
    throw new Problem(400, "the Host header is no host");
  }
  if (c.req.method === "OPTIONS" && isPublic(c)) {
    const { preflight } = await route.preflight();
    c.res = (await preflight(c, next))!;
  } else if (isRouted(c.req.path)) await next();
  else c.res = await c.notFound();
  const { headers } = c.res;
  headers.set("x-content-type-options", "nosniff");
  // Everything is made for the one who asks, errors included: nothing for a cache to keep.
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
  // A browser is shown the page, everybody else told what to type.
  const supports = ["text/html", "text/plain"];
  const type = accepts(c, { header: "Accept", supports, default: "text/plain" });
  if (type !== "text/html" || !mayRead()) return (await route.usage()).usage(c);
  return await (await route.lab()).lab(c);
});
app.get("/assets/*", async (c) => {
  if (!mayRead()) return c.notFound();
  return await (await route.lab()).asset(c) ?? c.notFound();
});

app.notFound((c) => {
  const { path } = c.req;
  if (!PATHS.includes(path)) return new Problem(404, `there are ${PATHS.join(", ")}`).toResponse();
  // Whatever comes here by another method than these.
  const allow = "GET, HEAD";
  return new Problem(405, `${path} answers ${allow}`, [], { allow }).toResponse();
});
app.onError((error) => {
  if (error instanceof Problem) return error.toResponse();
  console.error(error);
  return new Problem(500, "the server made a mistake").toResponse();
});

/** The page is made of files: without the permission to read them there is none. */
function mayRead(): boolean {
  return [".", "../lib"].every((folder) => {
    const path = new URL(folder, import.meta.url);
    return Deno.permissions.querySync({ name: "read", path }).state === "granted";
  });
}

export default app satisfies Deno.ServeDefaultExport;
