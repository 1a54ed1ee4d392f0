import type { Remark } from "../../view/ran.ts";
import { programLines, type Running, textOf } from "./endings.ts";
import { lineAt, mask, patternOf } from "./mask.ts";
import { outsideFunctions } from "./script.ts";

/** Functions of the library that make a coroutine, which does nothing until `yield*` runs it. */
const MAKERS =
  `allSettled any asCompleted block currentTask emit forEach gather now pause race retry shield sleep
  sleepBetween sleepUntil spawn taskGroup timeout until wait`.split(/\s+/);

/** Methods that make one, and the classes of which they are. */
const METHODS = /\.(?:acquire|get|put|wait|halt|settled|join)$/;
const SHARED = /\b([\w$]+)\s*=\s*new\s+(?:Barrier|Condition|Event|Lock|Queue|Semaphore)\b/g;

/** Where generator functions get their names. */
const NAMED = /\bfunction\s*\*\s*([\w$]+)|\b([\w$]+)\s*=\s*function\s*\*/g;

/** A call at the beginning of a line. */
const CALL = /^[ \t]*([\w$]+(?:\.[\w$]+)?)[ \t]*\(/gm;
/** What a statement can't begin after: a call there is a part of an expression. */
const GOES_ON = /(?:[(,=?:&|+\-<>.![*]|=>|\b(?:return|throw|yield|await|new|in|of))\s*$/;

/** What the text of a program shows that its run does not. */
export function remarksOn(source: string): Remark[] {
  const code = mask(source);
  const remarks = [
    ...neverRun(code),
    ...inForEach(code),
    ...usedAsValue(code, source),
    ...chance(code),
  ];
  return remarks.toSorted((one, other) => one.line - other.line);
}

/** The names of functions that make a coroutine. */
function makersIn(code: string): Set<string> {
  const own = code.replace(/\bimport\b[^}]*\}/g, "");
  const names = new Set(MAKERS.filter((name) => !isOther(name, own)));
  for (const [, declared, assigned] of code.matchAll(NAMED)) names.add((declared ?? assigned)!);
  return names;
}

/** Whether a program has something else of that name: a function without a star, or a parameter. */
function isOther(name: string, code: string): boolean {
  return RegExp(
    `\\b(?:function|const|let|var|class)\\s+${name}\\b|[(,]\\s*${name}\\s*[,)]|\\b${name}\\s*=>`,
  ).test(code);
}

/** What makes a call of it the head of a method. */
const BODY = /^[^()]*\)\s*\{/;

/** Coroutines that are made in a statement of their own, so that nothing can run them. */
function neverRun(code: string): Remark[] {
  const names = makersIn(code);
  const outside = outsideFunctions(code);
  const shared = new Set(Array.from(code.matchAll(SHARED), ([, name]) => name!));
  return [...code.matchAll(CALL)].flatMap(({ index, 0: match, 1: callee }) => {
    const [object, method] = callee!.split(".");
    const makes = method === undefined
      ? names.has(callee!)
      : METHODS.test(callee!) && shared.has(object!);
    if (!makes || GOES_ON.test(code.slice(0, index))) return [];
    if (BODY.test(code.slice(index + match.length))) return [];
    const from = index + match.search(/\S/);
    const what = `${callee}() only makes a coroutine here, and nothing runs it`;
    const isOutside = outside.startsWith(callee!, from);
    const text = !isOutside
      ? `${what}: write yield* before it.`
      : callee === "main"
      ? "This call of main does nothing: leave it out. main is run without it."
      : `${what}: call it in main, with yield* before it.`;
    return [{ line: lineAt(code, from), text }];
  });
}

/** Coroutines that `forEach` lets a function make. */
function inForEach(code: string): Remark[] {
  return Array.from(code.matchAll(/\.forEach\s*\(\s*function\s*\*/g), ({ index }) => ({
    line: lineAt(code, index),
    text:
      "forEach only makes coroutines here, and nothing runs them: write for (const … of …), and " +
      "yield* in it.",
  }));
}

/** Coroutines that are kept under a name, which is then used as if it were what they return. */
function usedAsValue(code: string, source: string): Remark[] {
  const names = makersIn(code);
  return [...code.matchAll(KEPT)].flatMap(({ index, 1: name, 2: callee }) => {
    if (!names.has(callee!)) return [];
    const kept = patternOf(name!);
    const isCalculated = RegExp(
      `(?:[-+/%<]|(?<!=)>|(?<!yield\\s*)\\*|[!=]==?)[ \\t]*${kept}|${kept}[ \\t]*(?:[-+*/%<>]|[!=]==?)`,
    );
    // What stands in a template is no code here.
    const isWritten = RegExp(`\\$\\{\\s*${kept}|\\bconsole\\.\\w+\\([^;\\n]*${kept}`);
    if (!isCalculated.test(code) && !isWritten.test(source)) return [];
    const text = `${callee}() only makes a coroutine, so ${name} is not what ${callee} returns: ` +
      "write yield* before it.";
    return [{ line: lineAt(code, index), text }];
  });
}

/** A call whose value is kept under a name. */
const KEPT = /\b(?:const|let|var)\s+([\w$]+)\s*=\s*([\w$]+)\s*\(/g;

function chance(code: string): Remark[] {
  const index = code.search(/\bMath\.random\b/);
  if (index < 0) return [];
  const text =
    "Math.random draws the same numbers in each run here, so that a run can be repeated.";
  return [{ line: lineAt(code, index), text }];
}

const PROMISES = /\basync\b|\bPromise\b/;

/** Whether a program has promises of its own, so that one may be rejected. */
export function mayReject(source: string): boolean {
  return PROMISES.test(mask(source));
}

/** What to say of an unhandled rejection. */
export function rejectionOf(reason: unknown, program: Running): Remark {
  const code = mask(program.source);
  const line = linesOf(reason, program)[0] ?? lineAt(code, code.search(PROMISES));
  const text = `A promise was rejected, and nothing handles that: ${textOf(reason)}.`;
  return { line, text };
}

function linesOf(reason: unknown, program: Running): number[] {
  try {
    const { stack } = reason as Error;
    return typeof stack === "string" ? programLines(stack, program) : [];
  } catch {
    return [];
  }
}
