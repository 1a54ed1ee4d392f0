import { COURSE, type Lesson } from "../lessons/course.ts";
import { type Markup, markup } from "../view/markup.ts";
import { renderDocument } from "./document.ts";
import { renderNav } from "./nav.ts";

const DESCRIPTION =
  "Short programs of coroutines, each with a question to answer before you see what it does.";

/** The list of all lessons. */
export function renderCourse(): Promise<Markup> {
  return render("Lessons on coroutines", DESCRIPTION);
}

/** The list of all lessons, for an address at which there is none. */
export function renderUnknown(): Promise<Markup> {
  return render("There is no such lesson", "These are there:");
}

function render(title: string, text: string): Promise<Markup> {
  return renderDocument({
    kind: "course",
    title,
    description: DESCRIPTION,
    body: markup`
    ${renderNav("/lessons")}
    <header class="course"><h1>${title}</h1>
      <p>${text} Change any of them as you like.</p></header>
    <main>
      <ol class="course">${COURSE.map(renderItem)}
      </ol>
      <p>Then write a program of your own, in the <a href="/sandbox">sandbox</a>.</p>
      <p id="progress" data-scripted>What you have answered is kept in this browser.
        <button type="button" id="forget">Forget it</button></p>
    </main>`,
  });
}

function renderItem({ name, title, question }: Lesson): Markup {
  return markup`
        <li data-lesson="${name}" data-right="${question.right}"><a href="/lessons/${name}">${title}</a> <small class="answered"></small>
          <p>${question.text}</p></li>`;
}
