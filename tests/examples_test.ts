// Lints the examples in the READMEs and doc comments, which `deno lint` does not read: `deno task ok`.
import { assert, assertEquals } from "@std/assert";
import { findings, marks } from "./lib/lint/findings.ts";

const ROOT = new URL("../", import.meta.url);

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesBelow(`${folder}${name}/`);
    return /\.(?:ts|md)$/.test(name) ? [`${folder}${name}`] : [];
  });
}

/** The programs in a file's blocks of code, each with as many lines before it as in the file. */
function examples(text: string): string[] {
  // In a doc comment each line begins with a star.
  const blocks = text.matchAll(
    /^(?<margin> *\* ?|)```ts(?<flags>[^\n]*)\n(?<code>[^]*?)^\k<margin>```/gm,
  );
  return [...blocks].map(({ index, groups }) => {
    const line = text.slice(0, index).split("\n").length;
    return "\n".repeat(line) + groups!.code!.replace(/^ *\* ?/gm, groups!.margin ? "" : "$&");
  });
}

Deno.test("examples: the linter finds what is marked, and nothing else", () => {
  const wrong: string[] = [];
  let count = 0;
  for (const path of ["README.md", ...filesBelow("routes/"), ...filesBelow("lib/")]) {
    for (const example of examples(Deno.readTextFileSync(new URL(path, ROOT)))) {
      count++;
      const [found, marked] = [findings(example), marks(example)];
      if (String(found) !== String(marked)) wrong.push(`${path}: finds ${found}; marked ${marked}`);
    }
  }
  assert(count > 50, `${count} examples`);
  assertEquals(wrong, []);
});
