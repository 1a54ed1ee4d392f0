import { follow, STATIC_IMPORT } from "../../sources.ts";

/** The worker in which readers' programs run: pages load it by its address. */
export const SANDBOX = "routes/lab/browser/sandbox/worker.ts";

/**
 * The policy of the sandbox: it loads its own modules, and the program, which is a blob. There is no
 * network, no `eval`, and nothing else of this server.
 *
 * The folder of the library stands for its files. All others are named, so that a program can't load
 * what is not the sandbox's. Firefox asks `worker-src` for what a worker imports; both browsers, for
 * the worker that finds a mistake's line.
 *
 * @param host The server, as the browser names it: without a scheme, it is that of the page.
 * @param base The address below which all assets are.
 * @param modules The paths of all that the sandbox imports.
 */
export function sandboxPolicy(host: string, base: string, modules: readonly string[]): string {
  const named = modules.filter((path) => !path.startsWith("lib/"));
  const sources = ["blob:", ...["lib/", ...named].map((path) => `${host}${base}${path}`)].join(" ");
  return `default-src 'none'; script-src ${sources}; worker-src ${sources}`;
}

/**
 * Reads the sandbox and all that it imports.
 *
 * @param files Is added the texts, by path.
 * @returns The paths of what the sandbox loads.
 */
export async function readSandbox(files: Map<string, string>): Promise<string[]> {
  const modules = new Set([SANDBOX]);
  await follow(modules, STATIC_IMPORT, files);
  return [...modules];
}
