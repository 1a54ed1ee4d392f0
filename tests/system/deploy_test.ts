import { assert, assertEquals } from "@std/assert";
import { installed } from "./installed.ts";
import { Project } from "./project.ts";
import { output, ROOT } from "./server.ts";

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

/** The block of that language under "Deploy" in the readme of the endpoints. */
async function block(language: string): Promise<string> {
  const section = (await read("routes/README.md")).split("\n## Deploy\n")[1]!;
  return section.split("```" + language + "\n")[1]!.split("```")[0]!;
}

/** What a command line gives `deno run`, but for the cache: permissions and the like. */
const flagsOf = (args: string[]) => {
  return args.filter((argument) => argument.startsWith("--") && argument !== "--cached-only");
};

/** Those of the task `start`. */
async function expected(): Promise<string[]> {
  return flagsOf(JSON.parse(await read("deno.json")).tasks.start.command.split(" "));
}

Deno.test("deploy: the commands of the Dockerfile make a healthy server, which stops on SIGTERM", async () => {
  const lines = (await block("dockerfile")).trim().split("\n");
  const argumentsOf = (instruction: string) =>
    lines.filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));
  await using image = await Project.create();
  for (const copied of argumentsOf("COPY")) {
    const sources = copied.split(" ").slice(0, -1);
    await output("cp", "-r", ...sources, image.folder);
  }
  // A Deno with an empty cache, as in the image.
  const deno = Deno.execPath();
  const [install] = argumentsOf("RUN");
  await image.run(deno, ...install!.split(" ").slice(1));
  const command: string[] = JSON.parse(argumentsOf("CMD")[0]!);
  assertEquals(flagsOf(command), await expected());

  const server = new Deno.Command(deno, {
    args: command,
    cwd: image.folder,
    env: { PORT: "0", DENO_DIR: image.path(".deno") },
    stdout: "piped",
  }).spawn();
  const printed = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = /http:\S+:\d+/.exec((await printed.read()).value!)![0];
  // Types are stripped by a dependency that is loaded only now.
  const script = await fetch(`${url}/loop/mod.js`);
  assertEquals([script.status, (await script.text()).includes("import type")], [200, false]);

  const check: string[] = JSON.parse(argumentsOf("HEALTHCHECK")[0]!.split(" CMD ")[1]!);
  const program = check.at(-1)!.replace(
    "http://127.0.0.1:8000",
    url.replace("localhost", "127.0.0.1"),
  );
  const isHealthy = () => image.run(deno, "eval", program).then(() => true, () => false);
  assert(await isHealthy());
  server.kill("SIGTERM");
  assertEquals((await server.status).code, 0);
  await printed.cancel();
  assert(!await isHealthy());
});

const analyze = installed("systemd-analyze");

Deno.test({
  name: "deploy: systemd accepts the unit, which gives the flags of the task",
  ignore: !analyze,
  async fn() {
    const unit = await block("ini");
    const flags = /^ExecStart=(.*)$/m.exec(unit)![1]!.split(" ");
    assertEquals(flagsOf(flags), await expected());
    await using project = await Project.create();
    // The check wants a program that is there.
    await project.write("tenfold.service", unit.replace("/usr/local/bin/deno", Deno.execPath()));
    const { stdout, stderr } = await project.run(analyze!, "verify", "./tenfold.service");
    assertEquals(stdout + stderr, "");
  },
});
