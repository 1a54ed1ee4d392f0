import type { Context } from "hono";
import { once } from "../once.ts";
import { originOf } from "../origin.ts";
import { respond } from "../respond.ts";
import { hasCapacity, isLarge, noRoom } from "../stream/registry.ts";
import { slicedResponse } from "../stream/sliced.ts";
import { importMap, renderPage } from "./server/page.ts";
import { readRun } from "./view/query.ts";

export { asset } from "./server/assets.ts";

/** `GET /` for a browser: the page, with the run that the query asks for. */
export async function lab(c: Context): Promise<Response> {
  const { searchParams } = new URL(c.req.url);
  const asked = readRun(searchParams);
  const demand = { coroutines: asked.parameters.count, ms: 0 };
  const isCounted = isLarge(demand) && c.req.method !== "HEAD";
  if (isCounted && !hasCapacity(demand)) throw noRoom();
  const isEmbedded = searchParams.has("embed");
  const options = { ...asked, query: searchParams, origin: originOf(c.req.raw), isEmbedded };
  // A large page takes 7 ms, so HEAD must not render it.
  const text = c.req.method === "HEAD" ? "" : String(await renderPage(options));
  const response = respond(c, text, {
    status: asked.errors.size === 0 ? 200 : 400,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": await policy(isEmbedded),
      "referrer-policy": "no-referrer",
      // What it loads has another address whenever it changes, so the page itself must be asked for.
      "cache-control": "no-cache",
      vary: "Accept, Accept-Encoding",
    },
  });
  if (!isCounted) return response;
  return slicedResponse(new Uint8Array(await response.arrayBuffer()), demand, response);
}

/** The hash of the import map, which is the same on every page. */
const importMapHash = once(async () => {
  const bytes = new TextEncoder().encode(await importMap());
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64();
});

/**
 * Everything from here, nothing inline but the import map.
 *
 * @param isEmbedded Whether any site may show the page in a frame. It has nothing to steal: no login,
 * no cookie, no button that changes something elsewhere.
 */
async function policy(isEmbedded: boolean): Promise<string> {
  const hash = await importMapHash();
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${isEmbedded ? "*" : "'none'"}`,
  ].join("; ");
}
