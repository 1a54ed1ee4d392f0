import type { Bench } from "./bench.ts";
import { byId } from "./dom.ts";
import type { Player } from "./player.ts";

/** Lets the keys of a page move the run that was used last: at first the last one. */
export function listenForKeys(benches: readonly (readonly [Bench, Player])[]): void {
  let current = benches.at(-1)![1];
  for (const type of ["focusin", "pointerdown"]) {
    document.addEventListener(type, ({ target }) => {
      const used = benches.find(([{ root }]) => root.contains(target as Node));
      if (used !== undefined) current = used[1];
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!press(event, current)) return;
    event.preventDefault();
  });
}

/** The keys of a page, where they have no other meaning. */
function press(event: KeyboardEvent, player: Player): boolean {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  const isIn = (selector: string) => (target as Element).closest(selector) !== null;
  if (ctrlKey || metaKey || altKey) return false;
  if (isIn("input:not([type=range]), select, textarea")) return false;
  if (!byId<HTMLInputElement>("keys").checked) return false;
  // Space presses the button that has the focus.
  if (key === " " && !isIn("button, a, summary")) player.toggle();
  else if (key === ",") player.move("back");
  else if (key === ".") player.move("forth");
  else return false;
  return true;
}
