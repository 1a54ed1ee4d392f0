/** The element with an id. The page has every id that its scripts use. */
export function byId<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
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

type Lazy = typeof import("./lazy.ts");

let lazy: Lazy | undefined;

/** Uses what the first view does not need, if it has been loaded. */
export function ifLazy(use: (lazy: Lazy) => void): void {
  if (lazy !== undefined) use(lazy);
}

/** Uses what the first view does not need: at once if it has been loaded, else as soon as it is. */
export function withLazy(use: (lazy: Lazy) => void): void {
  if (lazy !== undefined) return use(lazy);
  import("./lazy.ts").then((loaded) => use(lazy = loaded), () => {
    announce("The server is gone, and this part of the page has not been loaded yet.");
  });
}
