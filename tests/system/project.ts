import { dirname } from "node:path";

/** The folder of a user's project, which is removed at the end. */
export class Project implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes a project that is empty but for a manifest: its `.js` files are modules. */
  static async create(): Promise<Project> {
    const project = new Project(await Deno.makeTempDir());
    await project.write("package.json", JSON.stringify({ private: true, type: "module" }));
    return project;
  }

  /** The path of one of its files. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Writes a file, and the folders that it is in. */
  async write(name: string, text: string): Promise<void> {
    await Deno.mkdir(dirname(this.path(name)), { recursive: true });
    await Deno.writeTextFile(this.path(name), text);
  }

  /** Serves its files as pages and scripts. */
  serve(): Deno.HttpServer<Deno.NetAddr> {
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    return Deno.serve(options, async ({ url }) => {
      const { pathname } = new URL(url);
      const file = await Deno.readFile(this.path(pathname.slice(1))).catch(() => undefined);
      if (file === undefined) return new Response(null, { status: 404 });
      const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
      return new Response(file, { headers: { "content-type": type } });
    });
  }

  /** Runs a program in its folder, and returns what it prints. Throws if the program fails. */
  async run(program: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd: this.folder,
      // A cache of its own, in which nothing is left of another server at the same address.
      env: { NO_COLOR: "1", DENO_DIR: this.path(".deno") },
      stdout: "piped",
      stderr: "piped",
    }).output();
    const [printed, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (code === 0) return { stdout: printed!, stderr: complained! };
    const command = [program, ...args].join(" ");
    throw new Error(`${command}: exit code ${code}\n${printed}${complained}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

const paths = new Map<string, Promise<string>>();

/**
 * The path of a program from npm, which is installed into npm's cache.
 *
 * @param name What it is called, `tsc` say.
 * @param packages The packages, with their versions, that it is made of.
 */
export function fromNpm(name: string, ...packages: string[]): Promise<string> {
  const key = [name, ...packages].join(" ");
  const path = paths.get(key) ?? locate(name, packages);
  paths.set(key, path);
  return path;
}

async function locate(name: string, packages: string[]): Promise<string> {
  const list = packages.flatMap((name) => ["--package", name]);
  const { success, stdout, stderr } = await new Deno.Command("npx", {
    args: ["--yes", ...list, "--call", `command -v ${name}`],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}
