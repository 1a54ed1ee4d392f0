import type { Problem } from "../../problem.ts";

/** The parameters that the form has a field for. */
export const FIELDS = ["count", "delay", "jitter", "order", "seed"] as const;

/** What is wrong with a run, as a form tells it. */
export interface FieldErrors {
  /** The fields that are wrong, each with what is said at it. */
  fields: Map<string, string>;
  /** What is said of several together, or of parameters that have no field. */
  rest: string;
}

/** What a form says of a problem, or of none. */
export function fieldErrorsOf(problem?: Problem): FieldErrors {
  const all = problem?.errors ?? [];
  // What is wrong with several together is the whole of the problem: it is said once.
  const isShared = all.some(({ detail }) => detail === problem!.message);
  const isField = ({ parameter }: { parameter: string }) =>
    FIELDS.some((name) => name === parameter);
  const fields = all.filter(isField).map(({ parameter, detail }) =>
    [parameter, isShared ? "" : detail] as const
  );
  const rest = all.filter((complaint) => !isField(complaint)).map(({ parameter, detail }) =>
    `${parameter}: ${detail}`
  );
  return { fields: new Map(fields), rest: isShared ? problem!.message : rest.join("; ") };
}
