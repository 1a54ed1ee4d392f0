import { read } from "../../sources.ts";
import { COURSE, type Elsewhere, type Lesson, type Question } from "../lessons/course.ts";
import { PROGRAMS } from "../lessons/programs.ts";
import { type Markup, markup } from "../view/markup.ts";
import { paint } from "../view/paint.ts";
import { renderKeys } from "./controls.ts";
import { renderDocument } from "./document.ts";
import { renderNav } from "./nav.ts";
import { renderDownloads, renderProgramBench } from "./program-bench.ts";
import { runProgram } from "./program-run.ts";

/** A lesson: a question, a program and its run, the answer, a change, and the same elsewhere. */
export async function renderLesson(lesson: Lesson): Promise<Markup> {
  const { name, title, question, answer, edit, order, timing } = lesson;
  const run = await runProgram(`routes/lab/lessons/${name}.js`, PROGRAMS[name]!, order, timing);
  const index = COURSE.indexOf(lesson);
  const [python, javaScript] = await Promise.all(
    [lesson.python, lesson.javaScript].map(renderElsewhere),
  );
  return renderDocument({
    kind: "lesson",
    title,
    description: question.text,
    body: markup`
    ${renderNav("")}
    <header class="lesson">
      <p class="number">Lesson ${index + 1} of ${COURSE.length}</p>
      <h1>${title}</h1>
    </header>
    <main class="lesson" data-lesson="${name}" data-order="${order}" data-timing="${timing}">
      ${renderQuestion(question)}
      <p id="status" role="status"></p>
      <p id="changed" class="note" role="status"></p>
      <div id="benches">${renderProgramBench(run)}</div>
      <details id="answer">
        <summary>What happened<span id="was" hidden> in the program as it was</span></summary>
        <p>${answer}</p>
      </details>
      <section aria-labelledby="try">
        <h2 id="try">Change it</h2>
        <p>${edit.text}</p>
        <div class="edit" data-imports="${
      (edit.imports ?? []).join(" ")
    }" data-outcome="${edit.outcome}"
          data-before="${run.log.entries.at(-1)!.at}">${renderChange("del", edit.from)}${
      renderChange("ins", edit.to)
    }</div>
        <p data-scripted><button type="button" id="edit" class="primary">Try it</button></p>
      </section>
      <section aria-labelledby="elsewhere">
        <h2 id="elsewhere">The same elsewhere</h2>
        <div class="elsewhere">
          <div><h3>The same in Python</h3>${python}</div>
          <div><h3>The same in JavaScript with async and await</h3>${javaScript}</div>
        </div>
      </section>
      ${renderDownloads()}
      ${renderKeys()}
    </main>
    <footer>${renderWay(index)}</footer>`,
  });
}

/** The question. Until it is answered, a style sheet hides what would answer it. */
function renderQuestion({ text, answers, right }: Question): Markup {
  const answer = (text: string, value: number | "", isRight: boolean) =>
    markup`
        <li><label><input type="radio" name="answer" id="answer-${value}" value="${value}"${
      isRight ? markup` data-right` : undefined
    }> <span>${text}</span></label></li>`;
  return markup`<fieldset id="question">
        <legend>${text}</legend>
        <ol>${answers.map((text, index) => answer(text, index, index === right))}${
    answer("Just show me", "", false)
  }</ol>
        <p id="verdict" role="status"></p>
      </fieldset>`;
}

function renderChange(tag: "del" | "ins", text: string): Markup {
  const lines = text.split("\n").map((line, index) =>
    markup`${index > 0 ? "\n" : ""}${paint(line)}`
  );
  return tag === "del"
    ? markup`<pre><del>${lines}</del></pre>`
    : markup`<pre><ins>${lines}</ins></pre>`;
}

async function renderElsewhere({ file, differs }: Elsewhere): Promise<Markup> {
  const text = (await read(`routes/lab/lessons/${file}`)).trimEnd();
  const lines = text.split("\n").map((line) => markup`<li><code>${paint(line)}</code></li>`);
  return markup`<p>${
    differs ?? "It does the same."
  }</p><div class="listing"><ol>${lines}</ol></div>`;
}

/** The lessons before and after. */
function renderWay(index: number): Markup {
  const link = (lesson: Lesson | undefined, rel: string, label: string) =>
    lesson &&
    markup`<a rel="${rel}" href="/lessons/${lesson.name}"><small>${label}</small> ${lesson.title}</a>`;
  const next = link(COURSE[index + 1], "next", "Next") ??
    markup`<a rel="next" href="/sandbox"><small>Next</small> A program of your own</a>`;
  return markup`<nav class="way" aria-label="Course">${
    link(COURSE[index - 1], "prev", "Before") ?? markup`<span></span>`
  }${next}</nav>`;
}
