import type { AskedProgram, Ending, Explored, Ran } from "../view/ran.ts";
import { MAX_STEPS } from "../view/ending.ts";
import { bodyOf } from "./sandbox/imports.ts";
import { mask, patternOf } from "./sandbox/mask.ts";
import { LIBRARY } from "./sandbox/scope.ts";
import { coroutineBody, type Names, RUNNERS, runsItself } from "./sandbox/script.ts";

/** How long the test searches if there are more orders than a page has time for, in ms. */
const SEARCH_TIME = 2_000;

/**
 * A test of a program, for a project of its own: it tries every order, and the one that is shown.
 * It runs by `deno test` and by `node --test`.
 *
 * @param asked The program, and the order that is shown.
 * @param ran What became of it in that order.
 * @param explored What became of it in every order.
 */
export function toTest(asked: AskedProgram, ran: Ran, explored: Explored): string {
  const { failure, isComplete } = explored;
  const body = bodyOf(asked.source, LIBRARY);
  const { text: blanked, names } = "kind" in body ? { text: asked.source, names: new Map() } : body;
  // A module is strict anyway, and no function with a default parameter may say so.
  const text = withoutGaps(blanked, asked.source).replace(/^\s*(["'])use strict\1;?[ \t]*\n/, "");
  const any = asked.timing === "any" ? [`timing: "any"`] : [];
  const steps = [ran.ending, failure].some((ending) => ending?.kind === "endless")
    ? [`maxSteps: ${MAX_STEPS}`]
    : [];
  const search = [...any, ...steps];
  if (!isComplete && failure === undefined) search.push(`maxTime: ${SEARCH_TIME}`);
  const options = search.length === 0 ? "" : `, { ${search.join(", ")} }`;
  const orders = ordersOf(asked, ran, failure);
  const used = usedNames(text, names);
  const isScript = runsItself(text, names);
  const runners = takeRunners(used, mask(text), isScript);
  if (orders.length > 0) { for (const name of ["replay", "simulate"]) used.set(name, name); }
  return [
    '// Run it by `deno test` or `node --test`, in a project that has "@tenfold/loop". Vitest has a',
    "// `test` of its own to be imported instead, and Jest has one without an import.",
    importOf("{ test }", "node:test"),
    ...importsOf(used),
    importOf("{ check }", "@tenfold/loop/testing"),
    "",
    "// Within a function, because each run needs variables of its own.",
    isScript ? scriptOf(text, names, runners) : programOf(text, runners),
    "",
    ...orders.map((order) => orderTest(order, [...any, ...steps])),
    `test("main: every order", () => {`,
    "  // Nothing is printed: it would be printed once for each order.",
    "  const silent = new Proxy(console, { get: () => () => {} });",
    `  check(() => program(silent)${options});`,
    "});",
    "",
  ].join("\n");
}

/** An order that is worth a test of its own. */
interface TestedOrder {
  name: string;
  picks: readonly number[];
  /** What it fails with. */
  text: string;
}

/** The order that is shown, and one that fails if that does not. */
function ordersOf(asked: AskedProgram, ran: Ran, failure: Explored["failure"]): TestedOrder[] {
  if (fails(ran.ending)) {
    return [{ name: "the order that failed", picks: ran.picks, text: ran.ending.text }];
  }
  const shown = { name: "the order that was shown", picks: ran.picks, text: "" };
  const orders = asked.order.by === "fifo" ? [] : [shown];
  if (failure !== undefined) {
    orders.push({ name: "an order that fails", picks: failure.picks, text: failure.text });
  }
  return orders;
}

function fails({ kind }: Ending): boolean {
  return kind !== "done";
}

function orderTest({ name, picks, text }: TestedOrder, options: readonly string[]): string {
  const given = [`order: replay([${picks.join(", ")}])`, ...options].join(", ");
  // Each line is a string of its own: the server takes lines that begin as comments out of this file.
  return [
    `test("main: ${name}", () => {`,
    ...text === "" ? [] : [`  // ${text.replaceAll(/\s*\n\s*/g, " ")}`],
    "  // Which of the ready tasks went first, each time. This is for the program as it is: when you have",
    "  // changed it, the test of every order tells more.",
    `  simulate(program(), { ${given} });`,
    "});",
    "",
  ].join("\n");
}

/** Takes away what an import or an export leaves. */
function withoutGaps(text: string, source: string): string {
  const lines = source.split("\n");
  const isBlank = (line: string | undefined) => line === undefined || line.trim() === "";
  const kept: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const wasTaken = isBlank(line) && !isBlank(lines[index]);
    // An empty line before an import, and one behind it, are one.
    const isSecond = line === "" && isBlank(kept.at(-1)) && !isBlank(lines[index - 1]);
    if (wasTaken || isSecond) continue;
    kept.push(/^export\b/.test(lines[index]!) ? line.trimStart() : line);
  }
  return kept.join("\n");
}

/**
 * Takes out of the names what runs a program: here it is a part of the test. Returns how the test
 * declares them.
 */
function takeRunners(used: Map<string, string>, code: string, isScript: boolean): string[] {
  // In a program with a `main`, `simulate` has a loop of its own.
  const runners = RUNNERS.filter((name) => isScript || name !== "simulate");
  const declarations: string[] = [];
  for (const [local, name] of [...used]) {
    if (runners.some((runner) => runner === name)) {
      used.delete(local);
      declarations.push(`const ${local} = asPart;`);
    }
    if (name !== "*") continue;
    const parts = runners.filter((runner) =>
      RegExp(`${patternOf(local)}\\.${runner}\\b`).test(code)
    );
    if (parts.length === 0) continue;
    used.delete(local);
    used.set(`${local}Library`, "*");
    const starts = parts.map((runner) => `${runner}: asPart`).join(", ");
    declarations.push(`const ${local} = { ...${local}Library, ${starts} };`);
  }
  if (declarations.length === 0) return [];
  const isPromising = /\)\s*\.\s*(?:then|catch|finally)\b/.test(code);
  return [...isPromising ? PROMISING : START, ...declarations];
}

function programOf(text: string, runners: readonly string[]): string {
  return functionOf("function", runners, `${indent(text)}\n\n  return main();`);
}

function scriptOf(text: string, names: Names, runners: readonly string[]): string {
  return functionOf("function*", runners, indent(coroutineBody(text, names)));
}

function functionOf(kind: string, runners: readonly string[], body: string): string {
  return [
    `${kind} program(console = globalThis.console) {`,
    ...runners.map((line) => `  ${line}`),
    body,
    "}",
  ].join("\n");
}

const START = [`const asPart = (part) => typeof part === "function" ? part() : part;`];

/** As {@linkcode START}, with the methods of the promise that `run` would give. */
const PROMISING =
  `// What is run is a part of this program, and no promise, but has the methods of one.
const asPart = (part) => {
  const coroutine = typeof part === "function" ? part() : part;
  function* after(onDone, onFail) {
    let value, next = onDone;
    try {
      value = yield* coroutine;
    } catch (error) {
      if (onFail === undefined) throw error;
      [value, next] = [error, onFail];
    }
    if (next !== undefined) value = next(value);
    return value?.isPart ? yield* value : value;
  }
  function* lastly(act) {
    try {
      return yield* coroutine;
    } finally {
      act();
    }
  }
  return {
    isPart: true,
    [Symbol.iterator]: () => coroutine[Symbol.iterator](),
    then: (onDone, onFail) => asPart(after(onDone, onFail)),
    catch: (onFail) => asPart(after(undefined, onFail)),
    finally: (act) => asPart(lastly(act)),
  };
};`.split("\n");

function indent(text: string): string {
  const trimmed = text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
  // What is in a template must stay as it is.
  if (/`[^`]*\n[^`]*`/.test(trimmed)) return trimmed;
  return trimmed.replace(/^(?=.*\S)/gm, "  ");
}

/**
 * The names of the library in a program, by what it calls them. A name that the program declares
 * within a function may still be the library's elsewhere.
 */
function usedNames(text: string, imported: ReadonlyMap<string, string>): Map<string, string> {
  const used = new Map(imported);
  const code = mask(text);
  const declared = new Set(
    Array.from(
      code.matchAll(/^(?:function\s*\*?|const|let|var|class)\s+([\w$]+)/gm),
      ([, name]) => name!,
    ),
  );
  for (const [name] of code.matchAll(/(?<![\w$.])[\w$]+/g)) {
    if (LIBRARY.has(name) && !declared.has(name)) used.set(name, name);
  }
  return used;
}

function importsOf(names: ReadonlyMap<string, string>): string[] {
  const all = [...names].filter(([, name]) => name === "*");
  const listed = [...names].filter(([, name]) => name !== "*").sort(([a], [b]) => a < b ? -1 : 1);
  const items = listed.map(([local, name]) => local === name ? name : `${name} as ${local}`);
  const clauses = all.map(([local]) => `* as ${local}`);
  if (items.length > 0) clauses.push(`{ ${items.join(", ")} }`);
  return clauses.map((clause) => importOf(clause, "@tenfold/loop"));
}

/** An import of the test: what reads the imports of this file must not take it for one. */
function importOf(clause: string, module: string): string {
  return `import ${clause} from ${JSON.stringify(module)};`;
}
