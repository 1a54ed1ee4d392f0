/** What is wrong with one parameter of a request. */
export interface ParameterError {
  parameter: string;
  detail: string;
}

/** A request that can't be served, as RFC 9457 has it. */
export class Problem extends Error {
  readonly status: number;
  /** What is wrong with each parameter: sent as `errors`. */
  readonly errors: readonly ParameterError[];
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    detail: string,
    errors: readonly ParameterError[] = [],
    headers: Record<string, string> = {},
  ) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  /** The response that tells of it. */
  toResponse(): Response {
    const { status, message: detail, errors, headers } = this;
    const body = {
      type: "about:blank",
      title: TITLES[status] ?? "Error",
      status,
      detail,
      ...(errors.length > 0 && { errors: errors }),
    };
    return new Response(JSON.stringify(body) + "\n", {
      status,
      headers: { ...headers, "content-type": "application/problem+json" },
    });
  }
}

const TITLES: Record<number, string> = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
