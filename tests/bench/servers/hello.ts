// The least that starts with Hono.

import { Hono } from "hono";

const app = new Hono();
app.get("/health", (c) => c.text("hello"));

const onListen = ({ port }: { port: number }) => console.log(`http://localhost:${port}`);
Deno.serve({ port: 0, onListen }, app.fetch);
