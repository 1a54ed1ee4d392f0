import type { Context } from "hono";
import { originOf } from "../host.ts";
import { Problem } from "../problem.ts";
import { respond } from "../respond.ts";
import { hasCapacity, isLarge, noRoom } from "../stream/registry.ts";
import { slicedResponse } from "../stream/sliced.ts";
import { importMap, renderPage } from "./server/page.ts";
import { readRun } from "./view/query.ts";

export { asset } from "./server/assets.ts";

/** `GET /` for a browser: the page, with the run that the query asks for. */
export async function lab(c: Context): Promise<Response> {
  const { searchParams } = new URL(c.req.url);
  const origin = originOf(c.req.raw);
  let parameters = readRun(new URLSearchParams());
  let problem: Problem | undefined;
  try {
    parameters = readRun(searchParams);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem = error;
  }
  const demand = { coroutines: parameters.count, ms: 0 };
  const isCounted = isLarge(demand) && c.req.method !== "HEAD";
  if (isCounted && !hasCapacity(demand)) throw noRoom();
  // A large page takes 7 ms, so HEAD must not render it.
  const text = c.req.method === "HEAD"
    ? ""
    : String(await renderPage({ parameters, asked: searchParams, problem, origin }));
  const response = respond(c, text, {
    status: problem?.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": await policy(),
      "referrer-policy": "no-referrer",
      // What it loads has another address whenever it changes, so the page itself must be asked for.
      "cache-control": "no-cache",
      vary: "Accept, Accept-Encoding",
    },
  });
  if (!isCounted) return response;
  return slicedResponse(new Uint8Array(await response.arrayBuffer()), demand, response);
}

/** Everything from here, nothing in line but the import map. */
async function policy(): Promise<string> {
  const bytes = new TextEncoder().encode(await importMap());
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64();
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
