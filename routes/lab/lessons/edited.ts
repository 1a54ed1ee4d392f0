import type { Edit } from "./course.ts";

/** A program with a change made, and with the imports that the change needs. */
export function edited(program: string, { from, to, imports = [] }: Edit): string {
  return program
    .replace(from, () => to)
    .replace(
      /(?<=^import \{ ).+(?= \} from )/,
      (names) => [...names.split(", "), ...imports].sort((a, b) => a.localeCompare(b)).join(", "),
    );
}
