// The guide's test of three lines, in each runner that it names: it passes, and tells the story if
// the fix is taken back.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromNpm, Project } from "./project.ts";
import { output, ROOT } from "./server.ts";

const VITEST = "vitest@5.1.1";

const guide = (await Deno.readTextFile(new URL("lib/README.md", ROOT)))
  .split("\n## ").find((section) => section.startsWith("Finding races"))!;
const blocks = [...guide.matchAll(/^```ts.*\n([^]*?)^```/gm)].map(([, code]) => code!);

/** The block of the guide that has a text in it, and no other has. */
function blockWith(text: string): string {
  const [block, ...others] = blocks.filter((block) => block.includes(text));
  assertEquals([block === undefined, others], [false, []], text);
  return block!;
}

/** The program with its fix, for a test to import, and without. */
const fixed = blockWith("#latest?.cancel").replace(
  /\ncheck\(typing\);\n$/,
  "\nexport { typing };\n",
);
const racy = fixed.replace(/^.*#latest\?\.cancel.*\n/m, "");
assert(fixed.includes("export") && racy.length < fixed.length);

let folder: string;
let tarball: string;

Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  const { code, stderr } = await output(Deno.execPath(), "task", "pack", folder);
  assertEquals(code, 0, stderr);
  tarball = `${folder}/${[...Deno.readDirSync(folder)][0]!.name}`;
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

const RUNNERS: [name: string, marker: string, command: () => Promise<[string, ...string[]]>][] = [
  ["Deno.test", "Deno.test", () => Promise.resolve([Deno.execPath(), "test"])],
  ["node:test", `"node:test"`, async () => [await fromNpm("node", "node@24"), "--test"]],
  ["Vitest", `"vitest"`, () => Promise.resolve(["npx", "vitest", "run", "--reporter=verbose"])],
];

for (const [name, marker, commandOf] of RUNNERS) {
  Deno.test(`check: the guide's test in ${name} passes, and tells the story of a race`, async () => {
    await using project = await Project.create();
    const packages = name === "Vitest" ? [tarball, VITEST] : [tarball];
    await project.run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", ...packages);
    await project.write("typing.test.ts", blockWith(marker));
    await project.write("typing.ts", fixed);
    const [program, ...args] = await commandOf();
    const { stdout, stderr } = await project.run(program, ...args);
    assertStringIncludes(stdout + stderr, "the last search is shown");
    await project.write("typing.ts", racy);
    const { message } = await assertRejects(() => project.run(program, ...args), Error);
    assertStringIncludes(message, "Error: shows results for a, with ");
    assertStringIncludes(message, "110 ms  ab    is woken by the timer, is done");
    assertStringIncludes(message, "replay: simulate(program(), { order: replay([111, 10]) })");
  });
}
