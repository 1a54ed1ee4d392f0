// Makes the package for npm: `deno task pack` writes tenfold-loop-<version>.tgz into the current
// folder, or into the one that is named. `deno pack` compiles; this adds what it leaves out.

const ROOT = new URL("../", import.meta.url);

/** What `deno pack` has no place for. */
const MANIFEST = {
  description: "A cooperative scheduler: structured coroutines, virtual time, every order explored",
  keywords: ["coroutine", "scheduler", "structured-concurrency", "event-loop", "cancellation"],
  // A bundler may leave out every module that it does not use.
  sideEffects: false,
  // The oldest that the tests run.
  engines: { node: ">=20" },
};

const folder = await Deno.makeTempDir();
try {
  const compiled = `${folder}/compiled.tgz`;
  const options = ["--quiet", "--allow-dirty", "--no-source-maps", "--output", compiled];
  await runIn(new URL("lib/", ROOT), Deno.execPath(), "pack", ...options);
  await runIn(folder, "tar", "-xzf", compiled);
  const unpacked = `${folder}/package`;
  await edit(`${unpacked}/package.json`, (text) => {
    return JSON.stringify({ ...JSON.parse(text), ...MANIFEST, ...repository() }, null, 2) + "\n";
  });
  await referToDisposable(unpacked);
  const destination = await Deno.realPath(Deno.args[0] ?? ".");
  await runIn(unpacked, "npm", "pack", "--loglevel=error", "--pack-destination", destination);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** npm accepts a proof of where a package was built only from the repository that it names. */
function repository(): { repository?: unknown } {
  const name = Deno.env.get("GITHUB_REPOSITORY");
  if (name === undefined) return {};
  return {
    repository: { type: "git", url: `git+https://github.com/${name}.git`, directory: "lib" },
  };
}

/**
 * TypeScript knows `Disposable` only for targets with `using`, unless a declaration asks for it. The
 * source can't: JSR accepts no such reference.
 */
async function referToDisposable(unpacked: string): Promise<void> {
  for (const path of filesBelow(unpacked, ".d.ts")) {
    await edit(path, (text) => {
      const isNeeded = /\bDisposable\b|\bSymbol\.dispose\b/.test(text);
      return isNeeded ? `/// <reference lib="esnext.disposable" />\n${text}` : text;
    });
  }
}

function filesBelow(folder: string, end: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return filesBelow(path, end);
    return name.endsWith(end) ? [path] : [];
  });
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await Deno.writeTextFile(path, change(await Deno.readTextFile(path)));
}

async function runIn(cwd: string | URL, program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, cwd }).spawn().status;
  if (!success) throw new Error(`${program} ${args[0]} failed`);
}
