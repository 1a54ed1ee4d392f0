import { type Markup, markup } from "../view/markup.ts";

const PLACES = [["/", "Ten at once"], ["/lessons", "Lessons"], ["/sandbox", "Sandbox"]] as const;

/** The way to the other pages. */
export function renderNav(here: string): Markup {
  return markup`<nav class="site" aria-label="Tenfold"><b>Tenfold</b>${
    PLACES.map(([path, name]) => {
      const current = path === here ? markup` aria-current="page"` : undefined;
      return markup` <a href="${path}"${current}>${name}</a>`;
    })
  }</nav>`;
}
