import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import { assertReferences, assertWellFormed, boxes, covered, lines } from "../routes/lab/svg.ts";
import { HTML } from "./lab_modules.ts";
import { output, ROOT, Server } from "./server.ts";

/** The page that a browser gets. */
async function page(server: Server, query = ""): Promise<{ status: number; html: string }> {
  const response = await fetch(`${server.url}/${query}`, { headers: HTML });
  assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
  return { status: response.status, html: await response.text() };
}

/** What a piece of HTML says. */
function text(html: string): string {
  const characters = { lt: "<", gt: ">", quot: '"', amp: "&" };
  return html.replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
    .replace(/&(lt|gt|quot|amp);/g, (_, name: keyof typeof characters) => characters[name]);
}

/** What the element of an id says. */
function said(html: string, id: string): string {
  return text(new RegExp(` id="${id}"[^>]*>([^<]*)<`).exec(html)?.[1] ?? "");
}

/** The drawings in a page. */
function drawings(html: string): string[] {
  return [...html.matchAll(/<div class="drawing">(<svg class="run \w+".*?<\/svg>)<\/div>/gs)]
    .map(([, svg]) => svg!);
}

Deno.test("the page as HTML: both runs are drawn, 10 s above 1 s, on one scale", async () => {
  await using server = await Server.start();
  const { status, html } = await page(server);
  assertEquals([status, said(html, "headline")], [200, "Ten coroutines, one thread, one second"]);
  const taken = [...html.matchAll(/class="taken">([^<]*)</g)].map(([, time]) => time);
  assertEquals(taken, ["10.00 s", "1.00 s"]);
  assertReferences(html);
  const pictures = drawings(html);
  assertEquals(pictures.length, 4);
  pictures.forEach(assertWellFormed);
  const [blocking, , cooperative, steps] = pictures as [string, string, string, string];
  const ticks = [blocking, cooperative].map((svg) =>
    svg.match(/<(?:rect|text) class="tick" x="[^"]*"/g)?.join()
  );
  assertEquals(ticks[0], ticks[1]);
  // One run holds the thread to its end, the other at no time: its turns have no width.
  const THREAD = 22;
  const [upper, lower] = [blocking, cooperative].map((svg) =>
    covered(boxes(svg, "blocking").filter(({ y }) => y === THREAD))
  );
  assertEquals([upper, lower], [[[0, 960]], []]);
  assertEquals(
    lines(cooperative, "sleeping").map(({ x, end }) => [x, end]),
    Array(10).fill([0, 96]),
  );
  // Step by step there are 22 turns, never two at once.
  const turns = boxes(steps, "running").filter(({ y }) => y > 2 * THREAD);
  assertEquals([turns.length, covered(turns).length], [22, 2]);
});

Deno.test("the page as HTML: it shows the run of its address, which is that of /trace", async () => {
  await using server = await Server.start();
  for (
    const query of [
      "?count=3&delay=20&jitter=0&order=fifo&seed=7",
      "?count=12&delay=100&jitter=900&order=shuffled&seed=4294967295",
      "?count=1&delay=0&jitter=0&order=shuffled&seed=0",
    ]
  ) {
    const { status, html } = await page(server, query);
    assertEquals(status, 200);
    drawings(html).forEach(assertWellFormed);
    for (const mode of ["blocking", "cooperative"]) {
      const { summary } = await (await fetch(`${server.url}/trace${query}&mode=${mode}`)).json();
      const bench = html.slice(html.indexOf(`data-mode="${mode}" aria`)).split("</article>")[0]!;
      assertEquals(/<samp>([^<]*)</.exec(bench)![1], summary.emitted.join(" "));
      const figures = [...html.matchAll(RegExp(`data-figure="${mode}">([^<]*)<`, "g"))];
      assertEquals(parseFloat(figures[0]![1]!) * 1000, summary.elapsed);
      assertEquals(figures[4]![1], String(summary.steps));
      const command = text(
        html.split(`<code class="command" data-mode="${mode}">`)[1]!.split("</code>")[0]!,
      );
      assertEquals(command, `curl -N "${server.url}/stream?mode=${mode}&${query.slice(1)}"`);
    }
    for (const [name, value] of new URLSearchParams(query)) {
      if (name === "order") assertStringIncludes(html, `<option value="${value}" selected>`);
      else assert(new RegExp(` name="${name}"[^>]*\\svalue="${value}"`).test(html), name);
    }
  }
});

