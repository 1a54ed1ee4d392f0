import { blank, mask, patternOf } from "./mask.ts";

// A script runs itself, by calls of `run` outside of its functions. Here, it is the body of a
// coroutine, and what it runs is a part of that.

/** The functions of the library that run a program. */
export const RUNNERS = ["run", "simulate", "main"] as const;

/** What a script calls the library's functions, by local name. `*` is all of the library. */
export type Names = ReadonlyMap<string, string>;

/** What declares a name: outside of its functions, that makes it the program's own. */
const declarationOf = (name: string) =>
  RegExp(String.raw`\b(?:const|let|var|function\s*\*?)\s*${patternOf(name)}`);

/** The local names of functions that run a program, as patterns. */
function runnersIn(outside: string, names: Names): string[] {
  const local = [...names].flatMap(([local, name]) => {
    if (name === "*") return [String.raw`${patternOf(local)}\.(?:${RUNNERS.join("|")})`];
    return RUNNERS.some((runner) => runner === name) ? [patternOf(local)] : [];
  });
  const free = RUNNERS.filter((name) => !names.has(name) && !declarationOf(name).test(outside));
  return [...local, ...free.map(patternOf)];
}

/** A call that runs a program, with the `await` before it, or an `await` alone. */
function callsIn(text: string, names: Names): RegExpExecArray[] {
  const outside = outsideFunctions(text);
  const runners = runnersIn(outside, names);
  // It is given something, and it is no method that is declared.
  const call = String.raw`(?:await\s+)?(?:${runners.join("|")})\s*\((?!\s*\)|[^()]*\)\s*\{)`;
  const wait = String.raw`(?<!\bfor\s+)await\b[ \t]?`;
  return [
    ...outside.matchAll(
      RegExp(String.raw`(?<![\w$.])(?:${runners.length === 0 ? wait : `${call}|${wait}`})`, "g"),
    ),
  ];
}

/** Whether a program runs itself, or waits outside of its functions. */
export function runsItself(text: string, names: Names = new Map()): boolean {
  return callsIn(text, names).length > 0;
}

/** A script as the body of a coroutine: what it awaits, and what it runs, is a part of it. */
export function coroutineBody(text: string, names: Names = new Map()): string {
  const code = mask(text);
  let body = "";
  let done = 0;
  const ends: number[] = [];
  const copy = (to: number) => {
    for (let end = ends.at(-1); end !== undefined && end <= to; end = ends.at(-1)) {
      body += `${text.slice(done, end)})`;
      done = end;
      ends.pop();
    }
    body += text.slice(done, to);
    done = to;
  };
  for (const { index, 0: call } of callsIn(text, names)) {
    copy(index);
    const [wait] = /^(?:await\b[ \t]*)?/.exec(call)!;
    done += wait.length;
    if (isStatement(code.slice(0, index))) body += "yield*";
    else {
      body += "(yield*";
      ends.push(endOfOperand(code, done));
    }
  }
  copy(text.length);
  return body;
}

/** Whether a statement begins behind a text: one must not begin with a parenthesis. */
function isStatement(before: string): boolean {
  return /(?:^|[;{}\n])[ \t]*$/.test(before) && !/[-=+*/%<>&|^?:,([!~]\s*$/.test(before);
}

/** Where what `await` waits for ends: a name, or something in brackets, with all that is of it. */
function endOfOperand(code: string, from: number): number {
  const head = /\s*(?:new\s+)?[\w$]*/y;
  const member = /\s*(?:\?\.|\.)\s*[\w$#]+/y;
  const bracket = /\s*(?:\?\.)?(?=[([])/y;
  let at = from;
  const takes = (pattern: RegExp) => {
    pattern.lastIndex = at;
    if (!pattern.test(code)) return false;
    at = pattern.lastIndex;
    return true;
  };
  takes(head);
  for (;;) {
    if (takes(bracket)) at = endOfBracket(code, at);
    else if (!takes(member)) return at;
  }
}

function endOfBracket(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (/[([{]/.test(code[at]!)) depth++;
    else if (/[)\]}]/.test(code[at]!) && --depth === 0) return at + 1;
  }
  return code.length;
}

/** What a block belongs to that is none of a function. */
const BLOCK = /\b(?:if|for|while|switch|catch|with|await)\s*$/;

/** The code of a program outside of all functions, each character in its place. */
export function outsideFunctions(text: string): string {
  const code = mask(text);
  let outside = "";
  let done = 0;
  const parentheses: number[] = [];
  /** Where the last parenthesis that was closed had been opened. */
  let last = 0;
  for (const { index, 0: bracket } of code.matchAll(/[(){]/g)) {
    if (index < done) continue;
    if (bracket === "(") parentheses.push(index);
    else if (bracket === ")") last = parentheses.pop() ?? 0;
    else {
      const before = code.slice(0, index).trimEnd();
      const isBody = before.endsWith("=>") ||
        (before.endsWith(")") && !BLOCK.test(code.slice(0, last)));
      if (!isBody) continue;
      const end = endOfBracket(code, index) - 1;
      outside += code.slice(done, index + 1) + blank(code.slice(index + 1, end));
      done = end;
    }
  }
  // What an arrow function makes of its values is not outside either.
  return (outside + code.slice(done)).replace(/=>\s*[^;\n]*/g, blank);
}
