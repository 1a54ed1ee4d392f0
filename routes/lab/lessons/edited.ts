import type { Edit } from "./course.ts";

/** What is changed, and what that needs. */
type Change = Pick<Edit, "from" | "to" | "imports">;

/** A program with a change made, and with the imports that the change needs. */
export function edited(program: string, { from, to, imports = [] }: Change): string {
  return program
    .replace(from, () => to)
    .replace(
      /(?<=^import \{ ).+(?= \} from )/,
      (names) => [...names.split(", "), ...imports].sort((a, b) => a.localeCompare(b)).join(", "),
    );
}
