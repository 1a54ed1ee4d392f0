// The programs of the lessons in Python and in JavaScript, each run as it stands: what they print,
// beside what ours print.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COURSE } from "../../routes/lab/lessons/course.ts";
import { PINS } from "../routes/lab/lessons/pins.ts";
import { installed } from "./installed.ts";
import { output } from "./server.ts";

/** What a program does: the lines that it prints, and the error that ends it, if one does. */
interface Behaviour {
  lines: readonly string[];
  error?: string;
}

/** What ours do. */
function oursOf(name: string): Behaviour {
  const { lines, error } = PINS[name]!.before;
  const printed = lines.flatMap((line) => /(?<=^\d+ ms, \S+: ).*/.exec(line) ?? []);
  return { lines: printed, ...(error === undefined ? {} : { error }) };
}

const [SOLD_ONCE, SOLD_TWICE]: Behaviour[] = [
  { lines: ["Ann has a seat", "Bob: sold out"] },
  { lines: ["Ann has a seat", "Bob has a seat"], error: "the last seat was sold twice" },
];

/** What Python does otherwise; where there are two, it may be either. */
const PYTHON: Readonly<Record<string, readonly Behaviour[]>> = {
  "the-last-seat": [SOLD_ONCE!, SOLD_TWICE!],
  "two-locks": [{ lines: [], error: "TimeoutError" }],
  "one-of-three-fails": [{ lines: ["A is here", "B is missing", "C is here"] }],
};

/** What JavaScript does otherwise. */
const JAVASCRIPT: Readonly<Record<string, readonly Behaviour[]>> = {
  "nothing-happened": [{ lines: ["Hello, Ann!", "Hello, Bob!"] }],
  "does-it-switch": [{ lines: ["a1", "b1", "a2", "b2", "a3", "b3"] }],
  "two-locks": [{ lines: [] }],
  "stop-it": [{ lines: ["stop!", "tidied up", "the download is rejected"] }],
  "time-is-up": [{ lines: ["Ann answers", "TimeoutError", "Bob answers"] }],
  "one-of-three-fails": [{ lines: ["A is here", "B is missing", "C is here"] }],
};

/** Whether there is a Python that has `asyncio.TaskGroup`: 3.11 or later. */
const hasPython = installed("python3") !== undefined &&
  (await output("python3", "-c", "from asyncio import TaskGroup")).code === 0;

interface Runtime {
  name: string;
  command: readonly string[];
  language: "python" | "javaScript";
  otherwise: Readonly<Record<string, readonly Behaviour[]>>;
  isMissing: boolean;
}

const RUNTIMES: readonly Runtime[] = [
  {
    name: "Python",
    command: ["python3"],
    language: "python",
    otherwise: PYTHON,
    isMissing: !hasPython,
  },
  {
    name: "Node",
    command: ["node"],
    language: "javaScript",
    otherwise: JAVASCRIPT,
    isMissing: !installed("node", "nodejs"),
  },
  {
    name: "Deno",
    command: [Deno.execPath(), "run", "--no-config"],
    language: "javaScript",
    otherwise: JAVASCRIPT,
    isMissing: false,
  },
];

for (const { name: runtime, command, language, otherwise, isMissing } of RUNTIMES) {
  Deno.test({
    name: `lessons: ${runtime} prints the same, but for what the lessons say`,
    ignore: isMissing,
    async fn(test) {
      const [program, ...options] = command;
      // Each waits for seconds and computes for milliseconds, so they wait together.
      const runs = COURSE.map((lesson) =>
        output(program!, ...options, `routes/lab/lessons/${lesson[language].file}`)
      );
      for (const [index, lesson] of COURSE.entries()) {
        const run = await runs[index]!;
        await test.step(lesson.name, () => {
          const expected = otherwise[lesson.name] ?? [oursOf(lesson.name)];
          const found = expected.find(({ lines }) => String(lines) === String(linesOf(run.stdout)));
          assertEquals(linesOf(run.stdout), (found ?? expected[0]!).lines, run.stderr);
          assertEquals(run.code, found!.error === undefined ? 0 : 1, run.stderr);
          assertStringIncludes(run.stderr, found!.error ?? "");
        });
      }
    },
  });
}

Deno.test("lessons: each says so if Python or JavaScript does otherwise", () => {
  for (const { name, python, javaScript } of COURSE) {
    assert(!(name in PYTHON) || python.differs !== undefined, `${name} in Python`);
    assert(!(name in JAVASCRIPT) || javaScript.differs !== undefined, `${name} in JavaScript`);
  }
});

Deno.test({
  name: "lesson nothing-happened: Python warns that a coroutine was never awaited",
  ignore: !hasPython,
  async fn() {
    const { stderr } = await output("python3", "routes/lab/lessons/nothing-happened.py");
    assertStringIncludes(stderr, "RuntimeWarning: coroutine 'greet' was never awaited");
  },
});

function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}
