import type { Context } from "hono";
import { once } from "../../once.ts";
import { originOf } from "../../origin.ts";
import { respond } from "../../respond.ts";
import {
  addImports,
  DYNAMIC_IMPORT,
  follow,
  read,
  script,
  STATIC_IMPORT,
  versionOf,
} from "../../sources.ts";
import { readSandbox, SANDBOX, sandboxPolicy } from "./sandbox-policy.ts";

/** The script of the first view. */
const START = "routes/lab/browser/start.ts";
/** The script that it loads after the first view; all others are found by its imports. */
const ENTRY = "routes/lab/browser/client.ts";
/** What `@tenfold/loop` is for the page: the part of the library that it needs. */
const LIBRARY = "routes/lab/view/loop.ts";
const FILES = ["routes/lab/style.css", "routes/lab/icon.svg"];

const TYPES: Record<string, string> = {
  ts: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

interface Sources {
  /** A hash of all texts, which changes with any of them. */
  version: string;
  /** The texts, by path from the root of the project. Nothing else is served. */
  files: Map<string, string>;
  /** The scripts that load with {@linkcode ENTRY}. */
  first: string[];
  /** The scripts that the sandbox loads. */
  sandbox: string[];
}

/** Reads {@linkcode START}, {@linkcode ENTRY} and all that they import. */
async function readSources(): Promise<Sources> {
  const files = new Map<string, string>();
  const paths = new Set([ENTRY, LIBRARY]);
  await follow(paths, STATIC_IMPORT, files);
  const first = [...paths];
  paths.add(START);
  for (const path of first) addImports(files.get(path)!, path, DYNAMIC_IMPORT, paths);
  // A file that is loaded later loads at once what it imports.
  await follow(paths, STATIC_IMPORT, files);
  for (const path of FILES) files.set(path, await read(path));
  const sandbox = await readSandbox(files);
  return { version: await versionOf(files), files, first, sandbox };
}

const sources = once(readSources);

/** The paths of the scripts that the page loads after its first view. */
export async function firstScripts(): Promise<readonly string[]> {
  return (await sources()).first;
}

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
  const { version, files, sandbox } = await sources();
  const [, asked, path] = /^\/assets\/([^/]+)\/(.+)$/.exec(c.req.path) ?? [];
  const text = path === undefined ? undefined : files.get(path);
  if (text === undefined) return undefined;
  const type = path!.slice(path!.lastIndexOf(".") + 1);
  const headers: Record<string, string> = {
    "content-type": TYPES[type]!,
    // A page that an older server has sent can still load the rest of its files.
    "cache-control": asked === version ? "max-age=31536000, immutable" : "no-store",
    vary: "Accept-Encoding",
  };
  if (path === SANDBOX) {
    const { host } = new URL(originOf(c.req.raw));
    const folder = `/assets/${encodeURIComponent(asked!)}/`;
    headers["content-security-policy"] = sandboxPolicy(host, folder, sandbox);
    // Anybody can name a host, so what follows from it must not reach others through a shared cache.
    headers["cache-control"] = `private, ${headers["cache-control"]}`;
  }
  if (c.req.method === "HEAD") return respond(c, "", { headers });
  const content = type === "ts" ? await script(path!, text) : text.replace(/\/\*[^]*?\*\/\n*/g, "");
  return respond(c, content, { headers }, path);
}
