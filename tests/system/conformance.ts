import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource as EventSource5 } from "eventsource";
import EventSource2 from "eventsource-2";
import { EventSource as EventSource3 } from "eventsource-3";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { check } from "../../routes/fixtures/check.js";
import { type BrowserName, hasBrowser, inBrowser } from "./browsers.ts";
import { output, Server } from "./server.ts";

// Runs clients through the fixtures of a server and prints which they fail: a table in Markdown.

interface Fixture {
  name: string;
  url: string;
  events: unknown[];
  closes: boolean;
  endless: boolean;
  seconds: number;
}

/** Runs a client through fixtures, and returns the names of those that it fails. */
type Client = (fixtures: Fixture[], url: string) => Promise<string[]>;

const VERSIONS = JSON.parse(Deno.readTextFileSync(new URL("deno.json", import.meta.url))).imports;
const version = (name: string) => VERSIONS[name].slice(VERSIONS[name].lastIndexOf("@") + 1);

const clients = (): [name: string, client: Client | undefined][] => [
  ...browser("Chromium", "chromium", ["chromium", "--version"]),
  ...browser("Firefox", "firefox-esr", ["firefox-esr", "--version"]),
  ...browser("WebKitGTK", "webkit", [
    "dpkg-query",
    "-Wf",
    "WebKitGTK ${Version}",
    "libwebkit2gtk-4.1-0",
  ]),
  [`Deno ${Deno.version.deno}`, inProcess(EventSource)],
  ["Node 24", inNode],
  [`eventsource ${version("eventsource")}`, inProcess(EventSource5)],
  [`eventsource ${version("eventsource-3")}`, inProcess(EventSource3)],
  [`eventsource ${version("eventsource-2")}`, inProcess(EventSource2)],
  [`eventsource-parser ${version("eventsource-parser")} in a loop`, inProcess(parserSource())],
  [
    `@microsoft/fetch-event-source ${version("@microsoft/fetch-event-source")}`,
    inProcess(microsoftSource()),
  ],
  ["Python's urllib, by hand", inPython],
  ["curl and bash, by hand", inShell],
];

function browser(
  name: string,
  browser: BrowserName,
  command: string[],
): ReturnType<typeof clients> {
  if (!hasBrowser(browser)) return [[name, undefined]];
  const { stdout } = new Deno.Command(command[0]!, { args: command.slice(1) }).outputSync();
  const full = new TextDecoder().decode(stdout).trim().match(/[\d.]+\d/)?.[0] ?? "";
  return [[`${name} ${full}`, inPage(browser)]];
}

/** Four at a time: browsers open six connections to a host. */
function inPage(browser: BrowserName): Client {
  return async (fixtures) => {
    const lanes = [0, 1, 2, 3].map((lane) => fixtures.filter((_, index) => index % 4 === lane));
    const run = `async (fixtures) => {
      const check = ${check};
      const wrong = [];
      for (const fixture of fixtures) if ((await check(fixture)).wrong) wrong.push(fixture.name);
      return wrong;
    }`;
    return (await inBrowser<Fixture[], string[]>(browser, run, lanes, 300_000)).flat();
  };
}

function inProcess(Source: unknown): Client {
  return async (fixtures) => {
    const results = await Promise.all(
      fixtures.map((fixture) => check(fixture, Source as typeof EventSource)),
    );
    return fixtures.filter((_, index) => results[index]!.wrong !== "").map(({ name }) => name);
  };
}

