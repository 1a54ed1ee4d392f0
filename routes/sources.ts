import { once } from "./once.ts";

// The files of this project that it serves: the page's own, and the library.

/** The root of the project. All paths below are relative to it. */
const ROOT = new URL("../", import.meta.url);

/**
 * An import that loads a file at once, over one or several lines. `import type` is stripped and loads
 * nothing; `import { type A }` is left as `import {}`, which loads the file.
 */
export const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)(?:[^"';]*?from\s)?\s*"([^"]+)"/gm;
/** An import that loads a file when it is evaluated. */
export const DYNAMIC_IMPORT = /\bimport\("([^"]+)"\)/g;
/** An import that loads a file at once, or that the types need. */
export const IMPORT = /^(?:import|export)\s(?:[^"';]*?from\s)?\s*"([^"]+)"/gm;

/**
 * Adds to `paths` the files that they import, directly or not, and to `files` their texts.
 *
 * @param imports The kinds of imports to follow.
 */
export async function follow(
  paths: Set<string>,
  imports: readonly RegExp[],
  files: Map<string, string>,
): Promise<void> {
  // Iterating a set visits what is added to it meanwhile.
  for (const path of paths) {
    const text = files.get(path) ?? await read(path);
    files.set(path, text);
    for (const [, specifier] of imports.flatMap((kind) => [...text.matchAll(kind)])) {
      if (specifier === "@tenfold/loop") continue;
      paths.add(new URL(specifier!, new URL(path, ROOT)).href.slice(ROOT.href.length));
    }
  }
}

/** The text of a file. */
export function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** A hash of files: it changes with the path and with the text of any of them. */
export async function versionOf(files: Map<string, string>): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([...files]));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return hash.subarray(0, 6).toHex();
}

const scripts = new Map<string, Promise<string>>();

/** The JavaScript of a source, made once. */
export function script(path: string, text: string): Promise<string> {
  let known = scripts.get(path);
  if (known === undefined) {
    known = stripped(text);
    scripts.set(path, known);
    // A failure is not kept: a server that has run out of file descriptors has some again later.
    known.catch(() => scripts.delete(path));
  }
  return known;
}

/**
 * What takes types out: each character of a type is a space then, at the same index. Of one that is not
 * ASCII, it is a space of as many bytes.
 */
const typeStripper = once(async (): Promise<(text: string) => string> => {
  const { stripTypeScriptTypes } = await import("node:module");
  // Deno 2.5 does not have it yet. To load this takes 70 ms and 20 MB more.
  if (stripTypeScriptTypes === undefined) {
    const { transformSync } = await import("amaro");
    return (text) => transformSync(text, { mode: "strip-only" }).code;
  }
  return (text) => stripTypeScriptTypes(text);
});

/**
 * Takes types and comments out. Lines keep their numbers. Columns do not: a type within a line leaves
 * one space, which makes all scripts together 3 % smaller.
 */
async function stripped(text: string): Promise<string> {
  const strip = await typeStripper();
  const code = strip(text);
  const comments = /^[ \t]*(?:\/\*\*[^]*?\*\/|\/\/.*)$/gm;
  return code
    .replace(/(?<=\S)[^\S\n]{2,}/g, (gap, at) => isGap(text, at, gap.length) ? " " : gap)
    .replace(comments, (comment) => comment.replace(/.+/g, ""))
    .replace(/[^\S\n]+$/gm, "");
}

/** Whether a text has more than spaces there: those of a string or of a template must stay. */
function isGap(text: string, at: number, length: number): boolean {
  return text.slice(at, at + length).trim() !== "";
}
