import { Coroutines, outcomes } from "./coroutines.ts";
import { readFile, withoutComments } from "./files.ts";
import type { Rule, RuleContext, Visitor } from "./plugin.ts";
import { isLibrary } from "./library.ts";
import {
  type AnyFunction,
  type Await,
  type Call,
  type Catch,
  type ExpressionStatement,
  functionAround,
  type Import,
  isLoop,
  nameOf,
  type Node,
  type Range,
  type Try,
  unwrap,
  type Yield,
} from "./syntax.ts";
import { leaves } from "./leaves.ts";
import { declarationOf } from "./scope.ts";

/** A file, once all of it has been seen. */
interface File {
  context: RuleContext;
  coroutines: Coroutines;
  imports: readonly Import[];
  /** Whether a fix has added the import of `Cancelled`: it must be there once. */
  importsCancelled?: true;
  yields: readonly Yield[];
}

/** What a rule does with each node of a type. */
type Checks = { [T in Node["type"]]?: (node: Extract<Node, { type: T }>, file: File) => void };

function rule(description: string, checks: Checks): Rule {
  return {
    meta: { type: "problem", fixable: "code", schema: [], docs: { description } },
    create(context) {
      const imports: Import[] = [];
      const yields: Yield[] = [];
      const found: (() => void)[] = [];
      const coroutines = new Coroutines(context.filename, readFile, yields);
      const file: File = { context, coroutines, imports, yields };
      const visitor: Visitor = {};
      for (const [type, check] of Object.entries(checks)) {
        visitor[type] = (node) => {
          found.push(() => check(node as never, file));
        };
      }
      const { YieldExpression: ownCheck } = visitor;
      return {
        ...visitor,
        ImportDeclaration: (node: Import) => imports.push(node),
        YieldExpression(node: Yield) {
          yields.push(node);
          ownCheck?.(node);
        },
        "Program:exit"() {
          for (const check of found) check();
        },
      };
    },
  };
}

function textOf({ context }: File, { range }: Node): string {
  return (context.sourceCode as { text: string }).text.slice(...range);
}

/** What a message calls an expression. */
function title(file: File, node: Node): string {
  const text = node.type === "CallExpression"
    ? `${textOf(file, node.callee)}()`
    : textOf(file, node);
  return text.length <= 40 && !text.includes("\n") ? text : "this";
}

/** Whether `yield*` can stand where a node is. */
function isInCoroutine(node: Node, { coroutines }: File): boolean {
  const around = functionAround(node);
  return around?.generator === true && !around.async && !coroutines.isIterated(around);
}

/** A coroutine that is made where its value goes nowhere. */
function checkStatement({ expression }: ExpressionStatement, file: File): void {
  for (const node of outcomes(expression)) {
    const gives = file.coroutines.isCoroutine(node);
    if (gives === undefined) continue;
    const message = `${title(file, node)} does nothing: it only makes ` +
      (gives === "coroutine"
        ? "a coroutine; use yield* in a coroutine, or pass it to run()"
        : "a generator, and nothing iterates it");
    if (gives !== "coroutine" || !isInCoroutine(node, file)) {
      file.context.report({ node, message });
      continue;
    }
    // `a && yield* b` is no expression.
    const [open, close] = node.parent.type === "LogicalExpression" ? ["(", ")"] : ["", ""];
    const text = `${open}yield* ${textOf(file, node)}${close}`;
    file.context.report({
      node,
      message,
      fix: (fixer) => fixer.replaceTextRange(node.range, text),
    });
  }
}

/** Functions that ignore what their callback returns, and which argument that is. */
const IGNORING: ReadonlyMap<string, number> = new Map([
  ["addEventListener", 1],
  ["addSignalListener", 1],
  ["forEach", 0],
  ["queueMicrotask", 0],
  ["setImmediate", 0],
  ["setInterval", 0],
  ["setTimeout", 0],
]);

