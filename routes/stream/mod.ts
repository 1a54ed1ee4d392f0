import { decodeEventId, type Run } from "./event-id.ts";
import { lastIndex } from "./events.ts";
import { countStream, hasCapacity, NO_ROOM, noRoom, RETRY_AFTER_S } from "./registry.ts";
import { encodeComment, encodeRetry } from "./sse.ts";
import { cutResponse } from "./sliced.ts";
import { demandOf, openStream } from "./writer.ts";
import { parametersIn, readQuery, withDefaults } from "../tutorial/parameters.ts";
import type { RequestContext } from "../origin.ts";

const HEADERS = {
  "content-type": "text/event-stream",
  // A cache would replay one run to every client. A compressor may hold events back, and so does
  // nginx without the second header.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

/** How far the clock of the isolate that began a run may be ahead of this one's, in ms. */
const MAX_CLOCK_SKEW_MS = 60_000;

/** `GET /stream`: a run, event by event, as its coroutines wake. */
export function stream(c: RequestContext): Response {
  const { parameters, extras } = readQuery(parametersIn(c.env.url), {
    trace: ["1"],
    lastEventId: null,
  });
  const trace = extras.trace !== undefined;
  const id = c.req.header("last-event-id") || extras.lastEventId || undefined;
  const point = id === undefined
    ? undefined
    : resume(id, { ...parameters, ...(trace && { trace }) });
  // 204 makes an `EventSource` stop; it would reconnect for ever after any other end.
  if (point === "finished") return c.body(null, 204);
  const isResuming = typeof point === "object" && "run" in point;
  const run = isResuming
    ? point.run
    : { parameters: withDefaults(parameters), trace, origin: Date.now() };
  if (!hasCapacity(demandOf(run), isResuming)) {
    if (!isResuming) throw noRoom();
    countStream("refused");
    // For an `EventSource` that reconnects, an error status would be final.
    return cutResponse(encodeComment(NO_ROOM) + encodeRetry(RETRY_AFTER_S * 1000), HEADERS);
  }
  // Hono drops the body of a response to HEAD without cancelling it, so no run may start.
  const body = c.req.method === "HEAD"
    ? null
    : isResuming
    ? openStream(run, point.from)
    : openStream(run, 0, point?.comment);
  return new Response(body, { headers: HEADERS });
}

/** A run to resume at an event's index, its end, or why the id could not be followed. */
type ResumePoint = { run: Run; from: number } | "finished" | { comment: string };

function resume(id: string, asked: Record<string, unknown>): ResumePoint {
  const decoded = decodeEventId(id);
  if (decoded === undefined) return { comment: "no event here has this id; this is a new run" };
  const { run, index } = decoded;
  if (run.origin > Date.now() + MAX_CLOCK_SKEW_MS) {
    return { comment: "the run of this id has not begun; this is a new run" };
  }
  const last = lastIndex(run);
  if (index > last) return { comment: "the run of this id has fewer events; this is a new run" };
  const given: Record<string, unknown> = { ...run.parameters, trace: run.trace };
  const differs = Object.entries(asked).some(([name, value]) => given[name] !== value);
  if (differs) return { comment: "the run of this id has other parameters; this is a new run" };
  return index === last ? "finished" : { run, from: index + 1 };
}
