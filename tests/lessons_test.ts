// What needs the texts of the lessons, and so the permission to read them: `deno task ok`.
import { assertEquals } from "@std/assert";
import { COURSE } from "../routes/lab/lessons/course.ts";
import { edited } from "../routes/lab/lessons/edited.ts";
import { findings } from "./lib/lint/findings.ts";
import { PINS } from "./routes/lab/lessons/pins.ts";
import { show } from "./routes/lab/lessons/runs.ts";

const FOLDER = new URL("../routes/lab/lessons/", import.meta.url);

const read = (name: string) => Deno.readTextFile(new URL(name, FOLDER));

const programs = new Map<string, string>();
for (const { name } of COURSE) programs.set(name, await read(`${name}.js`));

for (const { name, edit, timing } of COURSE) {
  Deno.test(`lesson ${name}: its edit changes one place, and shows what its texts say`, async () => {
    const text = programs.get(name)!;
    assertEquals(text.split(edit.from).length - 1, 1);
    const changed = encodeURIComponent(edited(text, edit));
    const { main } = await import(`data:text/javascript,${changed}`);
    assertEquals(show(main, timing), PINS[name]!.after);
  });
}

Deno.test("lessons: each imports the library in its first line, and ends with main", () => {
  for (const [name, text] of programs) {
    const lines = text.trimEnd().split("\n");
    const begins = /^import \{ [\w, ]+ \} from "@tenfold\/loop";$/.test(lines[0]!);
    const main = lines.lastIndexOf("export function* main() {");
    assertEquals(
      [begins, main > 0, lines.indexOf("}", main)],
      [true, true, lines.length - 1],
      name,
    );
    assertEquals(lines.length >= 10 && lines.length <= 24, true, `${name}: ${lines.length} lines`);
  }
});

Deno.test("lessons: the linter finds the coroutine that nobody runs, and nothing else", () => {
  const found = [...programs].flatMap(([name, text]) =>
    findings(text, `${name}.js`).map((finding) => `${name}: ${finding}`)
  );
  assertEquals(found, ["nothing-happened: 9 no-floating-coroutine"]);
});

Deno.test("edited: adds the imports in the order of the alphabet", () => {
  const text = 'import { Lock, sleep } from "@tenfold/loop";\n\nsleep(1);\n';
  const edit = { from: "sleep(1)", to: "$&", imports: ["pause", "block"] };
  const changed = 'import { block, Lock, pause, sleep } from "@tenfold/loop";\n\n$&;\n';
  assertEquals(edited(text, edit), changed);
});
