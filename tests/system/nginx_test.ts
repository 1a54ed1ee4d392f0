import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { Cutter, twoCuts } from "./cutter.ts";
import { assertWhole, hear, type Heard } from "./heard.ts";
import { installed } from "./installed.ts";
import { Server } from "./server.ts";

const path = installed("nginx");

/** How long nginx or a client may take, in ms: ten times what it needs. */
const PATIENCE = 30_000;

/** Debian's nginx with its default settings, in front of servers. */
class Nginx implements AsyncDisposable {
  readonly url: string;
  readonly #process: Deno.ChildProcess;
  readonly #rest: Promise<void>;
  readonly #folder: string;

  private constructor(port: number, folder: string, process: Deno.ChildProcess, log: Log) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#process = process;
    this.#rest = drained(log);
  }

  /** Starts nginx with these servers as one upstream, in turns. `/gzip/` compresses events. */
  static async start(...servers: Server[]): Promise<Nginx> {
    const folder = Deno.makeTempDirSync({ prefix: "nginx-" });
    const port = freePort();
    Deno.writeTextFileSync(`${folder}/nginx.conf`, configuration(folder, port, servers));
    const process = new Deno.Command(path!, {
      args: ["-e", "stderr", "-p", folder, "-c", `${folder}/nginx.conf`],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
    await deadline(listening(log), PATIENCE);
    return new Nginx(port, folder, process, log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await this.#rest;
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

function configuration(folder: string, port: number, servers: Server[]): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) =>
    `${kind}_temp_path ${folder}/${kind};`
  );
  // One process, run by the user of the test, so that none outlives the test.
  return `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr notice;
    events {}
    http {
      access_log off; ${temporary.join(" ")}
      upstream tenfold { ${servers.map(({ url }) => `server ${new URL(url).host};`).join(" ")} }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://tenfold; }
        location /gzip/ {
          gzip on; gzip_types text/event-stream;
          proxy_pass http://tenfold/;
        }
      }
    }`;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

type Log = ReadableStreamDefaultReader<string>;

/** Waits until nginx listens: it then logs its version. */
async function listening(log: Log): Promise<void> {
  for (let text = ""; !text.includes(": nginx/");) {
    const { value, done } = await log.read();
    if (done) throw new Error(`nginx ended before it listened:\n${text}`);
    text += value;
  }
}

async function drained(log: Log): Promise<void> {
  while (!(await log.read()).done);
}

for (const folder of ["", "/gzip"]) {
  const how = folder === "" ? "as it is" : "that compresses events";
  Deno.test({
    name: `nginx ${how}: each number arrives before the run ends`,
    ignore: !path,
    async fn() {
      await using server = await Server.start();
      await using nginx = await Nginx.start(server);
      const url = `${nginx.url}${folder}/stream?mode=blocking&count=4&delay=500`;
      const client = new Deno.Command("curl", {
        args: ["-sN", "--compressed", "-D", "/dev/stderr", url],
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const events: Heard[] = [];
      const parsed = client.stdout.pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { event: type = "message", id = "", data } of parsed) {
        events.push({ type, id, data });
        if (type !== "message" || data === "3") continue;
        // The run has not ended yet, so nginx did not hold the event back.
        const { streams } = await (await fetch(`${server.url}/health`)).json();
        assertEquals(streams.open, 1, `number ${data} came late`);
      }
      assertEquals(events.map(({ data }) => data).slice(1, -1), ["0", "1", "2", "3"]);
      const head = await new Response(client.stderr).text();
      assertEquals(/^content-encoding: gzip/im.test(head), folder !== "");
      assert((await client.status).success);
    },
  });
}

Deno.test({
  name: "nginx: a stream that is cut resumes on the other of two servers",
  ignore: !path,
  async fn() {
    await using one = await Server.start();
    await using other = await Server.start();
    await using nginx = await Nginx.start(one, other);
    await using cutter = new Cutter(nginx.url, twoCuts(1));
    const url = `${cutter.url}/stream?delay=100&jitter=400`;
    const { events, returns } = await deadline(hear(url), PATIENCE);
    assertEquals(returns, 3);
    await assertWhole(events, one.url);
    const opened = await Promise.all([one, other].map(async ({ url }) => {
      return (await (await fetch(`${url}/health`)).json()).streams.opened;
    }));
    assertEquals(opened.toSorted(), [1, 2]);
  },
});