/** A callback that makes a coroutine for a function that ignores it. */
function checkCallback(node: Call, file: File): void {
  const callee = unwrap(node.callee);
  const name = nameOf(callee.type === "MemberExpression" ? callee.property : callee) ?? "";
  const callback = node.arguments[IGNORING.get(name) ?? Infinity];
  if (callback === undefined || !file.coroutines.returnedBy(callback)) return;
  if (file.coroutines.nameInLibrary(callee) !== undefined) return;
  file.context.report({
    node: callback,
    message: `${name} ignores the coroutine that this callback makes, so it does nothing; ` +
      (name === "forEach" ? "use for-of and yield*" : "pass it to run()"),
  });
}

function checkAwait({ argument }: Await, file: File): void {
  for (const node of outcomes(argument)) {
    if (file.coroutines.isTask(node)) {
      const message = `await does not join ${title(file, node)}; use yield* in a coroutine, ` +
        `or await its promise()`;
      file.context.report({ node, message });
    } else if (file.coroutines.isCoroutine(node)) {
      const message = `await does not run ${title(file, node)}; use yield* in a function*, ` +
        `or await run()`;
      file.context.report({ node, message });
    }
  }
}

const COMBINE: Record<string, string> = {
  all: "gather",
  race: "race",
  any: "any",
  allSettled: "allSettled",
  resolve: "run",
};

/** `Promise.all([sleep(1)])` awaits what it is given. */
function checkPromise(node: Call, file: File): void {
  const callee = unwrap(node.callee);
  if (callee.type !== "MemberExpression" || nameOf(callee.object) !== "Promise") return;
  const name = nameOf(callee.property) ?? "";
  const [given] = node.arguments;
  if (!Object.hasOwn(COMBINE, name) || given === undefined) return;
  if (mapsToCoroutines(given, file)) {
    const message = `Promise.${name} does not run the coroutines that this makes; ` +
      `use ${COMBINE[name]}()`;
    file.context.report({ node: given, message });
    return;
  }
  const members = given.type === "ArrayExpression" ? given.elements : [given];
  for (const member of members) {
    const gives = member === null ? undefined : file.coroutines.isCoroutine(member);
    // A generator of promises is an iterable of them.
    if (gives === undefined || (gives === "generator" && member === given)) continue;
    const message = `Promise.${name} does not run ${title(file, member!)}; use ${COMBINE[name]}()`;
    file.context.report({ node: member, message });
  }
}

/** Whether it is `list.map(work)`, where `work` makes coroutines. */
function mapsToCoroutines(expression: Node, { coroutines }: File): boolean {
  const node = unwrap(expression);
  if (node.type !== "CallExpression") return false;
  const callee = unwrap(node.callee);
  const [callback] = node.arguments;
  if (callee.type !== "MemberExpression" || callback === undefined) return false;
  return nameOf(callee.property) === "map" && coroutines.returnedBy(callback) === "coroutine";
}

function checkYield(node: Yield, file: File): void {
  const { argument, delegate, range: [start] } = node;
  const around = functionAround(node);
  if (!argument || delegate || around === undefined || around.async) return;
  if (file.coroutines.isCoroutine(argument) !== "coroutine") return;
  // A function that makes coroutines one by one, for `gather` say, yields them rightly.
  if (!isOurs(around, file) || !file.coroutines.runsCoroutines(around)) return;
  file.context.report({
    node,
    message: `yield does not run ${title(file, unwrap(argument))}; use yield*`,
    fix: (fixer) => fixer.replaceTextRange([start, start + "yield".length], "yield*"),
  });
}

/** Whether a generator function has to do with the library, and not with another one. */
function isOurs({ returnType }: AnyFunction, file: File): boolean {
  if (file.imports.some(({ source }) => isLibrary(source.value))) return true;
  // Or imports it from somewhere else.
  return Boolean(returnType) && /\bCoroutine\b/.test(textOf(file, returnType!));
}

