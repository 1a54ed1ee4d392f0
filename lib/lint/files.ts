import { isLibrary, OPERATIONS } from "./library.ts";

// What other files export. A linter parses only the file at hand, so here it is read from the text:
// enough for declarations as people write them, no more.

/**
 * What a call of a function gives: `generator` is one that may also be there to be iterated, so
 * `yield*` need not be what was meant.
 */
export type Gives = "coroutine" | "generator";

/** A file's text, or `undefined`. */
export type Read = (path: string) => string | undefined;

interface Exports {
  /** By exported name. */
  functions: Map<string, Gives>;
  /** What is exported from other files: by exported name, its name there. */
  others: { specifier: string; names: Map<string, string> | "all" }[];
}

/** How many files are read on the way to a declaration. */
const MAX_HOPS = 4;

/**
 * What a function gives that is exported under a name.
 *
 * @param path The file that imports it.
 * @param read Reads a file.
 */
export function givenBy(
  name: string,
  specifier: string,
  path: string,
  read: Read,
  hops = MAX_HOPS,
): Gives | undefined {
  if (isLibrary(specifier) && (OPERATIONS as readonly string[]).includes(name)) return "coroutine";
  if (!/^\.\.?\//.test(specifier) || hops === 0) return undefined;
  const target = resolve(path, specifier);
  for (
    const candidate of [target, target.replace(/\.js$/, ".ts"), `${target}.ts`, `${target}.js`]
  ) {
    const text = read(candidate);
    if (text === undefined) continue;
    const { functions, others } = exportsOf(text);
    const direct = functions.get(name);
    if (direct !== undefined) return direct;
    for (const { specifier, names } of others) {
      const there = names === "all" ? name : names.get(name);
      if (there === undefined) continue;
      const given = givenBy(there, specifier, candidate, read, hops - 1);
      if (given !== undefined) return given;
    }
    return undefined;
  }
  return undefined;
}

/** Reads a file as the host does, in Deno and in Node; without leave to, it reads nothing. */
export function readFile(path: string): string | undefined {
  try {
    const { process } = globalThis as unknown as {
      process: {
        getBuiltinModule(name: string): { readFileSync(path: string, encoding: string): string };
      };
    };
    return process.getBuiltinModule("node:fs").readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function resolve(from: string, specifier: string): string {
  const parts = from.replaceAll("\\", "/").split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function exportsOf(source: string): Exports {
  const text = withoutComments(source);
  const functions = new Map<string, Gives>();
  const locals = new Map<string, Gives>();
  const declarations =
    /^(export\s+)?(default\s+)?(async\s+)?(?:function\b|(?:const|let|var)\s+([\w$]+)\s*=\s*function\b)\s*(\*?)\s*([\w$]*)/gm;
  for (const match of text.matchAll(declarations)) {
    const [whole, isExported, isDefault, isAsync, variable, star, own] = match;
    const annotated = isCoroutineAnnotated(text.slice(match.index + whole.length));
    const name = variable || own;
    if (isAsync || !(annotated || star)) continue;
    const gives = annotated ? "coroutine" : "generator";
    if (name) locals.set(name, gives);
    if (isDefault) functions.set("default", gives);
    else if (isExported && name) functions.set(name, gives);
  }
  const others: Exports["others"] = [];
  for (
    const [, list, star, specifier] of text.matchAll(
      /^export\s*(?:\{([^}]*)\}|(\*))(?:\s*from\s*["']([^"']+)["'])?/gm,
    )
  ) {
    if (star && specifier) others.push({ specifier, names: "all" });
    if (list === undefined) continue;
    const names = namesIn(list);
    if (specifier) others.push({ specifier, names });
    else for (const [name, local] of names) set(functions, name, locals.get(local));
  }
  return { functions, others };
}

function set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value !== undefined) map.set(key, value);
}

/** `a, b as c` by the name that is exported. */
function namesIn(list: string): Map<string, string> {
  return new Map(
    list.split(",").map((entry) => entry.trim().split(/\s+as\s+/)).flatMap(([local, name]) =>
      local && !local.startsWith("type ") ? [[name ?? local, local] as const] : []
    ),
  );
}

/** Whether the parameters at the beginning of a text are followed by `: Coroutine<`. */
function isCoroutineAnnotated(text: string): boolean {
  let depth = 0;
  // An arrow of a function type closes nothing.
  for (const { 0: token, index } of text.matchAll(/=>|[<>(){}[\]]/g)) {
    if (token === "=>") continue;
    depth += "<({[".includes(token) ? 1 : -1;
    if (depth === 0 && token === ")") return /^\s*:\s*Coroutine\b/.test(text.slice(index + 1));
    if (depth < 0) return false;
  }
  return false;
}

/** The text of a program without its comments and templates. */
export function withoutComments(text: string): string {
  const tokens =
    /\/\*[^]*?\*\/|\/\/[^\n]*|`(?:\\[^]|[^`\\])*`|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/g;
  return text.replace(tokens, (_, string: string | undefined) => string ?? " ");
}
