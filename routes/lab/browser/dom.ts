/** The element of that id: all that the script looks for are in the page. */
export function find<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** What a screen reader is told comes at most so often, in ms. */
const PAUSE = 1000;

let announcedAt = 0;
let announcing: number | undefined;

/** Tells a milestone, also to whoever only listens. */
export function announce(text: string): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    announcedAt = performance.now();
    find("status").textContent = text;
  }, Math.max(0, announcedAt + PAUSE - performance.now()));
}
