import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { AXIS, BAR, laneSize, STRIP, topOf } from "../../routes/lab/view/heights.ts";
import { differences } from "./compiled.ts";
import { importsOf, modules, page, PAGES, scriptsOf } from "./lab_modules.ts";
import { output, ROOT, Server } from "./server.ts";
import { firstView, weigh } from "./weight.ts";

/** All files below a folder of the project. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}${name}/`) : [`${folder}${name}`]
  );
}

Deno.test("assets: the files that the page can come to are served, and no others", async () => {
  await using server = await Server.start();
  const { base } = await page(server.url);
  const reached = [...(await modules(server.url)).keys()];
  const pages = await Promise.all(PAGES.map((path) => page(server.url, path)));
  const linked = pages.flatMap(({ html }) =>
    [...html.matchAll(/ (?:href|src)="\/assets\/\w+\/([^"]*)"/g)].map(([, path]) => path!)
  );
  const files = [...filesIn("lib/"), ...filesIn("routes/"), "main.ts", "deno.json", "README.md"];
  const served: string[] = [];
  for (const path of files) {
    const response = await fetch(`${server.url}${base}${path}`);
    await response.body?.cancel();
    assert(response.status === 200 || response.status === 404, path);
    if (response.ok) served.push(path);
  }
  assertEquals(served.toSorted(), [...new Set([...reached, ...linked])].sort());
  assert(served.length > 30);
  for (const name of ["style.css", "course.css"]) {
    const css = await (await fetch(`${server.url}${base}routes/lab/${name}`)).text();
    assert(!/url\((?!#)|@import/.test(css), `${name} loads something`);
  }
});

Deno.test("assets: each is immutable, of its type, and the same in every encoding", async () => {
  await using server = await Server.start();
  const { base } = await page(server.url);
  const types = { ts: "text/javascript", css: "text/css" };
  const paths = ["routes/lab/style.css", "routes/lab/course.css", "routes/lab/icon.svg"];
  for (const path of [...(await modules(server.url)).keys(), ...paths]) {
    const texts = new Set<string>();
    for (const encoding of ["identity", "gzip", "br", "identity", "br"]) {
      const got = await raw(`${server.url}${base}${path}`, encoding);
      assertEquals(got.headers.get("content-encoding") ?? "identity", encoding);
      const type = types[path.split(".").at(-1) as keyof typeof types] ?? "image/svg+xml";
      assertEquals(got.headers.get("content-type"), type);
      // The policy of the sandbox names the host that its client has named.
      const kept = path.endsWith("/sandbox/worker.ts") ? "private, max-age" : "max-age";
      assertEquals(got.headers.get("cache-control"), `${kept}=31536000, immutable`);
      assertEquals(got.headers.get("vary"), "Accept-Encoding");
      assertEquals(got.headers.get("x-content-type-options"), "nosniff");
      texts.add(got.text);
    }
    assertEquals(texts.size, 1, path);
  }
});

/** An answer as it is on the wire, but for its text. */
async function raw(url: string, encoding: string): Promise<{ headers: Headers; text: string }> {
  const { stdout } = await new Deno.Command("curl", {
    args: ["-si", "-H", `Accept-Encoding: ${encoding}`, url],
  }).output();
  const latin = new TextDecoder("latin1").decode(stdout);
  const end = latin.indexOf("\r\n\r\n");
  const lines = latin.slice(0, end).split("\r\n").slice(1);
  const headers = new Headers(lines.map((line) => line.split(": ", 2) as [string, string]));
  const body = stdout.subarray(end + 4);
  const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding];
  return { headers, text: new TextDecoder().decode(decode?.(body) ?? body) };
}

Deno.test("assets: any other path is 404; another version is served and not kept", async () => {
  await using server = await Server.start();
  const { base } = await page(server.url);
  const old = await fetch(`${server.url}/assets/000000000000/lib/ops/block.ts`);
  assertEquals([old.status, old.headers.get("cache-control")], [200, "no-store"]);
  await old.body?.cancel();
  const paths = [
    "",
    "lib",
    "lib/",
    "lib//ops/block.ts",
    "lib/ops/block.ts/",
    "lib/ops/block",
    "LIB/ops/block.ts",
  ]
    .concat(["../main.ts", "../../main.ts", "%2e%2e/main.ts", "..%2fmain.ts", "..%5cmain.ts"])
    .concat([
      "routes/lab/../../deno.json",
      "routes/lab/%2e%2e/%2e%2e/deno.json",
      "lib/ops/block.ts%00",
    ])
    .concat([
      "routes/lab/server/assets.ts",
      "constructor",
      "__proto__",
      "%",
      "%ff",
      "%E0%A4",
    ])
    .map((path) => base + path);
  paths.push("/assets", "/assets/", "/assets//lib/ops/block.ts", "//assets/x/lib/ops/block.ts");
  const args = paths.flatMap((path) => ["-o", "/dev/null", server.url + path]);
  const { stdout } = await output("curl", "-sg", "--path-as-is", "-w", "%{http_code}\n", ...args);
  assertEquals(
    stdout.trim().split("\n").map((status, index) => `${status} ${paths[index]}`),
    paths.map((path) => `404 ${path}`),
  );
});

