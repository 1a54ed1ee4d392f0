import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ROOT = new URL("../../", import.meta.url);

/** The scripts that the page loads at once. */
export const FIRST: readonly string[] = [
  ...modules(
    "lib",
    "agenda block clock deadlock emit errors event-loop gather group host kernel logical-time " +
      "mistakes order ready sleep slice structure summarize suspension task timers trace tracer",
  ),
  ...modules("routes", "parameters problem tutorial"),
  ...modules("routes/lab", "axis complaints drawing loop picture program run states telling"),
  ...modules("routes/lab/browser", "client elements form live pane stops timeline"),
];

/** What the page may load, and nothing else: the sources themselves, less their types. */
export const ASSETS: readonly string[] = [
  ...FIRST,
  ...modules("routes/lab/browser", "choosing later source taking"),
  ...modules("lib", "explore narrate perfetto"),
  "routes/lab/style.css",
  "routes/lab/icon.svg",
];

function modules(folder: string, names: string): string[] {
  return names.split(" ").map((name) => `${folder}/${name}.ts`);
}

const TYPES: Record<string, string> = {
  ts: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

/** The sources, and what they are called together: another letter in one of them, another name. */
const sources = Promise.all(
  ASSETS.map(async (path) => [path, await Deno.readTextFile(new URL(path, ROOT))] as const),
).then(async (files) => {
  const bytes = new TextEncoder().encode(JSON.stringify(files));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { version: hash.subarray(0, 6).toHex(), files: new Map(files) };
});
const scripts = new Map<string, Promise<string>>();
const compressed = new Map<string, Uint8Array<ArrayBuffer>>();

/** The text of a source, as it stands in the repository. */
export async function source(path: string): Promise<string> {
  return (await sources).files.get(path)!;
}

/** The address that assets are below: another one, if any of them is another. */
export async function base(): Promise<string> {
  return `/assets/${(await sources).version}/`;
}

/** `GET /assets/<version>/<path>`, or `undefined` if there is no such thing. */
export async function asset(c: Context): Promise<Response | undefined> {
  const { version, files } = await sources;
  const [, asked, path] = /^\/assets\/([^/]+)\/(.+)$/.exec(c.req.path) ?? [];
  const text = path === undefined ? undefined : files.get(path);
  if (text === undefined) return undefined;
  const type = path!.slice(path!.lastIndexOf(".") + 1);
  const content = type === "ts" ? await script(path!, text) : text;
  const headers = {
    "content-type": TYPES[type]!,
    // A page that has been open for longer than this server still finds what it lacks.
    "cache-control": asked === version ? "max-age=31536000, immutable" : "no-store",
    vary: "Accept-Encoding",
  };
  return respond(c, content, { headers }, path);
}

function script(path: string, text: string): Promise<string> {
  const known = scripts.get(path) ?? stripped(text);
  scripts.set(path, known);
  return known;
}

/** A source less its types and comments, and each line still where it was. */
async function stripped(text: string): Promise<string> {
  const { transformSync } = await import("amaro");
  const { code } = transformSync(text, { mode: "strip-only" });
  const comments = /^[ \t]*(?:\/\*\*[^]*?\*\/|\/\/.*)$/gm;
  return code.replace(comments, (comment) => comment.replace(/.+/g, "")).replace(/[ \t]+$/gm, "");
}

/**
 * Answers with a text, as small as the client can take it.
 *
 * @param c The request.
 * @param text The text.
 * @param init What there is to say of it.
 * @param key What it is called, if it stays the same: it is then compressed once, and well.
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
