import type { Context } from "hono";
import { once } from "../../once.ts";
import { originOf } from "../../origin.ts";
import { respond } from "../../respond.ts";
import { DYNAMIC_IMPORT, follow, read, script, STATIC_IMPORT, versionOf } from "../../sources.ts";
import { readSandbox, SANDBOX, sandboxPolicy } from "./sandbox-policy.ts";

/** The script of every first view. */
const START = "routes/lab/browser/start.ts";

/** A kind of page. */
export type Kind = "tutorial" | "course" | "lesson" | "sandbox";

/** The script that each page loads after its first view; all others are found by its imports. */
const ENTRIES: Record<Kind, string> = {
  tutorial: "routes/lab/browser/tutorial-page.ts",
  course: "routes/lab/browser/course-page.ts",
  lesson: "routes/lab/browser/lesson-page.ts",
  sandbox: "routes/lab/browser/sandbox-page.ts",
};

/** What `@tenfold/loop` is for each page: the part of the library that it needs. */
const LIBRARIES: Record<Kind, string> = {
  tutorial: "routes/lab/view/loop.ts",
  course: "routes/lab/view/log.ts",
  lesson: "routes/lab/view/log.ts",
  sandbox: "routes/lab/view/log.ts",
};

const FILES = ["routes/lab/style.css", "routes/lab/course.css", "routes/lab/icon.svg"];

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
  /** The scripts that load with the entry of a page, which is the first of them. */
  scripts: Map<Kind, string[]>;
  /** The scripts that the sandbox loads. */
  sandbox: string[];
}

/** Reads all scripts of all pages. */
async function readSources(): Promise<Sources> {
  const files = new Map<string, string>();
  const scripts = new Map<Kind, string[]>();
  const all = new Set([START]);
  for (const [kind, entry] of Object.entries(ENTRIES) as [Kind, string][]) {
    const paths = new Set([entry]);
    await follow(paths, [STATIC_IMPORT], files);
    const usesLibrary = [...paths].some((path) => LIBRARY_IMPORT.test(files.get(path)!));
    if (usesLibrary) await follow(paths.add(LIBRARIES[kind]), [STATIC_IMPORT], files);
    scripts.set(kind, [...paths]);
    for (const path of paths) all.add(path);
  }
  await follow(all, [STATIC_IMPORT, DYNAMIC_IMPORT], files);
  for (const path of FILES) files.set(path, await read(path));
  const sandbox = await readSandbox(files);
  return { version: await versionOf(files), files, scripts, sandbox };
}

/** An import that loads the library at once. */
const LIBRARY_IMPORT = /^(?:import|export)\s(?!type\b)[^"';]*?from\s*"@tenfold\/loop"/m;

const sources = once(readSources);

/** The paths of the scripts that a page loads after its first view, its entry first. */
export async function scriptsOf(kind: Kind): Promise<readonly string[]> {
  return (await sources()).scripts.get(kind)!;
}

/** The import map of a page, to the letter: the policy names its hash. */
export async function importMap(kind: Kind): Promise<string> {
  return JSON.stringify({ imports: { "@tenfold/loop": await base() + LIBRARIES[kind] } });
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
  return respond(c, content, { headers }, `/assets/${path}`);
}
