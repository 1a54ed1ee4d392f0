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

/** The pages of a server that load scripts, one of each kind. */
export const PAGES = ["/", "/lessons", "/lessons/ten-at-once", "/sandbox"];

/** A page that a server has. */
export async function page(url: string, path = "/"): Promise<Page> {
  const html = await (await fetch(url + path, { headers: HTML })).text();
  const base = /"(\/assets\/[0-9a-f]+\/)/.exec(html)![1]!;
  return { html, base, imports: JSON.parse(/importmap">(.*?)<\/script>/.exec(html)![1]!).imports };
}

/** The scripts that a page names, its entry first. */
export function scriptsOf(html: string): string[] {
  return / data-scripts="([^"]*)"/.exec(html)![1]!.split(" ");
}

/** The addresses that a module imports, at once or later. */
export function importsOf(code: string, path: string, imports: Page["imports"]): string[] {
  const names = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"\n]+)"/g);
  return [...names].map(([, name]) => imports[name!] ?? new URL(name!, `http://x${path}`).pathname);
}

/** Each module that the pages can come to, with its text. */
export async function modules(url: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of PAGES) {
    const { html, base, imports } = await page(url, path);
    // The worker is loaded by its address.
    const worker = `${base}routes/lab/browser/sandbox/worker.ts`;
    const paths = [scriptsOf(html)[0]!, ...(path === "/sandbox" ? [worker] : [])];
    for (const path of paths) {
      const name = path.slice(base.length);
      if (!found.has(name)) {
        const response = await fetch(url + path);
        assertEquals(response.status, 200, path);
        found.set(name, await response.text());
      }
      for (const next of importsOf(found.get(name)!, path, imports)) {
        assert(next.startsWith(base), `${path} imports ${next}`);
        if (!paths.includes(next)) paths.push(next);
      }
    }
  }
  return found;
}
