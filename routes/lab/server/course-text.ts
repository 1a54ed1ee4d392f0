import { COURSE, type Lesson } from "../lessons/course.ts";
import { read } from "../../sources.ts";

/** `GET /lessons` for a terminal. */
export function courseText(origin: string): string {
  const width = Math.max(...COURSE.map(({ name }) => name.length));
  const lines = COURSE.map(({ name, title }, index) =>
    `  ${String(index + 1).padStart(2)}  ${origin}/lessons/${name.padEnd(width)}  ${title}`
  );
  return `Lessons on coroutines, each a short program and a question. Browsers draw them and run them.

${lines.join("\n")}

  curl ${origin}/lessons/${COURSE[0]?.name}   the question and the program
  In a browser, ${origin}/sandbox runs a program of your own.
`;
}

/** `GET /lessons/NAME` for a terminal. */
export async function lessonText(lesson: Lesson, origin: string): Promise<string> {
  const { name, title, question } = lesson;
  const answers = question.answers.map((answer) => `  - ${answer}`);
  return `${title}

${question.text}

${answers.join("\n")}

${await read(`routes/lab/lessons/${name}.js`)}
In a browser, ${origin}/lessons/${name} shows what it does.
`;
}