async function inNode(fixtures: Fixture[]): Promise<string[]> {
  const node = new Deno.Command("npx", {
    args: ["-y", "node@24", "--experimental-eventsource", "tests/system/clients/node.mjs"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = node.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(fixtures)));
  await writer.close();
  const wrong: string[] = JSON.parse(new TextDecoder().decode((await node.output()).stdout));
  return fixtures.filter((_, index) => wrong[index] !== "").map(({ name }) => name);
}

async function inPython(_: Fixture[], url: string): Promise<string[]> {
  const { stdout } = await output("python3", "routes/fixtures/check.py", url);
  return JSON.parse(stdout);
}

/** What a class needs to be checked: the part of `EventSource` that `check.js` uses. */
abstract class Source extends EventTarget {
  readyState = 0;
  readonly stopping = new AbortController();

  close(): void {
    this.readyState = 2;
    this.stopping.abort();
  }

  hear(type: string, data: string, lastEventId: string): void {
    this.dispatchEvent(new MessageEvent(type, { data, lastEventId }));
  }
}

/** `fetch` and a parser, in a loop. */
function parserSource() {
  return class extends Source {
    constructor(url: string) {
      super();
      this.#run(url).finally(() => this.readyState = 2);
    }

    async #run(url: string): Promise<void> {
      let [id, retry] = ["", 3000];
      const { signal } = this.stopping;
      while (!signal.aborted) {
        const headers = id === "" ? {} : {
          "last-event-id": String.fromCharCode(...new TextEncoder().encode(id)),
        };
        const response = await fetch(url, { headers, signal });
        const type = response.headers.get("content-type") ?? "";
        if (response.status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(type)) {
          return await response.body?.cancel();
        }
        const parser = new EventSourceParserStream({ onRetry: (ms) => retry = ms });
        const events = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(parser);
        try {
          for await (const { event = "message", id: next, data } of events) {
            id = next ?? id;
            this.hear(event, data, id);
          }
        } catch {
          // The connection was cut.
        }
        await new Promise((resolve) => setTimeout(resolve, retry));
      }
    }
  };
}

function microsoftSource() {
  const page = { hidden: false, addEventListener() {}, removeEventListener() {} };
  Object.assign(globalThis, { window: globalThis, document: page });
  return class extends Source {
    constructor(url: string) {
      super();
      fetchEventSource(url, {
        openWhenHidden: true,
        signal: this.stopping.signal,
        onmessage: ({ event, data, id }) => this.hear(event || "message", data, id),
      }).catch(() => {}).finally(() => this.readyState = 2);
    }
  };
}

async function inShell(fixtures: Fixture[]): Promise<string[]> {
  return await inProcess(
    class extends Source {
      constructor(url: string) {
        super();
        this.#run(url);
      }

      async #run(url: string): Promise<void> {
        const shell = new Deno.Command("setsid", {
          args: ["bash", "tests/system/clients/listen.sh", url],
          stdout: "piped",
          stderr: "null",
        }).spawn();
        this.stopping.signal.addEventListener("abort", () => {
          // The shell and its curl.
          new Deno.Command("kill", { args: ["--", `-${shell.pid}`], stderr: "null" }).outputSync();
        });
        let text = "";
        for await (const part of shell.stdout.pipeThrough(new TextDecoderStream())) {
          const fields = (text + part).split("\0");
          for (; fields.length > 3; fields.splice(0, 3)) {
            this.hear(fields[0]!, fields[2]!, fields[1]!);
          }
          text = fields.join("\0");
        }
        if (text === "closed") this.readyState = 2;
      }
    },
  )(fixtures, "");
}

if (import.meta.main) {
  // Some clients throw where their users cannot catch it; the others go on.
  for (const type of ["error", "unhandledrejection"]) {
    addEventListener(type, (event) => event.preventDefault());
  }
  await using server = Deno.args[0] === undefined ? await Server.start() : null;
  const url = Deno.args[0] ?? server!.url;
  const fixtures: Fixture[] = await (await fetch(new URL("/fixtures", url))).json();
  console.log(`| Client | passes, of ${fixtures.length} | fails |\n| --- | ---: | --- |`);
  for (const [name, client] of clients()) {
    const failed = await client?.(fixtures, url).catch((error) => String(error));
    const row = failed === undefined
      ? ["", "not installed"]
      : typeof failed === "string"
      ? ["", failed]
      : [fixtures.length - failed.length, failed.map((name) => `\`${name}\``).join(" ")];
    console.log(`| ${[name, ...row].join(" | ")} |`);
  }
}
