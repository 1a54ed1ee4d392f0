import type { Page, Told } from "./browser.ts";
import type { Server } from "./server.ts";

// What the tests of the lessons and of the sandbox do to a page, and see of it.

/** Opens a page with a program, and waits until its first run has come. */
export async function openProgram(page: Page, server: Server, path: string): Promise<void> {
  await page.goto(server.url + path);
  await ran(page);
}

/** Waits until a run is shown of the program in the editor. */
export async function ran(page: Page): Promise<void> {
  await page.waitForFunction(() => lab.isFresh());
}

/** What the page says of its program's run, or one that a server has sent. */
export function told(page: Page, html?: string): Promise<Told> {
  return page.evaluate((html) => lab.told(html), html);
}

/** Waits until a program has printed something, as far as its run is shown. */
export async function prints(page: Page, ...texts: string[]): Promise<void> {
  await page.waitForFunction(
    (texts) => lab.isFresh() && lab.told().printed.join("\n") === texts,
    texts.join("\n"),
  );
}

/** Where the coroutines are: the numbers of the lines that have something beside them, and what. */
export function chips(page: Page): Promise<[line: number, text: string][]> {
  return page.locator(".editor li").evaluateAll((lines) =>
    lines.map((line): [number, string] => [
      Number(line.getAttribute("data-line")),
      line.firstElementChild!.textContent!,
    ]).filter(([, text]) => text !== "")
  );
}

/** Downloads what a button offers: `perfetto`, `test` or `program`. */
export async function download(page: Page, what: string): Promise<{ name: string; text: string }> {
  const downloading = page.waitForEvent("download");
  await page.locator(`[data-take=${what}]`).click();
  const file = await downloading;
  return { name: file.suggestedFilename(), text: await Deno.readTextFile(await file.path()) };
}
