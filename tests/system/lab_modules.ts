import { assert, assertEquals } from "@std/assert";

/** What a browser asks for. */
export const HTML = { accept: "text/html" };

/** What the page loads. */
export interface Page {
  html: string;
  /** What all assets are below: `/assets/<version>/`. */
  base: string;
  /** Where bare names lead to. */
  imports: Record<string, string>;
}

/** The page that a server has. */
export async function page(url: string): Promise<Page> {
  const html = await (await fetch(url, { headers: HTML })).text();
  const base = /"(\/assets\/[0-9a-f]+\/)/.exec(html)![1]!;
  return { html, base, imports: JSON.parse(/importmap">(.*?)<\/script>/.exec(html)![1]!).imports };
}

/** The addresses that a module imports, at once or later. */
export function importsOf(code: string, path: string, imports: Page["imports"]): string[] {
  const names = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"\n]+)"/g);
  return [...names].map(([, name]) => imports[name!] ?? new URL(name!, `http://x${path}`).pathname);
}

/** Each module that the page can come to, with its text. */
export async function modules(url: string): Promise<Map<string, string>> {
  const { base, imports } = await page(url);
  const found = new Map<string, string>();
  // The worker is loaded by its address, and no page imports what uses it yet.
  const entries = ["client.ts", "runner.ts", "as-test.ts", "sandbox/worker.ts"];
  const paths = entries.map((path) => `${base}routes/lab/browser/${path}`);
  for (const path of paths) {
    const response = await fetch(url + path);
    const code = await response.text();
    assertEquals(response.status, 200, path);
    found.set(path.slice(base.length), code);
    for (const next of importsOf(code, path, imports)) {
      assert(next.startsWith(base), `${path} imports ${next}`);
      if (!paths.includes(next)) paths.push(next);
    }
  }
  return found;
}
