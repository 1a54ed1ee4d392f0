import type { Entry } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import type { LocatedLog } from "./lines.ts";

/** What happens at a line of the tutorial, in whatever language it is written. */
export type Role = "start" | "wait" | "emit" | "main";

/** A line of a program as it is shown. */
export interface Line {
  text: string;
  /** The number of the line in the source that does the same; none if there is no such line. */
  number?: number | undefined;
  /** The part in which the two modes differ. */
  differs?: string | undefined;
}

/** Where in the source each role is: found by running the program, not by searching its text. */
export type Roles = Record<Role, number>;

/**
 * The functions that a run has been in, as they stand in their source, and the roles of their lines.
 *
 * @param source The text of the file.
 * @param log The log of the run, with its lines in that file.
 */
export function typeScript(source: string, log: LocatedLog): { lines: Line[]; roles: Roles } {
  const text = source.split("\n");
  const lines: Line[] = [];
  const heads = new Set(log.lines.flat().map((number) => headOf(text, number)));
  for (const head of [...heads].toSorted((a, b) => a - b)) {
    const end = text.indexOf("}", head);
    if (lines.length > 0) lines.push({ text: "" });
    for (let number = head; number <= end + 1; number++) {
      lines.push({ text: text[number - 1]!, number });
    }
  }
  const roles = rolesOf(log, text);
  const wait = lines.find(({ number }) => number === roles.wait)!;
  // `yield* block(…)`, or `yield* sleep(…)`.
  wait.differs = /\w+(?=\()/.exec(wait.text)?.[0];
  return { lines, roles };
}

/** The line at which the function begins that a line is in. */
function headOf(text: readonly string[], number: number): number {
  let head = number;
  while (head > 1 && !text[head - 1]!.startsWith("function")) head--;
  return head;
}

function rolesOf({ entries, lines }: LocatedLog, text: readonly string[]): Roles {
  /** The lines of the first entry that has some and is of a kind. */
  const first = (isOfKind: (entry: Entry) => boolean) =>
    lines[entries.findIndex((entry, index) => lines[index]!.length > 0 && isOfKind(entry))]!;
  const waits = (entry: Entry) =>
    entry.type === "suspend" && (entry.why === "sleep" || entry.why === "block");
  const wait = first(waits)[0]!;
  return {
    start: headOf(text, wait),
    wait,
    emit: first(({ type }) => type === "emit")[0]!,
    // The outermost: `main` calls the functions that are inside of it.
    main: first(() => true).at(-1)!,
  };
}

/** A line of the tutorial in another language. */
export interface OtherLine {
  text: string;
  /** What happens at it. */
  role?: Role;
  /** The part in which the two modes differ. */
  differs?: string;
}

/** The tutorial in other languages, by their names: programs that run, but for Python's imports. */
export const LANGUAGES: Record<string, (parameters: Parameters) => OtherLine[]> = {
  Python: python,
  JavaScript: javaScript,
};

function python({ mode, count, delay, jitter }: Parameters): OtherLine[] {
  const time = jitter === 0
    ? `${delay / 1000}`
    : `random.uniform(${delay / 1000}, ${(delay + jitter) / 1000})`;
  if (mode === "blocking") {
    return [
      { text: "def display(num):", role: "start" },
      { text: `    time.sleep(${time})`, role: "wait", differs: "time.sleep" },
      { text: "    print(num)", role: "emit" },
      { text: "" },
      { text: `for num in range(${count}):` },
      { text: "    display(num)", role: "main" },
    ];
  }
  return [
    { text: "async def display(num):", role: "start" },
    { text: `    await asyncio.sleep(${time})`, role: "wait", differs: "await asyncio.sleep" },
    { text: "    print(num)", role: "emit" },
    { text: "" },
    { text: "async def main():" },
    { text: `    await asyncio.gather(*[display(num) for num in range(${count})])`, role: "main" },
    { text: "" },
    { text: "asyncio.run(main())" },
  ];
}

function javaScript({ mode, count, delay, jitter }: Parameters): OtherLine[] {
  const time = jitter === 0 ? `${delay}` : `${delay} + Math.random() * ${jitter}`;
  if (mode === "blocking") {
    return [
      { text: "function display(num) {", role: "start" },
      { text: `  block(${time});`, role: "wait", differs: "block" },
      { text: "  console.log(num);", role: "emit" },
      { text: "}" },
      { text: "" },
      { text: `for (let num = 0; num < ${count}; num++) {` },
      { text: "  display(num);", role: "main" },
      { text: "}" },
      { text: "" },
      { text: "function block(ms) {" },
      { text: "  for (const end = Date.now() + ms; Date.now() < end;);" },
      { text: "}" },
    ];
  }
  return [
    { text: "async function display(num) {", role: "start" },
    { text: `  await sleep(${time});`, role: "wait", differs: "await sleep" },
    { text: "  console.log(num);", role: "emit" },
    { text: "}" },
    { text: "" },
    { text: `const numbers = [...Array(${count}).keys()];` },
    { text: "await Promise.all(numbers.map(display));", role: "main" },
    { text: "" },
    { text: "function sleep(ms) {" },
    { text: "  return new Promise((wake) => setTimeout(wake, ms));" },
    { text: "}" },
  ];
}
