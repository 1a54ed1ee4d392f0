const ROOT = new URL("../../", import.meta.url);

/** This server, as `deno task start` starts it. */
export const OURS: string[] = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)))
  .tasks.start.command.split(" ").slice(2);

/** One of `servers/`, by its name. */
export function peer(name: string): string[] {
  return ["--allow-net", `tests/bench/servers/${name}.ts`];
}

/** A server in a process of its own, which says where it is in the first line that it prints. */
export class ServerProcess {
  readonly port: number;
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts one: `deno run` with these arguments, and the dependencies of this project. */
  static async start(args: readonly string[]): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--config=deno.json", ...args],
      cwd: ROOT,
      env: { PORT: "0", MAX_STREAMS: "16000" },
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    const line = new TextDecoder().decode(value);
    const port = /:(\d+)/.exec(line)?.[1];
    if (port === undefined) throw new Error(`${args.at(-1)}: expected a URL, received "${line}"`);
    return new ServerProcess(child, Number(port));
  }

  /** The most memory that it has held, in MB. */
  async peakMemory(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#child.pid}/status`);
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1000;
  }

  /** The processor time that it has taken, in ms. */
  async cpuTime(): Promise<number> {
    const stat = await Deno.readTextFile(`/proc/${this.#child.pid}/stat`);
    // The name before may have spaces in it. Linux counts in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  /** Stops it. */
  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.stdout.cancel();
    await this.#child.status;
  }
}
