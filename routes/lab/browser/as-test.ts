import type { Asked, Explored } from "../view/ran.ts";
import { MAX_STEPS } from "./sandbox/endings.ts";
import { bodyOf } from "./sandbox/imports.ts";
import { mask } from "./sandbox/mask.ts";
import { LIBRARY } from "./sandbox/scope.ts";
import { asCoroutine, runsItself } from "./sandbox/wrap.ts";

/** How long the test searches if there are more orders than a page has time for, in ms. */
const SEARCH_TIME = 2_000;

/**
 * A test of a program, for a project of its own: it tries every order, and the one that failed first.
 * It runs by `deno test` and by `node --test`.
 *
 * @param asked The program.
 * @param explored What was found.
 */
export function toTest(asked: Asked, explored: Explored): string {
  const { failure, isComplete } = explored;
  const body = bodyOf(asked.source, LIBRARY);
  const { text: blanked, names } = "kind" in body ? { text: asked.source, names: new Map() } : body;
  const text = withoutGaps(blanked, asked.source);
  const isScript = runsItself(text);
  const any = asked.timing === "any" ? [`timing: "any"`] : [];
  const steps = failure?.kind === "endless" ? [`maxSteps: ${MAX_STEPS}`] : [];
  const search = [...any, ...steps];
  if (!isComplete && failure === undefined) search.push(`maxTime: ${SEARCH_TIME}`);
  const options = search.length === 0 ? "" : `, { ${search.join(", ")} }`;
  const used = usedNames(text, names);
  if (failure !== undefined) { for (const name of ["replay", "simulate"]) used.set(name, name); }
  // Each line is a string of its own: the server takes lines that begin as comments out of this file.
  const again = failure === undefined ? [] : [
    `test("main: the order that failed", () => {`,
    `  // ${failure.text.replaceAll(/\s*\n\s*/g, " ")}`,
    "  // Which of the ready tasks went first, each time. This is for the program as it is: when you have",
    "  // changed it, the next test tells more.",
    `  simulate(program(), { ${
      [`order: replay([${failure.picks.join(", ")}])`, ...any, ...steps].join(", ")
    } });`,
    "});",
    "",
  ];
  return [
    '// Run it by `deno test` or `node --test`, in a project that has "@tenfold/loop".',
    importOf("{ test }", "node:test"),
    ...importsOf(used),
    importOf("{ check }", "@tenfold/loop/testing"),
    "",
    "// Within a function, because each run needs variables of its own.",
    isScript ? scriptOf(text) : programOf(text),
    "",
    ...again,
    `test("main: every order", () => {`,
    `  check(program${options});`,
    "});",
    "",
  ].join("\n");
}

/** Takes away what an export leaves. */
function withoutGaps(text: string, source: string): string {
  const lines = source.split("\n");
  return text.split("\n").map((line, index) =>
    /^export\b/.test(lines[index]!) ? line.trimStart() : line
  ).join("\n");
}

function programOf(text: string): string {
  return `function program() {\n${indent(text)}\n\n  return main();\n}`;
}

/** What a script runs is a part of one program here. */
function scriptOf(text: string): string {
  const start = 'typeof part === "function" ? part() : part';
  return `function* program() {\n  const run = (part) => ${start};\n  const simulate = run;\n${
    indent(asCoroutine(text))
  }\n}`;
}

function indent(text: string): string {
  const trimmed = text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
  // What is in a template must stay as it is.
  if (/`[^`]*\n[^`]*`/.test(trimmed)) return trimmed;
  return trimmed.replace(/^(?=.*\S)/gm, "  ");
}

/** The names of the library in a program, by what it calls them. */
function usedNames(text: string, imported: ReadonlyMap<string, string>): Map<string, string> {
  const used = new Map(imported);
  const code = mask(text);
  const declared = new Set(
    Array.from(
      code.matchAll(/\b(?:function\s*\*?|const|let|var|class)\s+([\w$]+)/g),
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
