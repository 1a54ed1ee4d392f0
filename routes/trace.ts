import { summarize, toPerfetto } from "@tenfold/loop";
import type { Context } from "hono";
import { readQuery, withDefaults } from "./tutorial/parameters.ts";
import { logOf } from "./tutorial/program.ts";

/** `GET /trace`: the log of the run that `/stream` streams with the same parameters. */
export function trace(c: Context): Response {
  const { parameters: given, extras } = readQuery(new URL(c.req.url).searchParams, {
    format: ["json", "perfetto"],
  });
  const parameters = withDefaults(given);
  const entries = logOf(parameters);
  if (extras.format === "perfetto") return c.json(toPerfetto(entries, { ...parameters }));
  return c.json({ parameters, summary: summarize(entries), entries });
}
