import type { Ending } from "../../view/ran.ts";
import { cleaned } from "./endings.ts";
import { TYPES } from "./imports.ts";
import { mask } from "./mask.ts";

/** How a program ends that is no JavaScript. */
export function notJavaScript(message: string, source: string, line?: number): Ending {
  const lines = mask(source).split("\n");
  const at = line === undefined ? undefined : Math.min(line, lines.length);
  const hint = at === undefined ? undefined : hintOn(lines.slice(0, at), message);
  return { kind: "syntax", text: hint ?? `This can’t be read: ${said(message)}.`, line: at };
}

function said(message: string): string {
  return cleaned(message).replace(/^(?:Uncaught )?SyntaxError: /, "").replace(/\.$/, "");
}

/** What only TypeScript has, on one line. */
const ANNOTATION = new RegExp(
  [
    /[\w$)\]}]\??\s*:\s*(?:string|number|boolean|void|unknown|any|never|readonly|Coroutine|Task)\b/,
    // In an object, a name with a capital may well be a value.
    /\b(?:const|let|var)\s+[\w$]+\s*:\s*[A-Z]|\)\s*:\s*[A-Z]/,
    /^\s*(?:interface|type|enum|declare|abstract)\s+\w/,
    /\bas\s+[A-Za-z]/,
    /[\w)\]]!\./,
    /\bnew\s+\w+</,
  ].map(({ source }) => source).join("|"),
);

/** What only Python has, on one line: a block, an import without quotes, a comment. */
const PYTHON =
  /^\s*(?:(?:async\s+)?(?:def|class|if|elif|else|for|while|try|except|finally|with)\b.*:\s*$|(?:from\s+[\w.]+\s+)?import\s+[\w., ]+$|(?:async\s+)?def\s|#(?![\w$]+\s*[=;(]))/;

/** What is probably wrong with the last of some lines. */
function hintOn(lines: readonly string[], message: string): string | undefined {
  const line = lines.at(-1)!;
  if (PYTHON.test(line)) {
    return "This looks like Python. Programs here are JavaScript: write function* main() { … } for " +
      "async def main():, and yield* for await.";
  }
  if (ANNOTATION.test(line)) return TYPES;
  const [, async, star] = [...lines.join("\n").matchAll(FUNCTION)].at(-1) ?? [];
  if (/\bawait\b/.test(line) && async === undefined) {
    return "await is for promises: in a function*, write yield* instead.";
  }
  if (/\byield\b/.test(line) && star === undefined) {
    return "yield* works only within a function*: has a function lost its star?";
  }
  // `yield` is an ordinary name, and a reserved one, in a function that has no star.
  if (/\byield\b/.test(line) && /\breserved\b/.test(message)) {
    return "yield* works only directly in a function*, and not in a callback within it, such as " +
      "that of forEach: use for (const … of …).";
  }
  return undefined;
}

const FUNCTION = /\b(async\s+)?function\b\s*(\*)?/g;
