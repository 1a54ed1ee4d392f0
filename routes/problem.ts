/** What is wrong with one parameter of a request. */
export interface Complaint {
  parameter: string;
  detail: string;
}

/** A request that can't be served, as RFC 9457 has it. */
export class Problem extends Error {
  readonly status: number;
  readonly complaints: readonly Complaint[];

  constructor(status: number, detail: string, complaints: readonly Complaint[] = []) {
    super(detail);
    this.status = status;
    this.complaints = complaints;
  }

  /** The response that tells of it. */
  toResponse(headers: Record<string, string> = {}): Response {
    const { status, message: detail, complaints } = this;
    const body = {
      type: "about:blank",
      title: TITLES[status] ?? "Error",
      status,
      detail,
      ...(complaints.length > 0 && { errors: complaints }),
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
};
