import { DYNAMIC_IMPORT, follow, STATIC_IMPORT } from "../../sources.ts";

/** The worker in which readers' programs run: pages load it by its address. */
export const SANDBOX = "routes/lab/browser/sandbox/worker.ts";

/** What the sandbox loads stands in these folders, and in no page's own, or is named by itself. */
const FOLDERS = ["lib/", "routes/lab/browser/sandbox/"];

/**
 * The policy of the sandbox: it loads its own modules, and the program, which is a blob. There is no
 * network, no `eval`, and nothing else of this server. Firefox asks `worker-src` for what a worker
 * imports; both browsers, for the worker that finds a mistake's line.
 *
 * @param host The server, as the browser names it: without a scheme, it is that of the page.
 * @param base The address below which all assets are.
 * @param modules The paths of all that the sandbox imports.
 */
export function sandboxPolicy(host: string, base: string, modules: readonly string[]): string {
  const named = modules.filter((path) => !FOLDERS.some((folder) => path.startsWith(folder)));
  const addresses = [...FOLDERS, ...named].map((path) => `${host}${base}${path}`);
  const sources = ["blob:", ...addresses].join(" ");
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
  await follow(modules, [STATIC_IMPORT, DYNAMIC_IMPORT], files);
  return [...modules];
}
