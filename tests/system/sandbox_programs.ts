import type { AskedProgram, Ending, Explored, Ran } from "../../routes/lab/view/ran.ts";

// What readers write, and what they are to be told, in every browser.

declare global {
  /** In the page. */
  var runner: {
    run(asked: AskedProgram): Promise<Ran>;
    explore(asked: AskedProgram): Promise<Explored>;
    mistakeIn(source: string): Promise<{ text: string } | undefined>;
    close(): void;
  };
}

/** A program, and what becomes of it. */
export interface Case {
  what: string;
  source: string;
  kind: Ending["kind"];
  line?: number;
  /** What the ending says, in part. */
  says?: RegExp;
  printed?: string[];
}

export const CASES: readonly Case[] = [
  {
    what: "ten at once",
    source: `import { sleep, gather } from "@tenfold/loop";
export function* main() {
  yield* gather([0, 1, 2].map((n) => display(n)));
}
function* display(n) {
  yield* sleep(1000);
  console.log(n);
}`,
    kind: "done",
    printed: ["0", "1", "2"],
  },
  {
    what: "a script",
    source: `import { gather, run, sleep as nap } from "@tenfold/loop";
function* later(n) {
  yield* nap(20);
  return n;
}
console.log(await run(gather([later(1), later(2)])));`,
    kind: "done",
    printed: ["[1, 2]"],
  },
  {
    what: "an error",
    source: `function* main() {
  yield* sleep(1);
  broken();
}
function broken() {
  throw new RangeError("too much");
}`,
    kind: "failed",
    line: 6,
    says: /^RangeError: too much$/,
  },
  {
    what: "a forgotten star",
    source: `function* main() {
  yield* sleep(1);
  const got = yield sleep(2);
}`,
    kind: "failed",
    line: 3,
    says: /forget the star of yield\*/,
  },
  {
    what: "a star that a function lost",
    source: `function main() {
  // it waits
  yield* sleep(1);
}`,
    kind: "syntax",
    line: 3,
    says: /lost its star/,
  },
  {
    what: "await",
    source: `function* main() {
  const answer = await sleep(1);
}`,
    kind: "syntax",
    line: 2,
    says: /write yield\* instead/,
  },
  {
    what: "an async function",
    source: `import { sleep } from "@tenfold/loop";

async function main() {
  await sleep(1);
}`,
    kind: "syntax",
    line: 3,
    says: /write function\* main/,
  },
  {
    what: "no JavaScript",
    source: `function* main() {
  const near = 1;
  yield* sleep(5;
}`,
    kind: "syntax",
    line: 3,
    says: /can’t be read/,
  },
  {
    what: "a brace too few",
    source: `function* main() {
  while (true) {
}
`,
    kind: "syntax",
    line: 4,
    says: /can’t be read/,
  },
  {
    what: "TypeScript",
    source: `function* main() {
  yield* sleep(1);
  const n: number = 4;
}`,
    kind: "syntax",
    line: 3,
    says: /Types are not run/,
  },
  {
    what: "TypeScript, of a parameter",
    source: `function* main() {}

function* later(n: number): Coroutine<void> {}`,
    kind: "syntax",
    line: 3,
    says: /Types are not run/,
  },
  {
    what: "yield* in a callback",
    source: `function* main() {
  [1, 2].forEach((n) => {
    yield* sleep(n);
  });
}`,
    kind: "syntax",
    line: 3,
    says: /only directly in a function\*.*use for/,
  },
  {
    what: "yield* of an async function",
    source: `async function load() {}
function* main() {
  const got = yield* load();
}`,
    kind: "failed",
    line: 3,
    says: /^load is an async function/,
  },
  {
    what: "yield* of a function that lost its star",
    source: `function load() {}
function* main() {
  const got = yield* load();
}`,
    kind: "failed",
    line: 3,
    says: /^load\(\) makes no coroutine/,
  },
  {
    what: "yield* of a function that is not called",
    source: `function* load() {}
function* main() {
  yield* load;
}`,
    kind: "failed",
    line: 3,
    says: /^load is a function/,
  },
  {
    what: "await of a promise in a script",
    source: `function* load() {}
await Promise.all([run(load()), run(load())]);`,
    kind: "failed",
    line: 2,
    says: /^await waits here for what run starts/,
  },
  { what: "no main", source: "const a = 1;", kind: "syntax", says: /There is no main/ },
  {
    what: "another package",
    source: `import { sleep } from "@tenfold/loop";
import fs from "node:fs";
function* main() {}`,
    kind: "syntax",
    line: 2,
    says: /Only "@tenfold\/loop" can be imported/,
  },
  {
    what: "a deadlock",
    source: `const left = new Lock({ name: "left" });
const right = new Lock({ name: "right" });
function* eat(one, other) {
  yield* one.acquire();
  yield* pause();
  yield* other.acquire();
}
function* main() {
  yield* gather([eat(left, right), eat(right, left)]);
}`,
    kind: "deadlock",
    line: 6,
    says: /^Nobody can go on: a circle: "task \d" waits for the lock/,
  },
  {
    what: "yielding without an end",
    source: `function* main() {
  while (true) {
    yield* pause();
  }
}`,
    kind: "endless",
    line: 3,
    says: /not ended after 2,000 steps/,
  },
  {
    what: "a timer",
    source: `function* main() {
  console.log(1);
  setTimeout(() => {}, 5);
}`,
    kind: "failed",
    line: 3,
    says: /^setTimeout is not in the sandbox: .*sleep/,
  },
  {
    what: "the time of day",
    source: `function* main() {
  yield* sleep(1);
  console.log(new Date());
}`,
    kind: "failed",
    line: 3,
    says: /yield\* now\(\)/,
  },
  {
    what: "fetch",
    source: `function* main() {
  const got = yield* until(fetch("/health"));
}`,
    kind: "failed",
    line: 2,
    says: /no network/,
  },
  {
    what: "a text as a program",
    source: `function* main() {
  new Function("return 1")();
}`,
    kind: "failed",
    line: 2,
    says: /^To run a text as a program is not in the sandbox: write a function/,
  },
  {
    what: "a promise",
    source: `function* main() {
  const got = yield* until(Promise.resolve(1));
}`,
    kind: "failed",
    line: 2,
    says: /waits for a promise/,
  },
  {
    what: "recursion without an end",
    source: `function* main() {
  dig();
}
function dig() {
  dig();
}`,
    kind: "failed",
    says: /calls itself/,
  },
];