/** Whether a line is what is left of another one, but for spaces, and for a semicolon. */
function isLeftOf(line: string, source: string): boolean {
  let at = 0;
  return line.split("").filter((c) => c !== " " && c !== ";").every((c) => {
    at = source.indexOf(c, at) + 1;
    return at > 0;
  });
}

Deno.test("assets: a module is its source without types and comments, each line in its place", async () => {
  await using server = await Server.start();
  const served = await modules(server.url);
  for (const [path, code] of served) {
    const source = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
    const lines = code.split("\n");
    assertEquals(lines.length, source.length, path);
    for (const [index, line] of lines.entries()) {
      assert(isLeftOf(line, source[index]!), `${path}:${index + 1}: ${line}`);
      assertEquals(line, line.trimEnd());
      assert(!/^\s*(\/\/|\/\*\*)/.test(line), `${path}:${index + 1}: ${line}`);
    }
  }
  const { base } = await page(server.url);
  const paths = [...served.keys()].map((path) => [`${server.url}${base}${path}`, path] as const);
  assertEquals(await differences(new Map(paths)), "");
});

Deno.test("assets: the modules load as they are served, and run what the server runs", async () => {
  await using server = await Server.start();
  const { base, imports } = await page(server.url);
  const folder = await Deno.makeTempDir();
  try {
    const absolute = Object.entries(imports).map(([name, path]) => [name, server.url + path]);
    const map = `${folder}/map.json`;
    await Deno.writeTextFile(map, JSON.stringify({ imports: Object.fromEntries(absolute) }));
    // The sandbox is a worker: it takes from its global object all but the language.
    const paths = [...(await modules(server.url)).keys()]
      .filter((path) => !path.endsWith("/sandbox/worker.ts"));
    // Those that begin at once with the document have been read when they miss that.
    const program = `const at = "${server.url}${base}";
      for (const path of ${JSON.stringify(paths)}) {
        await import(at + path).catch((error) => {
          if (String(error) !== "ReferenceError: document is not defined") throw error;
        });
      }
      const { readRun } = await import(at + "routes/lab/view/query.ts");
      const { logOf } = await import(at + "routes/tutorial/program.ts");
      console.log(JSON.stringify(logOf({ ...readRun(new URLSearchParams("jitter=500")).parameters, mode: "blocking" })));`;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-config", "--no-lock", `--import-map=${map}`, program],
      env: { DENO_DIR: folder, NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const trace = await fetch(`${server.url}/trace?mode=blocking&jitter=500&seed=42`);
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), (await trace.json()).entries);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("assets: the first view takes at most 20 kB on the wire", async () => {
  await using server = await Server.start();
  const paths = await firstView(server.url, "/");
  // The page, its style sheet, its icon and its first script. The rest comes after it.
  assertEquals(paths.size, 4);
  for (const encoding of ["gzip", "br"] as const) {
    const weight = await weigh(server.url, paths, encoding);
    console.log(`${encoding}: ${weight} bytes in ${paths.size} answers`);
    assertLessOrEqual(weight, 20_000);
  }
});

Deno.test("assets: the page leads to the scheduler as it is, with its types and comments", async () => {
  await using server = await Server.start();
  const { html } = await page(server.url);
  const [, path] = /<a href="([^"]*)">the scheduler<\/a>/.exec(html)!;
  const source = await Deno.readTextFile(new URL("lib/core/kernel.ts", ROOT));
  assertEquals(await (await fetch(server.url + path)).text(), source);
});

for (const path of PAGES) {
  Deno.test(`assets: ${path} names all that its script needs at once, and nothing else`, async () => {
    await using server = await Server.start();
    const { html, base, imports } = await page(server.url, path);
    const found = await modules(server.url);
    const named = scriptsOf(html);
    const needed = [named[0]!];
    for (const path of needed) {
      const code = found.get(path.slice(base.length))!.replace(/\bimport\([^)]*\)/g, "");
      needed.push(...importsOf(code, path, imports).filter((next) => !needed.includes(next)));
    }
    assertEquals(named.toSorted(), [...new Set(needed)].sort());
    assertLess(named.length, found.size);
  });
}

/** What a style sheet declares for a selector, by property. */
function declarationsOf(css: string, selector: string): Record<string, string | undefined> {
  const rule = css.split("}").map((rule) => rule.split("{"))
    .find(([selectors]) => selectors!.split(",").some((one) => one.trim() === selector));
  const declarations = rule![1]!.split(";").map((declaration) => declaration.split(":"));
  return Object.fromEntries(declarations.map(([name, value]) => [name!.trim(), value?.trim()]));
}

Deno.test("style.css: the names beside a drawing are as high as its strips and lanes", async () => {
  const css = await Deno.readTextFile(new URL("routes/lab/style.css", ROOT));
  const rem = (height: number) => `${height / 16}rem`;
  const strips = declarationsOf(css, ".strips");
  assertEquals(strips.height, rem(topOf(2)));
  assertEquals(declarationsOf(css, ".strips span:first-child").height, rem(AXIS));
  assertEquals(declarationsOf(css, ".steps .strips").height, rem(topOf(1)));
  const strip = declarationsOf(css, ".strips span");
  assertEquals([strip.height, strip["line-height"]], [rem(STRIP), rem(BAR)]);
  assertEquals(declarationsOf(css, ".names li").height, rem(laneSize(1).height));
});
