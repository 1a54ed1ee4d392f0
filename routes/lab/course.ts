import type { Context } from "hono";
import { originOf } from "../origin.ts";
import { Problem } from "../problem.ts";
import { respond } from "../respond.ts";
import { COURSE } from "./lessons/course.ts";
import type { Kind } from "./server/assets.ts";
import { courseText, lessonText } from "./server/course-text.ts";
import { renderCourse, renderUnknown } from "./server/course.ts";
import { headersOf } from "./server/headers.ts";
import { renderLesson } from "./server/lesson.ts";
import { renderSandbox } from "./server/sandbox.ts";
import type { Markup } from "./view/markup.ts";

/** `GET /lessons`: the course. */
export function course(c: Context, isPage: boolean): Promise<Response> {
  if (!isPage) return Promise.resolve(text(c, courseText(originOf(c.req.raw))));
  return page(c, "course", renderCourse);
}

/** `GET /lessons/NAME`: a lesson. */
export async function lesson(c: Context, isPage: boolean): Promise<Response> {
  const name = c.req.path.slice("/lessons/".length);
  const lesson = COURSE.find((lesson) => lesson.name === name);
  if (lesson !== undefined) {
    if (!isPage) return text(c, await lessonText(lesson, originOf(c.req.raw)));
    return page(c, "lesson", () => renderLesson(lesson));
  }
  if (isPage) return page(c, "course", renderUnknown, 404);
  const names = COURSE.map(({ name }) => name).join(", ");
  throw new Problem(404, `no such lesson; there are ${names}`);
}

/** `GET /sandbox`: a program of the reader's own. */
export function sandbox(c: Context, isPage: boolean): Promise<Response> {
  if (isPage) return page(c, "sandbox", renderSandbox);
  const address = `${originOf(c.req.raw)}/sandbox`;
  return Promise.resolve(
    text(c, `In a browser, ${address} runs and draws a program of your own.\n`),
  );
}

function text(c: Context, text: string): Response {
  return c.text(text, 200, { vary: "Accept" });
}

/** The pages that are the same for everybody, by their paths: each is made once. */
const pages = new Map<string, string>();

async function page(
  c: Context,
  kind: Kind,
  render: () => Promise<Markup>,
  status = 200,
): Promise<Response> {
  const headers = await headersOf(kind);
  if (c.req.method === "HEAD") return respond(c, "", { status, headers });
  // Of the pages that are not there is only one.
  const key = status === 200 ? c.req.path : String(status);
  const text = pages.get(key) ?? String(await render());
  pages.set(key, text);
  return respond(c, text, { status, headers }, key);
}
