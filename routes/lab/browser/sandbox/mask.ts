/**
 * What is no code: comments, strings, templates, and regular expressions where an expression begins.
 * A parser for JavaScript is twice the weight of the whole page.
 */
const NO_CODE = new RegExp(
  [
    /\/\/.*/,
    /\/\*[^]*?(?:\*\/|$)/,
    /"(?:\\[^]|[^"\\\n])*"?/,
    /'(?:\\[^]|[^'\\\n])*'?/,
    /`(?:\\[^]|[^`\\])*`?/,
    /(?<=(?:^|[(,=:[!&|?{};]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/,
  ].map(({ source }) => source).join("|"),
  "g",
);

/** Blanks a text out, so that lines and columns keep their numbers. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** The code of a program alone, each character in its place. */
export function mask(source: string): string {
  return source.replace(NO_CODE, blank);
}

/** A program without its comments, each character in its place. */
export function withoutComments(source: string): string {
  return source.replace(NO_CODE, (part) => /^\/[/*]/.test(part) ? blank(part) : part);
}

/** The pattern of a name that stands alone, and not behind a dot. */
export function patternOf(name: string): string {
  return `(?<![\\w$.])${name.replaceAll("$", "\\$&")}(?![\\w$])`;
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
