import type { Context } from "hono";
import { originOf } from "./origin.ts";
import { DEFAULTS, MAX_RUN_MS, RANGES, WORDS } from "./tutorial/parameters.ts";

const MINUTES = MAX_RUN_MS / 60_000;

/** `GET /` for a terminal: the commands to type. */
export function usage(c: Context): Response {
  return c.text(textFor(originOf(c.req.raw)), 200, { vary: "Accept" });
}

function textFor(origin: string): string {
  const words = (name: keyof typeof WORDS) => `${WORDS[name].join(" or ")} (${DEFAULTS[name]})`;
  const range = (name: keyof typeof RANGES) => `${RANGES[name].min} to ${RANGES[name].max}`;
  return `Tenfold: ten coroutines, one thread, one second.

  curl -N ${origin}/stream                       ten numbers, as each coroutine wakes
  curl -N "${origin}/stream?jitter=1000"         ... each when its own sleep ends
  curl -N "${origin}/stream?mode=blocking"       ... one after another: ten seconds
  curl "${origin}/trace?seed=42"                 the log of a run, as JSON
  curl "${origin}/trace?format=perfetto"         ... for https://ui.perfetto.dev
  curl ${origin}/health                          the state of the server
  curl ${origin}/fixtures                        streams that are hard to read, for authors of clients
  curl ${origin}/loop/                           how to import the scheduler from here
  curl ${origin}/lessons                         short programs of coroutines, each with a question

Parameters of /stream and /trace, all optional:

  count   ${range("count")} coroutines (${DEFAULTS.count})
  delay   ${range("delay")} ms that each coroutine sleeps (${DEFAULTS.delay})
  jitter  ${
    range("jitter")
  } ms: the most that each sleeps longer, drawn by the seed (${DEFAULTS.jitter})
  mode    ${words("mode")}; a blocking run may last at most ${MINUTES} minutes
  order   ${words("order")}: which goes first of coroutines that wake together
  seed    ${range("seed")} (random): the same seed gives the same run
  trace   1, of /stream: adds an event for every step of the scheduler
  format  json or perfetto, of /trace (json)

In a browser, ${origin}/ draws these runs, and ${origin}/sandbox those of your own programs.
To resume a stream, send the id of its last event as the header Last-Event-ID, or ?lastEventId=.
`;
}
