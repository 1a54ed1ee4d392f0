import { deadline } from "@std/async/deadline";
import { installed } from "./installed.ts";

// Firefox as Debian has it, by WebDriver BiDi: Playwright drives only a Firefox of its own.

const path = installed("firefox-esr");

/** How long something may take, in ms: much more than it needs. */
const PATIENCE = 60_000;

/** A page in Firefox. */
export class FirefoxPage implements AsyncDisposable {
  /** What Firefox calls itself. */
  readonly version: string;
  /** The errors and warnings of the page. */
  readonly wrong: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #answers = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  #context = "";
  #next = 0;

  private constructor(
    process: Deno.ChildProcess,
    socket: WebSocket,
    profile: string,
    version: string,
  ) {
    this.#process = process;
    this.#socket = socket;
    this.#profile = profile;
    this.version = version;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
  }

  /** Starts Firefox with a page of that size. */
  static async open(width: number, height: number): Promise<FirefoxPage> {
    const profile = await Deno.makeTempDir();
    const process = new Deno.Command(path!, {
      args: ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"],
      env: { MOZ_HEADLESS_WIDTH: `${width}`, MOZ_HEADLESS_HEIGHT: `${height}`, HOME: profile },
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const address = await deadline(addressIn(process.stderr), PATIENCE);
    const socket = new WebSocket(`${address}/session`);
    await deadline(new Promise((opened) => socket.onopen = opened), PATIENCE);
    const version = new TextDecoder().decode(
      (await new Deno.Command(path!, { args: ["--version"] }).output()).stdout,
    ).trim();
    const page = new FirefoxPage(process, socket, profile, version);
    await page.#send("session.new", { capabilities: {} });
    await page.#send("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await page.#send("browsingContext.getTree", {}) as {
      contexts: { context: string }[];
    };
    page.#context = contexts[0]!.context;
    await page.#send("browsingContext.setViewport", {
      context: page.#context,
      viewport: { width, height },
    });
    return page;
  }

  /** Goes to an address, and waits until it is loaded. */
  async goto(url: string): Promise<void> {
    await this.#send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /** The value of an expression in the page, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#send("script.evaluate", {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context: this.#context },
      awaitPromise: true,
    }) as { result?: { value?: string }; exceptionDetails?: { text: string } };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
    return JSON.parse(result?.value ?? "null");
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    const give = performance.now() + PATIENCE;
    while (!await this.evaluate(`!!(${expression})`)) {
      if (performance.now() > give) throw new Error(`it never came that ${expression}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await Deno.remove(this.#profile, { recursive: true }).catch(() => {});
  }

  #send(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = this.#next++;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#answers.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return deadline(answer.promise, PATIENCE);
  }

  #receive(message: Record<string, unknown>): void {
    const { id, type, result, method, params } = message as {
      id?: number;
      type: string;
      result: Record<string, unknown>;
      method?: string;
      params?: { level: string; text: string };
    };
    if (method === "log.entryAdded" && /error|warn/.test(params!.level)) {
      this.wrong.push(params!.text);
    }
    if (id === undefined) return;
    if (type === "error") this.#answers.get(id)!.reject(new Error(JSON.stringify(message)));
    else this.#answers.get(id)!.resolve(result);
    this.#answers.delete(id);
  }
}

/** Where Firefox listens, as it says on its standard error; the rest of that is dropped. */
async function addressIn(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Firefox ended: ${text}`);
    text += value;
    const address = /listening on (ws:\S+)/.exec(text)?.[1];
    if (address === undefined) continue;
    (async () => {
      while (!(await reader.read()).done);
    })().catch(() => {});
    return address;
  }
}

/**
 * A test on a page in Firefox, at which nothing may go wrong.
 *
 * @param expected What may, since the test makes it.
 */
export function visitInFirefox(
  name: string,
  use: (page: FirefoxPage) => Promise<void>,
  expected?: RegExp,
): void {
  Deno.test({
    name,
    ignore: !path,
    // What is left of its standard error is read to the end after the test.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await using page = await FirefoxPage.open(1280, 900);
      console.log(page.version);
      await use(page);
      const wrong = page.wrong.filter((text) => !expected?.test(text));
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  });
}
