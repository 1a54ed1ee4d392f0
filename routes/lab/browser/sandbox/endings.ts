import { DeadlockError, LimitError } from "../../../../lib/core/errors.ts";
import type { Entry } from "../../../../lib/trace/entry.ts";
import { deadlockText, MAX_STEPS } from "../../view/ending.ts";
import { linesIn } from "../../view/lines.ts";
import type { Ending } from "../../view/ran.ts";
import { NotHere } from "./forbidden.ts";
import { formatValue } from "./format.ts";
import { lineAt, mask, patternOf } from "./mask.ts";

/** A program that is being run. */
export interface Running {
  source: string;
  /** The address of its module, which stands in stacks. */
  url: string;
}

/** The log of a run, with the lines of each entry. */
interface Log {
  entries: readonly Entry[];
  lines: readonly number[][];
}

/** How a run ended that threw. */
export function endingOf(error: unknown, program: Running, log: Log): Ending {
  const own = lineOf(error, program);
  const line = own ?? lastLine(log);
  if (error instanceof DeadlockError) {
    const text = deadlockText(cleaned(error.message));
    // Its stack is of no task, but its text has the places of all.
    return { kind: "deadlock", text, line: lastLine(log) };
  }
  if (error instanceof LimitError && /^maxSteps: the run/.test(error.message)) {
    return { kind: "endless", text: endlessText(log), line };
  }
  const text = textOf(error);
  // The scheduler finds these: no stack is of the program.
  if (/received yield of /.test(text)) {
    return { kind: "failed", text, line: lineOfYield(program.source, STARLESS, line) };
  }
  if (/received yield\* with /.test(text)) {
    return { kind: "failed", text, line: lineOfYield(program.source, OF_LIST, line) };
  }
  if (error instanceof TypeError && /^until: /.test(error.message)) {
    return { kind: "failed", text: NO_HOST, line };
  }
  if (
    error instanceof TypeError && NOT_ITERABLE.test(text)
  ) {
    const hint = notAwaitable(program.source, line);
    if (hint !== undefined) return { kind: "failed", text: hint, line };
  }
  // Where the program calls `run` itself, it has a line.
  if (own === undefined && /^TypeError: (?:run|explore): expected a coroutine/.test(text)) {
    return noCoroutine(program.source, text);
  }
  return { kind: "failed", text, line };
}

/** As V8 says it, and as Firefox does. */
const NOT_ITERABLE = /is not iterable|not a function or its return value|Symbol\.iterator, /;

const NO_HOST = "until waits for a promise, and the sandbox has no host to settle one: " +
  "let yield* sleep(ms) stand for the wait.";

const NO_PROMISE = "await waits here for what run starts, and not for a promise: start several " +
  "coroutines by one run, as in await run(gather([one(), two()])).";

const NO_EVAL = "write a function instead of eval or new Function";

/** What an error says, without the addresses of the sandbox. */
export function textOf(error: unknown): string {
  try {
    if (error instanceof AggregateError && Array.isArray(error.errors)) {
      return `${cleaned(String(error))}: ${error.errors.map(textOf).join("; ")}`;
    }
    if (error instanceof NotHere) return error.message;
    // Browsers name the whole policy of the sandbox.
    if (error instanceof EvalError && /Content Security Policy|\bCSP\b/.test(error.message)) {
      return new NotHere("To run a text as a program", NO_EVAL).message;
    }
    const text = error instanceof Error
      ? cleaned(String(error))
      : `the program threw ${formatValue(error)}`;
    return /call stack|too much recursion/.test(text) ? `${text}: a function calls itself` : text;
  } catch {
    return "the program threw what can't be shown";
  }
}

