// Its router makes a cold start a tenth faster than Hono's default one (`deno task bench:cold`), but
// matches `/stream/` as `/stream`. Hence `answer` below, which also decides what all routes share.
import { Hono } from "hono/tiny";
import { allowHeaders, allowOrigin } from "./cors.ts";
import { health } from "./health.ts";
import { checkHost, type RequestContext } from "./origin.ts";
import { once } from "./once.ts";
import { Problem } from "./problem.ts";

const app = new Hono<{ Bindings: { url: URL } }>();

// Each route is imported by its first request: most isolates are started for one request.
const route = {
  stream: once(() => import("./stream/mod.ts")),
  trace: once(() => import("./trace.ts")),
  usage: once(() => import("./usage.ts")),
  lab: once(() => import("./lab/mod.ts")),
  course: once(() => import("./lab/course.ts")),
  fixtures: once(() => import("./fixtures/mod.ts")),
  loop: once(() => import("./loop/mod.ts")),
  accepts: once(() => import("hono/accepts")),
};

/** How long {@linkcode preload} leaves the thread to others between two of its steps, in ms. */
const PRELOAD_PAUSE_MS = 20;

/**
 * Imports all routes and strips the types of one of them, for a server that stays. Deno does not import
 * a module again that it could not read when the process had no file descriptor left. When its
 * parser first runs, it opens a file to learn the size of the stack: Deno 2.9 panics if it cannot.
 *
 * One step after another, because each holds the thread, and so all streams. A step that fails is left
 * to the first request that needs it.
 */
export async function preload(): Promise<void> {
  // On a terminal, Deno asks for a permission that it does not have, and stops the thread until then.
  const steps = canReadFiles() ? [...Object.values(route), stripOnce] : Object.values(route);
  for (const step of steps) {
    await step().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, PRELOAD_PAUSE_MS));
  }
}

async function stripOnce(): Promise<void> {
  const { read, script } = await import("./sources.ts");
  const path = "routes/mod.ts";
  await script(path, await read(path));
}

const PATHS = [
  "/",
  "/lessons",
  "/sandbox",
  "/stream",
  "/trace",
  "/health",
  "/fixtures",
  "/loop/",
];
const ALLOW = "GET, HEAD, OPTIONS";

const isRouted = (path: string) =>
  PATHS.includes(path) || /^\/(lessons\/.|(assets|fixtures|loop)\/)/.test(path);
/** Whether pages of other origins may read what a path answers. */
const isPublic = (path: string) => /^\/(stream$|trace$|fixtures$|fixtures\/|loop\/)/.test(path);

app.get("/stream", async (c) => (await route.stream()).stream(c));
app.get("/trace", async (c) => (await route.trace()).trace(c));
app.get("/health", health);
app.get("/", async (c) => {
  return await isPage(c) ? (await route.lab()).lab(c) : (await route.usage()).usage(c);
});
app.get("/lessons", async (c) => (await route.course()).course(c, await isPage(c)));
app.get("/lessons/*", async (c) => {
  if (!canReadFiles()) return notFound();
  return (await route.course()).lesson(c, await isPage(c));
});
app.get("/sandbox", async (c) => (await route.course()).sandbox(c, await isPage(c)));
app.get("/fixtures/*", async (c) => {
  return (await route.fixtures()).fixtures(c, await isPage(c), canReadFiles());
});
app.get("/assets/*", async (c) => {
  if (!canReadFiles()) return notFound();
  return await (await route.lab()).asset(c) ?? notFound();
});
app.get("/loop/*", async (c) => {
  if (!canReadFiles()) return notFound();
  return await (await route.loop()).loop(c) ?? notFound();
});
app.notFound(() => notFound());
app.onError(report);

function notFound(): Response {
  return new Problem(404, `no such path; there are ${PATHS.join(", ")}`).toResponse();
}

function report(error: unknown): Response {
  if (error instanceof Problem) return error.toResponse();
  console.error(error);
  return new Problem(500, "the server failed to answer this request").toResponse();
}

/** What Hono answers with, before what all answers have in common. */
const { fetch } = app;

/** Answers a request by its route, or says why there is none. */
function answer(request: Request, url: URL | null): Response | Promise<Response> {
  checkHost(request, url);
  // `OPTIONS *` asks about the server as a whole.
  const isServer = request.method === "OPTIONS" && url.pathname === "/*";
  if (!isServer && !isRouted(url.pathname)) return notFound();
  if (request.method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow: ALLOW } });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Problem(405, `this path answers ${ALLOW}`, [], { allow: ALLOW }).toResponse();
  }
  return fetch(request, { url });
}

/**
 * The answer to HEAD. Of a body that is `null`, as Hono makes it, Deno would say that it has no bytes,
 * which RFC 9110, 8.6 forbids where GET has some. Of an empty stream it says nothing.
 */
function withoutBody(response: Response): Response {
  // Of these there is none to GET either.
  if (response.status === 204 || response.status === 304) return response;
  response.body?.cancel();
  const { status, headers } = response;
  headers.delete("content-length");
  return new Response(new ReadableStream({ start: (body) => body.close() }), { status, headers });
}

/** All answers go through here: the tests' `app.request`, `deno serve` and `main.ts`. */
app.fetch = async (request) => {
  // Parsed once: that takes as long as all else here.
  const url = URL.parse(request.url);
  let response: Response;
  try {
    response = await answer(request, url);
  } catch (error) {
    response = report(error);
  }
  if (request.method === "HEAD") response = withoutBody(response);
  const { headers } = response;
  headers.set("x-content-type-options", "nosniff");
  // Every response depends on its request, errors included, so caches must not store it.
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (url !== null && isPublic(url.pathname)) {
    allowOrigin(request, headers);
    if (request.method === "OPTIONS") allowHeaders(request, headers);
  }
  return response;
};

/** Whether to answer with a page. Browsers ask for HTML; all other clients get text or JSON. */
async function isPage(c: RequestContext): Promise<boolean> {
  const { accepts } = await route.accepts();
  const supports = ["text/html", "text/plain", "application/json"];
  const type = accepts(c, { header: "Accept", supports, default: "text/plain" });
  return type === "text/html" && canReadFiles();
}

/** Whether the server may read the files that the page consists of. */
function canReadFiles(): boolean {
  return [".", "../lib"].every((folder) => {
    const path = new URL(folder, import.meta.url);
    return Deno.permissions.querySync({ name: "read", path }).state === "granted";
  });
}

export default app satisfies Deno.ServeDefaultExport;
