import type { Ending } from "../../view/ran.ts";
import { blank, lineAt, mask, withoutComments } from "./mask.ts";

/** A program without what a function can't contain: imports, exports, and a line for a shell. */
export interface Body {
  /** The text, in which each line has its number. */
  text: string;
  /** What it names of the library, by the name that it uses. `*` is all of it. */
  names: Map<string, string>;
}

const IMPORT = /(?<=^|;)[ \t]*import\b(?!\s*[.(])/gm;
const STATEMENT =
  /\s*import\b\s*(?:([^"';]*?)\s*\bfrom\s*)?(["'])([^"'\n]*)\2(?:\s*with\s*\{[^}]*\})?[ \t]*;?/y;
const EXPORT = /^[ \t]*export\b(?:\s*\{[^}]*\}[ \t]*;?|\s+default\b)?/gm;
/** What has a name of its own only if it is not exported as the default. */
const NAMELESS = /^\s*(?:class|function\s*\*?)\s*[({]/;

/**
 * Takes out of a program what a function can't contain.
 *
 * @param source The program.
 * @param library The public names of the library.
 * @returns The rest, or why it can't be run.
 */
export function bodyOf(source: string, library: ReadonlySet<string>): Body | Ending {
  if (/^\s*```/.test(source)) return { kind: "syntax", text: FENCE, line: 1 };
  let text = source.replace(/^#!.*/, blank);
  const plain = withoutComments(source);
  const names = new Map<string, string>();
  for (const { index } of mask(source).matchAll(IMPORT)) {
    STATEMENT.lastIndex = index;
    const [statement, clause = "", , specifier = ""] = STATEMENT.exec(plain) ?? [];
    // It is no import that an engine would take either, and that tells why.
    if (statement === undefined) continue;
    const refused = refusal(specifier) ?? addNames(clause.trim(), library, names);
    if (refused !== undefined) {
      return { kind: "syntax", text: refused, line: lineAt(source, index) };
    }
    text = text.slice(0, index) + blank(statement) + text.slice(index + statement.length);
  }
  return { text: withoutExports(asMain(text)), names };
}

const FENCE =
  "A line of ``` marks a program in a text, and is no part of it: take these lines out.";

/** A program whose module is asked whether it is the one that was started: it is. */
function asMain(text: string): string {
  let body = text;
  for (const { index, 0: question } of mask(text).matchAll(/(?<![\w$.])import\.meta\.main\b/g)) {
    const end = index + question.length;
    body = body.slice(0, index) + "true".padEnd(question.length) + body.slice(end);
  }
  return body;
}

function withoutExports(text: string): string {
  const code = mask(text);
  let body = text;
  for (const { index, 0: match } of code.matchAll(EXPORT)) {
    const end = index + match.length;
    const isNameless = match.endsWith("default") && NAMELESS.test(code.slice(end));
    const instead = isNameless ? "const main   =".padStart(match.length) : blank(match);
    body = body.slice(0, index) + instead + body.slice(end);
  }
  return body;
}

function refusal(specifier: string): string | undefined {
  if (specifier === "@tenfold/loop") return undefined;
  if (specifier === "@tenfold/loop/testing") {
    return "explore and check can’t be used here: choose “try every order”, and download the test.";
  }
  return `Only "@tenfold/loop" can be imported here, and "${specifier}" is something else. ` +
    "To check a value, throw an error.";
}

/** Adds what one import names. Returns why it can't be. */
function addNames(
  clause: string,
  library: ReadonlySet<string>,
  names: Map<string, string>,
): string | undefined {
  const [, all] = /^\*\s*as\s+([\w$]+)$/.exec(clause) ?? [];
  if (all !== undefined) {
    names.set(all, "*");
    return undefined;
  }
  if (clause === "") return undefined;
  const [, list] = /^\{([^}]*)\}$/.exec(clause) ?? [];
  if (list === undefined) {
    return /^type\b/.test(clause)
      ? TYPES
      : `"@tenfold/loop" has no default export: import { sleep } from "@tenfold/loop".`;
  }
  for (const item of list.split(",").map((item) => item.trim()).filter(Boolean)) {
    const [, type, name, local] = /^(type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?$/.exec(item) ?? [];
    if (type !== undefined) return TYPES;
    if (name === undefined || !library.has(name)) {
      return `"@tenfold/loop" has no "${name ?? item}". Types are not imported here.`;
    }
    names.set(local ?? name, name);
  }
  return undefined;
}

/** What to say of TypeScript. */
export const TYPES = "Types are not run here, only JavaScript: leave the types out.";
