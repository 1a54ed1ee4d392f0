import { markup } from "../view/markup.ts";
import type { State, Timeline } from "../view/timeline.ts";
import { setMarkup } from "./dom.ts";

/** Where a coroutine is on the stage. */
const ZONES: Record<State, string> = {
  created: "ready",
  ready: "ready",
  running: "thread",
  blocking: "thread",
  sleeping: "waiting",
  late: "waiting",
  waiting: "waiting",
  done: "finished",
  cancelled: "finished",
  failed: "finished",
};

/** How long a coroutine is on its way from one place to the next, in ms: long enough to follow it. */
const TRAVEL = 240;

/** With more coroutines than this, only their numbers are shown. */
const MAX_TOKENS = 41;

/**
 * Shows which coroutines are ready, which one has the thread, and which ones wait. A coroutine is one
 * token, which travels from place to place.
 *
 * @param stage Where they are shown.
 * @param timeline The run.
 * @param names What they are called there.
 */
export function showStage(
  stage: HTMLElement,
  { lanes }: Timeline,
  names: readonly string[],
): void {
  const isMany = lanes.length > MAX_TOKENS;
  const before = new Map<Element, DOMRect>();
  for (const token of stage.querySelectorAll("li")) {
    before.set(token, token.getBoundingClientRect());
  }
  const places = Map.groupBy(lanes.keys(), (lane) => ZONES[lanes[lane]!.state]);
  for (const zone of stage.querySelectorAll<HTMLElement>("[data-zone]")) {
    const list = zone.querySelector("ol")!;
    const here = places.get(zone.dataset.zone!) ?? [];
    if (isMany) {
      setMarkup(list, here.length > 0 ? markup`<li>×${here.length}</li>` : markup``);
      continue;
    }
    // In the order in which they came there. At the end: in the order in which they ended.
    const rank = (lane: number) => lanes[lane]!.exit ?? 0;
    here.sort((a, b) => lanes[a]!.since - lanes[b]!.since || rank(a) - rank(b) || a - b);
    const tokens = here.map((lane) => {
      const token = stage.querySelector(`[data-token="${lane}"]`) ?? document.createElement("li");
      if (!token.hasAttribute("data-token")) {
        token.setAttribute("data-token", String(lane));
      }
      // Another run may have another name for it.
      if (token.textContent !== names[lane]) token.textContent = names[lane]!;
      if (token.className !== lanes[lane]!.state) token.className = lanes[lane]!.state;
      return token;
    });
    // Moving one that is in its place would end its way to it.
    const isInPlace = tokens.every((token, place) => list.children[place] === token);
    if (!isInPlace) list.append(...tokens);
  }
  for (const token of stage.querySelectorAll<HTMLElement>("[data-token]")) {
    if (Number(token.dataset.token) >= lanes.length) token.remove();
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [token, from] of before) {
    const to = token.getBoundingClientRect();
    const [x, y] = [from.x - to.x, from.y - to.y];
    if (!token.isConnected || x === 0 && y === 0) continue;
    const way = [{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }];
    token.animate(way, { duration: TRAVEL, easing: "ease-out" });
  }
}
