import type { Problem } from "../../problem.ts";

/** The parameters that the form has a field for. */
export const FIELDS = ["count", "delay", "jitter", "order", "seed"] as const;

/** What is wrong with a run, as the form shows it. */
export interface FieldErrors {
  /** The message of each field that is wrong. */
  fields: Map<string, string>;
  /** The message about several fields together, or about parameters without a field. */
  rest: string;
}

/** The messages of a problem, or none. */
export function fieldErrorsOf(problem?: Problem): FieldErrors {
  const all = problem?.errors ?? [];
  // An error of several fields together is the whole problem, and is shown once.
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
