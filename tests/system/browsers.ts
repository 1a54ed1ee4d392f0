import { deadline } from "@std/async/deadline";
import { installed } from "./installed.ts";

/** The browsers that the tests run, by the name of their Debian package. */
const BROWSERS = {
  chromium: {
    program: installed("chromium"),
    // Its sandbox refuses to run as root, which is the user in containers.
    args: (profile: string) => ["--headless", "--no-sandbox", `--user-data-dir=${profile}`],
  },
  "firefox-esr": {
    program: installed("firefox-esr"),
    args: (profile: string) => ["--headless", "--no-remote", "--profile", profile],
  },
  /** WebKitGTK: the engine of Safari. It needs a display. */
  webkit: {
    program: installed("xvfb-run", "xvfb") && webKit(),
    args: () => ["--private"],
  },
} as const;

export type BrowserName = keyof typeof BROWSERS;

/** Whether a browser is installed. */
export function hasBrowser(name: BrowserName): boolean {
  return BROWSERS[name].program !== undefined;
}

/** How long a browser may take to start and to run a page, in ms: ten times what it needs. */
const PATIENCE = 60_000;

/**
 * Runs a function in a page of a browser, once for each argument, all at once. The page has an
 * origin of its own.
 *
 * @param name The browser.
 * @param run The function. The page gets its source text, so it refers to nothing outside itself.
 * @param given The arguments, as JSON.
 * @param patience How long it may take, in ms.
 * @returns What the function returns for each, as JSON.
 */
export async function inBrowser<A, R>(
  name: BrowserName,
  run: string | ((argument: A) => Promise<R>),
  given: readonly A[],
  patience = PATIENCE,
): Promise<R[]> {
  const report = Promise.withResolvers<R[]>();
  const script = `Promise.all(${JSON.stringify(given)}.map((argument) => (${run})(argument)))
    .then((value) => ({ value }), (error) => ({ error: String(error) }))
    .then((result) => fetch("/report", { method: "POST", body: JSON.stringify(result) }));`;
  const page = `<!doctype html><title>test</title><script type="module">${script}</script>`;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      if (request.method !== "POST") {
        return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
      }
      const { value, error } = await request.json();
      if (error === undefined) report.resolve(value);
      else report.reject(new Error(error));
      return new Response();
    },
  );
  const { program, args } = BROWSERS[name];
  const profile = Deno.makeTempDirSync({ prefix: `${name}-` });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const command = [program!, ...args(profile), url];
  if (name === "webkit") command.unshift("xvfb-run", "-a");
  // In a session of its own, so that all processes of the browser can be ended with it.
  const process = new Deno.Command("setsid", {
    args: ["--wait", ...command],
    env: { HOME: profile, MOZ_HEADLESS: "1", XDG_RUNTIME_DIR: profile },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    return await deadline(report.promise, patience);
  } finally {
    endSession(process.pid);
    await process.status;
    // A browser may still write to its profile for a moment.
    await Deno.remove(profile, { recursive: true }).catch(() => {});
  }
}

/** Ends the processes that descend from a process. */
function endSession(pid: number): void {
  const children = new Map<number, number[]>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(parent, [...children.get(parent) ?? [], Number(name)]);
    } catch {
      // The process has ended.
    }
  }
  const pids = [pid];
  for (const parent of pids) pids.push(...children.get(parent) ?? []);
  for (const descendant of pids.reverse()) {
    try {
      Deno.kill(descendant, "SIGKILL");
    } catch {
      // The process has ended.
    }
  }
}

/** The browser that comes with WebKitGTK in Debian, on the machine's architecture. */
function webKit(): string | undefined {
  const architecture = Deno.build.arch === "x86_64" ? "x86_64" : "aarch64";
  const path = `/usr/lib/${architecture}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;
  return installed(path, "libwebkit2gtk-4.1-0");
}
