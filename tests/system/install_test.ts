import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { chromium } from "playwright-core";
import { gzipSync } from "node:zlib";
import { installed } from "./installed.ts";
import { fromNpm, Project } from "./project.ts";
import { output, ROOT } from "./server.ts";

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
const { exports } = JSON.parse(await read("lib/deno.json"));
/** What one imports: `@tenfold/loop`, `@tenfold/loop/testing` and so on. */
const ENTRIES = Object.keys(exports).map((entry) => `@tenfold/loop${entry.slice(1)}`);

/** The files in `lib/` that they are. */
const SOURCES = Object.values<string>(exports).map((path) => path.slice("./".length));

const NODES = ["20", "22", "24"];
const TYPESCRIPTS = ["5.9.3", "6.0.3", "7.0.2"];
const ESBUILD = ["esbuild", "esbuild@0.28.2"] as const;

/** A program that prints the numbers from 0 to 9, and what it imports. */
const HELLO = `import { gather, run, sleep } from "@tenfold/loop";
  function* display(num) {
    yield* sleep(10);
    return num;
  }
  run(gather(Array.from({ length: 10 }, (_, num) => display(num)))).then((numbers) => {
    globalThis.numbers = numbers.join("");
    console.log(globalThis.numbers);
  });`;
/** Node adds a name of its own to a module that is required and has a default export. */
const NAMES_OF = `const namesOf = (entry) => Object.keys(entry).filter((n) => n !== "__esModule");`;
const NUMBERS = "0123456789";

const npm = installed("npm");

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !npm, fn });
}

let folder: string;
let tarball: string;

Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  const { code, stderr } = await output(Deno.execPath(), "task", "pack", folder);
  assertEquals(code, 0, stderr);
  tarball = `${folder}/${[...Deno.readDirSync(folder)][0]!.name}`;
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** A project into which npm has installed the package, and others. */
async function install(...others: string[]): Promise<Project> {
  const project = await Project.create();
  const options = ["--no-audit", "--no-fund", "--loglevel=error"];
  await project.run("npm", "install", ...options, tarball, ...others);
  return project;
}

let printed: Promise<unknown> | undefined;

/** What the portable program prints when Deno runs it with the sources. */
const expected = () => printed ??= runSources();

async function runSources(): Promise<unknown> {
  const args = ["run", "--config", "deno.json", "tests/system/portable.js"];
  const { code, stdout, stderr } = await output(Deno.execPath(), ...args);
  assertEquals(code, 0, stderr);
  assert(JSON.parse(stdout).same);
  return JSON.parse(stdout);
}

test("package: has its entries, licence, readme and changes; names no path, needs nothing", async () => {
  await using project = await install();
  assertEquals([...Deno.readDirSync(project.path("node_modules/@tenfold"))].length, 1);
  const at = project.path("node_modules/@tenfold/loop");
  const manifest = JSON.parse(await Deno.readTextFile(`${at}/package.json`));
  assertEquals(Object.keys(manifest.exports), Object.keys(exports));
  assertEquals([manifest.dependencies, manifest.license], [undefined, "MIT"]);
  assertEquals(await Deno.readTextFile(`${at}/LICENSE`), await read("LICENSE"));
  for (const name of ["README.md", "CHANGELOG.md"]) {
    assertEquals(await Deno.readTextFile(`${at}/${name}`), await read(`lib/${name}`));
  }
  assertStringIncludes(await read("lib/CHANGELOG.md"), `\n## ${manifest.version} (`);
  for (const { types, default: path } of Object.values<Record<string, string>>(manifest.exports)) {
    for (const file of [types!, path!]) assert((await Deno.stat(`${at}/${file}`)).isFile);
  }
  // A module imports no source, and no file names a path of the machine that made it.
  const wrong = ["-rlE", "--exclude=*.md", `from ".*\\.ts"|file://|/tmp/|${ROOT.pathname}`, at];
  assertEquals((await output("grep", ...wrong)).stdout, "");
});

for (const version of NODES) {
  test(`package: Node ${version} runs it as Deno runs the sources, and can require it`, async () => {
    await using project = await install();
    const node = await fromNpm("node", `node@${version}`);
    assertMatch((await project.run(node, "--version")).stdout, new RegExp(`^v${version}\\.`));
    await project.write("main.js", await read("tests/system/portable.js"));
    assertEquals(JSON.parse((await project.run(node, "main.js")).stdout), await expected());
    const required = ENTRIES.map((entry) => `namesOf(require("${entry}"))`);
    await project.write("names.cjs", `${NAMES_OF} console.log(JSON.stringify([${required}]))`);
    const imported = ENTRIES.map((entry) => `namesOf(await import("${entry}"))`);
    await project.write("names.js", `${NAMES_OF} console.log(JSON.stringify([${imported}]))`);
    const names = (await project.run(node, "names.js")).stdout;
    assert(JSON.parse(names).every((list: string[]) => list.length > 0));
    assertEquals((await project.run(node, "names.cjs")).stdout, names);
  });
}

