import { type Content, Markup, markup } from "../view/markup.ts";
import { base, importMap, type Kind, scriptsOf } from "./assets.ts";

/** What a page consists of. */
export interface DocumentOptions {
  kind: Kind;
  title: string;
  /** What it is about, in a sentence: other sites show it beside a link. */
  description: string;
  /** Whether it is shown inside another page. */
  isEmbedded?: boolean;
  /** What else its head has. */
  head?: Content;
  body: Content;
}

/** A page, from its first character to its last. */
export async function renderDocument(options: DocumentOptions): Promise<Markup> {
  const { kind, title, description, isEmbedded = false } = options;
  const at = await base();
  const scripts = (await scriptsOf(kind)).map((path) => at + path);
  const styles = kind === "tutorial" ? ["style.css"] : ["style.css", "course.css"];
  return markup`<!DOCTYPE html>
<html lang="en"${isEmbedded ? markup` class="embed"` : undefined}>
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="${description}">
    <title>${title} · Tenfold</title>
    <meta property="og:type" content="website">
    <meta property="og:site_name" content="Tenfold">
    <meta property="og:title" content="${title}">
    <meta property="og:description" content="${description}">
    ${options.head}
    <link rel="icon" href="${at}routes/lab/icon.svg" type="image/svg+xml">
    ${styles.map((name) => markup`<link rel="stylesheet" href="${at}routes/lab/${name}">`)}
    <script type="importmap">${new Markup(await importMap(kind))}</script>
    <script type="module" id="start" src="${at}routes/lab/browser/start.ts"
      data-scripts="${scripts.join(" ")}"></script>
  </head>
  <body>${options.body}
  </body>
</html>`;
}
