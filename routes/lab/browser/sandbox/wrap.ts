import type { Ending } from "../../view/ran.ts";
import { bodyOf } from "./imports.ts";
import { coroutineBody, runsItself } from "./script.ts";

/** A program, made a function that begins it anew, with all its state, each time it is called. */
export interface Wrapped {
  /** An expression: a function that takes a scope and returns `main`. */
  code: string;
  /** Whether the program runs itself, by a call of `run`. */
  isScript: boolean;
}

/**
 * Wraps a program so that lines keep their numbers.
 *
 * @param source The program.
 * @param library The public names of the library.
 * @param scope All names that it finds outside of itself, those of the library among them.
 * @returns The program wrapped, or why it can't be run.
 */
export function wrap(
  source: string,
  library: ReadonlySet<string>,
  scope: Iterable<string>,
): Wrapped | Ending {
  const body = bodyOf(source, library);
  if ("kind" in body) return body;
  const names = new Map<string, string>();
  // A search makes the program thousands of times, and each name costs.
  const used = new Set(source.match(/[\w$]+/g));
  for (const name of scope) if (used.has(name)) names.set(name, name);
  for (const [local, name] of body.names) names.set(local, name === "*" ? "library" : name);
  const isScript = runsItself(body.text, body.names);
  const { text, begin, end } = isScript
    ? { text: coroutineBody(body.text, body.names), begin: "return function* () {", end: "}" }
    : { text: body.text, begin: "", end: `return typeof main === "undefined" ? undefined : main` };
  // It is `main` that a script is given, and that any other program declares.
  if (!isScript) names.delete("main");
  const parameters = [...names].map(([local, name]) => local === name ? name : `${name}: ${local}`);
  // In a block of its own a program may declare again what the parameters name.
  const code = `({ ${parameters.join(", ")} }) => {{ ${begin}${text}\n;${end}}}`;
  return { code, isScript };
}