test("package: Bun installs it, and runs it as Deno runs the sources", async () => {
  await using project = await Project.create();
  const bun = await fromNpm("bun", "bun@1.4.5");
  await project.run(bun, "add", "--silent", tarball);
  await project.write("main.js", await read("tests/system/portable.js"));
  assertEquals(JSON.parse((await project.run(bun, "main.js")).stdout), await expected());
});

for (const version of TYPESCRIPTS) {
  test(`package: TypeScript ${version} finds right what is right, and wrong what is wrong`, async () => {
    await using project = await install();
    const tsc = await fromNpm("tsc", `typescript@${version}`);
    const typed = await read("tests/system/typed.ts");
    await project.write("main.ts", typed);
    await project.write("main.cts", typed);
    // An old target has neither `using` nor the types for it.
    for (
      const [target, module, moduleResolution] of [["es2022", "nodenext"], [
        "esnext",
        "esnext",
        "bundler",
      ]]
    ) {
      const compilerOptions = {
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        types: [],
        ...{ target, module, moduleResolution },
      };
      const files = module === "nodenext" ? ["main.ts", "main.cts"] : ["main.ts"];
      await project.write("tsconfig.json", JSON.stringify({ files, compilerOptions }));
      await project.run(tsc, "--project", "tsconfig.json");
    }
  });
}

test("package: publint and Are The Types Wrong find nothing", async () => {
  await using project = await Project.create();
  const publint = await fromNpm("publint", "publint@0.3.25");
  await project.run(publint, "run", tarball, "--strict");
  // Without the profile it asks for a second copy as CommonJS: Node 20.19 and later require modules.
  const attw = await fromNpm("attw", "@arethetypeswrong/cli@0.18.5");
  await project.run(attw, tarball, "--profile", "esm-only");
});

for (const format of ["iife", "cjs", "esm"]) {
  test(`package: a bundle that esbuild makes as ${format} runs`, async () => {
    await using project = await install();
    await project.write("hello.js", HELLO);
    const out = format === "esm" ? "out.mjs" : "out.cjs";
    const esbuild = await fromNpm(...ESBUILD);
    const { stderr } = await project.run(
      ...[esbuild, "hello.js", "--bundle", `--format=${format}`, `--outfile=${out}`] as const,
      "--log-level=info",
    );
    assert(!stderr.includes("warning"), stderr);
    const node = await fromNpm("node", "node@20");
    assertEquals((await project.run(node, out)).stdout, `${NUMBERS}\n`);
  });
}

test("package: a bundle that rollup makes runs", async () => {
  await using project = await install();
  await project.write("hello.js", HELLO);
  const packages = ["rollup@4.68.8", "@rollup/plugin-node-resolve@16.0.3"];
  const rollup = await fromNpm("rollup", ...packages);
  const options = ["--plugin", "node-resolve", "--format", "cjs", "--file", "out.cjs"];
  await project.run(rollup, "hello.js", ...options, "--failAfterWarnings");
  const node = await fromNpm("node", "node@20");
  assertEquals((await project.run(node, "out.cjs")).stdout, `${NUMBERS}\n`);
});

/** A project with the library's folder copied into it, as `loop/`, and a file that imports it. */
async function copy(name: string, text: string): Promise<Project> {
  const project = await Project.create();
  await output("cp", "-r", "lib", project.path("loop"));
  const paths = new Map(ENTRIES.map((entry, index) => [entry, `./loop/${SOURCES[index]}`]));
  await project.write(
    name,
    text.replace(/"(@tenfold\/[^"]+)"/g, (_, name) => `"${paths.get(name)}"`),
  );
  return project;
}

