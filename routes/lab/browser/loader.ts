import { announce } from "./dom.ts";

/** A part of the page that is loaded after its first view. */
class Part<M> {
  readonly #load: () => Promise<M>;
  #loaded: M | undefined;

  constructor(load: () => Promise<M>) {
    this.#load = load;
  }

  /** Uses it if it has been loaded. */
  readonly ifLoaded = (use: (part: M) => void): void => {
    if (this.#loaded !== undefined) use(this.#loaded);
  };

  /** Uses it at once if it has been loaded, else as soon as it is. */
  readonly whenLoaded = (use: (part: M) => void): void => {
    if (this.#loaded !== undefined) return use(this.#loaded);
    this.#load().then((loaded) => use(this.#loaded = loaded), () => {
      announce("The server is gone, and this part of the page has not been loaded yet.");
    });
  };
}

/** What explains a run in words. */
export const { ifLoaded: ifExplaining, whenLoaded: withExplaining } = new Part(() =>
  import("./explaining.ts")
);

/** What else the tutorial's page needs after its first view. */
export const { whenLoaded: withLazy } = new Part(() => import("./lazy.ts"));