function checkCatch(node: Catch, file: File): void {
  const attempt = node.parent as Try;
  const around = functionAround(node);
  if (!around?.generator || around.async || !isInLoop(node, file)) return;
  if (
    !isOurs(around, file) || !file.yields.some((each) => each.delegate && isIn(each, attempt.block))
  ) {
    return;
  }
  // Code that names it, in a test or a call, has thought of it.
  if (/cancel/i.test(withoutComments(textOf(file, node)))) return;
  const error = node.param ? nameOf(node.param) : undefined;
  const mentions = (test: Node) =>
    error !== undefined &&
    new RegExp(`(?<![\\w$.])${escape(error)}(?![\\w$])`).test(textOf(file, test));
  if (leaves(node.body, mentions)) return;
  const message = "this catch also takes a cancel, and the loop goes on, so its task can't be " +
    "cancelled; begin with: if (error instanceof Cancelled) throw error;";
  const changes = rethrow(node, file);
  file.context.report({
    node,
    message,
    ...(changes && {
      fix: (fixer) => changes.map(({ range, text }) => fixer.replaceTextRange(range, text)),
    }),
  });
}

function escape(name: string): string {
  return name.replaceAll("$", "\\$");
}

interface Change {
  range: Range;
  text: string;
}

/** The changes that throw a cancel again, if they are simple. */
function rethrow(node: Catch, file: File): Change[] | undefined {
  if (node.param && node.param.type !== "Identifier") return undefined;
  const error = node.param?.name ?? "error";
  if (!node.param && /\berror\b/.test(textOf(file, node.body))) return undefined;
  const cancelled = nameOfCancelled(node, file);
  const additions = cancelled === undefined ? importCancelled(node, file) : [];
  if (additions === undefined) return undefined;
  const [start] = node.body.range;
  const line = `{ if (${error} instanceof ${cancelled ?? "Cancelled"}) throw ${error};`;
  return [...additions, {
    range: [node.param ? start : node.range[0], start + 1],
    text: node.param ? line : `catch (error) ${line}`,
  }];
}

/** What the file calls `Cancelled`, if it imports it. */
function nameOfCancelled(at: Node, { imports }: File): string | undefined {
  for (const { source, specifiers, importKind } of imports) {
    if (!isLibrary(source.value) || importKind === "type") continue;
    for (const specifier of specifiers) {
      const { name } = specifier.local;
      if (declarationOf(name, at)?.node !== specifier || specifier.importKind === "type") continue;
      if (specifier.type === "ImportNamespaceSpecifier") return `${name}.Cancelled`;
      if (nameOf(specifier.imported) === "Cancelled") return name;
    }
  }
  return undefined;
}

/** The change that has `Cancelled` imported, beside another name of the library. */
function importCancelled(at: Node, file: File): Change[] | undefined {
  if (file.importsCancelled || declarationOf("Cancelled", at) !== undefined) return undefined;
  for (const { source, specifiers, importKind } of file.imports) {
    if (!isLibrary(source.value) || importKind === "type") continue;
    const first = specifiers.find((each) =>
      each.type === "ImportSpecifier" && each.importKind !== "type"
    );
    if (first === undefined) continue;
    file.importsCancelled = true;
    return [{ range: [first.range[0], first.range[0]], text: "Cancelled, " }];
  }
  return undefined;
}

/** Whether what a node does is done again: in a loop, or in the body of the library's `forEach`. */
function isInLoop(node: Node, file: File): boolean {
  const around = functionAround(node);
  for (let { parent } = node; parent && parent !== around; { parent } = parent) {
    if (isLoop(parent)) return true;
  }
  const call = around?.parent;
  if (call?.type !== "CallExpression" || call.arguments[1] !== around) return false;
  return file.coroutines.nameInLibrary(unwrap(call.callee)) === "forEach";
}

function isIn(node: Node, block: Node): boolean {
  if (functionAround(node) !== functionAround(block)) return false;
  return block.range[0] <= node.range[0] && node.range[1] <= block.range[1];
}

/** The rules by name. */
export const rules: Record<string, Rule> = {
  "no-floating-coroutine": rule("A coroutine that is made is started, or kept", {
    ExpressionStatement: checkStatement,
    CallExpression: checkCallback,
  }),
  "no-await-coroutine": rule("`await` runs no coroutine", {
    AwaitExpression: checkAwait,
    CallExpression: checkPromise,
  }),
  "require-yield-star": rule("`yield` runs no coroutine", { YieldExpression: checkYield }),
  "no-swallowed-cancel": rule("A `catch` in a loop lets a cancel through", {
    CatchClause: checkCatch,
  }),
};
