import { summarize, toPerfetto } from "@tenfold/loop";
import type { RequestContext } from "./origin.ts";
import { hasCapacity, noRoom } from "./stream/registry.ts";
import { slicedResponse } from "./stream/sliced.ts";
import { parametersIn, readQuery, withDefaults } from "./tutorial/parameters.ts";
import { logOf } from "./tutorial/program.ts";

const HEADERS = { "content-type": "application/json" };

/** `GET /trace`: the log of the run that `/stream` streams with the same parameters. */
export function trace(c: RequestContext): Response {
  const { parameters: given, extras } = readQuery(parametersIn(c.env.url), {
    format: ["json", "perfetto"],
  });
  const parameters = withDefaults(given);
  const demand = { coroutines: parameters.count, ms: 0 };
  if (!hasCapacity(demand)) throw noRoom();
  if (c.req.method === "HEAD") return new Response(null, { headers: HEADERS });
  const entries = logOf(parameters);
  const body = extras.format === "perfetto"
    ? toPerfetto(entries, { ...parameters })
    : { parameters, summary: summarize(entries), entries };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return slicedResponse(bytes, demand, { headers: HEADERS });
}
