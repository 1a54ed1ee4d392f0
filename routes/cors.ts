/** The methods that a page of another origin may use. */
const METHODS = "GET, HEAD, OPTIONS";

/** How long a browser may keep the answer to a preflight, in seconds: a day, of which they keep less. */
const MAX_AGE_S = 86_400;

/** A list of header names, as a browser writes it; the longest is longer than all headers of clients. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+( *, *[\w!#$%&'*+.^`|~-]+)*$/;
const MAX_HEADER_NAMES = 1024;

/** An origin as browsers write it: `null`, or a scheme and a host, in ASCII. */
const ORIGIN = /^(null|[a-z][a-z\d+.-]*:\/\/[\w.:[\]-]{1,255})$/;

/**
 * Lets pages of every origin read an answer, with or without credentials: it is the same for all, and
 * the server has none to protect. A wildcard would refuse requests with credentials, which some
 * clients always send.
 */
export function allowOrigin(request: Request, headers: Headers): void {
  const origin = request.headers.get("origin") ?? "";
  const isOrigin = ORIGIN.test(origin);
  headers.set("access-control-allow-origin", isOrigin ? origin : "*");
  if (isOrigin) headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", "Retry-After");
  headers.append("vary", "Origin");
}

/** Lets a page of another origin send the headers that it asks for in a preflight. */
export function allowHeaders(request: Request, headers: Headers): void {
  headers.set("access-control-allow-methods", METHODS);
  headers.set("access-control-max-age", `${MAX_AGE_S}`);
  const names = request.headers.get("access-control-request-headers");
  if (names !== null && names.length <= MAX_HEADER_NAMES && HEADER_NAMES.test(names)) {
    headers.set("access-control-allow-headers", names);
  }
  headers.append("vary", "Access-Control-Request-Headers");
}
