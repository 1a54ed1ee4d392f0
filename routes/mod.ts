import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { health } from "./health.ts";
import { Problem } from "./problem.ts";

// Each route loads when somebody asks for it: an isolate is started for one request.
const app = new Hono();

const isPublic = (c: Context) => c.req.path === "/stream" || c.req.path === "/trace";

app.use(async (c, next) => {
  // The host is whatever the client says, and may be none.
  if (!URL.canParse(c.req.url)) throw new Problem(400, "the Host header is no host");
  if (c.req.method === "OPTIONS" && isPublic(c)) {
    const { preflight } = await import("./preflight.ts");
    c.res = (await preflight(c, next))!;
  } else await next();
  const { headers } = c.res;
  headers.set("x-content-type-options", "nosniff");
  // Everything is made for the one who asks, errors included: nothing for a cache to keep.
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (!isPublic(c)) return;
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", "Retry-After");
});
app.use(methodNotAllowed({
  app,
  onMethodNotAllowed(c, methods) {
    const allow = methods.join(", ");
    return new Problem(405, `${c.req.path} answers ${allow}`, [], { allow }).toResponse();
  },
}));

app.get("/stream", async (c) => (await import("./stream.ts")).stream(c));
app.get("/trace", async (c) => (await import("./trace.ts")).trace(c));
app.get("/health", async (c) => health(c));
app.get("/", async (c) => (await import("./usage.ts")).usage(c));

app.notFound(() => new Problem(404, "there are /, /stream, /trace and /health").toResponse());
app.onError((error) => {
  if (error instanceof Problem) return error.toResponse();
  console.error(error);
  return new Problem(500, "the server made a mistake").toResponse();
});

export default app satisfies Deno.ServeDefaultExport;
