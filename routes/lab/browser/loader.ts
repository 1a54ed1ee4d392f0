import { announce } from "./dom.ts";

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
