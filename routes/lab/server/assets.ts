import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ROOT = new URL("../../../", import.meta.url);

/** The script that the page loads; all others are found by its imports. */
const ENTRY = "routes/lab/browser/client.ts";
/** What `@tenfold/loop` is for the page: the part of the library that it needs. */
const LIBRARY = "routes/lab/view/loop.ts";
const FILES = ["routes/lab/style.css", "routes/lab/icon.svg"];

const TYPES: Record<string, string> = {
  ts: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

/**
 * An import that loads a file at once, over one or several lines. `import type` is stripped and loads
 * nothing; `import { type A }` is left as `import {}`, which loads the file.
 */
const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)(?:[^"';]*?from\s)?\s*"([^"]+)"/gm;
/** An import that loads a file when it is evaluated. */
const DYNAMIC_IMPORT = /\bimport\("([^"]+)"\)/g;

interface Sources {
  /** A hash of all texts, which changes with any of them. */
  version: string;
  /** The texts, by path from the root of the project. Nothing else is served. */
  files: Map<string, string>;
  /** The scripts that load at once. */
  first: string[];
}

/** Reads {@linkcode ENTRY} and all that it imports. */
async function readSources(): Promise<Sources> {
  const files = new Map<string, string>();
  const paths = new Set([ENTRY, LIBRARY]);
  await follow(paths, STATIC_IMPORT, files);
  const first = [...paths];
  for (const path of first) addImports(files.get(path)!, path, DYNAMIC_IMPORT, paths);
  // A file that is loaded later loads at once what it imports.
  await follow(paths, STATIC_IMPORT, files);
  for (const path of FILES) files.set(path, await read(path));
  const bytes = new TextEncoder().encode(JSON.stringify([...files]));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { version: hash.subarray(0, 6).toHex(), files, first };
}

/** Adds to `paths` the files that they import, directly or not, and to `files` their texts. */
async function follow(paths: Set<string>, imports: RegExp, files: Map<string, string>) {
  // Iterating a set visits what is added to it meanwhile.
  for (const path of paths) {
    const text = files.get(path) ?? await read(path);
    files.set(path, text);
    addImports(text, path, imports, paths);
  }
}

function addImports(text: string, path: string, imports: RegExp, paths: Set<string>): void {
  for (const [, specifier] of text.matchAll(imports)) {
    if (specifier === "@tenfold/loop") continue;
    paths.add(new URL(specifier!, new URL(path, ROOT)).href.slice(ROOT.href.length));
  }
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

let reading: Promise<Sources> | undefined;
// A failure is not kept: a server that has run out of file descriptors has some again later.
const sources = () =>
  reading ??= readSources().catch((error) => {
    reading = undefined;
    throw error;
  });

/** The paths of the scripts that the page loads at once. */
export async function firstScripts(): Promise<readonly string[]> {
  return (await sources()).first;
}

const scripts = new Map<string, Promise<string>>();
const compressed = new Map<string, Uint8Array<ArrayBuffer>>();

/** The text of a file, as it stands in the repository. */
export async function source(path: string): Promise<string> {
  return (await sources()).files.get(path)!;
}

/** The address below which all assets are: it changes with any of them. */
export async function base(): Promise<string> {
  return `/assets/${(await sources()).version}/`;
}

/** `GET /assets/<version>/<path>`, or `undefined` if there is no such thing. */
export async function asset(c: Context): Promise<Response | undefined> {
  const { version, files } = await sources();
  const [, asked, path] = /^\/assets\/([^/]+)\/(.+)$/.exec(c.req.path) ?? [];
  const text = path === undefined ? undefined : files.get(path);
  if (text === undefined) return undefined;
  const type = path!.slice(path!.lastIndexOf(".") + 1);
  const headers = {
    "content-type": TYPES[type]!,
    // A page that an older server has sent can still load the rest of its files.
    "cache-control": asked === version ? "max-age=31536000, immutable" : "no-store",
    vary: "Accept-Encoding",
  };
  if (c.req.method === "HEAD") return respond(c, "", { headers });
  const content = type === "ts" ? await script(path!, text) : text;
  return respond(c, content, { headers }, path);
}

function script(path: string, text: string): Promise<string> {
  let known = scripts.get(path);
  if (known === undefined) {
    known = stripped(text);
    scripts.set(path, known);
    // Not kept if it fails, for the same reason.
    known.catch(() => scripts.delete(path));
  }
  return known;
}

/** The JavaScript of a source: types and comments are blanked out, so that lines keep their numbers. */
async function stripped(text: string): Promise<string> {
  const { transformSync } = await import("amaro");
  const { code } = transformSync(text, { mode: "strip-only" });
  const comments = /^[ \t]*(?:\/\*\*[^]*?\*\/|\/\/.*)$/gm;
  return code.replace(comments, (comment) => comment.replace(/.+/g, "")).replace(/[ \t]+$/gm, "");
}

/**
 * Makes a response, compressed as the client accepts it.
 *
 * @param c The request.
 * @param text The body.
 * @param init The status and the headers.
 * @param key A name for a text that never changes: it is compressed once, at the highest level.
 */
export function respond(c: Context, text: string, init: ResponseInit, key?: string): Response {
  const encoding = accepts(c, {
    header: "Accept-Encoding",
    supports: ["br", "gzip", "identity"],
    default: "identity",
  });
  if (encoding === "identity") return new Response(text, init);
  const name = `${encoding} ${key}`;
  const bytes = compressed.get(name) ?? compress(text, encoding, key === undefined ? 5 : 9);
  if (key !== undefined) compressed.set(name, bytes);
  const response = new Response(bytes, init);
  response.headers.set("content-encoding", encoding);
  return response;
}

function compress(text: string, encoding: string, level: number): Uint8Array<ArrayBuffer> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: level };
  return new Uint8Array(
    encoding === "br" ? brotliCompressSync(text, { params }) : gzipSync(text, { level }),
  );
}
