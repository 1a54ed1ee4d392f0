import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { chromium } from "playwright-core";
import { installed } from "./installed.ts";
import { fromNpm, Project } from "./project.ts";
import { output, ROOT } from "./server.ts";

const NODES = ["20", "22", "24"];

/** How long a program may take to say something, in ms: ten times what it needs. */
const PATIENCE = 20_000;

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
const here = (name: string) => read(`tests/system/${name}`);

let project: Project;

/** A project that has the package and the programs, as JavaScript. */
Deno.test.beforeAll(async () => {
  project = await Project.create();
  const { code, stderr } = await output(Deno.execPath(), "task", "pack", project.folder);
  assertEquals(code, 0, stderr);
  const tarball = [...Deno.readDirSync(project.folder)].find(({ name }) => name.endsWith(".tgz"))!;
  const packages = [`./${tarball.name}`, "@sinonjs/fake-timers@15.5.0"];
  await project.run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", ...packages);
  for (const name of ["anywhere.js", "context.js", "signalled.js", "fake_timers.js"]) {
    await project.write(name, await here(name));
  }
});

Deno.test.afterAll(() => project[Symbol.asyncDispose]());

/** The hosts, and the command that runs a program in each. */
const HOSTS: readonly [name: string, command: () => Promise<string[]>][] = [
  ["Deno", () => Promise.resolve([Deno.execPath(), "run", "--quiet", "-A"])],
  ...NODES.map((version) =>
    [`Node ${version}`, async () => [await fromNpm("node", `node@${version}`)]] as const
  ).map(([name, command]) => [name, command] as [string, () => Promise<string[]>]),
];

/** The claims that a program prints, one on each line. */
async function claimsOf(name: string): Promise<string[]> {
  return [...(await here(name)).matchAll(/^ {2}async "([^"]+)"\(\)/gm)].map(([, claim]) => claim!);
}

for (const [host, command] of HOSTS) {
  Deno.test(`host: ${host} keeps what is claimed of callbacks, loops, promises and time`, async () => {
    const [program, ...args] = await command();
    const { stdout } = await project.run(program!, ...args, "anywhere.js");
    assertEquals(stdout.trim().split("\n"), [...await claimsOf("anywhere.js"), "all"]);
  });

  Deno.test(`AsyncLocalStorage: in ${host} a loop goes on in the context it was started in`, async () => {
    const [program, ...args] = await command();
    const { stdout } = await project.run(program!, ...args, "context.js");
    assertEquals(stdout.trim().split("\n"), await claimsOf("context.js"));
  });

  Deno.test(`fake timers: in ${host} runs take no real time, with sinon's and with std's`, async () => {
    const [program, ...args] = await command();
    const { stdout, stderr } = await project.run(program!, ...args, "fake_timers.js");
    const lines = ["sinon", "std"].flatMap((name) => [`${name} wall`, `${name} paced`]);
    assertEquals(stdout, lines.map((line) => `${line} 1000,3000,60000\n`).join(""));
    assertEquals(stderr, "");
  });

  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.test(`main: in ${host} ${signal} has the program clean up, and exit with ${code}`, async () => {
      const { lines, status } = await signalled(await command(), [], signal);
      assertEquals(lines, ["ready", `cancelled by the host: ${signal}`, "cleaned up"]);
      assertEquals(status.code, code);
    });
  }

  Deno.test(`main: in ${host} a second signal ends a program that caught the first`, async () => {
    const { lines, status } = await signalled(await command(), ["stubborn"], "SIGINT");
    const caught = ["ready", "cancelled by the host: SIGINT", "went on"];
    assertEquals([lines, status.code], [[...caught, "cleaned up"], 130]);
  });
}

/** Runs the program that is ended by signals; sends one when it is ready, and when it goes on. */
async function signalled(
  [program, ...rest]: string[],
  args: string[],
  signal: Deno.Signal,
): Promise<{ lines: string[]; status: Deno.CommandStatus }> {
  const process = new Deno.Command(program!, {
    args: [...rest, "signalled.js", ...args],
    cwd: project.folder,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: string[] = [];
  let text = "";
  for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const complete = text.split("\n");
    text = complete.pop()!;
    for (const line of complete) {
      lines.push(line);
      if (line === "ready" || line === "went on") process.kill(signal);
    }
  }
  return { lines, status: await deadline(process.status, PATIENCE) };
}

const path = installed("chromium");

Deno.test({
  name: "host: Chromium keeps what is claimed of callbacks, loops, promises and time",
  ignore: !path,
  async fn() {
    const at = "/node_modules/@tenfold/loop/mod.js";
    const map = JSON.stringify({ imports: { "@tenfold/loop": at } });
    await project.write(
      "index.html",
      `<script type="importmap">${map}</script><script type="module" src="/anywhere.js"></script>`,
    );
    await using server = project.serve();
    const browser = await chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const lines: string[] = [];
      page.on("console", (message) => lines.push(message.text()));
      page.on("pageerror", (error) => lines.push(String(error)));
      await page.goto(`http://127.0.0.1:${server.addr.port}/index.html`);
      await page.waitForFunction(() => "all" in globalThis, null, { timeout: PATIENCE })
        .catch(() => {});
      const said = lines.filter((line) => !line.includes("favicon") && !line.includes("404"));
      assertEquals(said, [...await claimsOf("anywhere.js"), "all"]);
      assert(await page.evaluate("all"));
    } finally {
      await browser.close();
    }
  },
});
