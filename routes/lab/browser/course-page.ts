import { byId, reveal } from "./dom.ts";
import { answers, forget } from "./progress.ts";

// The list of the lessons: which ones the reader has answered.

function show(): void {
  const kept = answers();
  const items = document.querySelectorAll<HTMLElement>("[data-lesson]");
  for (const item of items) {
    item.querySelector(".answered")!.textContent = item.dataset.lesson! in kept ? "answered" : "";
  }
  byId("forget").hidden = Object.keys(kept).length === 0;
}

byId("forget").addEventListener("click", () => {
  forget();
  show();
});
// The page may come back as it was left.
addEventListener("pageshow", show);
show();
reveal();
