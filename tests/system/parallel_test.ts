import { assert, assertEquals } from "@std/assert";
import { Cutter } from "./cutter.ts";
import { assertWhole, parse } from "./heard.ts";
import { output, Server } from "./server.ts";

/** Requests /health and the stream over one connection, so that the same worker answers both. */
async function read(url: string, id?: string) {
  const header = id === undefined ? [] : ["-H", `Last-Event-ID: ${id}`];
  // An empty line after each response; the number of new connections on standard error.
  const report = ["-w", "\n%{stderr}%{num_connects}"];
  const urls = [`${url}/health`, `${url}/stream?mode=blocking&delay=50`];
  const { code, stdout, stderr } = await output("curl", "-sN", ...report, ...header, ...urls);
  assertEquals(stderr, "10", "curl took a connection each");
  const [health, ...rest] = stdout.split("\n");
  return { code, isolate: JSON.parse(health!).isolate, events: parse(rest.join("\n")) };
}

/** `deno serve` with two workers, independent of the number of cores. */
async function twoWorkers(): Promise<Server> {
  Deno.env.set("DENO_JOBS", "2");
  try {
    return await Server.start(
      ["serve", "--parallel", "--port=0", "--host=127.0.0.1", "routes/mod.ts"],
    );
  } finally {
    Deno.env.delete("DENO_JOBS");
  }
}

Deno.test({
  name: "deno serve --parallel: a stream that is cut resumes on another worker",
  // Only Linux distributes connections among the workers.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await twoWorkers();
    // The response to /health has some 500 bytes, the stream 800.
    await using cutter = new Cutter(server.url, [900]);
    const { code, isolate, events } = await read(cutter.url);
    assertEquals(code, 18, "curl: the stream was not cut");
    assert(isolate && events.length > 0);
    // The kernel picks the worker of a connection at random.
    for (let left = 64; left > 0; left--) {
      const rest = await read(server.url, events.at(-1)!.id);
      await assertWhole([...events, ...rest.events], server.url);
      if (rest.isolate !== isolate) return;
    }
    throw new Error("all connections went to one worker");
  },
});
