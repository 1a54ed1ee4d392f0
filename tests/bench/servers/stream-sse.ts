// The ten numbers as Hono's documentation would have them: `streamSSE`, and a promise for each.

import { Hono } from "hono";
import { streamSSE } from "hono/streaming";

const START = '{"count":10,"delay":1000,"jitter":0,"mode":"cooperative","order":"fifo","seed":1}';
const DONE = '{"elapsed":1000,"waited":10000,"steps":22}';

const app = new Hono().get("/stream", (c) =>
  streamSSE(c, async (stream) => {
    const id = `1-10-1000-0-cf-1-${Date.now().toString(36)}`;
    await stream.writeSSE({ event: "start", id: `${id}.0`, data: START, retry: 1000 });
    const display = async (num: number) => {
      await stream.sleep(1000);
      await stream.writeSSE({ id: `${id}.${num + 1}`, data: String(num) });
    };
    await Promise.all(Array.from({ length: 10 }, (_, num) => display(num)));
    await stream.writeSSE({ event: "done", id: `${id}.11`, data: DONE });
  }));

const onListen = ({ port }: { port: number }) => console.log(`http://localhost:${port}`);
Deno.serve({ port: 0, onListen }, app.fetch);
