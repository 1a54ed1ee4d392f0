// The least that a stream of ten numbers takes: `Deno.serve`, one timer, two writes. No scheduler,
// no router, nothing that can be asked for, cut short or resumed.

const encoder = new TextEncoder();
const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
  "access-control-allow-origin": "*",
};
const START = '{"count":10,"delay":1000,"jitter":0,"mode":"cooperative","order":"fifo","seed":1}';
const DONE = '{"elapsed":1000,"waited":10000,"steps":22}';

Deno.serve({ port: 0, onListen: ({ port }) => console.log(`http://localhost:${port}`) }, () => {
  let timer: ReturnType<typeof setTimeout>;
  const body = new ReadableStream({
    start(controller) {
      const id = `1-10-1000-0-cf-1-${Date.now().toString(36)}`;
      const first = `retry: 1000\n\nevent: start\nid: ${id}.0\ndata: ${START}\n\n`;
      controller.enqueue(encoder.encode(first));
      timer = setTimeout(() => {
        let text = "";
        for (let num = 0; num < 10; num++) text += `id: ${id}.${num + 1}\ndata: ${num}\n\n`;
        text += `event: done\nid: ${id}.11\ndata: ${DONE}\n\n`;
        controller.enqueue(encoder.encode(text));
        controller.close();
      }, 1000);
    },
    cancel() {
      clearTimeout(timer);
    },
  });
  return new Response(body, { headers: HEADERS });
});
