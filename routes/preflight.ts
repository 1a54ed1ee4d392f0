import { cors } from "hono/cors";

/** What a browser asks before it sends a header that not every page may send. */
export const preflight = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD"],
  // Clients that are built on fetch ask before they send the first two.
  allowHeaders: ["Last-Event-ID", "Cache-Control", "Accept", "Authorization", "Content-Type"],
  maxAge: 86_400,
});
