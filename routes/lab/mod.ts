import { originOf, type RequestContext } from "../origin.ts";
import { type Compressed, respond } from "../respond.ts";
import { headersOf } from "./server/headers.ts";
import { type PageOptions, renderPage } from "./server/page.ts";
import { type AskedRun, queryOf, readRun } from "./view/query.ts";

export { asset } from "./server/assets.ts";

/** `GET /` for a browser: the page, with the run that the query asks for. */
export async function lab(c: RequestContext): Promise<Response> {
  const { searchParams } = c.env.url;
  const asked = readRun(searchParams);
  const isEmbedded = searchParams.has("embed");
  const init = {
    status: asked.errors.size === 0 ? 200 : 400,
    headers: await headersOf("tutorial", isEmbedded),
  };
  // A page of 100 coroutines takes 12 ms, so HEAD must not render it.
  if (c.req.method === "HEAD") return respond(c, "", init);
  const options = { ...asked, query: searchParams, origin: originOf(c.req.raw), isEmbedded };
  if (isDefault(asked)) {
    const { text, compressed } = await defaultPage(options);
    return respond(c, text, init, compressed);
  }
  return respond(c, String(await renderPage(options)), init);
}

const DEFAULT = queryOf(readRun(new URLSearchParams()).parameters);

/** Whether a page is that of the default run, as most are. All fields of its form are then the same. */
function isDefault({ parameters, errors }: AskedRun): boolean {
  return errors.size === 0 && queryOf(parameters) === DEFAULT;
}

/** A page of the default run. */
interface DefaultPage {
  /** Where it says that the server is. */
  origin: string;
  text: string;
  compressed: Compressed;
}

/**
 * The last page of the default run, by whether it is embedded. Only the last is kept: each client can
 * name another origin.
 */
const defaultPages = new Map<boolean, DefaultPage>();

async function defaultPage(options: PageOptions): Promise<DefaultPage> {
  const { origin, isEmbedded } = options;
  const last = defaultPages.get(isEmbedded);
  if (last?.origin === origin) return last;
  const text = String(await renderPage(options));
  const page = { origin, text, compressed: new Map() };
  defaultPages.set(isEmbedded, page);
  return page;
}
