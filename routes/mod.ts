import { Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { health } from "./health.ts";
import { Problem } from "./problem.ts";
import { stream } from "./stream.ts";
import { trace } from "./trace.ts";
import { usage } from "./usage.ts";

const app = new Hono();

app.use(async (c, next) => {
  // The host is whatever the client says, and may be none.
  if (!URL.canParse(c.req.url)) throw new Problem(400, "the Host header is no host");
  await next();
  const { headers } = c.res;
  headers.set("x-content-type-options", "nosniff");
  // Everything is made for the one who asks, errors included: nothing for a cache to keep.
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
});
for (const path of ["/stream", "/trace"]) {
  app.use(
    path,
    cors({
      origin: "*",
      allowMethods: ["GET", "HEAD"],
      // Clients that are built on fetch ask before they send the first two.
      allowHeaders: ["Last-Event-ID", "Cache-Control", "Accept", "Authorization", "Content-Type"],
      exposeHeaders: ["Retry-After"],
      maxAge: 86_400,
    }),
  );
}
app.use(methodNotAllowed({
  app,
  onMethodNotAllowed(c, methods) {
    const allow = methods.join(", ");
    return new Problem(405, `${c.req.path} answers ${allow}`, [], { allow }).toResponse();
  },
}));

app.route("/stream", stream);
app.route("/trace", trace);
app.route("/health", health);
app.get("/", (c) => c.text(usage(new URL(c.req.url).origin), 200, { vary: "Accept" }));

app.notFound(() => new Problem(404, "there are /, /stream, /trace and /health").toResponse());
app.onError((error) => {
  if (error instanceof Problem) return error.toResponse();
  console.error(error);
  return new Problem(500, "the server made a mistake").toResponse();
});

export default app satisfies Deno.ServeDefaultExport;
