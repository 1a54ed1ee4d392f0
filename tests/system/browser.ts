import { assert, assertEquals } from "@std/assert";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { installed } from "./installed.ts";
import { Server } from "./server.ts";

export type { Page };

/** How the page is visited. */
export interface VisitOptions extends BrowserContextOptions {
  /** What may go wrong, since the test makes it. */
  expected?: RegExp;
}

const path = installed("chromium");
const IN_PAGE = new URL("in_page.js", import.meta.url).pathname;

/** What the page itself gives up: a stream that it has read, what it loads when it is left. */
const LEFT = /^failed \S+ net::ERR_ABORTED$/;

/** How long something may take, in ms: much more than it needs. */
const PATIENCE = 15_000;

/** A test on the page of a server, in Chromium without a window: nothing unexpected may go wrong. */
export function visit(
  name: string,
  use: (page: Page, server: Server) => Promise<void>,
  options: VisitOptions = {},
): void {
  Deno.test({
    name,
    ignore: !path,
    async fn() {
      await using server = await Server.start();
      const browser = await chromium.launch({ executablePath: path!, args: ["--no-sandbox"] });
      try {
        const context = await browser.newContext(options);
        await context.addInitScript({ path: IN_PAGE });
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE);
        const wrong: string[] = [];
        page.on("console", (message) => {
          if (/error|warning/.test(message.type())) wrong.push(message.text());
        });
        page.on("pageerror", (error) => wrong.push(String(error)));
        page.on("requestfailed", (request) => {
          wrong.push(`failed ${request.url()} ${request.failure()?.errorText}`);
        });
        try {
          await use(page, server);
        } catch (cause) {
          const said = wrong.map((text) => `\n  ${text}`).join("");
          throw new Error(`at ${page.url()}, whose page reported:${said || " nothing"}`, { cause });
        }
        const expected = (text: string) => LEFT.test(text) || options.expected?.test(text);
        assertEquals(wrong.filter((text) => !expected(text)), []);
      } finally {
        await browser.close();
      }
    },
  });
}

/** A mark, in pixels from the left, of the lane beside whose name it is. */
export interface Mark {
  shape: string;
  lane: number;
  from: number;
  to: number;
}

/** A picture of a run. */
export interface Drawn {
  /** Where it is in the window, and how wide it is. */
  left: number;
  width: number;
  /** Where the cursor is, from its left. */
  cursor: number;
  marks: Mark[];
  /** The values, and where they stand. */
  values: [number, string][];
}

/** What the page says of a run. */
export interface Seen {
  names: string[];
  /** Time passed, waiting added up and at once, held, and turns. */
  figures: string[];
  output: string;
  position: string;
  story: string;
  chips: string[];
  /** The cells of the table, by the heads of their columns. */
  rows: Record<string, string>[];
}

/** What a page says of its program's run. */
export interface Told {
  taken: string;
  outcome: string;
  ending: string;
  printed: string[];
  lanes: string[];
  /** What its picture says of how the loop ends it. */
  verdict: string[];
}

declare global {
  /** In the page: see `in_page.js`. */
  var lab: {
    /** How far elements moved without input, and which. */
    shifts: [number, string][];
    /** What each connection was, in order, since it was first made. */
    connections: string[][];
    /** Whether the picture of each run has ever shown a gap. */
    gaps: boolean[];
    /** Shows a run, by its number, at a position. */
    go(run: number, position: number): void;
    /** The last position of a run. */
    end(run: number): number;
    /** Clicks an element, once or several times. */
    click(selector: string, times?: number): void;
    /** Makes the browser refuse changes of its address after the next `left` ones. */
    refuseAddresses(left: number): void;
    /** Hides the page, as far as it can tell, or shows it again. */
    hide(isHidden: boolean): void;
    setFont(size: number): void;
    /** How high the text and the lanes of each run are, in pixels. */
    heights(): [number, number][];
    /** Brings a picture into view, and says where it and the controls of its run are then. */
    bring(index: number): { top: number; bottom: number }[];
    /** How strongly the marks of a state are drawn, and all others, from 0 to 1. */
    strength(state: string): [number, number];
    /** Which coroutines each run has where. */
    stages(): Record<string, string[]>[];
    /** How many elements are on their way. */
    moving(): number;
    /** Draws the run in the form. */
    draw(): void;
    seen(): Seen[];
    drawn(): { time: Drawn; steps: Drawn }[];
    drawings(): string[];
    /** Whether the run that is shown is of the program in the editor. */
    isFresh(): boolean;
    /** What a page says of its program's run: this one, or one that a server has sent. */
    told(html?: string): Told;
    /**
     * How high a program's field is, its text in it, by how much that is too wide, how high the same
     * text in colour is, all in pixels; and whether it is the same text.
     */
    editor(): [number, number, number, number, boolean];
    /** Puts a text into the clipboard. */
    copy(text: string): Promise<void>;
    /** What the page takes up, in pixels. */
    width(): number;
    focused(): { what: string; tag: string; isVisible: boolean; isCovered: boolean; by: string };
    /** Targets smaller than `least` pixels. */
    small(least: number): string[];
    cost(act: () => void): number;
  };
}

/** Opens the page with a query, and waits until it is at work. */
export async function open(page: Page, server: Server, query = ""): Promise<void> {
  await page.goto(`${server.url}/${query}`);
  await page.locator(".transport").first().waitFor();
}

/** Waits until both live runs are over. */
export async function over(page: Page): Promise<void> {
  await page.waitForFunction(() => lab.connections.every((heard) => heard.at(-1) === "over"));
}

/** Waits until both live runs have been connected, even if they are over by now. */
export async function live(page: Page): Promise<void> {
  await page.waitForFunction(() => lab.connections.every((heard) => heard.includes("live")));
}

/** What the page says of both runs. */
export function seen(page: Page): Promise<Seen[]> {
  return page.evaluate(() => lab.seen());
}

/** The marks in all pictures of both runs, to the letter. */
export function drawings(page: Page): Promise<string[]> {
  return page.evaluate(() => lab.drawings());
}

/** Opens what can be opened. */
export async function unfold(page: Page): Promise<void> {
  for (const summary of await page.locator("summary").all()) await summary.click();
}

/** Waits for the part of the page that is loaded last. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForFunction(() => lab.stages().every(({ finished }) => finished!.length > 0));
}

/** Presses Tab, or another key, until the focus is at something. */
export async function tab(page: Page, what: string, key = "Tab"): Promise<void> {
  for (let left = 60; left > 0; left--) {
    await page.keyboard.press(key);
    if (await focus(page) === what) return;
  }
  throw new Error(`never came to ${what}`);
}

/** What has the focus, which is never lost, and to be seen. */
export async function focus(page: Page): Promise<string> {
  const { what, tag, isVisible } = await page.evaluate(() => lab.focused());
  assert(tag !== "BODY", "the focus is lost");
  assert(isVisible, `no outline shows that the focus is at ${what}`);
  return what;
}

/** Keeps a screenshot, to be looked at. */
export async function shot(page: Page, name: string): Promise<void> {
  const path = new URL(`screenshots/${name}.png`, import.meta.url).pathname;
  await page.screenshot({ path, fullPage: true });
}
