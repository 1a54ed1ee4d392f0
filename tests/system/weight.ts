import { assertEquals } from "@std/assert";
import { HTML } from "./lab_modules.ts";
import { output } from "./server.ts";

/** How much answers weigh on the wire, in bytes, headers included: by HTTP/1.1, where each has its own. */
export async function weigh(
  url: string,
  paths: Iterable<string>,
  encoding: "gzip" | "br",
): Promise<number> {
  const urls = [...paths].flatMap((path) => ["-o", "/dev/null", url + path]);
  const headers = ["-H", "Accept: text/html", "-H", `Accept-Encoding: ${encoding}`];
  const report = ["-w", "%{http_code} %{size_header} %{size_download}\n"];
  const { stdout } = await output("curl", "-s", ...headers, ...report, ...urls);
  const weights = stdout.trim().split("\n").map((line) => {
    const [status, head, body] = line.split(" ").map(Number);
    assertEquals(status, 200);
    return head! + body!;
  });
  assertEquals(weights.length, urls.length / 3);
  return weights.reduce((a, b) => a + b);
}

/** A page and what it names in its head: what it loads before its first view is whole. */
export async function firstView(url: string, path: string): Promise<Set<string>> {
  const html = await (await fetch(url + path, { headers: HTML })).text();
  const loaded = html.matchAll(/<(?:link|script) [^>]*?\s(?:href|src)="([^"]*)"/g);
  return new Set([path, ...[...loaded].map(([, asset]) => asset!)]);
}
