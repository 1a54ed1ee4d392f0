import { cors } from "hono/cors";

/** Answers the request that browsers send before one with headers that need permission. */
export const preflight = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD"],
  // Stream clients that are built on fetch send the first two.
  allowHeaders: ["Last-Event-ID", "Cache-Control", "Accept", "Authorization", "Content-Type"],
  // In seconds: a day. Chromium caps it at two hours.
  maxAge: 86_400,
});
