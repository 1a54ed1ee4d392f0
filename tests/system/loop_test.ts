import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chromium } from "playwright-core";
import { visit } from "./browser.ts";
import { differences } from "./compiled.ts";
import { installed } from "./installed.ts";
import { fromNpm, Project } from "./project.ts";
import { output, ROOT, Server } from "./server.ts";

/** All files below a folder of the project. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}${name}/`) : [`${folder}${name}`]
  );
}

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

/** The import maps that `/loop/` tells to use: for Deno, and for browsers. */
async function importMaps(url: string): Promise<{ deno: string; browser: string; base: string }> {
  const text = await (await fetch(`${url}/loop/`)).text();
  const deno = /^ +"imports": {[^}]+}/m.exec(text)![0];
  const browser = /<script type="importmap">([^<]+)<\/script>/.exec(text)![1]!;
  return { deno: `{${deno}}`, browser, base: /\S+\/loop\/[0-9a-f]{12}\//.exec(text)![0] };
}

Deno.test("loop: every source of the library is served as it is, and as JavaScript; nothing else is", async () => {
  await using server = await Server.start();
  const files = filesIn("lib/").map((path) => path.slice("lib/".length));
  const scripts = new Map<string, string>();
  for (const path of files.filter((path) => path.endsWith(".ts"))) {
    const source = await fetch(`${server.url}/loop/${path}`);
    assertEquals(source.headers.get("content-type"), "text/typescript; charset=utf-8");
    const text = await source.text();
    assertEquals(text, await read(`lib/${path}`));
    const url = `${server.url}/loop/${path.replace(/ts$/, "js")}`;
    const script = await fetch(url);
    assertEquals(script.headers.get("content-type"), "text/javascript; charset=utf-8");
    assertEquals(new URL(script.headers.get("x-typescript-types")!, url).pathname, `/loop/${path}`);
    const code = await script.text();
    assert(!/^(import|export)[^;]*\.ts"/m.test(code), `${path} imports a source`);
    // A line of an error is the line of the source.
    assertEquals(code.split("\n").length, text.split("\n").length);
    scripts.set(url, `lib/${path}`);
  }
  assertEquals(await differences(scripts), "");
  const others = files.filter((path) => !path.endsWith(".ts"));
  assert(others.includes("deno.json"));
  for (
    const path of [...others, "mod", "mod.mjs", "../main.ts", "%2e%2e/main.ts", "nope.js", "x/"]
  ) {
    const { stdout } = await output(
      ...["curl", "-s", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}"] as const,
      `${server.url}/loop/${path}`,
    );
    assertEquals(stdout, "404", path);
  }
});

Deno.test("loop: compressed, a source and the script that a page makes of it stay apart, whichever is asked for first", async () => {
  await using server = await Server.start();
  const page = await (await fetch(server.url, { headers: { accept: "text/html" } })).text();
  const base = server.url + /\/assets\/[0-9a-f]+\//.exec(page)![0];
  const [first, second] = ["core/errors.ts", "core/kernel.ts"];
  for (const encoding of ["br", "gzip", "identity"]) {
    const text = async (url: string) => {
      const response = await fetch(url, { headers: { "accept-encoding": encoding } });
      return await response.text();
    };
    const source = await text(`${server.url}/loop/${first}`);
    const script = await text(`${base}lib/${first}`);
    assertEquals(source, await read(`lib/${first}`), encoding);
    assert(script !== source, encoding);
    assert(await text(`${base}lib/${second}`) !== await read(`lib/${second}`), encoding);
    assertEquals(await text(`${server.url}/loop/${second}`), await read(`lib/${second}`), encoding);
  }
});

Deno.test("loop: below its hash it is kept for ever, else asked for again; an old hash leads nowhere", async () => {
  await using server = await Server.start();
  const { base } = await importMaps(server.url);
  for (const path of ["mod.ts", "mod.js", "core/kernel.js"]) {
    const [fixed, fresh] = [await fetch(base + path), await fetch(`${server.url}/loop/${path}`)];
    assertEquals(fixed.headers.get("cache-control"), "max-age=31536000, immutable");
    assertEquals(fresh.headers.get("cache-control"), "no-cache");
    for (const { headers } of [fixed, fresh]) {
      assertEquals(headers.get("access-control-allow-origin"), "*");
      assertEquals(headers.get("vary"), "Accept-Encoding, Origin");
    }
    assertEquals(await fixed.text(), await fresh.text());
    const etag = fresh.headers.get("etag")!;
    const strong = etag.replace("W/", "");
    const lists = [etag, strong].flatMap((
      tag,
    ) => [tag, `"a,b",${tag}`, `W/"other" ,\t${tag} , ""`]);
    for (const tags of [...lists, "*", " * "]) {
      const again = await fetch(fresh.url, { headers: { "if-none-match": tags } });
      assertEquals([again.status, await again.text()], [304, ""], tags);
    }
    for (const tags of ['"other"', '"*"', strong.slice(1, -1), strong.replace('"', '"x')]) {
      const other = await fetch(fresh.url, { headers: { "if-none-match": tags } });
      assertEquals([other.status, (await other.text()).length > 0], [200, true], tags);
    }
    const old = await fetch(`${server.url}/loop/000000000000/${path}`);
    assertEquals([old.status, old.headers.get("cache-control")], [404, "no-store"]);
    assertStringIncludes((await old.json()).detail, new URL(base).pathname);
  }
});

const npx = installed("npx");

for (const version of [undefined, "2.5.0"]) {
  const deno = version === undefined ? "Deno" : `Deno ${version}`;
  Deno.test({
    name: `loop: ${deno} imports it by its address, runs it, and refuses wrong types`,
    ignore: version !== undefined && !npx,
    async fn() {
      await using server = await Server.start();
      await using project = await Project.create();
      const program = version === undefined
        ? Deno.execPath()
        : await fromNpm("deno", `deno@${version}`);
      const { deno, browser } = await importMaps(server.url);
      const allow = `--allow-import=${new URL(server.url).host}`;
      await project.write("typed.ts", await read("tests/system/typed.ts"));
      await project.write("main.js", await read("tests/system/portable.js"));
      await project.write("wrong.ts", `import { sleep } from "@tenfold/loop";\nsleep("1");\n`);
      const args = ["run", "--config", "deno.json", "tests/system/portable.js"];
      const expected = JSON.parse((await output(Deno.execPath(), ...args)).stdout);
      // The scripts, which browsers load, lead Deno to their types.
      for (const map of [deno, browser]) {
        await project.write("deno.json", map);
        await project.run(program, "check", allow, "typed.ts");
        const wrong = await project.run(program, "check", allow, "wrong.ts").catch(String);
        assertMatch(
          String(wrong),
          /TS2345.*'string' is not assignable to parameter of type 'number'/,
        );
        const { stdout } = await project.run(program, "run", allow, "main.js");
        assertEquals(JSON.parse(stdout), expected);
      }
    },
  });
}

Deno.test("loop: the linter's plugin works as /loop/ says", async () => {
  await using server = await Server.start();
  await using project = await Project.create();
  const text = await (await fetch(`${server.url}/loop/`)).text();
  const [, command] = /^ +deno (bundle .+)$/m.exec(text)!;
  const [lint] = /^ +"lint": .+$/m.exec(text)!;
  await project.run(Deno.execPath(), ...command!.split(" "));
  await project.write("deno.json", `{${lint}}`);
  await project.write("main.js", `import { sleep } from "@tenfold/loop";\nsleep(1);\n`);
  const printed = await project.run(Deno.execPath(), "lint").catch(String);
  assertMatch(String(printed), /tenfold\/no-floating-coroutine[^]*Found 1 problem/);
});

Deno.test({
  name: "loop: a server on Deno 2.5.0 answers the same",
  ignore: !npx,
  async fn() {
    await using project = await Project.create();
    const old = await fromNpm("deno", "deno@2.5.0");
    const { stdout } = await project.run(old, "eval", "console.log(Deno.execPath())");
    const flags = ["--cached-only", "--allow-net", "--allow-read=lib,routes", "--allow-env"];
    await using there = await Server.start(["run", ...flags, "main.ts"], { deno: stdout.trim() });
    await using here = await Server.start();
    const { base } = await importMaps(here.url);
    for (const path of ["mod.ts", "mod.js", "testing/mod.js", "core/kernel.js"]) {
      const [a, b] = [
        await fetch(base + path),
        await fetch(base.replace(here.url, there.url) + path),
      ];
      assertEquals([b.status, await b.text()], [200, await a.text()]);
    }
  },
});

const path = installed("chromium");

Deno.test({
  name: "loop: a page of another origin imports it, by the import map that /loop/ tells",
  ignore: !path,
  async fn() {
    await using server = await Server.start();
    const { browser: map } = await importMaps(server.url);
    const program = await read("tests/system/portable.js");
    const html =
      `<script type="importmap">${map}</script><script type="module">${program}</script>`;
    await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
      return new Response(html, { headers: { "content-type": "text/html" } });
    });
    const browser = await chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const printed = page.waitForEvent("console", { timeout: 15_000 });
      await page.goto(`http://127.0.0.1:${other.addr.port}/`);
      const text = (await printed).text();
      assert(JSON.parse(text).same, text);
    } finally {
      await browser.close();
    }
  },
});

visit("loop: what the page says to type into its console works there", async (page, server) => {
  await page.goto(server.url);
  const text = (await page.locator("#console").textContent())!;
  // A console gives the value of the last statement, and a function what it returns.
  const program = `(async () => { ${text.replace("; await", "; return await")} })()`;
  assertEquals(await page.evaluate(program), "one second later");
});
