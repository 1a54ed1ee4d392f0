import type { Context } from "hono";
import { originOf } from "../origin.ts";
import { respond } from "../respond.ts";
import { hasCapacity, isLarge, noRoom } from "../stream/registry.ts";
import { slicedResponse } from "../stream/sliced.ts";
import { headersOf } from "./server/headers.ts";
import { renderPage } from "./server/page.ts";
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
    headers: await headersOf("tutorial", isEmbedded),
  });
  if (!isCounted) return response;
  return slicedResponse(new Uint8Array(await response.arrayBuffer()), demand, response);
}
