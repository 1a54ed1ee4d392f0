/** The element of that id: all that the script looks for are in the page. */
export function byId<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** What a screen reader is told comes at most so often, in ms. */
const ANNOUNCE_EVERY = 1000;

let announcedAt = 0;
let announcing: number | undefined;

/** Tells a milestone, also to whoever only listens. */
export function announce(text: string): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    announcedAt = performance.now();
    byId("status").textContent = text;
  }, Math.max(0, announcedAt + ANNOUNCE_EVERY - performance.now()));
}
