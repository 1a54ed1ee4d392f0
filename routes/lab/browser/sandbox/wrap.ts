import type { Ending } from "../../view/ran.ts";
import { bodyOf } from "./imports.ts";
import { mask } from "./mask.ts";

/** A program, made a function that begins it anew, with all its state, each time it is called. */
export interface Wrapped {
  /** An expression: a function that takes a scope and returns `main`. */
  code: string;
  /** Whether the program runs itself, by a call of `run` or `simulate`. */
  isScript: boolean;
}

/** What stands at the very beginning of a line is no part of a function, as people indent. */
const TOP_LEVEL = /^(?![ \t}\])]).*$/gm;
/** A call of `run` or `simulate`: no method that is declared, and none that an arrow function makes. */
const RUN = String.raw`(?<![\w$.]|=>\s*)(?:run|simulate)\s*\((?![^()]*\)\s*\{)`;
/** A call that runs a program, where it is not within a function that begins on the same line. */
const RUNS = RegExp(
  String.raw`^(?!.*\b(?:function|async)\b.*\b(?:await|run|simulate)\b).*(?:\bawait\b|${RUN})`,
);
/** Such a call, with the `await` before it, or an `await` alone. */
const CALL = RegExp(
  String.raw`(?<![\w$.]|yield\*\s*)(?:(?:await\s+)?\b${RUN}|await\b ?)`,
  "g",
);

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
  const isScript = runsItself(body.text);
  const { text, begin, end } = isScript
    ? { text: asCoroutine(body.text), begin: "return function* () {", end: "}" }
    : { text: body.text, begin: "", end: `return typeof main === "undefined" ? undefined : main` };
  // It is `main` that a script is given, and that any other program declares.
  if (!isScript) names.delete("main");
  const parameters = [...names].map(([local, name]) => local === name ? name : `${name}: ${local}`);
  // In a block of its own a program may declare again what the parameters name.
  const code = `({ ${parameters.join(", ")} }) => {{ ${begin}${text}\n;${end}}}`;
  return { code, isScript };
}

/** A program's own function of that name is none that runs it. */
const OWN = /^(?:const|let|var|(?:async\s+)?function\s*\*?)\s*(?:run|simulate)\b/m;

/** Whether a program runs itself, by a call of `run` or `simulate`. */
export function runsItself(text: string): boolean {
  return !OWN.test(mask(text)) && topLevel(text).some(({ line }) => RUNS.test(line));
}

function topLevel(text: string): { index: number; line: string }[] {
  return [...mask(text).matchAll(TOP_LEVEL)].map(({ index, 0: line }) => ({ index, line }));
}

/** A script as the body of a coroutine: what it awaits, and what it runs, is a part of it. */
export function asCoroutine(text: string): string {
  let body = "";
  let done = 0;
  for (const { index, line } of topLevel(text)) {
    if (!RUNS.test(line)) continue;
    for (const { index: start, 0: call } of line.matchAll(CALL)) {
      const from = index + start;
      body += text.slice(done, from) + call.replace(/^(?:await\b ?)?/, "yield*");
      done = from + call.length;
    }
  }
  return body + text.slice(done);
}
