import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";

/** The project's root. */
export const ROOT = new URL("../../", import.meta.url);

/** How long a process may take to start or stop, in ms: ten times what it needs. */
const PATIENCE = 20_000;

/** The arguments of `deno` in a task of deno.json. */
export function argumentsOf(task: "start"): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  return tasks[task].command.split(" ").slice(1);
}

/** Options of {@linkcode Server.start}. */
export interface ServerOptions {
  /** The executable. The default is the Deno that runs the tests. */
  deno?: string;
  /** A shell command to run first in the same process, such as `ulimit -n 64`. */
  first?: string;
}

/** A server process. */
export class Server implements AsyncDisposable {
  readonly url: string;
  /** The line that the server printed when it was ready. */
  readonly line: string;
  /** What the server has printed since then. */
  said = "";
  readonly #process: Deno.ChildProcess;
  readonly #rest: Promise<void>;

  private constructor(process: Deno.ChildProcess, line: string, lines: Lines) {
    this.#process = process;
    this.#rest = this.#listen(lines);
    this.line = line;
    this.url = /http:\/\/[^\s:]+:\d+/.exec(line)![0].replace("0.0.0.0", "localhost");
  }

  /** Starts a server as `deno task start` does, or with other arguments of `deno`. */
  static async start(
    args = argumentsOf("start"),
    { deno = Deno.execPath(), first }: ServerOptions = {},
  ): Promise<Server> {
    const shell = ["-c", `${first}; exec "$0" "$@"`, deno];
    const process = new Deno.Command(first === undefined ? deno : "sh", {
      args: first === undefined ? args : [...shell, ...args],
      cwd: ROOT,
      env: { PORT: "0", NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // `deno serve` prints its address to standard error.
    const lines = merged(process.stdout, process.stderr);
    const line = await deadline(firstAddress(lines), PATIENCE);
    return new Server(process, line, lines);
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Sends a signal and waits until the process has ended. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<Deno.CommandStatus> {
    this.signal(signal);
    const status = await deadline(this.#process.status, PATIENCE);
    await this.#rest;
    return status;
  }

  /** The resident memory of the process in MB; `NaN` where there is no /proc. */
  memory(): number {
    try {
      const status = Deno.readTextFileSync(`/proc/${this.#process.pid}/status`);
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    } catch {
      return NaN;
    }
  }

  /** The processor time that the process has used, in ms; `NaN` where there is no /proc. */
  cpuTime(): number {
    try {
      const stat = Deno.readTextFileSync(`/proc/${this.#process.pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // utime and stime, in ticks of 10 ms.
      return 10 * (Number(fields[11]) + Number(fields[12]));
    } catch {
      return NaN;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL").catch(() => {});
  }

  /** The member `streams` of /health. */
  async streams(): Promise<Record<string, number>> {
    return (await (await fetch(`${this.url}/health`)).json()).streams;
  }

  /** Waits until /health reports this number of open streams; the default is 10 s. */
  async hasOpen(streams: number, ms = 10_000): Promise<void> {
    for (let left = ms / 10; left > 0; left--) {
      // A busy server may refuse a connection.
      const { open } = await this.streams().catch(() => ({ open: NaN }));
      if (open === streams) return;
      await delay(10);
    }
    throw new Error(`never had ${streams} open streams, and said: ${this.said}`);
  }

  async #listen(lines: Lines): Promise<void> {
    for (let part; !(part = await lines.read()).done;) this.said += part.value;
  }
}

/** The numbers in the text of a stream. */
export function numbers(text: string): number[] {
  return [...text.matchAll(/^data: (\d+)$/gm)].map(([, number]) => Number(number));
}

/** The numbers of a run with default parameters, sorted. */
export const TEN: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

type Lines = ReadableStreamDefaultReader<string>;

function merged(...streams: ReadableStream<Uint8Array>[]): Lines {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const pumps = streams.map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) await writer.write(text);
  });
  Promise.all(pumps).then(() => writer.close());
  return readable.getReader();
}

async function firstAddress(lines: Lines): Promise<string> {
  for (let text = "";;) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`the server ended before it listened:\n${text}`);
    text += value;
    const line = text.split("\n").slice(0, -1).find((line) => line.includes("http://"));
    if (line !== undefined) return line;
  }
}

/** Runs a program and waits until it ends. */
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

/** The result of a program. */
export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}
