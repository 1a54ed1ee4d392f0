import { once } from "../../once.ts";
import { importMap, type Kind } from "./assets.ts";

/** The headers of a page. */
export async function headersOf(kind: Kind, isEmbedded = false): Promise<Record<string, string>> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": await policy(kind, isEmbedded),
    "referrer-policy": "no-referrer",
    // What it loads has another address whenever it changes, so the page itself must be asked for.
    "cache-control": "no-cache",
    vary: "Accept, Accept-Encoding",
  };
}

const hashes = new Map<Kind, () => Promise<string>>();

/** The hash of the import map of a kind of page, which is the same on each of them. */
function importMapHash(kind: Kind): Promise<string> {
  if (!hashes.has(kind)) hashes.set(kind, once(() => hashOf(kind)));
  return hashes.get(kind)!();
}

async function hashOf(kind: Kind): Promise<string> {
  const bytes = new TextEncoder().encode(await importMap(kind));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64();
}

/**
 * Everything from here, nothing inline but the import map.
 *
 * @param kind The kind of page.
 * @param isEmbedded Whether any site may show the page in a frame. It has nothing to steal: no login,
 * no cookie, no button that changes something elsewhere.
 */
async function policy(kind: Kind, isEmbedded: boolean): Promise<string> {
  const hash = await importMapHash(kind);
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${isEmbedded ? "*" : "'none'"}`,
  ].join("; ");
}