/** A frame of a stack in the program, as V8 writes it, and as Firefox and Safari do. */
const FRAME = /(?:\bat (?:[^\s(]+ )?\(?|[^\s@]*@)blob:[^\s()]*?:(\d+):\d+\)?/g;

/** A text in which places of the program are lines. */
export function cleaned(text: string): string {
  return text.replace(FRAME, "at line $1").replace(/\s*\bblob:\S+/g, "");
}

/** Which lines of a program a stack names, the innermost first. */
export function programLines(stack: string, { url, source }: Running): number[] {
  const last = source.split("\n").length;
  // What it is wrapped in stands on lines of its own behind it.
  return linesIn(stack, url).filter((line) => line <= last);
}

function lineOf(error: unknown, program: Running): number | undefined {
  try {
    const { stack } = error instanceof AggregateError ? error.errors[0] : error as Error;
    return typeof stack === "string" ? programLines(stack, program)[0] : undefined;
  } catch {
    return undefined;
  }
}

function lastLine({ lines }: Log): number | undefined {
  return lines.findLast((lines) => lines.length > 0)?.[0];
}

function endlessText(log: Log): string {
  const last = log.entries.findLast(({ type }) => type === "step");
  const who = last === undefined
    ? ""
    : ` The last step was one of ${nameOf(last.task, log.entries)}.`;
  const steps = MAX_STEPS.toLocaleString("en");
  return `The run has not ended after ${steps} steps, and the sandbox takes no more.${who} ` +
    "The run may be long, or a coroutine waits in a loop that never ends.";
}

/** What a task is called in a log. */
export function nameOf(task: number, entries: readonly Entry[]): string {
  const spawned = entries.find((entry) => entry.type === "spawn" && entry.task === task);
  return spawned?.type === "spawn" ? spawned.name : `task ${task}`;
}

const STARLESS = /\byield\b(?!\s*\*)/g;
const OF_LIST = /\byield\s*\*\s*\[/g;

/** The line of such a `yield` that comes next after a line. */
function lineOfYield(source: string, pattern: RegExp, after = 1): number | undefined {
  const code = mask(source);
  const yields = [...code.matchAll(pattern)].map(({ index }) => lineAt(code, index));
  return yields.find((line) => line >= after) ?? yields[0] ?? after;
}

/** What is wrong in a line that waits for what is no coroutine. */
function notAwaitable(source: string, line: number | undefined): string | undefined {
  if (line === undefined) return undefined;
  const code = mask(source);
  const text = code.split("\n")[line - 1]!;
  // In a function, `await` would not have come as far as that.
  if (/\bawait\b/.test(text)) return NO_PROMISE;
  for (const [, name, call] of text.matchAll(WAITED)) {
    const own = patternOf(name!);
    const isDeclared = (pattern: string) => RegExp(pattern).test(code);
    if (isDeclared(`\\basync\\s+function\\s+${own}|${own}\\s*=\\s*async\\b`)) {
      return `${name} is an async function, which makes a promise, and yield* takes a coroutine: ` +
        `write function* ${name}, and yield* instead of await.`;
    }
    const isFunction = isDeclared(
      `\\bfunction\\b\\s*\\*?\\s*${own}|${own}\\s*=[^=;\\n]*(?:=>|\\bfunction\\b)`,
    );
    if (isFunction && call === "") {
      return `${name} is a function, and yield* takes a coroutine: call it, as in yield* ${name}().`;
    }
    if (isDeclared(`\\bfunction\\s+${own}`)) {
      return `${name}() makes no coroutine, and yield* takes one: write function* ${name}, with a ` +
        "star, or leave yield* out.";
    }
  }
  return undefined;
}

/** What `yield*` waits for, if that is a name or a call of one. */
const WAITED = /\byield\s*\*\s*([\w$]+)\s*(\(|(?![\w$.[?]))/g;

/** `main` is no generator function, and returned something else. */
function noCoroutine(source: string, text: string): Ending {
  const received = text.slice(text.lastIndexOf("received ") + "received ".length);
  return {
    kind: "failed",
    text: `main returned ${received}, and no coroutine: write function* main, with a star.`,
    line: lineOfMain(source),
  };
}

const NO_MAIN = "There is no main: write function* main() { … }, which is where the run begins.";

const RUN_WITHIN =
  "There is no main, and run is called only within a function: call it outside of " +
  "all functions, or write function* main() { … }.";

/** How a program ends that makes no function `main`. */
export function noMain(main: unknown, source: string): Ending | undefined {
  const line = lineOfMain(source);
  if (typeof main !== "function") {
    const text = main === undefined
      ? /(?<![\w$.])(?:run|simulate)\s*\(/.test(mask(source)) ? RUN_WITHIN : NO_MAIN
      : `main is no function but ${formatValue(main)}: write function* main() { … }.`;
    return { kind: "syntax", text, line };
  }
  if (!/^\[object Async/.test(Object.prototype.toString.call(main))) return undefined;
  const text = "main is an async function, and this scheduler runs no promises: " +
    "write function* main, and yield* instead of await.";
  return { kind: "syntax", text, line };
}

/** The line in which `main` is declared. */
export function lineOfMain(source: string): number | undefined {
  const code = mask(source);
  const index = code.search(/\bfunction\b\s*\*?\s*main\b|\bmain\s*=/);
  return index < 0 ? undefined : lineAt(code, index);
}