/** Every check of TypeScript's that a project may have asked for, and the library can't refuse. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUncheckedSideEffectImports: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  target: "es2022",
  // Without the last, TypeScript does not know `Disposable` for that target.
  lib: ["es2022", "dom", "esnext.disposable"],
  module: "nodenext",
  types: [],
};

for (const version of TYPESCRIPTS) {
  test(`package: TypeScript ${version} finds nothing wrong with the programs, with every check on`, async () => {
    await using project = await install("eventsource-parser@4.1.3");
    const programs = [...Deno.readDirSync(new URL("tests/system/programs/", ROOT))];
    for (const { name } of programs) {
      await project.write(name, await read(`tests/system/programs/${name}`));
    }
    const tsc = await fromNpm("tsc", `typescript@${version}`);
    for (const [module, moduleResolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
      const compilerOptions = { ...STRICT, module, moduleResolution, noEmit: true };
      await project.write("tsconfig.json", JSON.stringify({ include: ["*.ts"], compilerOptions }));
      await project.run(tsc, "--project", "tsconfig.json");
    }
  });
}

for (const version of TYPESCRIPTS) {
  test(`copied sources: TypeScript ${version} compiles them with every check on`, async () => {
    await using project = await copy("main.ts", await read("tests/system/typed.ts"));
    const tsc = await fromNpm("tsc", `typescript@${version}`);
    const compilerOptions = { ...STRICT, allowImportingTsExtensions: true, noEmit: true };
    await project.write("tsconfig.json", JSON.stringify({ include: ["."], compilerOptions }));
    await project.run(tsc, "--project", "tsconfig.json");
  });
}

test("copied sources: run as they are in Node 22 and 24, and compiled in Node 20", async () => {
  await using project = await copy("main.js", await read("tests/system/portable.js"));
  for (const version of ["22", "24"]) {
    const node = await fromNpm("node", `node@${version}`);
    assertEquals(JSON.parse((await project.run(node, "main.js")).stdout), await expected());
  }
  const compilerOptions = { ...STRICT, rewriteRelativeImportExtensions: true, allowJs: true };
  await project.write("tsconfig.json", JSON.stringify({ include: ["."], compilerOptions }));
  const tsc = await fromNpm("tsc", "typescript@7.0.2");
  await project.run(tsc, "--project", "tsconfig.json", "--outDir", "out");
  const node = await fromNpm("node", "node@20");
  const { stdout } = await project.run(node, "out/main.js");
  assertEquals(JSON.parse(stdout), await expected());
});

const path = installed("chromium");

Deno.test({
  name: "package: a page runs it from its files, from Vite's build, and as a classic script",
  ignore: !npm || !path,
  async fn() {
    await using project = await install();
    const imports = ENTRIES.map((entry, index) => {
      const module = SOURCES[index]!.replace(/\.ts$/, ".js");
      return [entry, `/node_modules/@tenfold/loop/${module}`];
    });
    const map = JSON.stringify({ imports: Object.fromEntries(imports) });
    await project.write("hello.js", HELLO);
    await project.write("index.html", `<script type="module" src="/hello.js"></script>`);
    await project.write(
      "files.html",
      `<script type="importmap">${map}</script><script type="module" src="/hello.js"></script>`,
    );
    await project.write("classic.html", `<script src="/classic.js"></script>`);
    const esbuild = await fromNpm(...ESBUILD);
    await project.run(esbuild, "hello.js", "--bundle", "--outfile=classic.js");
    const vite = await fromNpm("vite", "vite@8.3.8");
    const { stdout, stderr } = await project.run(vite, "build", "--base=/dist/", "--logLevel=warn");
    assertEquals(stdout + stderr, "", "Vite has something to say");

    await using server = project.serve();
    const browser = await chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      for (const name of ["files.html", "dist/index.html", "classic.html"]) {
        await page.goto(`http://127.0.0.1:${server.addr.port}/${name}`);
        await page.waitForFunction(() => "numbers" in globalThis, null, { timeout: 15_000 });
        assertEquals(await page.evaluate("numbers"), NUMBERS, name);
      }
    } finally {
      await browser.close();
    }
  },
});

test("package: a hello, and everything, take what the readme says, within a tenth", async () => {
  await using project = await install();
  await project.write("hello.js", HELLO);
  await project.write("everything.js", `export * from "@tenfold/loop";`);
  const sizes = /a hello takes (\S+) kB and\s+everything (\S+) kB/.exec(
    await read("lib/README.md"),
  )!;
  const esbuild = await fromNpm(...ESBUILD);
  for (const [index, name] of ["hello", "everything"].entries()) {
    const options = ["--bundle", "--minify", "--format=esm", `--outfile=${name}.min.js`];
    await project.run(esbuild, `${name}.js`, ...options);
    const bundle = await Deno.readFile(project.path(`${name}.min.js`));
    const size = gzipSync(bundle, { level: 9 }).length;
    console.log(`${name}: ${bundle.length} bytes, ${size} gzipped`);
    const said = Number(sizes[index + 1]) * 1000;
    assertLess(Math.abs(size - said), 0.1 * said, `lib/README.md says ${said} bytes`);
  }
});
