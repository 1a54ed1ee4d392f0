/**
 * What is no code: comments, strings, templates, and regular expressions where an expression begins.
 * A parser for JavaScript is twice the weight of the whole page.
 */
const NO_CODE = [
  /\/\/.*/,
  /\/\*[^]*?(?:\*\/|$)/,
  /"(?:\\[^]|[^"\\\n])*"?/,
  /'(?:\\[^]|[^'\\\n])*'?/,
  /(?<=(?:^|[(,=:[!&|?{};]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/,
  // The first line of a program that a shell can run.
  /^#!.*/,
];
/** Where such a part may begin, and the braces, one of which may end the code in a template. */
const PART = RegExp(["`|[{}]", ...NO_CODE.map(({ source }) => source)].join("|"), "g");
/** What a template has up to its end, or up to code in it. */
const TEMPLATE = /(?:\\[^]?|\$(?!\{)|[^\\`$])*(?:`|\$\{|$)/y;

/** A program in which something else stands for each part that is no code. */
function replaceParts(source: string, replacement: (part: string) => string): string {
  let text = "";
  let done = 0;
  /** Of each template whose code this is in: how many braces are open there. */
  const open: number[] = [];
  PART.lastIndex = 0;
  for (let found = PART.exec(source); found !== null; found = PART.exec(source)) {
    let [part] = found;
    if (part === "{" && open.length > 0) open.push(open.pop()! + 1);
    const ends = part === "}" && open.length > 0 && open.at(-1) === 0;
    if (part === "}" && open.length > 0 && !ends) open.push(open.pop()! - 1);
    if (ends || part === "`") {
      if (ends) open.pop();
      TEMPLATE.lastIndex = PART.lastIndex;
      part += TEMPLATE.exec(source)![0];
      if (part.endsWith("${")) open.push(0);
    } else if (part === "{" || part === "}") continue;
    text += source.slice(done, found.index) + replacement(part);
    done = PART.lastIndex = found.index + part.length;
  }
  return text + source.slice(done);
}

/** Blanks a text out, so that lines and columns keep their numbers. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** The code of a program alone, that in its templates too, each character in its place. */
export function mask(source: string): string {
  return replaceParts(source, blank);
}

/** A program without its comments, each character in its place. */
export function withoutComments(source: string): string {
  return replaceParts(source, (part) => /^(?:\/[/*]|#!)/.test(part) ? blank(part) : part);
}

/** The pattern of a name that stands alone, and not behind a dot. */
export function patternOf(name: string): string {
  return `(?<![\\w$.])${name.replaceAll("$", "\\$&")}(?![\\w$])`;
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
