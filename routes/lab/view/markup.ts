/** A piece of HTML, or of SVG in it, in which all texts are escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template may hold: texts, which are escaped; markup, which is not; and lists of both. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** Builds markup from a template literal. `undefined` adds nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0]!;
  for (let index = 1; index < strings.length; index++) {
    text += textOf(values[index - 1]) + strings[index]!;
  }
  return new Markup(text);
}

function textOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(textOf).join("");
  return String(content).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
