import { assertEquals, assertStringIncludes } from "@std/assert";
import { Project } from "./project.ts";
import { output } from "./server.ts";

const ESLINT = ["eslint@9.39.5", "typescript-eslint@8.74.0", "typescript@5.9.3"];

const WORK = `import { type Coroutine, sleep } from "@tenfold/loop";

export function* work(): Coroutine<void> {
  yield* sleep(1);
}
`;

const WRONG = `import { pause, sleep } from "@tenfold/loop";
import { work } from "./work.ts";

export function* main() {
  sleep(1000);
  work();
  for (;;) {
    try {
      yield* pause();
    } catch {
      // Again.
    }
  }
}
export const wait = async () => await pause();
`;

/** Where it is wrong, in the order of the text: line, column and rule. */
const FOUND = [
  "5:3 tenfold/no-floating-coroutine",
  "6:3 tenfold/no-floating-coroutine",
  "10:7 tenfold/no-swallowed-cancel",
  "15:39 tenfold/no-await-coroutine",
];

const MENDED = `import { Cancelled, pause, sleep } from "@tenfold/loop";
import { work } from "./work.ts";

export function* main() {
  yield* sleep(1000);
  yield* work();
  for (;;) {
    try {
      yield* pause();
    } catch (error) { if (error instanceof Cancelled) throw error;
      // Again.
    }
  }
}
export const wait = async () => await pause();
`;

/** Runs a program that fails, as a linter does that finds something. */
async function failing(project: Project, program: string, ...args: string[]): Promise<string> {
  try {
    await project.run(program, ...args);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${program} ${args.join(" ")} does not fail`);
}

async function write(project: Project): Promise<void> {
  await project.write("work.ts", WORK);
  await project.write("main.ts", WRONG);
}

Deno.test("lint: in an empty project Deno's linter finds and mends what is wrong", async () => {
  await using project = await Project.create();
  await output("cp", "-r", "lib", project.path("loop"));
  await project.write(
    "deno.json",
    JSON.stringify({
      imports: { "@tenfold/loop": "./loop/mod.ts" },
      lint: { plugins: ["./loop/lint/mod.ts"], rules: { tags: [] } },
    }),
  );
  await write(project);
  const printed = await failing(project, Deno.execPath(), "lint", "--json", "main.ts", "work.ts");
  const { diagnostics } = JSON.parse(printed.slice(printed.indexOf("{"))) as {
    diagnostics: { code: string; range: { start: { line: number; col: number } } }[];
  };
  const found = diagnostics.map(({ code, range: { start } }) =>
    `${start.line}:${start.col + 1} ${code}`
  );
  assertEquals(found, FOUND);
  await failing(project, Deno.execPath(), "lint", "--fix", "main.ts");
  assertEquals(await Deno.readTextFile(project.path("main.ts")), MENDED);
});

Deno.test("lint: in an empty project ESLint 9 finds and mends the same, with the package from npm", async () => {
  await using project = await Project.create();
  const { code, stderr } = await output(Deno.execPath(), "task", "pack", project.folder);
  assertEquals(code, 0, stderr);
  const [tarball] = [...Deno.readDirSync(project.folder)].filter(({ name }) =>
    name.endsWith(".tgz")
  );
  const options = ["--no-audit", "--no-fund", "--loglevel=error"];
  await project.run("npm", "install", ...options, `./${tarball!.name}`, ...ESLINT);
  await project.write(
    "eslint.config.js",
    `// @ts-check
    import tenfold from "@tenfold/loop/lint";
    import { defineConfig } from "eslint/config";
    import { parser } from "typescript-eslint";
    export default defineConfig([
      { files: ["**/*.ts"], languageOptions: { parser: /** @type {any} */ (parser) } },
      tenfold.configs.recommended,
    ]);`,
  );
  await write(project);
  const compilerOptions = ["--allowJs", "--noEmit", "--strict", "--module", "nodenext"];
  await project.run("npx", "tsc", ...compilerOptions, "--skipLibCheck", "eslint.config.js");
  const printed = await failing(project, "npx", "eslint", "--format", "json", ".");
  const files = JSON.parse(printed.slice(printed.indexOf("["))) as {
    messages: { line: number; column: number; ruleId: string }[];
  }[];
  const found = files.flatMap(({ messages }) =>
    messages.map(({ line, column, ruleId }) => `${line}:${column} ${ruleId}`)
  );
  assertEquals(found, FOUND);
  assertStringIncludes(
    await failing(project, "npx", "eslint", "--fix", "main.ts"),
    "await does not run pause(); use yield* in a function*, or await run()",
  );
  assertEquals(await Deno.readTextFile(project.path("main.ts")), MENDED);
});
