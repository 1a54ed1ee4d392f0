import type { Context } from "hono";
import { originOf } from "../origin.ts";
import { once } from "../once.ts";
import { Problem } from "../problem.ts";
import { respond } from "../respond.ts";
import { follow, IMPORT, read, script, versionOf } from "../sources.ts";

/** A relative import of a source. */
const RELATIVE_IMPORT = /^((?:import|export)\s(?:[^"';]*?from\s)?\s*"\.[^"]+)\.ts"/gm;

/** The library: what `lib/deno.json` says of it, and all files that its entries import. */
interface Library {
  name: string;
  /** The paths below `lib/` of what one imports, by name: `@tenfold/loop/testing` and so on. */
  entries: [name: string, path: string][];
  /** A hash of all texts, which changes with any of them. */
  version: string;
  /** The texts, by path from the root of the project. Nothing else is served. */
  files: Map<string, string>;
}

const library = once(readLibrary);

async function readLibrary(): Promise<Library> {
  const { name, exports } = JSON.parse(await read("lib/deno.json"));
  const entries = Object.entries<string>(exports).map(([entry, path]): [string, string] => {
    return [name + entry.slice(".".length), path.slice("./".length)];
  });
  const files = new Map<string, string>();
  await follow(new Set(entries.map(([, path]) => `lib/${path}`)), [IMPORT], files);
  return { name, entries, version: await versionOf(files), files };
}

/**
 * `GET /loop/<path>` and `GET /loop/<version>/<path>`: a source of the library as it is, for Deno, or
 * with `.js` for `.ts` as JavaScript, for browsers. `GET /loop/` says how to import them.
 */
export async function loop(c: Context): Promise<Response | undefined> {
  const { version, files, entries } = await library();
  if (c.req.path === "/loop/") {
    return c.text(usage(originOf(c.req.raw), version, entries));
  }
  const [, asked, path, type] = /^\/loop\/(?:([0-9a-f]{12})\/)?(.+)\.([jt]s)$/.exec(c.req.path) ??
    [];
  const file = `lib/${path}.ts`;
  const source = files.get(file);
  if (source === undefined) return undefined;
  // An address with a version must not lead to anything else, so an old one leads nowhere.
  if (asked !== undefined && asked !== version) {
    throw new Problem(404, `this server has another version of the library: /loop/${version}/`);
  }
  const tag = `"${version}"`;
  const headers: Record<string, string> = {
    "cache-control": asked === undefined ? "no-cache" : "max-age=31536000, immutable",
    vary: "Accept-Encoding",
    // Weak, because it is the same in every encoding.
    etag: `W/${tag}`,
  };
  if (hasTag(c.req.header("if-none-match"), tag)) {
    return new Response(null, { status: 304, headers });
  }
  headers["content-type"] = `text/${type === "ts" ? "type" : "java"}script; charset=utf-8`;
  // Deno takes the types of the module from there.
  if (type === "js") {
    headers["x-typescript-types"] = `./${path!.slice(path!.lastIndexOf("/") + 1)}.ts`;
  }
  if (c.req.method === "HEAD") return respond(c, "", { headers });
  const address = `/loop/${path}.${type}`;
  if (type === "ts") return respond(c, source, { headers }, address);
  const code = (await script(file, source)).replace(RELATIVE_IMPORT, '$1.js"');
  return respond(c, code, { headers }, address);
}

/**
 * Whether `If-None-Match` lists a tag: RFC 9110, 13.1.2. It compares weakly, so `W/` before the tag makes
 * no difference, and a quotation mark can only be the begin or the end of a tag.
 */
function hasTag(header = "", tag: string): boolean {
  return header === "*" || header.includes(tag);
}

/** What `deno lint` loads, and no program imports. */
const PLUGIN = "lint/mod.ts";

function usage(origin: string, version: string, entries: Library["entries"]): string {
  const { host } = new URL(origin);
  const imports = (extension: string) => {
    const lines = entries.filter(([, path]) => path !== PLUGIN).map(([name, path]) => {
      return `    "${name}": "${origin}/loop/${path.replace(/ts$/, extension)}"`;
    });
    return `"imports": {\n${lines.join(",\n")}\n  }`;
  };
  return `The library of this server, to import from any place.

Deno, in deno.json; run it with --allow-import=${host}:

  ${imports("ts")}

Deno keeps what it has downloaded, and deno.lock says what it was. To take a newer version, delete
deno.lock and run: deno cache --allow-import=${host} --reload=${origin}/loop/ main.ts

Deno's linter takes no plugin from other hosts. Make a file of it, once,

  deno bundle --allow-import=${host} --output tenfold-lint.js ${origin}/loop/${PLUGIN}

and in deno.json:

  "lint": { "plugins": ["./tenfold-lint.js"], "exclude": ["tenfold-lint.js"] }

Browsers, in a page of any origin, before its first script:

  <script type="importmap">{
  ${imports("js")}
  }</script>

These addresses always lead to the newest version. The present one is, for as long as the server has
it, also below ${origin}/loop/${version}/
`;
}