Deno.test("the page as HTML: it has up to a hundred coroutines, and says so of more", async () => {
  await using server = await Server.start();
  for (const [count, isDrawn] of [[100, true], [101, false]]) {
    const { html } = await page(server, `?count=${count}`);
    assertEquals(html.includes("a browser with JavaScript more"), !isDrawn, `${count}`);
  }
});

/** Asserts that the page for a query says what is wrong with it as `/trace` does, each at its field. */
async function assertSays(server: Server, query: string): Promise<string> {
  const { status, html } = await page(server, query);
  assertEquals(status, 400, query);
  const { errors } = await (await fetch(`${server.url}/trace${query}`)).json();
  for (const { parameter, detail } of errors) {
    const field = new RegExp(` id="${parameter}"[^>]*>`).exec(html)![0];
    assertStringIncludes(field, ' aria-invalid="true"');
    assertEquals(said(html, `${parameter}-error`), detail);
    assertStringIncludes(said(html, "wrong"), `${parameter}: ${detail}`);
  }
  return html;
}

Deno.test("the page as HTML: an error stands at its field, in the words of /trace", async () => {
  await using server = await Server.start();
  const queries = ["?count=0", "?delay=1e3", "?jitter=-1&seed=4294967296", "?order=lifo"];
  queries.push("?count=1&count=2", "?count=&delay=20", "?delay=1e3&jitter=-1");
  for (const query of queries) {
    const html = await assertSays(server, query);
    assertEquals(drawings(html).length, 4);
    // What was asked for is still there, to be mended.
    const [[name, value]] = new URLSearchParams(query) as unknown as [[string, string]];
    if (["count", "delay", "jitter", "seed"].includes(name)) {
      assert(new RegExp(` name="${name}"[^>]*\\svalue="${value}"`).test(html), query);
    }
  }
});

Deno.test("the page as HTML: nothing of the query becomes markup", async () => {
  await using server = await Server.start();
  const attacks = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    '" autofocus onfocus="alert(1)',
    "' onfocus='alert(1)",
    "</small><img src=x onerror=alert(1)>",
    "<!--",
    "&lt;script&gt;",
    "${alert(1)}",
  ];
  const tags = (html: string) => html.match(/<[a-z!/]+/gi)!.join("");
  const clean = (await page(server, "?count=0")).html;
  const plain = (await page(server)).html;
  for (const attack of attacks) {
    for (const name of ["count", "seed", "order"]) {
      const html = await assertSays(server, `?${new URLSearchParams({ [name]: attack })}`);
      assertNothingInline(html);
      assertEquals(tags(html), tags(clean));
      assertEquals(html.match(/<input[^>]*>/g)!.length, clean.match(/<input[^>]*>/g)!.length);
    }
    for (const query of [{ [attack]: "1" }, { colour: attack }, { cooperative: attack }]) {
      const { html } = await page(
        server,
        `?${new URLSearchParams(query as Record<string, string>)}`,
      );
      assertEquals(html, plain);
    }
  }
});

