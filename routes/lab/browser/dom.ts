import type { Markup } from "../view/markup.ts";

/** The element with an id. The page has every id that its scripts use. */
export function byId<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** Replaces what is in an element. All text in markup is escaped, so no text comes to be markup. */
export function setMarkup(element: Element, content: Markup): void {
  element.innerHTML = content.text;
}

/** The least time between two announcements, in ms: a screen reader needs it to finish a sentence. */
const ANNOUNCE_EVERY = 1000;

let announcedAt = 0;
let announcing: number | undefined;

/** Writes a milestone into the status line, which screen readers read out. */
export function announce(text: string): void {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    announcedAt = performance.now();
    byId("status").textContent = text;
  }, Math.max(0, announcedAt + ANNOUNCE_EVERY - performance.now()));
}

/**
 * Shows what only a script can use. It is there, and not to be seen, until there is one: so that
 * nothing moves.
 *
 * @param selector Which of it.
 */
export function reveal(selector = "*"): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-scripted]")) {
    if (part.matches(selector)) delete part.dataset.scripted;
  }
}
