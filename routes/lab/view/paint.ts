import { type Markup, markup } from "./markup.ts";

/** What is coloured in a line of Python, JavaScript or TypeScript. */
const TOKENS = new RegExp(
  [
    // First, so that what stands in a text is nothing else.
    /(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)/,
    /\b(?<keyword>as|async|await|break|catch|class|const|continue|def|else|except|false|finally|for|from|function|if|import|in|let|new|null|of|raise|return|throw|true|try|undefined|while|with|yield)\b/,
    /\b(?<number>\d[\d._]*)\b/,
    // Python's, but not a private name of JavaScript.
    /(?<comment>#\s.*|\/\/.*)/,
  ].map(({ source }) => source).join("|"),
  "g",
);

function coloured(text: string): Markup {
  let end = 0;
  const parts = [...text.matchAll(TOKENS)].map(({ index, 0: token, groups }) => {
    const before = text.slice(end, index);
    end = index + token.length;
    const kind = Object.keys(groups!).find((kind) => groups![kind] !== undefined);
    return markup`${before}<span class="${kind}">${token}</span>`;
  });
  return markup`${parts}${text.slice(end)}`;
}

/**
 * A line of a program in colour.
 *
 * @param text The line.
 * @param marked The part of it that is to be marked.
 */
export function paint(text: string, marked?: string): Markup {
  const at = marked === undefined ? -1 : text.indexOf(marked);
  if (at < 0) return coloured(text);
  const [before, after] = [text.slice(0, at), text.slice(at + marked!.length)];
  return markup`${coloured(before)}<mark>${coloured(marked!)}</mark>${coloured(after)}`;
}

/**
 * A line of a program as an item of its listing, beside which a chip says who is there.
 *
 * @param text The line.
 * @param number Its number in the source; none if no line of that does the same.
 * @param marked The part of it that is to be marked.
 */
export function paintLine(text: string, number?: number, marked?: string): Markup {
  return markup`<li data-line="${number ?? ""}"><span class="chip"></span><code>${
    paint(text, marked)
  }</code></li>`;
}