/** Asserts that nothing in a page would be run, or styled, from within it: but the import map. */
function assertNothingInline(html: string): void {
  const tags = html.match(/<[a-z][^>]*>/gi) ?? [];
  assert(tags.length > 100);
  for (const tag of tags) {
    assert(!/[\s"'/](?:on\w+|style|srcdoc)\s*=/i.test(tag.replace(/="[^"]*"/g, '=""')), tag);
    assert(!/^<(?:style|iframe|object|embed|base)\b/i.test(tag), tag);
    if (/^<script/i.test(tag)) assert(/ src="\/assets\/| type="importmap"/.test(tag), tag);
    for (const [, address] of tag.matchAll(/ (?:src|href|action)="([^"]*)"/g)) {
      assert(/^\/(?!\/)|^https:\/\/github\.com\//.test(address!), tag);
    }
  }
}

Deno.test("the page as HTML: only the import map is inline, and only that does the policy allow", async () => {
  await using server = await Server.start();
  const response = await fetch(server.url, { headers: HTML });
  const html = await response.text();
  assertNothingInline(html);
  const [, map, ...others] = html.match(/<script type="importmap">([^]*?)<\/script>/)!;
  assertEquals(others, []);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(map));
  const policy = new Map(
    response.headers.get("content-security-policy")!.split("; ").map((directive) => {
      const [name, ...sources] = directive.split(" ");
      return [name!, sources.join(" ")];
    }),
  );
  assertEquals(policy.get("default-src"), "'none'");
  assertEquals(policy.get("script-src"), `'self' 'sha256-${new Uint8Array(hash).toBase64()}'`);
  assertEquals(policy.get("base-uri"), "'none'");
  assertEquals(policy.get("frame-ancestors"), "'none'");
  assert([...policy.values()].every((sources) => !/unsafe|\*|http|data:/.test(sources)));
  assertEquals(response.headers.get("cache-control"), "no-cache");
});

Deno.test("the page as HTML: a thousand coroutines weigh at most 60 kB", async () => {
  await using server = await Server.start();
  for (const query of ["count=1000&delay=600", "count=1000&delay=100&jitter=500", "count=100"]) {
    for (const [encoding, most] of [["identity", 400_000], ["gzip", 60_000]] as const) {
      const args = ["-s", "-o", "/dev/null", "-w", "%{http_code} %{size_download}"];
      const headers = ["-H", "Accept: text/html", "-H", `Accept-Encoding: ${encoding}`];
      const { stdout } = await output("curl", ...args, ...headers, `${server.url}/?${query}`);
      const [status, size] = stdout.split(" ").map(Number);
      assertEquals(status, 200);
      assertLessOrEqual(size!, most);
    }
  }
});

Deno.test("the page as HTML: the program is shown as it stands in its source, each line by its number", async () => {
  await using server = await Server.start();
  const { html } = await page(server);
  const source = await Deno.readTextFile(new URL("routes/tutorial/program.ts", ROOT));
  const listings = [
    ...html.matchAll(/<figure class="listing" data-language="(\w+)".*?<\/figure>/gs),
  ]
    .map(([all, language]) => ({
      language,
      lines: [...all.matchAll(/<li data-line="(\d*)">.*?<code>(.*?)<\/code><\/li>/g)]
        .map(([, number, code]) => ({ number: Number(number), code: text(code!) }))
        .filter(({ number }) => number > 0),
      marked: [...all.matchAll(/<mark>(.*?)<\/mark>/g)].map(([, part]) => text(part!)),
    }));
  assertEquals(listings.map(({ language, marked }) => `${language}: ${marked}`), [
    "Python: time.sleep",
    "JavaScript: block",
    "TypeScript: block",
    "Python: await asyncio.sleep",
    "JavaScript: await sleep",
    "TypeScript: sleep",
  ]);
  for (const [index, { language, lines }] of listings.entries()) {
    if (language === "TypeScript") {
      for (const { number, code } of lines) assertEquals(code, source.split("\n")[number - 1]);
      continue;
    }
    // Another language has four lines that do what a line of the source does.
    const numbers = new Set(lines.map(({ number }) => number));
    assertEquals(numbers.size, 4);
    const own = listings[index < 3 ? 2 : 5]!.lines.map(({ number }) => number);
    assert([...numbers].every((number) => own.includes(number)));
  }
});
