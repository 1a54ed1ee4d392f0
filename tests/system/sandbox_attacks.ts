// What a program may try, to reach a server. All requests go through servers of the test, which count
// them.

/** Each is tried by a program that has the addresses `here` and `there`, of two servers. */
export const ATTACKS = [
  "fetch(here + '/health?1')",
  "fetch('/health?2')",
  "fetch(there + '/3', { mode: 'no-cors' })",
  "const request = new XMLHttpRequest(); request.open('GET', here + '/health?4'); request.send()",
  "new WebSocket(here.replace('http', 'ws') + '/5')",
  "new WebSocket(there.replace('http', 'ws') + '/6')",
  "new EventSource(here + '/stream?count=7')",
  "import(here + '/stream?count=8')",
  "import(here + '/health?9')",
  "import(here + '/health?10', { with: { type: 'json' } })",
  "import(there + '/11')",
  "import(here + '/assets/any/routes/lab/browser/start.ts?12')",
  "import(here + '/assets/any/routes/lab/style.css?13')",
  "import('data:text/javascript,' + encodeURIComponent(`fetch('${here}/health?14')`))",
  "eval(`fetch('${here}/health?15')`)",
  "new Function(`fetch('${here}/health?16')`)()",
  "(function* () {}).constructor(`fetch('${here}/health?17')`)().next()",
  "setTimeout(`fetch('${here}/health?18')`)",
  "importScripts(here + '/health?19')",
  "new Worker(here + '/assets/any/routes/lab/browser/start.ts?20')",
  "new Worker(blob(`fetch('${here}/health?21')`))",
  "new Worker(blob(`importScripts('${here}/health?22')`))",
  "new Worker(blob(`import '${here}/health?23'`), { type: 'module' })",
  "import(blob(`import '${here}/health?24'`))",
  "import(blob(`import '${there}/25'`))",
  "caches.open('any').then((cache) => cache.add(here + '/health?26'))",
  "new FontFace('any', `url(${here}/health?27)`).load()",
  "new WebTransport(there.replace('http:', 'https:') + '/28')",
  "navigator.serviceWorker.register('/assets/any/routes/lab/browser/start.ts?29')",
  "navigator.sendBeacon(here + '/health?30')",
  "location.href = here + '/health?31'",
  "open(here + '/health?32')",
  "WebAssembly.compileStreaming(fetch(here + '/health?33'))",
] as const;

/** Tries all of them, each by itself, with the names as the host has them. */
export const attack = (here: string, there: string) => `
const here = "${here}";
const there = "${there}";
const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
function* main() {
${
  ATTACKS.map((text) =>
    `  try {
    (() => { ${/^const/.test(text) ? text : `return ${text}`} })()?.catch?.(() => {});
  } catch {}`
  ).join("\n")
}
}`;

/** A page that loads nothing. */
export const EMPTY = "/empty";
const NOTHING = `<!DOCTYPE html><link rel="icon" href="data:,">`;

/** How long what a program has begun may take to arrive, in ms: it is a few. */
export const ARRIVAL = 1_000;

/** What stands between the browser and the server. */
export interface Between {
  url: string;
  /** The paths that were asked for. */
  paths: string[];
  close(): Promise<void>;
}

/** A server that passes on what it is asked, and may change what it answers. */
export function between(
  target: string | undefined,
  change: (path: string, response: Response) => Response | Promise<Response> = (_, same) => same,
): Between {
  const paths: string[] = [];
  const server = Deno.serve({ port: 0, onListen: () => {} }, async (request) => {
    const { pathname, search, host } = new URL(request.url);
    if (pathname === EMPTY) {
      return new Response(NOTHING, { headers: { "content-type": "text/html" } });
    }
    paths.push(pathname + search);
    if (target === undefined) {
      return new Response("", { headers: { "access-control-allow-origin": "*" } });
    }
    const headers = new Headers(request.headers);
    headers.set("x-forwarded-host", host);
    const response = await fetch(target + pathname + search, { headers });
    const answer = new Response(response.body, response);
    answer.headers.delete("content-encoding");
    answer.headers.delete("content-length");
    return await change(pathname, answer);
  });
  const { port } = server.addr as Deno.NetAddr;
  return { url: `http://localhost:${port}`, paths, close: () => server.shutdown() };
}

/** The sandbox without the wall that takes names away: what a program could do that found a way. */
export async function withNames(path: string, response: Response): Promise<Response> {
  const text = path.endsWith("/sandbox/allowed-globals.ts")
    ? "export function leaveAlone() {}"
    : path.endsWith("/sandbox/forbidden.ts")
    ? `export class NotHere extends Error {}
export const forbidden = () => ({});
export const dateOf = (date) => date;`
    : undefined;
  if (text === undefined) return response;
  await response.body?.cancel();
  return new Response(text, { headers: { "content-type": "text/javascript" } });
}
