import { output } from "./server.ts";

// What a compiler makes of a script and of its source: it takes over neither types nor comments.

/**
 * Finds scripts that have types left, or have lost more than types and comments.
 *
 * @param scripts The paths of the sources, by the addresses of the scripts.
 * @returns What is wrong, or "".
 */
export async function differences(scripts: ReadonlyMap<string, string>): Promise<string> {
  const program = `import { transformSync } from "amaro";
    const compiled = (code) =>
      transformSync(code, { mode: "transform" }).code.replace(/\\.[jt]s";$/gm, '";');
    for (const [url, path] of ${JSON.stringify([...scripts])}) {
      const code = await (await fetch(url)).text();
      const source = await Deno.readTextFile(path);
      if (transformSync(code, { mode: "strip-only" }).code !== code) console.log("types:", url);
      if (compiled(code) !== compiled(source)) console.log("lost:", url);
    }`;
  const { code, stdout, stderr } = await output(Deno.execPath(), "eval", "--cached-only", program);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}
