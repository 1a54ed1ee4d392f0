/** What is wrong with one parameter of a request. */
export interface ParameterError {
  parameter: string;
  detail: string;
}

/** A request that cannot be served: RFC 9457 problem details. */
export class Problem extends Error {
  readonly status: number;
  /** One entry for each wrong parameter; sent as the member `errors`. */
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

  toResponse(): Response {
    const { status, message: detail, errors, headers } = this;
    const body = {
      type: "about:blank",
      title: TITLES[status] ?? "Error",
      status,
      detail,
      ...(errors.length > 0 && { errors }),
    };
    return new Response(JSON.stringify(body) + "\n", {
      status,
      headers: { ...headers, "content-type": "application/problem+json" },
    });
  }
}

// With the type `about:blank`, the title is the status phrase (RFC 9457, 4.2.1).
const TITLES: Record<number, string> = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
