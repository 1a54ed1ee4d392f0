import type { Context } from "hono";
import { Problem } from "./problem.ts";

/** What a route gets: the request, and its URL, which is parsed. */
export type RequestContext = Context<{ Bindings: { url: URL } }>;

/** RFC 9112, 3.2: a name or address, with or without a port, in ASCII. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** What the owner of the server has said about it. `main.ts` sets it from the environment. */
export const site: { url: string | undefined } = { url: undefined };

/**
 * Checks the host that a request names.
 *
 * Deno makes the URL of the Host header and the path by putting them together, so with a Host of
 * `a/health?` every path would be `/health`. A request without the header is allowed: HTTP/1.0 and
 * HTTP/2 have none.
 *
 * @throws {Problem} 400, if the host is no host[:port].
 */
export function checkHost(request: Request, url: URL | null): asserts url is URL {
  const host = request.headers.get("host");
  const isHost = host === null || host === "" || HOST.test(host);
  if (isHost && url !== null && HOST.test(url.host) && url.username + url.password === "") return;
  throw new Problem(400, "the Host header is not a host name or address, with or without a port");
}

/**
 * Where the client of a request reaches the server: for the commands that it is shown.
 *
 * That is {@linkcode site}, or what a proxy says in `X-Forwarded-Proto` and `X-Forwarded-Host`, or
 * the request itself. The two headers are believed from everyone: they change only what is sent to the
 * one who sends them, which no shared cache may keep.
 */
export function originOf(request: Request): string {
  if (site.url !== undefined) return site.url;
  const url = new URL(request.url);
  const first = (name: string) => (request.headers.get(name) ?? "").split(",")[0]!.trim();
  const [protocol, host] = [first("x-forwarded-proto"), first("x-forwarded-host")];
  const isProtocol = protocol === "http" || protocol === "https";
  // What looks like a host need not be one: `a:99999`, `[1]`, `1.2.3.4.5`.
  const isHost = HOST.test(host) && URL.canParse(`http://${host}`);
  return `${isProtocol ? protocol : url.protocol.slice(0, -1)}://${isHost ? host : url.host}`;
}

/** A URL that {@linkcode site} may have: of a server or a folder of it, and harmless in a shell. */
export function parseSite(text: string): string | undefined {
  const url = URL.parse(text);
  const isPlain = url !== null && /^https?:\/\/[\w.:[\]-]+(\/[\w.~-]+)*\/?$/.test(url.href);
  return isPlain ? url.href.replace(/\/$/, "") : undefined;
}
