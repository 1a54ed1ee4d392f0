import type { Context } from "hono";
import { encodeComment, encodeRetry } from "./sse.ts";
import { openStream } from "./writer.ts";
import { hasCapacity } from "./registry.ts";
import { readQuery, withDefaults } from "../tutorial/parameters.ts";
import { Problem } from "../problem.ts";
import { lastIndex } from "./events.ts";
import { decodeEventId, type Run } from "./event-id.ts";

const HEADERS = {
  "content-type": "text/event-stream",
  // A cache would play a recording to everybody, a compressor would hold events back, and so does
  // nginx, unless told.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

const NO_ROOM = "this server has no room for another stream at the moment";

/** When whoever finds no room should ask again, in seconds. */
const RETRY_AFTER_S = 5;

/** How far ahead of ours the clock of the isolate that began a run may be, in ms. */
const MAX_CLOCK_SKEW_MS = 60_000;

/** `GET /stream`: the numbers, as each coroutine wakes. */
export function stream(c: Context): Response {
  const { parameters, extras } = readQuery(new URL(c.req.url).searchParams, {
    trace: ["1"],
    lastEventId: null,
  });
  const trace = extras.trace !== undefined;
  const id = c.req.header("last-event-id") || extras.lastEventId || undefined;
  const place = id === undefined ? {} : resume(id, { ...parameters, ...(trace && { trace }) });
  // Whoever has the last event is told to stop.
  if (place.left === 0) return c.body(null, 204);
  const run = place.run ?? { parameters: withDefaults(parameters), trace, origin: Date.now() };
  if (!hasCapacity(run.parameters.count, place.run !== undefined)) {
    if (place.run === undefined) {
      throw new Problem(503, NO_ROOM, [], { "retry-after": `${RETRY_AFTER_S}` });
    }
    // A browser that comes back takes an error for the end of all.
    const later = encodeRetry(RETRY_AFTER_S * 1000) + encodeComment(NO_ROOM);
    return c.body(later, { headers: HEADERS });
  }
  // Before anything runs: the body of an answer to HEAD is dropped, not cancelled.
  const body = c.req.method === "HEAD" ? null : openStream(run, place.from ?? 0, place.comment);
  return new Response(body, { headers: HEADERS });
}

/** Where an id leads: to a run, the index of its next event and how many are left; or nowhere. */
interface ResumePoint {
  run?: Run;
  from?: number;
  left?: number;
  comment?: string;
}

function resume(id: string, asked: Record<string, unknown>): ResumePoint {
  const decoded = decodeEventId(id);
  if (decoded === undefined) return { comment: "the id is none of this stream; this is a new run" };
  const { run, index } = decoded;
  if (run.origin > Date.now() + MAX_CLOCK_SKEW_MS) {
    return { comment: "the id is of the future; this is a new run" };
  }
  const left = lastIndex(run) - index;
  if (left < 0) return { comment: "the id is past the end of its run; this is a new run" };
  const told: Record<string, unknown> = { ...run.parameters, trace: run.trace };
  const contradicted = Object.entries(asked).some(([name, value]) => told[name] !== value);
  if (contradicted) return { comment: "the query is not that of the id; this is a new run" };
  return { run, from: index + 1, left };
}