/** Those that hold the thread, until the page ends them. */
export const HELD: readonly Case[] = [
  {
    what: "computing without an end",
    source: `function* main() {
  yield* sleep(5);
  console.log("now");
  for (;;);
}`,
    kind: "endless",
    line: 3,
    says: /^main still runs, and was last seen here: look for a loop after it/,
    printed: ["now"],
  },
  {
    what: "computing at once, in a task",
    source: `function* main() {
  yield* spawn(spin, { name: "spinner" });
  yield* sleep(5);
}
function* spin() {
  for (;;);
}`,
    kind: "endless",
    says: /^spinner still runs/,
  },
  {
    what: "computing before main",
    source: `for (;;);
function* main() {}`,
    kind: "endless",
    says: /before main begins/,
  },
  {
    what: "taking memory without an end",
    source: `function* main() {
  const all = [];
  for (;;) all.push({ more: [1, 2, 3] });
}`,
    kind: "endless",
    says: /^main still runs/,
  },
  {
    what: "printing without an end",
    source: `function* main() {
  for (;;) console.log("again");
}`,
    kind: "endless",
    line: 2,
    says: /^main goes on and on without a wait, at line 2/,
  },
  {
    what: "spawning without an end",
    source: `function* main() {
  for (;;) yield* spawn(main);
}`,
    kind: "endless",
    line: 2,
    says: /without a wait, at line 2/,
  },
];

/** A program as it is asked for. */
export function asked(source: string, rest: Partial<AskedProgram> = {}): AskedProgram {
  return { source, order: { by: "fifo" }, timing: "exact", ...rest };
}

/** What a run has printed. */
export function printed({ entries }: Ran): unknown[] {
  return entries.flatMap((entry) => entry.type === "emit" ? [entry.value] : []);
}

/** How a run differs from what is to become of it. */
export function differences(
  found: Ran,
  { what, kind, line, says, printed: prints }: Case,
): string[] {
  const { ending } = found;
  const wrong: string[] = [];
  if (ending.kind !== kind) wrong.push(`ended ${ending.kind}`);
  if (line !== undefined && ending.line !== line) wrong.push(`at line ${ending.line}`);
  if (says !== undefined && !says.test(ending.text)) wrong.push("with other words");
  if (prints !== undefined && String(printed(found)) !== String(prints)) {
    wrong.push(`printed ${printed(found)}`);
  }
  return wrong.length === 0 ? [] : [`${what}: ${wrong.join(", ")}: ${ending.text}`];
}
