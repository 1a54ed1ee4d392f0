import { record, simulate, summarize, toPerfetto } from "@tenfold/loop";
import { Hono } from "hono";
import { complete, readQuery } from "./parameters.ts";
import { orderOf, tutorial } from "./tutorial.ts";

/** `GET /trace`: the run of `/stream` with the same parameters, computed at once. */
export const trace = new Hono().get("/", (c) => {
  const { parameters: given, extras } = readQuery(new URL(c.req.url).searchParams, {
    format: ["json", "perfetto"],
  });
  const parameters = complete(given);
  const log = record();
  simulate(tutorial(parameters), { order: orderOf(parameters), trace: log });
  if (extras.format === "perfetto") return c.json(toPerfetto(log.entries, { ...parameters }));
  return c.json({ parameters, summary: summarize(log.entries), entries: log.entries });
});
