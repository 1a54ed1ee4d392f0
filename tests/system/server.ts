import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";

/** The project's root. */
export const ROOT = new URL("../../", import.meta.url);

/** How long a process has before a test gives it up, in ms: much more than it needs. */
const PATIENCE = 20_000;

/** The permissions that the task of that name gives, and the program. */
function argumentsOf(task: "start"): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  return tasks[task].command.split(" ").slice(1);
}

/** A server in a process of its own. */
export class Server implements AsyncDisposable {
  readonly url: string;
  /** The line it printed when it was ready. */
  readonly line: string;
  readonly #process: Deno.ChildProcess;
  readonly #rest: Promise<void>;

  private constructor(process: Deno.ChildProcess, line: string, rest: Promise<void>) {
    this.#process = process;
    this.#rest = rest;
    this.line = line;
    this.url = /http:\/\/[^\s:]+:\d+/.exec(line)![0].replace("0.0.0.0", "localhost");
  }

  /** Starts one as `deno task start` does, or as the arguments of `deno` say. */
  static async start(args = argumentsOf("start")): Promise<Server> {
    const process = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { PORT: "0", NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // `deno serve` says where it is on its standard error.
    const lines = merged(process.stdout, process.stderr);
    const line = await deadline(firstAddress(lines), PATIENCE);
    return new Server(process, line, drained(lines));
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<Deno.CommandStatus> {
    this.signal(signal);
    const status = await deadline(this.#process.status, PATIENCE);
    await this.#rest;
    return status;
  }

  /** The memory that it occupies, in MB, where the system tells (Linux). */
  memory(): number {
    try {
      const status = Deno.readTextFileSync(`/proc/${this.#process.pid}/status`);
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    } catch {
      return NaN;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL").catch(() => {});
  }

  /** Waits until it says that so many streams are open. */
  async hasOpen(streams: number): Promise<void> {
    for (let left = 1000; left > 0; left--) {
      const health = await (await fetch(`${this.url}/health`)).json();
      if (health.streams.open === streams) return;
      await delay(10);
    }
    throw new Error(`never had ${streams} open streams`);
  }
}

function merged(...streams: ReadableStream<Uint8Array>[]): ReadableStreamDefaultReader<string> {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const pumps = streams.map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) await writer.write(text);
  });
  Promise.all(pumps).then(() => writer.close());
  return readable.getReader();
}

async function firstAddress(lines: ReadableStreamDefaultReader<string>): Promise<string> {
  for (let text = "";;) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`the server ended before it listened:\n${text}`);
    text += value;
    const line = text.split("\n").slice(0, -1).find((line) => line.includes("http://"));
    if (line !== undefined) return line;
  }
}

async function drained(lines: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await lines.read()).done);
}

/** Runs a program to its end. */
export async function output(program: string, ...args: string[]): Promise<Output> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** What a program had to say. */
export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}
